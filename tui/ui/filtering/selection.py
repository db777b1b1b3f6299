"""What a display filter has selected so far: rows of frames, and the connections that they belong to."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

NO_ROWS: Numbers = np.empty(0, np.int64)

FIRST_ROOM = 1 << 12
"""Rows that there is room for at the beginning."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """A picture of the selected rows at one moment; the next one is another object."""

    expression: str
    """The filter, as it was typed."""
    rows: Numbers = field(default_factory=lambda: NO_ROWS)
    """Selected rows of the store, ascending. Some of them may have been given up meanwhile."""
    evaluated: int = 0
    """Up to this row of the store it is known which rows are selected."""
    connections: Numbers = field(default_factory=lambda: NO_ROWS)
    """Numbers of the connections with a selected segment that is still there, ascending."""
    generation: int = 0
    """Another than before where rows that were there before are now selected, or no longer; else only rows came."""
    stopped: bool = False
    """The user has stopped it, so that nothing is known of the rows behind `evaluated`."""
    error: str = ""
    """Why it ended before its time, as a sentence."""

    @property
    def ended_early(self) -> bool:
        """Whether rows behind `evaluated` are left out without having been looked at."""
        return self.stopped or bool(self.error)


class Found:
    """Grows by the rows that each piece of the evaluation finds. What was handed out before never changes."""

    def __init__(self) -> None:
        self._room = np.empty(FIRST_ROOM, np.int64)
        self._length = 0
        self._last_rows = np.full(FIRST_ROOM, -1, np.int64)
        self.evaluated = 0
        """Up to this row of the store the rows were looked through."""

    @property
    def rows(self) -> Numbers:
        """All rows found, ascending."""
        return self._room[: self._length]

    def add(self, rows: Numbers, connections: NDArray[np.int32], evaluated: int, start: int) -> None:
        """Take in the rows of a piece that ends before row `evaluated`.

        `connections`: the number for each row, -1 for none. Of the rows before, those before `start` are forgotten
        where room has to be made.
        """
        if self._length + len(rows) > len(self._room):
            kept = self.rows[np.searchsorted(self.rows, start) :]
            self._room = np.empty(2 * (len(kept) + len(rows)), np.int64)
            self._room[: len(kept)] = kept
            self._length = len(kept)
        self._room[self._length : self._length + len(rows)] = rows
        self._length += len(rows)
        self.evaluated = evaluated
        known = len(self._last_rows)
        most = int(connections.max(initial=-1)) + 1
        if most > known:
            self._last_rows = np.concatenate([self._last_rows, np.full(max(known, most - known), -1, np.int64)])
        of_a_connection = connections >= 0
        self._last_rows[connections[of_a_connection]] = rows[of_a_connection]  # of equal numbers the last one stays

    def connections(self, start: int) -> Numbers:
        """Numbers of the connections that have a row found from `start` on, ascending."""
        return np.flatnonzero(self._last_rows >= start)
