"""The states that each segment found its connection in, for many segments at once."""

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.views.endpoints import client_is_lower
from tui.views.segment_columns import state_names

UNKNOWN = -1
"""Stands for the states before a connection's first segment."""

AT_ONCE = 1 << 16
"""Rows that are taken from the columns at once."""


class StatesBefore:
    """Goes through the segments once, as rows are asked for in ascending order: looking back for the segment before
    each would be quadratic."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._next = 0
        """The first row that was not looked at."""
        self._last = np.empty(0, np.int16)
        """Both endpoints' states after the last segment so far, by connection number."""

    def of(self, rows: NDArray[np.int64]) -> list[tuple[str | None, str | None]]:
        """The client's and the server's state before each of these TCP segments, which ascend from call to call."""
        if not len(rows):
            return []
        store = self._session.store
        found = np.full(len(rows), UNKNOWN, np.int16)
        stop = int(rows[-1]) + 1
        while (first := max(self._next, store.start)) < stop:
            self._next = min(first + AT_ONCE, stop)
            places = slice(*np.searchsorted(rows, (first, self._next)).tolist())
            found[places] = self._walk(first, self._next)[rows[places] - first]
        connections = store.gather("connection", rows).tolist()
        return [
            (None, None) if pair < 0 or number < 0 else state_names(pair, client_is_lower(self._session, number))
            for pair, number in zip(found.tolist(), connections, strict=True)
        ]

    def _walk(self, first: int, stop: int) -> NDArray[np.int16]:
        """The states before each row from `first` to `stop`, and those after them to be remembered."""
        before = np.full(stop - first, UNKNOWN, np.int16)
        connection = self._session.store.column("connection", first, stop)
        order = np.argsort(connection, kind="stable")
        order = order[np.searchsorted(connection[order], 0) :]
        if not len(order):
            return before
        number = connection[order]
        states = self._session.store.column("states", first, stop)[order].astype(np.int16)
        if number[-1] >= len(self._last):
            more = np.full(int(number[-1]) + 1 - len(self._last), UNKNOWN, np.int16)
            self._last = np.concatenate([self._last, more])
        begins = np.diff(number, prepend=-1) != 0
        before[order] = np.where(begins, self._last[number], np.roll(states, 1))
        ends = np.append(begins[1:], True)
        self._last[number[ends]] = states[ends]
        return before
