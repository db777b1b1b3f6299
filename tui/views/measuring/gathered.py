"""The segments of many connections, taken from the store connection by connection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.store import CHUNK_ROWS, FORWARD, Store
from tui.tcp.rules.notes import Note
from tui.views.sides import client_sides

Integers = NDArray[np.int64]

BLOCK_ROWS = 1 << 16
"""Segments that are gathered at once, unless a single connection has more."""

BLOCK_CONNECTIONS = 2048
"""Connections that are gathered at once."""

CLOSE_TOGETHER = 8
"""Rows are looked up among all that lie between them where those are at most so many times as many."""

_COLUMNS = (
    "time_ns",
    "flags",
    "seq",
    "ack",
    "length",
    "window",
    "shift",
    "wire",
    "marks",
    "notes",
    "acks_row",
    "amount",
    "number",
)

_PLACE_BITS = 31


@dataclass(slots=True)
class Gathered:
    """The n segments of k connections that were not given up: the connections one after the other, the segments of
    each in order of capture. A `place` is an index into the n; a `way` is 2 · connection + sender."""

    numbers: Integers
    """k: the connections' numbers, ascending."""
    start: Integers
    """k + 1: the place of each connection's first segment."""
    row: Integers
    connection: Integers
    """Index into `numbers`."""
    sender: Integers
    """0 where the client sent it, 1 where the server did."""
    way: Integers
    time_ns: Integers
    flags: NDArray[np.uint16]
    seq: Integers
    ack: Integers
    length: NDArray[np.uint32]
    window: NDArray[np.uint16]
    shift: NDArray[np.int8]
    wire: NDArray[np.uint32]
    notes: NDArray[np.uint64]
    acks_row: NDArray[np.uint32]
    amount: NDArray[np.uint32]
    number: NDArray[np.uint32]
    """Frame numbers."""

    def __len__(self) -> int:
        return len(self.row)

    @property
    def ways(self) -> int:
        """How many ways there are."""
        return 2 * len(self.numbers)

    def has(self, note: Note) -> NDArray[np.bool_]:
        """Which segments have a note."""
        having: NDArray[np.bool_] = self.notes & np.uint64(note) != 0
        return having

    def count(self, chosen: NDArray[np.bool_]) -> Integers:
        """How many segments are chosen, for each way."""
        return np.bincount(self.way[chosen], minlength=self.ways)

    def highest(self, amounts: NDArray[Any]) -> Integers:
        """The highest amount of the segments of each connection, given one for each segment; -1 where it has none."""
        if not len(self):
            return np.full(len(self.numbers), -1)
        found = np.maximum.reduceat(amounts, np.minimum(self.start[:-1], len(self) - 1))
        return np.where(np.diff(self.start) > 0, found, -1)

    def highest_of_ways(self, amounts: Integers) -> Integers:
        """The same for each way, and no less than -1."""
        of_each_end = [self.highest(np.where(self.sender == end, amounts, -1)) for end in (0, 1)]
        return np.column_stack(of_each_end).ravel()

    def places_of(self, index: int) -> slice:
        """The places of one connection."""
        return slice(int(self.start[index]), int(self.start[index + 1]))


def heads_of(runs: Integers) -> Integers:
    """Where each run of equal numbers begins."""
    changes = np.ones(len(runs), np.bool_)
    np.not_equal(runs[1:], runs[:-1], out=changes[1:])
    return np.flatnonzero(changes)


def gather(session: Session, numbers: Integers) -> Iterator[Gathered]:
    """The segments of connections, some connections at a time; `numbers` ascending."""
    if not len(numbers):
        return
    keys = _keys(session, numbers)
    bounds = np.searchsorted(keys, np.append(numbers, numbers[-1] + 1) << 32)
    done = 0
    while done < len(numbers):
        fitting = int(np.searchsorted(bounds, bounds[done] + BLOCK_ROWS, "right")) - 1
        stop = max(done + 1, min(fitting, done + BLOCK_CONNECTIONS))
        yield _block(session, numbers[done:stop], bounds[done : stop + 1], keys)
        done = stop


def _keys(session: Session, numbers: Integers) -> Integers:
    """Connection number << 32 | row of every segment of the connections, ascending."""
    store = session.store
    counted = session.connections.counted.values.take(numbers)
    rows = counted["first_row"], counted["last_row"]
    first, last = max(int(rows[0].min()), store.start, 0), int(rows[1].max())
    wanted = np.zeros(int(numbers[-1]) + 2, np.bool_)
    wanted[numbers] = True
    parts: list[Integers] = []
    for start in range(first, last + 1, CHUNK_ROWS):
        connection = store.column("connection", start, min(start + CHUNK_ROWS, last + 1))
        chosen = np.flatnonzero(wanted[np.minimum(connection, len(wanted) - 1)])
        parts.append(connection[chosen].astype(np.int64) << 32 | chosen + start)
    keys = np.concatenate(parts) if parts else np.empty(0, np.int64)
    if len(numbers) > 1:
        keys.sort()
    return keys


def _block(session: Session, numbers: Integers, bounds: Integers, keys: Integers) -> Gathered:
    own = keys[bounds[0] : bounds[-1]]
    row = own & 0xFFFFFFFF
    start = bounds - bounds[0]
    connection = np.repeat(np.arange(len(numbers)), np.diff(start))
    column = columns_at(session.store, row)
    values: dict[str, Any] = {name: column(name) for name in _COLUMNS}
    side = np.where(values.pop("marks") & FORWARD, 0, 1)
    sender = side ^ client_sides(session, numbers)[connection]
    return Gathered(numbers, start, row, connection, sender, 2 * connection + sender, **values)


def columns_at(store: Store, row: Integers) -> Callable[[str], NDArray[Any]]:
    """Yields a column's values at these rows, whatever their order, going through the store's chunks only once."""
    first, last = (int(row.min()), int(row.max())) if len(row) else (0, -1)
    if last - first < CLOSE_TOGETHER * len(row):  # connections of the same time: the rows between them are few
        place_there = row - first
        return lambda name: store.column(name, first, last + 1)[place_there]
    ordered = np.sort(row << _PLACE_BITS | np.arange(len(row)))
    place, ascending = ordered & ((1 << _PLACE_BITS) - 1), ordered >> _PLACE_BITS
    cuts = [*np.flatnonzero(np.diff(ascending // CHUNK_ROWS, prepend=-1)).tolist(), len(row)]

    def column(name: str) -> NDArray[Any]:
        values = np.empty(len(row), store.column(name, 0, 0).dtype)
        for begin, end in pairwise(cuts):
            rows = ascending[begin:end]
            first = int(rows[0])
            values[place[begin:end]] = store.column(name, first, int(rows[-1]) + 1)[rows - first]
        return values

    return column
