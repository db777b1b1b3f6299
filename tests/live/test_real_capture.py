"""A live capture with the real capture process, of connections that are really made."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from tests.live.requirements import needs_root
from tui.live import spool_folder
from tui.live.capture import LiveCapture, open_live
from tui.live.process import HELPER
from tui.live.recovery import recover
from tui.live.request import LiveRequest
from tui.session import Session

pytestmark = needs_root

PATIENCE = 10.0
"""Seconds after which what is waited for is not going to come."""

SOON = 0.3
"""Seconds within which a packet has to be in the session."""

PROGRAM = """
import sys
from tui.live.capture import open_live
from tui.live.request import LiveRequest
capture = open_live(LiveRequest(("lo",), sys.argv[1]))
print(capture.spool_path, flush=True)
for batch in capture.batches():
    print(len(batch), flush=True)
"""


@pytest.fixture(autouse=True)
def spools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds the captures' folders."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(spool_folder, "LASTING_FOLDER", str(tmp_path))
    for name in ("SUDO_UID", "SUDO_GID", "SUDO_USER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def port_filter(server: socket.socket) -> str:
    return f"tcp port {server.getsockname()[1]}"


def connect(server: socket.socket) -> tuple[socket.socket, socket.socket]:
    """Both ends of a new connection: three segments."""
    client = socket.create_connection(server.getsockname())
    return client, server.accept()[0]


def until(condition: Callable[[], object], patience: float = PATIENCE) -> float:
    """Wait until a condition holds; returns how long that took, in seconds."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() < begin + patience, "what was waited for did not come"
        time.sleep(0.005)
    return time.monotonic() - begin


@contextmanager
def session_of(capture: LiveCapture) -> Iterator[Session]:
    """A session that a thread reads, as the screen does."""
    session = Session(capture)
    reader = Thread(target=lambda: [None for _ in session.run()], daemon=True)
    reader.start()
    yield session
    capture.finish()
    reader.join(PATIENCE)
    assert not reader.is_alive()
    assert session.finished


def capture_processes(parent: int) -> list[int]:
    """The capture processes that a process has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            started_by = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if started_by == parent and str(HELPER).encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def is_running(number: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except OSError:
        return False


def test_rows_come_as_things_happen(server: socket.socket, spools: Path) -> None:
    with open_live(LiveRequest(("lo",), port_filter(server))) as capture, session_of(capture) as session:
        client, accepted = connect(server)
        took = [until(lambda: len(session.store) >= 3)]
        client.sendall(b"PING\r\n")
        accepted.recv(100)
        took.append(until(lambda: len(session.store) >= 5))
        client.close()
        accepted.close()
        took.append(until(lambda: len(session.store) >= 8))
        assert statistics.median(took) < SOON
        assert len(session.connections) == 1
        assert capture.counts.captured == len(session.store)
        assert [interface.name for interface in capture.interfaces] == ["lo"]
        assert b"PING\r\n" in b"".join(map(session.read_frame, range(len(session.store))))
    assert capture.counts.received >= capture.counts.captured
    assert (capture.fault, capture.damage) == (None, None)
    assert list(spools.iterdir()) == []


def test_stopping_and_starting_again(server: socket.socket) -> None:
    with open_live(LiveRequest(("lo",), port_filter(server))) as capture, session_of(capture) as session:
        connect(server)
        until(lambda: len(session.store) >= 3)
        capture.stop()
        until(lambda: not capture.running)
        there = len(session.store)
        connect(server)
        capture.start()
        until(lambda: capture.running)
        connect(server)
        until(lambda: len(session.connections) == 2)
        until(lambda: len(session.store) >= there + 3)
        assert len(capture.interfaces) == 1
        assert capture.fault is None


def test_a_capture_process_that_is_killed_loses_nothing(server: socket.socket) -> None:
    with open_live(LiveRequest(("lo",), port_filter(server))) as capture:
        with session_of(capture) as session:
            connect(server)
            until(lambda: len(session.store) >= 3)
            (child,) = capture_processes(os.getpid())
            os.kill(child, signal.SIGKILL)
            until(lambda: capture.fault)
            until(lambda: session.finished)
        assert "SIGKILL" in str(capture.fault)
        assert capture.damage is None
        assert session.read_frame(0)


def test_a_program_that_is_killed_leaves_its_packets_and_no_process(server: socket.socket, spools: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, port_filter(server)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        path = Path(program.stdout.readline().strip())
        connect(server)
        seen = 0
        while seen < 3:
            seen += int(program.stdout.readline())
        (child,) = capture_processes(program.pid)
        program.kill()
        program.wait(PATIENCE)
    until(lambda: not is_running(child), 2)
    with recover() as recovered:
        assert path.is_relative_to(spools)
        assert sum(len(batch) for batch in recovered.batches()) == seen
        assert recovered.damage is None
        assert recovered.shown_name.startswith("recovered capture of lo, ")
        recovered.discard()
    assert not path.exists()


def test_a_small_capture_gives_up_its_oldest_frames(server: socket.socket) -> None:
    request = LiveRequest(("lo",), port_filter(server), max_size=1 << 20)
    with open_live(request) as capture:
        with session_of(capture) as session:
            client, accepted = connect(server)
            while capture.position < 3 << 20:
                before = capture.position
                client.sendall(bytes(100_000))
                accepted.recv(100_000, socket.MSG_WAITALL)
                until(lambda: capture.position > before)  # noqa: B023  it is called at once
        assert capture.kept_bytes <= (1 << 20) + (256 << 10)
        assert session.read_frame(len(session.store) - 1)
        assert 0 < session.given_up < len(session.store) == capture.counts.captured
        files = [path.stat().st_size for path in Path(capture.spool_path).glob("*.pcapng")]
        assert sum(files) == capture.kept_bytes


@pytest.fixture
def link() -> Iterator[str]:
    """An interface of its own, which is down."""
    name = f"tui{os.getpid()}"
    subprocess.run(["ip", "link", "add", name, "type", "veth", "peer", "name", f"{name}p"], check=True)
    subprocess.run(["ip", "link", "set", f"{name}p", "up"], check=True)
    yield name
    subprocess.run(["ip", "link", "del", name], check=False, stderr=subprocess.DEVNULL)


def test_an_interface_that_is_down_is_waited_for(link: str) -> None:
    with open_live(LiveRequest(("lo", link), "tcp port 1")) as capture:
        assert capture.name == f"lo, {link}"
        until(lambda: link in capture.waiting)
        subprocess.run(["ip", "link", "set", link, "up"], check=True)
        until(lambda: not capture.waiting)
        subprocess.run(["ip", "link", "set", link, "down"], check=True)
        until(lambda: capture.waiting)
        assert capture.fault is None
