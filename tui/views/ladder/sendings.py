"""What later segments tell of earlier ones: which were sent again, and which of those were lost."""

from typing import NamedTuple

import numpy as np

from tui.session import Session
from tui.store import FORWARD
from tui.tcp.rules.evidence import VALUE_NAMES, Evidence, Reason
from tui.tcp.rules.notes import Note
from tui.views.ladder.growing import Growing, Integers
from tui.views.ladder.turns import AT_ONCE

MOST_LATER = 64
"""Segments sent again or late that are looked at for the one that fills a hole."""

_SEEN_REASONS = (Reason.BYTES_SEEN_BEFORE, Reason.TIMEOUT)
"""With them the evidence of a retransmission names an earlier sending, as long as it says how much that overlaps."""

_RETRANSMISSION, _SPURIOUS = np.uint64(Note.RETRANSMISSION), int(Note.SPURIOUS_RETRANSMISSION)

_OVERLAP = VALUE_NAMES[Note.RETRANSMISSION].index("overlap")


class SentAgain(NamedTuple):
    """What became of a segment whose bytes were sent again."""

    row: int
    """Row of the later sending."""
    lost: bool
    """The receiver reported it missing while later ones had arrived, and nothing tells that it came after all."""
    needless: bool
    """It had arrived: the later sending was not needed."""


class Sendings:
    """Of one connection, by rows of the store."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._again: dict[int, int] = {}
        """Rows of the later sendings by those of the earlier ones."""
        self._earlier = Growing()
        """The rows of the earlier ones, in the order in which that was told."""
        self._fillers = Growing()
        """Rows of the segments that were sent again or came late."""

    def take(self, rows: Integers) -> list[int]:
        """Take in the connection's next rows; returns the rows, these or earlier ones, of which they tell."""
        told_of: list[int] = []
        for begin in range(0, len(rows), AT_ONCE):
            told_of += self._take(rows[begin : begin + AT_ONCE])
        return told_of

    def _take(self, rows: Integers) -> list[int]:
        notes = self._session.store.gather("notes", rows)
        self._fillers.append(rows[notes & np.uint64(Note.RETRANSMISSION | Note.REORDERED) != 0])
        told_of = []
        evidence = self._session.evidence
        for row in rows[notes & _RETRANSMISSION != 0].tolist():
            earlier = _earlier(evidence.one(row, Note.RETRANSMISSION))
            if earlier is not None:
                self._again[earlier] = row
                told_of.append(earlier)
        self._earlier.append(np.array(told_of, np.int64))
        return told_of

    def told_of(self, first: int) -> Integers:
        """Rows from `first` on that were sent again."""
        rows = self._earlier.values
        return rows[rows >= first]

    def fate(self, row: int) -> SentAgain | None:
        """What became of a segment that was sent again; None where it was not."""
        again = self._again.get(row)
        if again is None:
            return None
        needless = bool(self._session.store.value("notes", again) & _SPURIOUS)
        fast = self._session.evidence.one(again, Note.FAST_RETRANSMISSION)
        reported = fast is not None and any(value > 0 for value in fast.values)
        return SentAgain(again, reported and not needless, needless)

    def filler(self, row: int, seq: int, forward: bool) -> tuple[int, bool] | None:
        """The row of the segment that fills the hole at `seq` (unwrapped) before a row, and whether it was sent again
        or only late; None where none is known.
        """
        fillers = self._fillers.values
        first = int(np.searchsorted(fillers, row, side="right"))
        later = fillers[first : first + MOST_LATER]
        store = self._session.store
        begins, length = store.gather("seq", later), store.gather("length", later).astype(np.int64)
        same = (store.gather("marks", later) & FORWARD != 0) == forward
        found = np.flatnonzero(same & (begins <= seq) & (begins + length > seq))
        if not len(found):
            return None
        filler = int(later[found[0]])
        return filler, bool(store.value("notes", filler) & Note.RETRANSMISSION)


def _earlier(proof: Evidence | None) -> int | None:
    """Row of the earlier sending that the evidence of a retransmission names."""
    if proof is None or not proof.rows or proof.reason not in _SEEN_REASONS:
        return None
    overlap = proof.values[_OVERLAP] if len(proof.values) > _OVERLAP else 0
    return proof.rows[0] if overlap > 0 else None
