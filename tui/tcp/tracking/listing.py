"""The numbers of the connections that can still be looked at, kept up from batch to batch."""

from threading import Lock

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Listing:
    """Ascending connection numbers. Arrays that were handed out never change."""

    def __init__(self) -> None:
        self._buffer: Integers = np.empty(256, np.int64)
        self._length = 0
        self._known = 0
        """Connections that were looked at so far, listed or not."""
        self._start = 0
        self._given_up = 0
        self._revived: list[Integers] = []
        self._changing = Lock()

    def note_rows(self, connections: Integers, last_row: Integers) -> None:
        """Some connections have got further rows; `last_row` is the last one before that of each."""
        with self._changing:
            revived = connections[(last_row >= 0) & (last_row < self._start)]
            if len(revived):
                self._revived.append(revived)

    def numbers(self, count: int, last_row: Integers, given_up: set[int], start: int) -> Integers:
        """All numbers below `count` but those given up and those whose last row lies before row `start`.

        `last_row` is per connection, -1 where none is stored yet.
        """
        with self._changing:
            self._update(count, last_row, given_up, start)
            return self._listed

    def _update(self, count: int, last_row: Integers, given_up: set[int], start: int) -> None:
        if self._revived:
            self._insert(np.concatenate(self._revived))
            self._revived = []
        if len(given_up) != self._given_up:
            self._given_up = len(given_up)
            self._keep(~np.isin(self._listed, list(given_up)))
        if start != self._start:
            self._start = start
            self._keep(_there(last_row[self._listed], start))
        if count > self._known:
            new = np.arange(self._known, count)
            self._known = count
            new = new[_there(last_row[new], start)] if start else new
            self._append(new[~np.isin(new, list(given_up))] if given_up else new)

    @property
    def _listed(self) -> Integers:
        return self._buffer[: self._length]

    def _keep(self, kept: NDArray[np.bool_]) -> None:
        self._buffer = self._listed[kept]
        self._length = len(self._buffer)

    def _insert(self, numbers: Integers) -> None:
        self._buffer = np.union1d(self._listed, numbers)
        self._length = len(self._buffer)

    def _append(self, numbers: Integers) -> None:
        length = self._length + len(numbers)
        if length > len(self._buffer):
            grown = np.empty(max(length, 2 * len(self._buffer)), np.int64)
            grown[: self._length] = self._listed
            self._buffer = grown
        self._buffer[self._length : length] = numbers
        self._length = length


def _there(last_row: Integers, start: int) -> NDArray[np.bool_]:
    """Whether connections have a row that was not given up, or none yet."""
    there: NDArray[np.bool_] = (last_row >= start) | (last_row < 0)
    return there
