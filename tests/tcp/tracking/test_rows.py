"""Rows keep what is written to them, and take memory for no more than that."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.memory import give_back
from tui.tcp.tracking.rows import Rows

KIND = np.dtype(
    [
        *(("seen_ns", np.int64), ("ended_ns", np.int64), ("times_ns", np.int64, (3,))),
        *(("row", np.uint32, (2,)), ("last_row", np.int64), ("shift", np.int8, (2,)), ("odd", np.bool_)),
    ]
)
FRESH = np.array([(0, 0, [0, 0, 0], [2**32 - 1, 2**32 - 1], -1, [-1, -1], False)], KIND)

longs = st.integers(-(2**63), 2**63 - 1)
frames = st.integers(0, 2**32 - 1)
shifts = st.integers(-2, 14)
written = st.tuples(
    *(longs, longs, st.lists(longs, min_size=3, max_size=3), st.lists(frames, min_size=2, max_size=2)),
    *(st.integers(-1, 2**32 - 2), st.lists(shifts, min_size=2, max_size=2), st.booleans()),
)


def rows_of_that_kind() -> Rows:
    """A table without rows."""
    return Rows(KIND, FRESH, {"last_row": np.uint32}, {"ended_ns": "seen_ns", "times_ns": "seen_ns"})


@settings(max_examples=25)
@given(st.dictionaries(st.integers(0, 5_000), written, min_size=1, max_size=9), st.integers(1, 20_000))
def test_rows_stay_while_the_table_grows(those: dict[int, Any], later: int) -> None:
    rows, numbers = rows_of_that_kind(), np.array(list(those))
    expected = np.array(list(those.values()), KIND)
    rows.extend_to(int(numbers.max()) + 1)
    rows.values.put(numbers, expected)
    rows.extend_to(int(numbers.max()) + 1 + later)
    assert rows.values.take(numbers).tobytes() == expected.tobytes()
    assert [rows.values[number].tobytes() for number in those] == [row.tobytes() for row in expected]
    assert all(rows.values[name][numbers].tolist() == expected[name].tolist() for name in KIND.names or ())
    others = np.setdiff1d(np.arange(rows.length), numbers)[:: max(later // 8, 1)]
    assert rows.values.take(others).tobytes() == FRESH.tobytes() * len(others)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1), frames), max_size=12))
def test_one_side_is_written_and_the_other_stays(changes: list[tuple[int, int, int]]) -> None:
    rows, expected = rows_of_that_kind(), np.repeat(FRESH, 10)
    rows.extend_to(10)
    for number, side, row in changes:
        rows.values["row"][number, side] = expected["row"][number, side] = row
        rows.values["shift"][[number], [side]] = expected["shift"][[number], [side]] = row % 15
        rows.values["times_ns"][[number], side] = expected["times_ns"][[number], side] = row << 20
    assert rows.values[:10].tobytes() == expected.tobytes()


def test_a_row_can_be_made_as_new() -> None:
    rows = rows_of_that_kind()
    rows.values.put([1, 2], np.array([(9, 8, [7, 6, 5], [4, 3], 2, [1, 0], True)] * 2, KIND))
    rows.reset(1)
    assert rows.values[1].tobytes() == FRESH.tobytes()
    assert rows.values[2].tobytes() != FRESH.tobytes()


def _private_bytes() -> int:
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss_Anon:"):
            return int(line.split()[1]) * 1024
    return 0


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's account of memory")
def test_what_is_as_in_a_new_row_takes_no_memory() -> None:
    million = 1_000_000
    give_back()
    before = _private_bytes()
    rows = rows_of_that_kind()
    for length in range(million // 10, million + 1, million // 10):
        rows.extend_to(length)
        numbers = np.arange(length - million // 10, length)
        fresh = np.repeat(FRESH, len(numbers))
        fresh["seen_ns"] = fresh["ended_ns"] = numbers
        fresh["times_ns"] = numbers[:, np.newaxis]
        rows.values.put(numbers, fresh)
    del numbers, fresh
    give_back()
    assert rows.values.take(np.array([million - 1]))["ended_ns"].tolist() == [million - 1]
    # 8 bytes a row stand there; all fields together would take 61, and arrays that double twice as many for a moment.
    assert _private_bytes() - before < 16 * million
