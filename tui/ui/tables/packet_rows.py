"""Which rows of the store the packet table has, and where the next one of a kind is among them."""

from bisect import bisect_left
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.ui.model import Model

SCAN = 1 << 16
"""Rows that are looked through at once."""


class PacketRows:
    """Rows of the store in the packet table: all that are still there, or those of one connection."""

    def __init__(self, model: Model, connection: int | None = None) -> None:
        self._model = model
        self.connection = connection
        """Number of the connection that the rows are narrowed to; None for all frames."""
        self._rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._start = 0
        self._stop = 0
        self._scanned = 0
        self._revision = -1
        self.update()

    def update(self) -> None:
        """Take in what the last poll found: only new rows are looked through, unless old ones have changed."""
        progress = self._model.progress
        self._start, self._stop = progress.start, progress.rows
        if self.connection is None:
            return
        if progress.revision != self._revision:
            self._rows, self._scanned, self._revision = self._rows[:0], progress.start, progress.revision
        if progress.rows > self._scanned:
            more = self._model.rows_of(self.connection, self._scanned, progress.rows)
            self._rows = np.concatenate([self._rows, more])
            self._scanned = progress.rows
        if len(self._rows) and self._rows[0] < progress.start:
            self._rows = self._rows[np.searchsorted(self._rows, progress.start) :]

    def __len__(self) -> int:
        return self._stop - self._start if self.connection is None else len(self._rows)

    def store_row(self, place: int) -> int:
        """The row of the store at a place of this list."""
        return self._start + place if self.connection is None else int(self._rows[place])

    def place_of_frame(self, number: int) -> int:
        """Where a frame number stands in this list, or would; frame numbers ascend with the rows."""
        return bisect_left(range(len(self)), number, key=lambda place: self._model.frame_number(self.store_row(place)))

    def next_place(self, column: str, bits: int, place: int, direction: int) -> int | None:
        """The nearest place after `place`, or before it (`direction` -1), whose `column` has any of these bits.

        `column`: `roles` or `notes` (tui.store.COLUMNS).
        """
        start, stop = (place + 1, len(self)) if direction > 0 else (0, place)
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
        if self.connection is None:
            return self._model.column(column, self._start + first, self._start + last)
        return self._model.gather(column, self._rows[first:last])
