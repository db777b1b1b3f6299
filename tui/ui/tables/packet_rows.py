"""Which rows of the store the packet table has, and where the next one of a kind is among them."""

from bisect import bisect_left
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.ui.model import Model

SCAN = 1 << 16
"""Rows that are looked through at once."""


class PacketRows:
    """Rows of the store in the packet table: of all frames that are still there or of one connection, those that the
    display filter selects.
    """

    def __init__(self, model: Model, connection: int | None = None) -> None:
        self._model = model
        self.connection = connection
        """Number of the connection that the rows are narrowed to; None for all frames."""
        self._rows: NDArray[np.int64] | None = None
        """None: all rows from `_start` to `_stop`."""
        self._start = 0
        self._stop = 0
        self._scanned = 0
        self._revision = -1
        self._selected_by: tuple[str, int] | None = None
        self.update()

    def update(self) -> None:
        """Take in what the last poll found: only new rows are looked through, unless old ones have changed."""
        progress, selection = self._model.progress, self._model.selection
        self._start, self._stop = progress.start, progress.rows
        if self.connection is not None:
            self._update_connection(self.connection)
        else:
            self._rows = None if selection is None else selection.rows
        if self._rows is not None and len(self._rows) and self._rows[0] < progress.start:
            self._rows = self._rows[np.searchsorted(self._rows, progress.start) :]

    def _update_connection(self, connection: int) -> None:
        progress, selection = self._model.progress, self._model.selection
        selected_by = None if selection is None else (selection.expression, selection.generation)
        if self._rows is None or (progress.revision, selected_by) != (self._revision, self._selected_by):
            self._rows, self._scanned = np.empty(0, np.int64), progress.start
            self._revision, self._selected_by = progress.revision, selected_by
        stop = progress.rows if selection is None else min(selection.evaluated, progress.rows)
        if stop > self._scanned:
            more = self._model.rows_of(connection, self._scanned, stop)
            if selection is not None:
                more = among(more, selection.rows, self._scanned, stop)
            self._rows = np.concatenate([self._rows, more])
            self._scanned = stop

    def __len__(self) -> int:
        return self._stop - self._start if self._rows is None else len(self._rows)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows of the store in this list as it stands now."""
        return np.arange(self._start, self._stop) if self._rows is None else self._rows

    def store_row(self, place: int) -> int:
        """The row of the store at a place of this list."""
        return self._start + place if self._rows is None else int(self._rows[place])

    def place_of_frame(self, number: int) -> int:
        """Where a frame number stands in this list, or would; frame numbers ascend with the rows."""
        return bisect_left(range(len(self)), number, key=lambda place: self._model.frame_number(self.store_row(place)))

    def next_place(self, column: str, bits: int, place: int, direction: int) -> int | None:
        """The nearest place after `place`, or before it (`direction` -1), whose `column` has any of these bits.

        `column`: `roles` or `notes` (tui.store.COLUMNS).
        """
        return self._next_of(len(self), column, bits, place, direction)

    def _next_of(self, count: int, column: str, bits: int, place: int, direction: int) -> int | None:
        """As `next_place`, among the first `count` rows of the store that stand behind this list."""
        start, stop = (place + 1, count) if direction > 0 else (0, place)
        while start < stop:
            first, last = (start, min(start + SCAN, stop)) if direction > 0 else (max(start, stop - SCAN), stop)
            values = self._values(column, first, last)
            found = np.flatnonzero(values & values.dtype.type(bits))
            if len(found):
                return first + int(found[0] if direction > 0 else found[-1])
            start, stop = (last, stop) if direction > 0 else (start, first)
        return None

    def _values(self, column: str, first: int, last: int) -> NDArray[Any]:
        """What a column holds at places `first` to `last`."""
        if self._rows is None:
            return self._model.column(column, self._start + first, self._start + last)
        return self._model.gather(column, self._rows[first:last])


def among(rows: NDArray[np.int64], others: NDArray[np.int64], start: int, stop: int) -> NDArray[np.int64]:
    """Those of `rows` that are also among `others`; both ascend, and `rows` are from `start` to `stop`."""
    others = others[np.searchsorted(others, start) : np.searchsorted(others, stop)]
    wanted = np.zeros(stop - start, np.bool_)
    wanted[others - start] = True
    return rows[wanted[rows - start]]
