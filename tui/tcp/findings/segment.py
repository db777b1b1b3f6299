"""One segment as the findings take it, and where what is found goes."""

from typing import NamedTuple

from tui.tcp.findings.book import EvidenceBook
from tui.tcp.rules.evidence import Reason
from tui.tcp.rules.notes import Note

MILLISECOND_NS = 1_000_000
NO_ROW = -1

Numbers = tuple[int, ...]
_NONE = Reason.NONE


NoteChange = tuple[int, int, int]
"""The row of a segment, notes of it that are found, and notes that turn out to be wrong."""


class Segment(NamedTuple):
    """A segment; numbers are unwrapped, fields are those of tui.tcp.tracking.runs."""

    row: int
    time_ns: int
    side: int
    flags: int
    seq: int
    ack: int
    length: int
    end: int
    window: int
    shift: int
    mss: int
    has_timestamps: bool
    tsval: int
    ip_id: int
    ttl: int
    roles: int
    notes: int


SEGMENT_FIELDS = Segment._fields


class Notebook:
    """Takes the findings of a batch: changes of notes, and evidence for the book."""

    def __init__(self, book: EvidenceBook) -> None:
        self.book = book
        self.changes: list[NoteChange] = []
        self.muted = False
        """Nothing is written: segments that were judged before are gone through again."""

    def note(self, row: int, note: Note, rows: Numbers = (), values: Numbers = (), reason: Reason = _NONE) -> None:
        """Note something of a segment, and what proves it."""
        if not self.muted:
            self.changes.append((row, note, 0))
            self.book.put(row, note, rows, values, reason)

    def prove(self, row: int, note: Note, rows: Numbers = (), values: Numbers = (), reason: Reason = _NONE) -> None:
        """Enter what proves a note that the segment has already."""
        if not self.muted:
            self.book.put(row, note, rows, values, reason)

    def withdraw(self, row: int, note: Note) -> None:
        """A note of a segment has turned out to be wrong."""
        if not self.muted:
            self.changes.append((row, 0, note))
            self.book.remove(row, note)

    def give_reason(self, row: int, note: Note, reason: Reason) -> None:
        """There is another reason for a note that the segment has already."""
        if not self.muted:
            known = [entry for entry in self.book.of(row) if entry.note == note]
            for entry in known:
                self.book.put(row, note, entry.rows, entry.values, reason)
