"""The store of columns: rows across chunks, in any order, changed after they were appended."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tui.store import CHUNK_ROWS, COLUMNS, Store


def rows(start: int, stop: int) -> dict[str, NDArray[np.generic]]:
    """Columns whose every value follows from its row: the row modulo what fits."""
    numbers = np.arange(start, stop)
    return {
        name: (numbers % 2 ** (8 * min(np.dtype(dtype).itemsize, 4) - 1)).astype(dtype)
        for name, dtype in COLUMNS.items()
    }


def filled(*sizes: int) -> Store:
    """A store to which so many rows were appended at a time."""
    store = Store()
    for size in sizes:
        store.append(rows(len(store), len(store) + size))
    return store


SIZES = [
    (10,),
    (CHUNK_ROWS,),
    (CHUNK_ROWS - 1, 2),
    (CHUNK_ROWS + 1,),
    (1, 3 * CHUNK_ROWS),
    (CHUNK_ROWS, 0, CHUNK_ROWS),
]


@pytest.mark.parametrize("sizes", SIZES)
def test_rows_come_back_however_they_were_appended(sizes: tuple[int, ...]) -> None:
    store = filled(*sizes)
    total = sum(sizes)
    assert len(store) == total
    expected = rows(0, total)
    for name, dtype in COLUMNS.items():
        column = store.column(name, 0, total)
        assert column.dtype == dtype
        np.testing.assert_array_equal(column, expected[name])
    assert store.value("number", total - 1) == total - 1


def test_a_range_may_lie_anywhere() -> None:
    store = filled(3 * CHUNK_ROWS + 5)
    for start, stop in (
        (0, 0),
        (7, 7),
        (5, 9),
        (CHUNK_ROWS - 1, CHUNK_ROWS),
        (CHUNK_ROWS - 1, CHUNK_ROWS + 1),
        (CHUNK_ROWS, 2 * CHUNK_ROWS),
        (3, 3 * CHUNK_ROWS + 5),
    ):
        assert store.column("number", start, stop).tolist() == list(range(start, stop))


def test_rows_are_gathered_in_the_order_that_is_asked_for() -> None:
    store = filled(2 * CHUNK_ROWS + 3)
    wanted = np.array([2 * CHUNK_ROWS + 2, 0, CHUNK_ROWS, CHUNK_ROWS - 1, 0, 5])
    assert store.gather("number", wanted).tolist() == wanted.tolist()
    assert store.gather("number", np.empty(0, np.int64)).tolist() == []


def test_rows_where_a_column_has_a_value() -> None:
    store = filled(2 * CHUNK_ROWS + 3)
    chosen = [3, CHUNK_ROWS - 1, CHUNK_ROWS, 2 * CHUNK_ROWS + 2]
    for row in chosen:
        store.change(row, {"connection": -5})
    assert store.rows_where("connection", -5, 0, len(store)).tolist() == chosen
    assert store.rows_where("connection", -5, 4, 2 * CHUNK_ROWS + 2).tolist() == chosen[1:3]
    assert store.rows_where("connection", -5, 4, CHUNK_ROWS).tolist() == chosen[1:2]
    assert store.rows_where("connection", -6, 0, len(store)).tolist() == []
    assert store.rows_where("connection", -5, 9, 9).tolist() == []


def test_a_change_touches_its_row_alone_and_raises_the_revision() -> None:
    store = filled(CHUNK_ROWS + 2)
    revision = store.revision
    store.change(CHUNK_ROWS, {"roles": 7, "notes": 2**63})
    assert store.revision > revision
    assert store.value("roles", CHUNK_ROWS) == 7
    assert store.value("notes", CHUNK_ROWS) == 2**63
    assert store.value("number", CHUNK_ROWS) == CHUNK_ROWS
    neighbours = [store.value("roles", row) for row in (CHUNK_ROWS - 1, CHUNK_ROWS + 1)]
    assert neighbours == [CHUNK_ROWS - 1, CHUNK_ROWS + 1]


def test_appending_changes_no_revision_and_nothing_that_was_read() -> None:
    store = filled(10)
    before = store.column("number", 0, 10)
    store.append(rows(10, CHUNK_ROWS + 10))
    assert store.revision == 0
    assert before.tolist() == list(range(10))


def test_the_oldest_rows_can_be_given_up_and_the_others_keep_their_numbers() -> None:
    store = filled(2 * CHUNK_ROWS + 3)
    row = CHUNK_ROWS + 7
    for chosen in (3, row - 1, row, 2 * CHUNK_ROWS):
        store.change(chosen, {"connection": -5})
    store.drop_before(row)
    assert (store.start, len(store)) == (row, 2 * CHUNK_ROWS + 3)
    assert store.value("number", row) == row
    assert store.rows_where("connection", -5, 0, len(store)).tolist() == [row, 2 * CHUNK_ROWS]
    store.append(rows(len(store), len(store) + 5))
    assert store.column("number", row, len(store)).tolist() == list(range(row, 2 * CHUNK_ROWS + 8))


def test_who_still_asks_for_a_row_that_was_given_up_gets_a_frame_of_no_connection() -> None:
    store = filled(2 * CHUNK_ROWS)
    store.drop_before(CHUNK_ROWS)
    assert store.value("connection", 5) == -1
    assert store.column("connection", 3, CHUNK_ROWS + 1)[:3].tolist() == [-1, -1, -1]
    assert store.gather("number", np.array([0, CHUNK_ROWS])).tolist() == [0, CHUNK_ROWS]
    revision = store.revision
    store.change(5, {"roles": 1})
    assert store.revision == revision


def test_giving_up_frees_the_memory_of_whole_chunks_and_never_goes_back() -> None:
    store = filled(3 * CHUNK_ROWS)
    store.drop_before(3 * CHUNK_ROWS + 100)
    assert store.start == 3 * CHUNK_ROWS
    store.drop_before(1)
    assert store.start == 3 * CHUNK_ROWS
    store.append(rows(3 * CHUNK_ROWS, 3 * CHUNK_ROWS + 1))
    assert store.value("number", 3 * CHUNK_ROWS) == 3 * CHUNK_ROWS


def test_a_row_may_be_given_up_by_another_thread_while_it_is_changed() -> None:
    class Hurried(Store):
        """Gives all up right behind a look at where its rows begin."""

        _hurry = False

        @property
        def start(self) -> int:
            first = self._first
            if self._hurry:
                self._hurry = False
                self.drop_before(len(self))
            return first

        @start.setter
        def start(self, row: int) -> None:
            self._first = row

    store = Hurried()
    store.append(rows(0, CHUNK_ROWS))
    store._hurry = True
    store.change(5, {"roles": 1})
    assert store.value("connection", 5) == -1
