"""How often notes, and names of the analysis, stand in the segments of connections."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.export.watching import Watch
from tui.session import Session
from tui.tcp.rules.analysis import ANALYSIS_NAMES
from tui.tcp.rules.notes import NOTE_NAMES

AT_ONCE = 1 << 16
"""Rows that are looked through at once."""


class NoteCounts:
    """How often each note, and each name of the analysis, stands in each connection that has any."""

    def __init__(self) -> None:
        self._notes: dict[int, dict[str, int]] = {}
        self._analysis: dict[int, dict[str, int]] = {}

    def take(self, connection: int) -> tuple[dict[str, int], dict[str, int]]:
        """The counts of one connection, of its notes and of its analysis, which are then forgotten."""
        return self._notes.pop(connection, {}), self._analysis.pop(connection, {})

    def add(self, session: Session, start: int, stop: int) -> None:
        """Count the segments of rows `start` to `stop`."""
        for first in range(start, stop, AT_ONCE):
            last = min(first + AT_ONCE, stop)
            self._add(session, session.store.column("connection", first, last), first, last)

    def add_those(self, session: Session, numbers: NDArray[np.int64], watch: Watch) -> None:
        """Count all segments of some connections; raises StoppedError."""
        if not len(numbers):
            return
        wanted = np.zeros(int(numbers.max()) + 2, np.bool_)  # its last place stands for all other connections
        wanted[numbers] = True
        start = int(session.connections.counted.values["first_row"][numbers].min())
        for first in range(max(start, session.store.start), len(session.store), AT_ONCE):
            last = min(first + AT_ONCE, len(session.store))
            connection = session.store.column("connection", first, last)
            chosen = wanted[np.minimum(connection, len(wanted) - 1)]
            self._add(session, np.where(chosen, connection, -1), first, last)
            watch.add(0)

    def _add(self, session: Session, connection: NDArray[np.int32], first: int, last: int) -> None:
        """Count rows `first` to `last`, which are of these connections; -1 for a row that does not count."""
        there = connection >= 0
        for column, names, counts in (
            ("notes", NOTE_NAMES, self._notes),
            ("analysis", ANALYSIS_NAMES, self._analysis),
        ):
            _count(connection[there], session.store.column(column, first, last)[there], names, counts)


def _count(
    connection: NDArray[np.int32],
    bits: NDArray[Any],
    names: Mapping[Any, str],
    counts: dict[int, dict[str, int]],
) -> None:
    """Add to the counts of each connection how often each of the named bits is set in its segments."""
    marked = np.flatnonzero(bits)
    connection, bits = connection[marked], bits[marked]
    for bit, name in names.items():
        having = connection[bits & bits.dtype.type(bit) != 0]
        for number, count in zip(*(part.tolist() for part in np.unique(having, return_counts=True)), strict=True):
            named = counts.setdefault(number, {})
            named[name] = named.get(name, 0) + count
