"""The program on a live interface, without a screen: what it prints, what it writes, and how it ends."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.program import COMMAND, PATIENCE, fail, objects, succeed

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="capturing live takes Linux and root"
)

READY = b"capturing on lo"


class Lines:
    """Lines of a pipe as they come."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._rest = b""

    def next(self, seconds: float = PATIENCE) -> bytes:
        """The next line; an assertion fails where it does not come in time."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._rest:
            ready = select.select([self._pipe], [], [], max(deadline - time.monotonic(), 0))[0]
            assert ready, "no line in time"
            piece = os.read(self._pipe.fileno(), 65536)
            assert piece, "the program has ended"
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line


@contextmanager
def capturing(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[bytes], Lines]]:
    """A run that captures on lo, once it does; the caller ends it."""
    process = subprocess.Popen(
        [*COMMAND, "-i", "lo", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        assert READY in Lines(process.stderr).next()
        yield process, Lines(process.stdout)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port_of(server: socket.socket) -> str:
    """The server's port, as a word of a filter."""
    return str(server.getsockname()[1])


def talk(server: socket.socket, words: bytes = b"hello") -> None:
    """One connection from handshake to teardown; the client closes first."""
    with socket.create_connection(server.getsockname()) as client:
        accepted, _ = server.accept()
        with accepted:
            client.sendall(words)
            received = b""
            while len(received) < len(words):
                received += accepted.recv(65536)
            client.close()
            assert accepted.recv(1) == b""


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; an assertion fails where it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def end(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Ctrl+C: what is still printed on both outputs."""
    process.send_signal(signal.SIGINT)
    output, messages = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, messages
    return output, messages


def test_each_segment_is_printed_as_it_is_captured(listener: socket.socket) -> None:
    with capturing("--json", "packets", "--explain", "tcp", "port", port_of(listener)) as (process, lines):
        began = time.monotonic()
        talk(listener)
        (first,) = objects(lines.next())
        delay = time.monotonic() - began
        assert first["roles"] == ["handshake 1/3"]
        assert "SYN" in first["explanation"]
        assert delay < 2
        roles = [objects(lines.next())[0]["roles"][0] for _ in range(4)]
        assert roles[:2] == ["handshake 2/3", "handshake 3/3"]
        assert "data" in roles
        while roles[-1] != "teardown 4/4":
            roles.append(objects(lines.next())[0]["roles"][0])
        _, messages = end(process)
        assert b"packets captured\n" in messages
        assert b"packets received by filter\n" in messages
        assert b"0 packets dropped by kernel\n" in messages


def test_each_connection_is_printed_when_it_has_ended_and_the_others_at_the_end(listener: socket.socket) -> None:
    with (
        capturing("--json", "connections", "tcp", "port", port_of(listener)) as (process, lines),
        socket.create_connection(listener.getsockname()),
        listener.accept()[0],
    ):
        talk(listener)
        (closed,) = objects(lines.next())
        assert (closed["connection"], closed["verdict"]) == (1, "closed")
        rest, _ = end(process)
        (still_open,) = objects(rest)
        assert (still_open["connection"], still_open["verdict"]) == (0, "open")


def test_a_count_ends_the_capture(listener: socket.socket, tmp_path: Path) -> None:
    path = tmp_path / "three.pcapng"
    with capturing("-c", "3", "-w", path, "tcp", "port", port_of(listener)) as (process, _):
        talk(listener)
        _, messages = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert b"received by filter" in messages
    found = objects(succeed("-r", path, "--json", "packets"))
    assert [segment["roles"][0] for segment in found] == ["handshake 1/3", "handshake 2/3", "handshake 3/3"]
    assert {segment["interface"] for segment in found} == {"lo"}


@pytest.mark.parametrize("name", ["all.pcap", "all.pcapng"])
def test_what_is_captured_is_written_and_has_its_name_once_it_is_complete(
    name: str, listener: socket.socket, tmp_path: Path
) -> None:
    path = tmp_path / name
    with capturing("-w", path, "tcp", "port", port_of(listener)) as (process, _):
        assert [part.name for part in tmp_path.iterdir()] == [f"{name}.part"]
        talk(listener, b"x" * 100_000)
        part = tmp_path / f"{name}.part"
        wait_until(lambda: part.stat().st_size > 100_000)
        end(process)
    assert [part.name for part in tmp_path.iterdir()] == [name]
    (connection,) = objects(succeed("-r", path, "--json", "connections"))
    assert connection["payload_bytes"] == {"client": 100_000, "server": 0}
    assert "exists; give another name" in fail(1, "-i", "lo", "-w", path, "port", port_of(listener))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_ends_other_programs_ends_a_capture_in_order(
    number: signal.Signals, listener: socket.socket, tmp_path: Path
) -> None:
    """As with tcpdump under timeout(1)."""
    path = tmp_path / "all.pcap"
    with capturing("-w", path, "tcp", "port", port_of(listener)) as (process, _):
        talk(listener)
        part = tmp_path / "all.pcap.part"
        wait_until(lambda: part.stat().st_size > 500)
        process.send_signal(number)
        _, messages = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert b"packets captured" in messages
    (connection,) = objects(succeed("-r", path, "--json", "connections"))
    assert connection["verdict"] == "closed"


def test_a_copy_keeps_no_more_on_disk_than_was_asked_for(
    listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spools = tmp_path / "spools"
    spools.mkdir()
    monkeypatch.setenv("TMPDIR", str(spools))
    path = tmp_path / "all.pcapng"
    with capturing("-w", path, "--max-size", "2M", "tcp", "port", port_of(listener)) as (process, _):
        part = tmp_path / "all.pcapng.part"
        for number in range(1, 21):
            talk(listener, b"x" * 1_000_000)
            # Waited for each time, so that the kernel's buffer is never full, however busy the machine is.
            wait_until(lambda: part.stat().st_size > number * 1_000_000)  # noqa: B023
        wait_until(lambda: sum(file.stat().st_size for file in spools.rglob("*.pcapng")) < 4_000_000)
        end(process)
    connections = objects(succeed("-r", path, "--json", "connections"))
    assert [connection["payload_bytes"]["client"] >= 1_000_000 for connection in connections] == [True] * 20


def test_a_file_that_can_not_be_made_is_told_before_anything_is_captured(tmp_path: Path) -> None:
    message = fail(1, "-i", "lo", "-w", tmp_path / "missing" / "all.pcap")
    assert message.endswith(f"can't be made: {tmp_path}/missing is no folder")


def test_a_table_is_printed_at_the_end_where_there_is_no_screen(listener: socket.socket) -> None:
    with capturing("tcp", "port", port_of(listener)) as (process, _):
        talk(listener)
        output, _ = end(process)
        assert b"closed" in output
        assert b"1 TCP connection" in output


def test_an_interface_that_does_not_exist_is_answered_with_those_that_do() -> None:
    message = fail(1, "-i", "nosuch0", "--json", "packets")
    assert "nosuch0" in message
    assert "lo" in message


def test_a_reader_that_goes_away_ends_the_capture(listener: socket.socket) -> None:
    with capturing("--json", "packets", "tcp", "port", port_of(listener)) as (process, lines):
        talk(listener)
        lines.next()
        assert process.stdout is not None
        process.stdout.close()
        talk(listener)
        assert process.wait(PATIENCE) == 141


def test_the_largest_size_holds_and_what_was_given_up_is_counted(listener: socket.socket) -> None:
    filter_words = ("tcp", "port", port_of(listener))
    with capturing("--json", "packets", "--max-size", "4M", *filter_words) as (process, lines):
        for number in range(20):
            talk(listener, b"x" * 1_000_000)
            while objects(lines.next())[0]["connection"] < number:
                pass  # so that the kernel's buffer is never full, however busy the machine is
        _, messages = end(process)
        assert b"given up" in messages


def test_a_snap_length_keeps_the_length_on_the_wire(listener: socket.socket) -> None:
    with capturing("--json", "packets", "-s", "96", "tcp", "port", port_of(listener)) as (process, _):
        talk(listener, b"x" * 5000)
        rest, _ = end(process)
        data = [segment for segment in objects(rest) if segment["length"]]
        assert sum(segment["length"] for segment in data) == 5000
        assert {segment["captured_length"] for segment in data} == {96}


def test_a_command_line_that_can_not_be_captured_with_says_why() -> None:
    assert "syntax error" in fail(2, "-i", "lo", "prt", "80")
