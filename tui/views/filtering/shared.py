"""What is worked out once for many rows: values of connections, and times between their segments."""

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.store import CHUNK_ROWS

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

UNKNOWN, ABSENT, THERE = 0, 1, 2
"""What is known of a connection's value: nothing yet, that there is none, all."""

_PLACE_BITS = 20


class Known:
    """A value of each connection, as far as it was asked for."""

    def __init__(self, connections: int) -> None:
        self.values = np.zeros(connections, np.int64)
        self.state = np.zeros(connections, np.uint8)

    def enter(self, numbers: Indices, values: Indices, there: Mask) -> None:
        """Note the values of connections; `there` is false where one has none."""
        self.values[numbers] = values
        self.state[numbers] = np.where(there, THERE, ABSENT)

    def missing(self, numbers: Indices) -> Indices:
        """Those of the connections whose values were not noted yet."""
        found: Indices = numbers[self.state[numbers] == UNKNOWN]
        return found


class Shared:
    """Values that hold for a session while nothing of it changes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._connections = len(session.connections)
        self._known: dict[str, Known] = {}
        self._codes: dict[str, dict[str, int]] = {}
        self._chunk = -1
        self._deltas = np.empty(0, np.int64)
        self._latest = np.empty(0, np.int64)
        self._latest_at = -1
        """Row before which `_latest` holds each connection's latest time."""

    def known(self, name: str) -> Known:
        """What is noted of the connections under a name."""
        return self._known.setdefault(name, Known(self._connections))

    def words(self, name: str) -> dict[str, int]:
        """Words by which numbers noted under a name stand for texts."""
        return self._codes.setdefault(name, {})

    def numbers_of(self, connection: Indices) -> Indices:
        """The different connections among those of some rows, ascending; -1 stands for none."""
        seen = np.zeros(self._connections, np.bool_)
        seen[connection[(connection >= 0) & (connection < self._connections)]] = True
        return np.flatnonzero(seen)

    def deltas_at(self, index: Indices) -> Indices:
        """Nanoseconds since the connection's segment before, at rows that ascend; 0 at the first."""
        found = np.zeros(len(index), np.int64)
        chunks = index // CHUNK_ROWS
        for chunk in np.unique(chunks).tolist():
            chosen = chunks == chunk
            rows = index[chosen]
            if chunk != self._chunk or int(rows[-1]) - chunk * CHUNK_ROWS >= len(self._deltas):
                self._work_out(chunk)
            found[chosen] = self._deltas[rows - chunk * CHUNK_ROWS]
        return found

    def _work_out(self, chunk: int) -> None:
        """The deltas of a chunk of the store."""
        store = self._session.store
        start, stop = chunk * CHUNK_ROWS, min((chunk + 1) * CHUNK_ROWS, len(store))
        connection = np.minimum(store.column("connection", start, stop).astype(np.int64), self._connections - 1)
        time_ns = store.column("time_ns", start, stop)
        ordered = np.sort((connection + 1) << _PLACE_BITS | np.arange(stop - start))
        place = ordered & ((1 << _PLACE_BITS) - 1)
        of, times = (ordered >> _PLACE_BITS) - 1, time_ns[place]
        heads = np.flatnonzero(np.diff(of, prepend=-2))
        before = np.empty_like(times)
        before[1:] = times[:-1]
        latest = self._latest if self._latest_at == start else self._look_back(start, of[heads])
        earlier = latest[np.maximum(of[heads], 0)] if len(latest) else np.full(len(heads), -1)
        before[heads] = np.where(earlier >= 0, earlier, times[heads])
        self._deltas = np.zeros(stop - start, np.int64)
        self._deltas[place] = times - before
        tails = np.append(heads[1:], len(of)) - 1
        latest = latest.copy()
        latest[of[tails][of[tails] >= 0]] = times[tails][of[tails] >= 0]
        self._chunk, self._latest, self._latest_at = chunk, latest, stop

    def _look_back(self, stop: int, wanted: Indices) -> Indices:
        """By connection, the time of its latest segment before the row `stop`, -1 where it has none."""
        store = self._session.store
        latest = np.full(self._connections, -1, np.int64)
        first_row = self._session.connections.counted.values["first_row"]
        still = np.zeros(self._connections, np.bool_)
        still[wanted[wanted >= 0]] = True
        still &= first_row[: self._connections] < stop
        while stop > store.start and still.any():
            start = max((stop - 1) // CHUNK_ROWS * CHUNK_ROWS, store.start)
            connection = store.column("connection", start, stop).astype(np.int64)
            places = np.flatnonzero((connection >= 0) & (connection < self._connections))
            places = places[still[connection[places]]]
            latest[connection[places]] = store.column("time_ns", start, stop)[places]
            still[connection[places]] = False
            stop = start
        return latest
