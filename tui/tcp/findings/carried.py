"""What is carried on of every connection, followed or not, as columns."""

import numpy as np
from numpy.typing import NDArray

from tui.tcp.findings.chain import Chain
from tui.tcp.rules.flags import RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.rules.roles import Role
from tui.tcp.tracking.runs import Runs

Integers = NDArray[np.int64]

_OUTSIDE = int(Role.MALFORMED | Role.STRAY_SYN)
_DUPLICATE = int(Note.DUPLICATE_CAPTURE)


class Carried:
    """A row for each connection."""

    def __init__(self) -> None:
        self.chain = Chain()
        self.last_row = np.full(256, -1)
        """-1 before the first segment."""
        self.count = np.zeros(256, np.int64)
        """Segments."""
        self.let_go = np.zeros(256, np.int64)
        """How many segments it had when it was last let go of after its end; 0 where it never was."""
        self.mss = np.zeros((256, 2), np.int64)
        """Of both sides' MSS option; 0 without."""
        self.mss_row = np.full((256, 2), -1)
        self._older = np.full(256, -1)
        """The connection before it on the same ports; -1 where there is none."""
        self._slot = np.full(256, -1)
        self._newest = np.full(256, -1)
        """By endpoint pair its newest connection."""

    def extend_to(self, length: int) -> None:
        """Make room for so many connections."""
        for name in ("last_row", "count", "let_go", "mss", "mss_row", "_older", "_slot"):
            setattr(self, name, _grown(getattr(self, name), length, 0 if name in ("count", "let_go", "mss") else -1))

    def enter(self, runs: Runs, slots: Integers, start: int) -> None:
        """Enter a batch's rows; `slots`: the endpoint pairs of its k connections; rows before `start` were given up."""
        numbers, starts = runs.connection, runs.start[:-1]
        before = np.empty(len(runs), np.int64)
        before[1:] = runs.row[:-1]
        before[starts] = self.last_row[numbers]
        self.chain.drop_before(start)
        self.chain.put(runs.row, before)
        fresh = np.flatnonzero(self._slot[numbers] < 0)
        self.last_row[numbers] = runs.row[runs.start[1:] - 1]
        self.count[numbers] += np.diff(runs.start)
        if len(fresh):
            self._enter_slots(numbers[fresh], slots[fresh].astype(np.int64))

    def older_row(self, number: int) -> int:
        """The last row of the connection before this one on the same ports, -1 where there is none."""
        older = self._living(int(self._older[number]))
        return -1 if older < 0 else int(self.last_row[older])

    def enter_mss(self, runs: Runs) -> None:
        """Enter the MSS options of a batch's SYNs."""
        counts = (runs.flags & (SYN | RST) == SYN) & (runs.roles & _OUTSIDE == 0) & (runs.notes & _DUPLICATE == 0)
        places = np.flatnonzero((runs.mss != 0) & counts)
        if len(places):
            number = runs.connection[np.searchsorted(runs.start, places, side="right") - 1]
            self.mss[number, runs.side[places]] = runs.mss[places]
            self.mss_row[number, runs.side[places]] = runs.row[places]

    def forget(self, number: int) -> None:
        """A connection that never was."""
        slot = int(self._slot[number]) if number < len(self._slot) else -1
        if slot >= 0:
            self._slot[number] = -1
            self._newest[slot] = self._living(int(self._newest[slot]))

    def _living(self, number: int) -> int:
        """The connection, or where it never was the newest before it that was."""
        while number >= 0 and self._slot[number] < 0:
            number = int(self._older[number])
        return number

    def _enter_slots(self, numbers: Integers, slots: Integers) -> None:
        self._slot[numbers] = slots
        self._newest = _grown(self._newest, int(slots.max()) + 1, -1)
        order = np.lexsort((numbers, slots))
        numbers, slots = numbers[order], slots[order]
        leads = np.diff(slots, prepend=-1) != 0
        older = np.empty(len(numbers), np.int64)
        older[1:] = numbers[:-1]
        older[leads] = self._newest[slots[leads]]
        self._older[numbers] = older
        self._newest[slots] = numbers  # of several the last one stays


def _grown(values: NDArray[np.int64], length: int, fill: int) -> NDArray[np.int64]:
    """The array, made longer by doubling where it has to be."""
    if length <= len(values):
        return values
    grown = np.full((max(length, 2 * len(values)), *values.shape[1:]), fill, np.int64)
    grown[: len(values)] = values
    return grown
