"""What is carried on of every connection, followed or not, as columns."""

import numpy as np
from numpy.typing import NDArray

from tui.tcp.findings.chain import Chain
from tui.tcp.rules.flags import RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.rules.roles import Role
from tui.tcp.tracking.rows import Rows
from tui.tcp.tracking.runs import Runs

Integers = NDArray[np.int64]

_OUTSIDE = int(Role.MALFORMED | Role.STRAY_SYN)
_DUPLICATE = int(Note.DUPLICATE_CAPTURE)


_PER_CONNECTION = np.dtype(
    [
        *(("last_row", np.int64), ("count", np.int64), ("let_go", np.int64)),
        *(("mss", np.int64, (2,)), ("mss_row", np.int64, (2,)), ("older", np.int64), ("slot", np.int64)),
    ]
)
"""As Carried tells them. `older`: the connection before it on the same ports, -1 where there is none; `slot`: of its
endpoint pair, -1 where it never was."""
_FRESH = (-1, 0, 0, [0, 0], [-1, -1], -1, -1)
_FEW_BYTES = dict.fromkeys(_PER_CONNECTION.names or (), np.uint32) | {"mss": np.uint16}

_PER_PAIR = np.dtype([("newest", np.int64)])
"""The newest connection of an endpoint pair."""


class Carried:
    """A row for each connection."""

    def __init__(self) -> None:
        self.chain = Chain()
        self._rows = Rows(_PER_CONNECTION, _FRESH, _FEW_BYTES)
        self._pairs = Rows(_PER_PAIR, (-1,), {"newest": np.uint32})
        self._set_columns()

    def _set_columns(self) -> None:
        values = self._rows.values
        self.last_row = values["last_row"]
        """-1 before the first segment."""
        self.count = values["count"]
        """Segments."""
        self.let_go = values["let_go"]
        """How many segments it had when it was last let go of after its end; 0 where it never was."""
        self.mss, self.mss_row = values["mss"], values["mss_row"]
        """Of both sides' MSS option, and the SYN that has it; 0 and -1 without."""
        self._older, self._slot = values["older"], values["slot"]

    def extend_to(self, length: int) -> None:
        """Make room for so many connections."""
        self._rows.extend_to(length)
        self._set_columns()

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
            newest = self._pairs.values["newest"]
            newest[slot] = self._living(int(newest[slot]))

    def _living(self, number: int) -> int:
        """The connection, or where it never was the newest before it that was."""
        while number >= 0 and self._slot[number] < 0:
            number = int(self._older[number])
        return number

    def _enter_slots(self, numbers: Integers, slots: Integers) -> None:
        self._slot[numbers] = slots
        self._pairs.extend_to(int(slots.max()) + 1)
        newest = self._pairs.values["newest"]
        order = np.lexsort((numbers, slots))
        numbers, slots = numbers[order], slots[order]
        leads = np.diff(slots, prepend=-1) != 0
        older = np.empty(len(numbers), np.int64)
        older[1:] = numbers[:-1]
        older[leads] = newest[slots[leads]]
        self._older[numbers] = older
        newest[slots] = numbers  # of several the last one stays
