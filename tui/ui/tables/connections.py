"""The connection list: one row a connection, in the order of any column."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui.ui.model import Model
from tui.ui.pipeline import Progress
from tui.ui.tables.cells import Cell
from tui.ui.tables.columns import Column
from tui.ui.tables.connection_cells import (
    COLUMNS,
    COLUMNS_WITHOUT_PROBLEMS,
    QUANTITIES,
    SORT_KEYS,
    connection_cells,
)
from tui.ui.tables.ordering import Ordering
from tui.ui.tables.selecting import words_without_selected

SORTING_PAUSE = 1.0
"""Least seconds between two sortings by themselves."""

SORTING_SHARE = 10
"""How many times as long as it took the list then stays unsorted, so that a very long one costs no more than that."""

ASCENDING, DESCENDING = "▲", "▼"


class ConnectionRows:
    """Connections as rows of a table; the key is the connection number.

    Sorted by anything but the number, the list is a snapshot: `update` takes the next one, once a second at most.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self.order = 0
        """Index of the column that the list is sorted by."""
        self.descending = False
        self.columns: Sequence[Column] = COLUMNS_WITHOUT_PROBLEMS
        """The title of the column that the list is sorted by has a mark, unless that is how it comes anyway."""
        self._offered: Sequence[Column] = COLUMNS_WITHOUT_PROBLEMS
        self._looked_at: Progress | None = None
        self._ordering: Ordering | None = None
        self._sorted: NDArray[np.int64] | None = None
        self._display_filter = model.options.display_filter
        self._pause_until = 0.0

    @property
    def arrival_order(self) -> bool:
        """Whether the newest connection stands last."""
        return self._ordering is None

    def sort_by(self, column: int) -> None:
        """Sort by a column: words from their beginning, amounts from the largest."""
        self._sort(column, column in QUANTITIES)

    def reverse(self) -> None:
        """Sort the other way round."""
        self._sort(self.order, not self.descending)

    def update(self) -> bool:
        """Make room for the first problem, and sort again where that is due; true where the list is a new one."""
        self._look_for_problems()
        if self._ordering is None or self._sorted is self._model.listed_connections:
            return False
        if time.monotonic() < self._pause_until and self._display_filter == self._model.options.display_filter:
            return False
        self._take_ordering()
        return True

    def _look_for_problems(self) -> None:
        if self._offered is COLUMNS or self._looked_at is self._model.progress:
            return
        self._looked_at = self._model.progress
        if len(self._model.connections_with_problems()):
            self._offered = COLUMNS
            self._mark_column()

    def _sort(self, column: int, descending: bool) -> None:
        self.order, self.descending = column, descending
        self._mark_column()
        if column == 0 and not descending:
            self._ordering = None
        else:
            self._take_ordering()

    def _mark_column(self) -> None:
        """Mark the title of the column that the list is sorted by."""
        if self.order == 0 and not self.descending:
            self.columns = self._offered
            return
        columns = list(self._offered)
        marked = columns[self.order]
        columns[self.order] = replace(marked, title=f"{marked.title}{DESCENDING if self.descending else ASCENDING}")
        self.columns = columns

    def _take_ordering(self) -> None:
        began = time.monotonic()
        numbers = self._model.listed_connections
        keys = self._model.connection_keys(numbers, SORT_KEYS[self.order])
        self._ordering = Ordering(numbers, keys, self.descending)
        self._sorted, self._display_filter = numbers, self._model.options.display_filter
        ended = time.monotonic()
        self._pause_until = ended + max(SORTING_PAUSE, SORTING_SHARE * (ended - began))

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The connection numbers in the order in which they are shown."""
        return self._model.listed_connections if self._ordering is None else self._ordering.numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def key(self, row: int) -> int:
        """The connection number of a row."""
        return int(self.numbers[row])

    def next_row(self, numbers: NDArray[np.int64], row: int, direction: int) -> int | None:
        """The nearest row after a row, or before it (`direction` -1), whose connection is among `numbers`."""
        shown = self.numbers
        wanted = np.zeros(max(shown.max(initial=-1), numbers.max(initial=-1)) + 1, np.bool_)
        wanted[numbers] = True
        found = np.flatnonzero(wanted[shown])
        place = int(np.searchsorted(found, row, "right" if direction > 0 else "left")) - (direction < 0)
        return int(found[place]) if 0 <= place < len(found) else None

    def find(self, key: int) -> int:
        """The row of a connection number, or of the next one there is."""
        return self._model.place_of(key) if self._ordering is None else self._ordering.find(key)

    def cells(self, row: int) -> Sequence[Cell]:
        """The cells of a connection."""
        return self.cells_of([row])[0]

    def cells_of(self, rows: Sequence[int]) -> list[Sequence[Cell]]:
        """The cells of several connections."""
        numbers = self.numbers[np.array(rows, np.int64)].tolist()
        made: list[Sequence[Cell]] = []
        for number, (view, application) in zip(numbers, self._model.connections_at(numbers), strict=True):
            if view is None:
                made.append([(str(number), ""), ("…", "quiet"), *[("", "")] * (len(COLUMNS) - 2)])
            else:
                made.append(connection_cells(view, application, self._model.problems(view)))
        return made

    def words_when_empty(self) -> str:
        """Why there are no connections."""
        model = self._model
        if model.error:
            return "Reading ended with an error before the first TCP connection."
        if len(model.connection_numbers) and model.selection is not None:
            return words_without_selected(model, "connection")
        if not model.progress.over:
            return "No TCP connection so far." if model.is_stream else "Reading … no TCP connection so far."
        if model.frames == 0:
            return model.words_without_frames
        not_understood = model.not_understood
        if not_understood:
            return f"No TCP that could be read: {not_understood}."
        return "No TCP in this capture; its frames are listed below."
