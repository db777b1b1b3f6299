"""Memory that is given back to the system."""

import ctypes
from pathlib import Path

import pytest

from tui.memory import give_back
from tui.store import CHUNK_ROWS, COLUMNS, Chunk


def private_bytes() -> int:
    """Anonymous memory of this process."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("Anonymous:"))


def test_a_c_library_that_can_not_be_asked_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    give_back()


def test_rows_take_memory_once_they_are_filled_and_no_longer_than_they_are_there() -> None:
    whole = CHUNK_ROWS * sum(dtype().itemsize for dtype in COLUMNS.values())
    before = private_bytes()
    chunk = Chunk.empty()
    assert private_bytes() - before < whole / 4
    for column in chunk.columns.values():
        column[:] = 1
    assert private_bytes() - before > whole * 3 / 4
    del chunk, column
    assert private_bytes() - before < whole / 4
