"""The evidence of all notes that have any, by row."""

from tui.tcp.rules.evidence import Evidence, Reason
from tui.tcp.rules.notes import Note

_FIELDS = 4


class EvidenceBook:
    """What proves the notes of a session's segments. One writer; any thread may read."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[object, ...]] = {}
        """The fields of each Evidence of a row, one after the other: a third of what the objects would take."""

    def of(self, row: int) -> tuple[Evidence, ...]:
        """The evidence of a row's notes."""
        fields = self._of.get(row, ())
        return tuple(Evidence(*fields[at : at + _FIELDS]) for at in range(0, len(fields), _FIELDS))  # type: ignore[arg-type]

    def one(self, row: int, note: Note) -> Evidence | None:
        """The evidence of one note; None where there is none."""
        fields = self._of.get(row, ())
        for at in range(0, len(fields), _FIELDS):
            if fields[at] == note:
                return Evidence(*fields[at : at + _FIELDS])  # type: ignore[arg-type]
        return None

    def has(self, row: int, note: Note) -> bool:
        """Whether there is evidence of one note."""
        return note in self._of.get(row, ())[::_FIELDS]

    def put(self, row: int, note: Note, rows: tuple[int, ...], values: tuple[int, ...], reason: Reason) -> None:
        """Enter evidence of a note, in place of what was there for the same note."""
        known = self._of.get(row)
        if known is None:
            self._of[row] = (note, rows, values, reason)
            return
        if note in known[::_FIELDS]:
            known = self._without(row, note)
        self._of[row] = (*known, note, rows, values, reason)

    def remove(self, row: int, notes: int) -> None:
        """Take out the evidence of all notes of a bit set."""
        kept = self._without(row, notes)
        if kept:
            self._of[row] = kept
        else:
            self._of.pop(row, None)

    def drop_before(self, row: int) -> None:
        """Let go of rows that were given up."""
        self._of = {at: evidence for at, evidence in self._of.items() if at >= row}

    def _without(self, row: int, notes: int) -> tuple[object, ...]:
        entries = (entry for entry in self.of(row) if not entry.note & notes)
        return tuple(field for entry in entries for field in (entry.note, entry.rows, entry.values, entry.reason))
