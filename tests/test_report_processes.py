"""Lines that several processes make: their order, and what happens when one of these fails or nobody reads any more."""

import os
import signal
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.bench.generate import generate
from tests.bench.layout import Settings
from tui.files.source import open_capture
from tui.report import json_lines
from tui.report.processes import useful_processes, write_parts
from tui.session import Session
from tui.views import compile_filter

PARTS = (range(3), range(3, 100_000), range(100_000, 100_001))


def lines(numbers: range) -> Iterator[bytes]:
    """A line for each number."""
    return (b"%d\n" % number for number in numbers)


class Broken(BytesIO):
    """An output that nobody reads."""

    def writelines(self, _: Any) -> None:
        raise BrokenPipeError


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    before = psutil.Process().children()
    yield
    assert set(psutil.Process().children()) <= set(before)


def test_the_parts_stand_in_their_order() -> None:
    output = BytesIO()
    write_parts(lines, PARTS, output)
    assert output.getvalue() == b"".join(lines(range(100_001)))


@pytest.mark.parametrize("ending", ["error", "signal"])
def test_what_a_process_did_not_finish_is_made_here(ending: str) -> None:
    here = os.getpid()

    def make(numbers: range) -> Iterator[bytes]:
        yield from lines(numbers[: len(numbers) // 2])
        if os.getpid() != here:
            if ending == "signal":
                os.kill(os.getpid(), signal.SIGTERM)
            raise MemoryError
        yield from lines(numbers[len(numbers) // 2 :])

    output = BytesIO()
    write_parts(make, PARTS, output)
    assert output.getvalue() == b"".join(lines(range(100_001)))


def test_what_making_them_raises_is_raised_here() -> None:
    def make(numbers: range) -> Iterator[bytes]:
        if numbers.start:
            raise ValueError(numbers.start)
        return lines(numbers)

    with pytest.raises(ValueError, match="3"):
        write_parts(make, PARTS, BytesIO())


def test_nobody_works_on_when_nobody_reads() -> None:
    def make(numbers: range) -> Iterator[bytes]:
        while numbers.start:
            yield b"endless\n"
        yield b"first\n"

    with pytest.raises(BrokenPipeError):
        write_parts(make, PARTS[:2], Broken())


def test_without_room_for_other_processes_all_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_fork() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", no_fork)
    output = BytesIO()
    write_parts(lines, PARTS, output)
    assert output.getvalue() == b"".join(lines(range(100_001)))


def test_processes_are_waited_for_also_where_the_program_was_started_with_endings_ignored() -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        output = BytesIO()
        write_parts(lines, PARTS, output)
        assert output.getvalue() == b"".join(lines(range(100_001)))
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_connections_are_told_the_same_however_many_processes_tell_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.pcap"
    generate(path, Settings(packets=800, connections=20, retransmissions=0.02))
    with open_capture(str(path)) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        alone, shared = BytesIO(), BytesIO()
        json_lines.write_connections(session, alone)
        monkeypatch.setattr(json_lines, "WORTH_SHARING", 1)
        monkeypatch.setattr(json_lines, "CONNECTIONS_AT_ONCE", 5)
        monkeypatch.setattr(json_lines, "useful_processes", lambda: 3)
        json_lines.write_connections(session, shared)
    assert alone.getvalue().count(b"\n") == 20
    assert shared.getvalue() == alone.getvalue()


@pytest.mark.parametrize("words", ["", 'packet.roles == "data" || packet.notes'])
def test_segments_are_told_the_same_however_many_processes_tell_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    path = tmp_path / "many.pcap"
    generate(path, Settings(packets=300, connections=10, retransmissions=0.05))
    with open_capture(str(path)) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        chosen = compile_filter(words) if words else None
        alone, shared = BytesIO(), BytesIO()
        json_lines.write_packets(session, alone, True, chosen)
        monkeypatch.setattr(json_lines, "PACKETS_WORTH_SHARING", 10)
        monkeypatch.setattr(json_lines, "PACKETS_AT_ONCE", 40)
        monkeypatch.setattr(json_lines, "useful_processes", lambda: 3)
        json_lines.write_packets(session, shared, True, chosen)
    assert alone.getvalue().count(b"\n") > 120
    assert shared.getvalue() == alone.getvalue()


def test_a_thread_keeps_this_process_from_being_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threading.active_count", lambda: 2)
    assert useful_processes() == 1
