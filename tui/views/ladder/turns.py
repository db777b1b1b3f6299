"""A connection's segments in turns: each special one for itself, and runs of ordinary ones in which one end has the
word.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.store import FORWARD, Store
from tui.tcp.rules.notes import Note
from tui.tcp.rules.roles import Role
from tui.views.ladder.growing import Growing, Integers

ORDINARY_ROLES = Role.DATA | Role.ACK

HOLES = Note.LOST_SEGMENT | Note.CAPTURE_GAP
"""Notes of segments before which something is missing."""

ORDINARY_NOTES = (
    Note.DUPLICATE_ACK
    | Note.DUPLICATE_CAPTURE
    | Note.WINDOW_UPDATE
    | Note.CHECKSUM_OFFLOADED
    | Note.OFFLOAD_MERGED
    | Note.TRUNCATED
    | Note.FRAGMENTED
    | Note.SCALE_UNKNOWN
)
"""Notes that do not make a segment worth a line of its own."""

LOWER_SEGMENTS, UPPER_SEGMENTS, LOWER_BYTES, UPPER_BYTES, DUPLICATE_ACKS = range(5)
"""What is counted of each turn: segments and payload bytes of the lower and the upper endpoint, duplicate ACKs."""

COUNTS = 5

AT_ONCE = 1 << 16
"""Segments that are looked at together: few enough to stay in the processor's cache."""


@dataclass(slots=True)
class _Before:
    """The segment before those that are taken in."""

    states: int = -1
    time_ns: int = 0
    special: bool = True
    word: int = 0
    """Who sent data last: 1 the lower endpoint, -1 the upper one, 0 nobody so far."""


class Turns:
    """Turns by the place of their first segment in the connection; the last one may still grow."""

    def __init__(self, store: Store, silence_ns: int) -> None:
        """`silence_ns`: time between two segments from which on it is a silence."""
        self._store = store
        self.silence_ns = silence_ns
        self.first = Growing()
        """Place of each turn's first segment."""
        self.special = Growing()
        """1 for a turn that is one segment which is worth a line."""
        self.silent = Growing()
        """1 where a silence comes before the turn."""
        self.hole = Growing()
        """1 where something is missing before the turn."""
        self.counts = Growing(COUNTS)
        self._word = Growing()
        """Who had sent data last before each turn."""
        self.length = 0
        """Segments in all turns."""
        self._before = _Before()

    def __len__(self) -> int:
        return len(self.first)

    def take(self, rows: Integers, told_of: NDArray[np.bool_]) -> None:
        """Take in the next rows of the store that belong to the connection.

        `told_of`: those that are special because of what a later segment tells of them.
        """
        for begin in range(0, len(rows), AT_ONCE):
            self._take(rows[begin : begin + AT_ONCE], told_of[begin : begin + AT_ONCE])

    def _take(self, rows: Integers, told_of: NDArray[np.bool_]) -> None:
        column = {name: self._store.gather(name, rows) for name in ("roles", "notes", "states", "marks", "length")}
        time_ns = self._store.gather("time_ns", rows)
        before = self._before
        notes = column["notes"]
        states = column["states"].astype(np.int64)
        special = told_of | ((column["roles"] & ~np.uint32(ORDINARY_ROLES)) != 0)
        special |= (notes & ~np.uint64(ORDINARY_NOTES)) != 0
        special |= np.diff(states, prepend=before.states) != 0
        since = np.diff(time_ns, prepend=time_ns[0] if before.states < 0 else before.time_ns)
        silent = since >= self.silence_ns
        lower, length = column["marks"] & FORWARD != 0, column["length"].astype(np.int64)
        word = _last_word(lower, length, before.word)
        starts = special | silent | np.append(before.special, special[:-1])
        starts |= np.diff(word, prepend=before.word) != 0
        self._put(rows, starts, special, silent, notes, _counted(lower, length, notes))
        self._word.append(np.append(before.word, word[:-1])[starts])
        self._before = _Before(int(states[-1]), int(time_ns[-1]), bool(special[-1]), int(word[-1]))

    def cut(self, place: int, rows: Integers) -> int:
        """Forget the segment at a place and all after it, as far back as makes whole turns; returns how many segments
        are left. `rows`: those of the store that were taken in.
        """
        turn = max(int(np.searchsorted(self.first.values, place, side="right")) - 1, 0)
        self.length = int(self.first.values[turn]) if turn < len(self) else 0
        self._before = _Before()
        if turn:
            last = int(rows[self.length - 1])
            states, time_ns = self._store.value("states", last), self._store.value("time_ns", last)
            self._before = _Before(states, time_ns, bool(self.special.values[turn - 1]), int(self._word.values[turn]))
        for column in (self.first, self.special, self.silent, self.hole, self.counts, self._word):
            column.cut(turn)
        return self.length

    def _put(
        self,
        rows: Integers,
        starts: NDArray[np.bool_],
        special: NDArray[np.bool_],
        silent: NDArray[np.bool_],
        notes: NDArray[np.uint64],
        counted: Integers,
    ) -> None:
        """Add the turns that begin at `starts`; what stands before the first of them belongs to the turn before."""
        at = np.flatnonzero(starts)
        head = int(at[0]) if len(at) else len(rows)
        if head:
            self.counts.values[-1] += counted[:head].sum(axis=0)
        if len(at):
            self.first.append(at + self.length)
            self.special.append(special[at])
            self.silent.append(silent[at])
            self.hole.append((notes[at] & np.uint64(HOLES)) != 0)
            self.counts.append(np.add.reduceat(counted, at, axis=0))
        self.length += len(rows)


def _last_word(lower: NDArray[np.bool_], length: Integers, before: int) -> Integers:
    """Who has sent data last, as of each segment."""
    said = np.where(length > 0, np.where(lower, 1, -1), 0)
    latest = np.maximum.accumulate(np.where(said != 0, np.arange(len(said)), -1))
    return np.where(latest >= 0, said[latest], before)


def _counted(lower: NDArray[np.bool_], length: Integers, notes: NDArray[np.uint64]) -> Integers:
    """The COUNTS of each segment."""
    counted = np.empty((len(length), COUNTS), np.int64)
    counted[:, LOWER_SEGMENTS] = lower
    counted[:, UPPER_SEGMENTS] = ~lower
    counted[:, LOWER_BYTES] = np.where(lower, length, 0)
    counted[:, UPPER_BYTES] = np.where(lower, 0, length)
    counted[:, DUPLICATE_ACKS] = notes & np.uint64(Note.DUPLICATE_ACK) != 0
    return counted
