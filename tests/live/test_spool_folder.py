"""Where live captures are kept, whose that is, and what a killed run leaves there."""

import os
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.live.requirements import needs_root
from tests.live.stand_in import head, packets
from tests.program import PATIENCE, run
from tui.errors import InputError
from tui.live import spool_folder
from tui.live.recovery import recover
from tui.live.spool_folder import SpoolFolder, abandoned_spools, in_memory

NOBODY = 65534
"""A user who is not us."""


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder for large files there is."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(spool_folder, "LASTING_FOLDER", str(tmp_path))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    for name in ("SUDO_UID", "SUDO_GID", "SUDO_USER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def abandon(source: str, *numbers: int, rest: bytes = b"") -> Path:
    """What a killed capture leaves: a segment for each number, with one frame of that number."""
    folder = SpoolFolder.create(source, "tcp")
    for number in numbers:
        (folder.path / f"{number:06}.pcapng").write_bytes(head(["lo"]) + packets(number) + rest)
    folder.close()
    return folder.path


def test_a_folder_is_the_users_alone(base: Path) -> None:
    folder = SpoolFolder.create("lo", "port 80")
    assert folder.path.parent == base / f"tcptui-{os.getuid()}"
    for path in (folder.path, folder.path.parent):
        assert path.stat().st_mode & 0o777 == 0o700
        assert path.stat().st_uid == os.getuid()
    folder.remove()
    assert list(base.iterdir()) == []


def test_removing_one_capture_leaves_the_others() -> None:
    first, second = SpoolFolder.create("lo", ""), SpoolFolder.create("lo", "")
    first.remove()
    assert second.path.is_dir()
    second.remove()
    assert not second.path.parent.exists()


def test_a_folder_that_is_a_link_is_refused(base: Path) -> None:
    (base / "elsewhere").mkdir(mode=0o700)
    (base / f"tcptui-{os.getuid()}").symlink_to(base / "elsewhere")
    with pytest.raises(InputError, match="not a folder of yours"):
        SpoolFolder.create("lo", "")
    assert list((base / "elsewhere").iterdir()) == []


@needs_root
def test_a_folder_of_someone_else_is_refused(base: Path) -> None:
    planted = base / "tcptui-0"
    planted.mkdir(mode=0o700)
    os.chown(planted, NOBODY, NOBODY)
    with pytest.raises(InputError, match="set TMPDIR"):
        SpoolFolder.create("lo", "")
    with pytest.raises(InputError, match="no capture to recover"):
        recover()


def test_a_folder_that_others_can_enter_is_refused(base: Path) -> None:
    (base / f"tcptui-{os.getuid()}").mkdir()
    (base / f"tcptui-{os.getuid()}").chmod(0o755)
    with pytest.raises(InputError, match="nobody else can enter"):
        SpoolFolder.create("lo", "")


def test_memory_is_avoided_where_there_is_a_disk(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Path("/dev/shm")
    if not in_memory(memory):
        pytest.skip("/dev/shm is no tmpfs here")
    assert not in_memory(Path("/proc"))
    monkeypatch.setenv("TMPDIR", str(memory))
    if not in_memory(base):
        folder = SpoolFolder.create("lo", "")
        assert folder.path.is_relative_to(base)
        folder.remove()
    monkeypatch.setattr(spool_folder, "LASTING_FOLDER", "/missing")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(memory))
    folder = SpoolFolder.create("lo", "")
    assert folder.path.is_relative_to(memory)
    folder.remove()


def test_no_folder_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/missing")
    monkeypatch.setattr(spool_folder, "LASTING_FOLDER", "/missing")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/missing")
    with pytest.raises(InputError, match="set TMPDIR to one that can"):
        SpoolFolder.create("lo", "")


@needs_root
def test_root_through_sudo_keeps_packets_as_the_user(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base.chmod(0o777)
    for parent in base.parents:
        if not parent.stat().st_mode & stat.S_IXOTH:
            parent.chmod(0o755)
    for name, value in (("SUDO_UID", str(NOBODY)), ("SUDO_GID", str(NOBODY)), ("SUDO_USER", "nobody")):
        monkeypatch.setenv(name, value)
    folder = SpoolFolder.create("lo", "")
    assert folder.path.parent.name == f"tcptui-{NOBODY}"
    for path in (folder.path, folder.path.parent, *folder.path.iterdir()):
        assert (path.stat().st_uid, path.stat().st_gid) == (NOBODY, NOBODY)
    assert (os.geteuid(), os.getegid()) == (0, 0)
    folder.remove()
    assert list(base.iterdir()) == []


def test_the_newest_abandoned_capture_is_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([1e9, 1.2e9, 1.1e9])
    monkeypatch.setattr(time, "time", lambda: next(times))
    abandon("lo", 1)
    abandon("eth0, eth1", 2, 3)
    abandon("any", 4)
    sources = [spool.meta.source for spool in abandoned_spools()]
    assert sources == ["eth0, eth1", "any", "lo"]
    monkeypatch.setenv("TZ", "UTC")
    with recover() as capture:
        assert capture.shown_name.startswith("recovered capture of eth0, eth1, 2008-01-1")
        assert [int(batch.time_ns[row]) for batch in capture.batches() for row in range(len(batch))] == [2e9, 3e9]
        assert len(capture.interfaces) == 1
        assert capture.damage is None
        assert not capture.growing
        with recover() as other:
            assert "any" in other.shown_name
    assert len(abandoned_spools()) == 3
    with recover() as capture:
        capture.discard()
    assert [spool.meta.source for spool in abandoned_spools()] == ["any", "lo"]


def test_a_capture_that_ends_in_mid_packet_is_recovered_up_to_there() -> None:
    abandon("lo", 1, rest=packets(2)[:-8])
    with recover() as capture:
        assert sum(len(batch) for batch in capture.batches()) == 1
        assert capture.damage is not None
        assert "cut short" in capture.damage.reason


@pytest.mark.parametrize("part", [["-c", "1"], ["tcp"]])
def test_a_capture_stays_recoverable_until_a_file_holds_all_of_it(part: list[str], base: Path) -> None:
    path = abandon("lo", 1, 2)
    done = run("--recover", "-w", base / "part.pcapng", *part)
    assert (done.returncode, b"is kept" in done.stderr) == (0, True)
    done = run("--recover", "-w", "-")
    assert (done.returncode, path.is_dir()) == (0, True)
    done = run("--recover", "-w", base / "all.pcapng")
    assert (done.returncode, path.exists()) == (0, False)


def test_a_running_capture_is_not_abandoned(base: Path) -> None:
    program = (
        "import sys\n"
        "from tui.live.spool_folder import SpoolFolder\n"
        "folder = SpoolFolder.create('lo', '')\n"
        "(folder.path / '000001.pcapng').write_bytes(sys.stdin.buffer.read(100))\n"
        "print(folder.path, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write(head(["lo"]) + bytes(100))
        other.stdin.flush()
        path = Path(other.stdout.readline().decode().strip())
        with pytest.raises(InputError, match="no capture to recover"):
            recover()
        other.kill()
        other.wait(PATIENCE)
    assert [spool.path for spool in abandoned_spools()] == [path]


def test_what_makes_no_sense_is_left_alone(base: Path) -> None:
    path = abandon("lo", 1)
    (path / "meta.json").write_text('["source"]')
    (path.parent / "a file").write_text("")
    (abandon("without packets") / "000001.pcapng").write_bytes(head(["lo"]))
    with pytest.raises(InputError) as raised:
        recover()
    assert str(base) in str(raised.value)
    assert path.is_dir()


def test_what_killed_runs_left_without_packets_is_swept_away() -> None:
    kept, empty = abandon("lo", 1), abandon("lo")
    (empty / "000001.pcapng").write_bytes(head(["lo"]))
    running = SpoolFolder.create("lo", "")
    assert not empty.exists()
    other = SpoolFolder.create("lo", "")
    assert {path.name for path in kept.parent.iterdir()} == {kept.name, running.path.name, other.path.name}
    running.remove()
    other.remove()
