"""A live capture as its callers see it, over a capture process that follows a script."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.live.requirements import needs_root
from tests.live.stand_in import READY, write_stand_in
from tui.errors import InputError, UsageError
from tui.live import capture as live
from tui.live import process, spool_folder
from tui.live.capture import Counts, LiveCapture, open_live
from tui.live.own_ssh import OwnConnection
from tui.live.recovery import recover
from tui.live.request import LiveRequest
from tui.session import Session

pytestmark = needs_root
"""Anyone else would be asked for a password."""

PATIENCE = 10.0
"""Seconds after which what is waited for is not going to come."""

Begin = Callable[..., LiveCapture]


@pytest.fixture(autouse=True)
def spools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds the captures' folders."""
    base = tmp_path / "spools"
    base.mkdir()
    monkeypatch.setenv("TMPDIR", str(base))
    monkeypatch.setattr(spool_folder, "LASTING_FOLDER", str(base))
    monkeypatch.setattr(spool_folder, "in_memory", lambda folder: False)
    for name in ("SUDO_UID", "SUDO_GID", "SUDO_USER"):
        monkeypatch.delenv(name, raising=False)
    return base


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    """Start a capture whose capture process runs a script."""
    opened: list[LiveCapture] = []

    def start(*lines: str, **request: object) -> LiveCapture:
        monkeypatch.setattr(process, "HELPER", write_stand_in(tmp_path, *lines))
        opened.append(open_live(LiveRequest(**{"interfaces": ("lo",), **request})))  # type: ignore[arg-type]
        return opened[-1]

    yield start
    for capture in opened:
        capture.close()


def until(condition: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        time.sleep(0.01)


def read_all(capture: LiveCapture) -> list[int]:
    """The number in each frame of a capture that comes to its end."""
    found: list[int] = []

    def read() -> None:
        for batch in capture.batches():
            found.extend(int.from_bytes(batch.data[at : at + 4].tobytes(), "big") for at in batch.start)

    reader = Thread(target=read, daemon=True)
    reader.start()
    reader.join(PATIENCE)
    assert not reader.is_alive()
    return found


def test_a_capture_from_start_to_end(begin: Begin, spools: Path) -> None:
    capture = begin(READY, "spool = begun('lo')", "spool.add(packets(1, 2), 2)", "wait_for_end()", filter="tcp")
    assert capture.running
    assert capture.growing
    assert (capture.name, capture.filter, capture.fault) == ("lo", "tcp", None)
    until(lambda: capture.counts.captured == 2)
    assert Path(capture.spool_path).is_relative_to(spools)
    assert capture.kept_bytes == capture.size > 0
    capture.finish()
    assert capture.wait_stopped()
    assert capture.counts == Counts(captured=7, received=9, dropped=2, dropped_by_interface=1)
    assert read_all(capture) == [1, 2]
    assert not capture.growing
    assert not capture.running
    capture.close()
    capture.close()
    assert (capture.fault, capture.damage) == (None, None)
    assert list(spools.iterdir()) == []


def test_closing_wakes_who_waits_for_frames(begin: Begin) -> None:
    capture = begin(READY, "spool = begun('lo')", "wait_for_end()")
    reader = Thread(target=read_all, args=(capture,), daemon=True)
    reader.start()
    capture.close()
    reader.join(PATIENCE)
    assert not reader.is_alive()


def test_stop_and_start_go_on_in_the_same_stream(begin: Begin) -> None:
    capture = begin(
        READY,
        "spool = begun('lo')",
        "spool.add(packets(1))",
        "assert hear()['do'] == 'stop'",
        "say('stopped')",
        "again = hear()",
        "assert again['folder'] == spool.folder",
        "say('started', interfaces=[])",
        "spool.begin(head(['lo']))",
        "spool.add(packets(2))",
        "wait_for_end()",
    )
    capture.stop()
    capture.stop()
    until(lambda: not capture.running)
    assert capture.growing
    assert capture.fault is None
    capture.start()
    capture.start()
    until(lambda: capture.counts.captured == 2)
    assert capture.running
    capture.finish()
    assert read_all(capture) == [1, 2]
    assert len(capture.interfaces) == 1


def test_finishing_while_stopped_ends_the_capture(begin: Begin) -> None:
    capture = begin(READY, "spool = begun('lo')", "spool.add(packets(1))", "wait_for_end()")
    capture.stop()
    until(lambda: not capture.running)
    capture.finish()
    assert read_all(capture) == [1]
    capture.start()
    assert not capture.running


def test_the_signal_that_killed_the_capture_process_is_told(begin: Begin) -> None:
    capture = begin(
        READY,
        "spool = begun('lo')",
        "spool.add(packets(1))",
        "os.write(spool.descriptor, packets(2) + packets(3)[:-7])",
        "os.kill(os.getpid(), 9)",
    )
    assert read_all(capture) == [1, 2]
    assert capture.fault is not None
    assert "killed by SIGKILL" in capture.fault
    assert capture.damage is None
    assert not capture.running
    assert capture.read_at(0, 4) == b"\x0a\x0d\x0d\x0a"


NONSENSE = [
    ("say('interface', name=1, up=True, reason=2)", "no sense"),
    ("say('grown', size=1, captured=float('inf'))", "no sense"),
    ("print('[' * 100000)", "no sense"),
]
"""Events whose values no capture process would send."""


@pytest.mark.parametrize(
    ("line", "words"),
    [("sys.exit(3)", "status 3"), ("print('{')", "no sense"), ("say('grown')", "no sense"), *NONSENSE],
)
def test_a_capture_process_that_goes_wrong(begin: Begin, line: str, words: str) -> None:
    capture = begin(READY, "spool = begun('lo')", "spool.add(packets(1))", line, "sys.stdout.flush()", "hear()")
    assert read_all(capture) == [1]
    assert capture.fault is not None
    assert words in capture.fault or "SIGKILL" in capture.fault


def test_a_failure_while_capturing_ends_it_when_all_is_written(begin: Begin) -> None:
    capture = begin(
        READY,
        "spool = begun('lo')",
        "say('failed', kind='disk', reason='no space is left')",
        "time.sleep(0.1)",
        "spool.add(packets(1))",
        "say('stopped')",
        "hear()",
    )
    assert read_all(capture) == [1]
    assert capture.fault == "capturing has ended: no space is left"
    capture.start()
    assert not capture.running


def test_interfaces_that_give_nothing_are_told(begin: Begin) -> None:
    capture = begin(
        READY,
        "hear()",
        "say('interface', name='lo', up=False, reason='is down\\x1b')",
        "assert hear()['do'] == 'stop'",
        "say('interface', name='lo', up=True, reason='')",
        "wait_for_end()",
    )
    assert capture.waiting == {"lo": "is down␛"}
    capture.stop()
    until(lambda: not capture.waiting)


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("filter", UsageError, r"^the words$"),
        ("no-interface", InputError, r"lo: no such interface; there are .*lo.*any"),
        ("permission", InputError, r"the words; have tcpdump capture instead: tcpdump -i lo -U -w - tcp \|"),
        ("other", InputError, r"lo can't be captured on: the words$"),
    ],
)
def test_a_capture_that_can_not_be_started(
    begin: Begin, spools: Path, kind: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        begin(READY, "hear()", f"say('failed', kind={kind!r}, reason='the words')", "hear()", filter="tcp")
    assert list(spools.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("raise ModuleNotFoundError('no pcapy')", "ModuleNotFoundError: no pcapy"),
        ("say('failed', kind='permission', reason='can not')", "can not"),
        ("", "says nothing"),
    ],
)
def test_a_capture_process_that_does_not_get_ready(begin: Begin, spools: Path, line: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        begin(line)
    assert list(spools.iterdir()) == []


def test_an_interface_that_does_not_exist(begin: Begin, spools: Path) -> None:
    with pytest.raises(InputError, match=r"missing0: no such interface; there are .*lo"):
        begin(READY, interfaces=("lo", "missing0"))
    assert list(spools.iterdir()) == []


def test_our_own_connection_is_left_out_and_brought_back(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    own = OwnConnection("192.0.2.7", 51522, "192.0.2.1", 22, "own", "192.0.2.7:51522 → 192.0.2.1:22")
    monkeypatch.setattr(live, "own_connection", lambda: own)
    echo = ("say('interface', name=command['filter'], up=False, reason='')", "command = hear()")
    script = (READY, "command = hear()", "say('started', interfaces=[])", *echo * 3)
    capture = begin(*script, filter="port 80 or port 22")
    assert capture.own_ssh == own.words
    assert capture.own_ssh_left_out
    capture.set_own_ssh_left_out(False)
    assert not capture.own_ssh_left_out
    capture.set_own_ssh_left_out(True)
    with_own, without = "port 80 or port 22", "(port 80 or port 22) and not (own)"
    until(lambda: set(capture.waiting) == {with_own, without})
    capture.close()
    assert not begin(*script, include_own_ssh=True).own_ssh_left_out
    monkeypatch.setattr(live, "own_connection", lambda: None)
    capture = begin(*script)
    capture.set_own_ssh_left_out(True)
    assert (capture.own_ssh, capture.own_ssh_left_out) == (None, False)


MANY_SEGMENTS = (
    READY,
    "spool = begun('lo')",
    "spool.add(packets(1, size=1000))",
    "for number in range(2, 6):",
    "    spool.begin(head(['lo']))",
    "    spool.add(packets(number, size=1000))",
    "wait_for_end()",
)
"""Five frames, each in a segment of its own of a little more than 1000 bytes."""


def test_the_oldest_segments_make_room(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = begin(*MANY_SEGMENTS, max_size=3000)
    until(lambda: capture.counts.captured == 5)
    offset = capture.wants_to_drop()
    assert offset is not None
    assert capture.drop_before(offset) > 2000
    assert capture.kept_bytes <= 3000
    assert capture.wants_to_drop() is None
    assert len(list(Path(capture.spool_path).glob("*.pcapng"))) == 2
    monkeypatch.setattr(live, "KEPT_FREE", 1 << 60)
    assert capture.wants_to_drop() is not None
    monkeypatch.setattr(live, "KEPT_FREE", 0)
    unlimited = begin(*MANY_SEGMENTS)
    until(lambda: unlimited.counts.captured == 5)
    assert unlimited.wants_to_drop() is None


def test_a_session_gives_up_its_oldest_frames(begin: Begin) -> None:
    capture = begin(*MANY_SEGMENTS, max_size=3000)
    until(lambda: capture.counts.captured == 5)
    session = Session(capture)
    steps = session.run()
    while len(session.store) < 5:
        next(steps)
    assert session.given_up == 3
    assert session.read_frame(4)[:4] == (5).to_bytes(4, "big")
    assert capture.kept_bytes <= 3000


def test_frames_are_given_up_only_when_whoever_reads_them_has_seen_them(begin: Begin) -> None:
    """A report that has fallen behind prints each of them."""
    capture = begin(*MANY_SEGMENTS, max_size=1)
    until(lambda: capture.counts.captured == 5)
    session = Session(capture)
    steps = session.run()
    seen: list[int] = []
    while len(seen) < 5:
        next(steps)
        stop = len(session.store)
        seen += [int.from_bytes(session.read_frame(row)[:4], "big") for row in range(len(seen), stop)]
    assert seen == [1, 2, 3, 4, 5]


def test_a_kept_spool_can_be_recovered(begin: Begin, spools: Path) -> None:
    capture = begin(READY, "spool = begun('lo')", "spool.add(packets(1, 2), 2)", "wait_for_end()")
    until(lambda: capture.counts.captured == 2)
    assert capture.keep_spool() == capture.spool_path
    capture.close()
    with recover() as recovered:
        assert [len(batch) for batch in recovered.batches()] == [2]
        recovered.discard()
    assert list(spools.iterdir()) == []


def test_the_capture_process_has_no_descriptors_but_its_streams(begin: Begin) -> None:
    capture = begin(
        READY,
        "found = ' '.join(sorted(os.listdir('/proc/self/fd')))",
        "hear()",
        "told = f'{found} in {os.getcwd()}, own session {os.getsid(0) == os.getpid()}'",
        "say('interface', name=told, up=False, reason='')",
        "wait_for_end()",
    )
    told = next(iter(capture.waiting))
    assert told.startswith("0 1 2 3 in /,")  # 3 is the folder that was being listed
    assert told.endswith("own session True")


def test_a_capture_process_that_does_not_end_is_killed(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "END_SECONDS", 0.3)
    tell = "say('interface', name=str(os.getpid()), up=False, reason='')"
    capture = begin(READY, "spool = begun('lo')", tell, "time.sleep(60)")
    until(lambda: capture.waiting)
    child = int(next(iter(capture.waiting)))
    capture.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, signal.SIGCONT)
