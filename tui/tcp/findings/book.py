"""The evidence of all notes that have any, by row."""

from tui.tcp.rules.evidence import Evidence
from tui.tcp.rules.notes import Note


class EvidenceBook:
    """What proves the notes of a session's segments. One writer; any thread may read."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[Evidence, ...]] = {}

    def of(self, row: int) -> tuple[Evidence, ...]:
        """The evidence of a row's notes."""
        return self._of.get(row, ())

    def has(self, row: int, note: Note) -> bool:
        """Whether there is evidence of one note."""
        return any(evidence.note == note for evidence in self.of(row))

    def put(self, row: int, evidence: Evidence) -> None:
        """Enter evidence of a note, in place of what was there for the same note."""
        self._of[row] = (*(known for known in self.of(row) if known.note != evidence.note), evidence)

    def remove(self, row: int, notes: int) -> None:
        """Take out the evidence of all notes of a bit set."""
        kept = tuple(known for known in self.of(row) if not known.note & notes)
        if kept:
            self._of[row] = kept
        else:
            self._of.pop(row, None)

    def drop_before(self, row: int) -> None:
        """Let go of rows that were given up."""
        self._of = {at: evidence for at, evidence in self._of.items() if at >= row}
