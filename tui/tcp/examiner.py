"""Has a batch's connections analysed and their findings noted, and enters what earlier segments turn out to be."""

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Decoded, SackBlocks
from tui.store import FORWARD, HAS_TIMESTAMPS, Store
from tui.tcp.analysis.analysis import Analysed, Analysis
from tui.tcp.findings.book import EvidenceBook
from tui.tcp.findings.findings import Findings
from tui.tcp.findings.segment import NoteChange
from tui.tcp.rules.notes import FOUND_NOTES, FRAME_NOTES, Note
from tui.tcp.tracking.connections import Connections
from tui.tcp.tracking.past import Past
from tui.tcp.tracking.runs import Runs, runs_of
from tui.tcp.tracking.tracker import Tracked

Integers = NDArray[np.int64]

_ANALYSED = ("analysis", "acks_row", "related_row", "amount")


class Examiner:
    """The examination of one capture's connections, and what it remembers of them."""

    def __init__(self, store: Store, connections: Connections) -> None:
        self._store = store
        self._connections = connections
        self._analysis = Analysis(connections)
        self._findings = Findings(connections)
        self._sack: dict[int, SackBlocks] = {}
        """By row, of segments in doubt: the store does not have them."""
        self._start = 0
        """The first row that evidence is kept of."""

    @property
    def evidence(self) -> EvidenceBook:
        """What proves the notes that were found."""
        return self._findings.book

    def examine(self, decoded: Decoded, rows: Integers, tracked: Tracked, time_ns: Integers, base_row: int) -> None:
        """Examine a batch that was tracked: fill in its columns, and add to its changes.

        - `rows`: the rows of `decoded` that are TCP segments, ascending.
        - `time_ns`: of all frames of the batch. `base_row`: the row in the store that its first frame gets.
        """
        if not len(rows):
            return
        moved = self._moved(tracked)
        for row in moved:
            self.evidence.remove(row, -1)
        self._analysis.forget(tracked.never_were)
        self._findings.forget(tracked.never_were)
        runs = runs_of(decoded, rows, tracked.columns, time_ns, base_row, moved, self._store)
        for seen_anew in np.flatnonzero(~runs.own).tolist():
            if int(runs.row[seen_anew]) in self._sack:
                runs.sack[seen_anew] = self._sack[int(runs.row[seen_anew])]
        known = {base_row + row: blocks for row, blocks in decoded.sack.items()} if tracked.in_doubt else {}
        self._sack = {row: blocks for row in tracked.in_doubt if (blocks := known.get(row) or self._sack.get(row))}
        analysed = self._analysis.examine(runs)
        self._enter_analysis(runs, rows, analysed, tracked)
        changes = self._findings.examine(runs, analysed.ordinary, analysed.progress, Past(self._store, runs))
        if changes:
            _enter_notes(changes, rows + base_row, tracked)

    def apply(self, tracked: Tracked, first: int, stop: int) -> None:
        """Enter a batch's changes to earlier rows and count all notes, once its rows, `first` to `stop`, are stored."""
        names = ("connection", "marks", "notes")
        connection, marks, notes = (self._store.column(name, first, stop) for name in names)
        noted = np.flatnonzero((notes != 0) & (connection >= 0))
        self._count(connection[noted], marks[noted], notes[noted], 1)
        for row, values in tracked.changes:
            self._change(row, values)
        if self._store.start != self._start:
            self._start = self._store.start
            self.evidence.drop_before(self._start)

    def _moved(self, tracked: Tracked) -> dict[int, dict[str, int]]:
        """Rows of earlier batches that belong to another connection than before, and what changes of their columns."""
        there = self._store.start
        changed = {row: values for row, values in tracked.changes if "connection" in values and row >= there}
        before = self._store.value
        return {row: values for row, values in changed.items() if before("connection", row) != values["connection"]}

    def _enter_analysis(self, runs: Runs, rows: Integers, analysed: Analysed, tracked: Tracked) -> None:
        own = runs.own
        place_of = np.empty(int(rows[-1]) + 1, np.int64)
        place_of[rows] = np.arange(len(rows))
        places = place_of[runs.row[own] - runs.base_row]
        for name in _ANALYSED:
            values = getattr(analysed, name)
            tracked.columns[name] = np.empty(len(rows), values.dtype)
            tracked.columns[name][places] = values[own]
        for place in np.flatnonzero(~own).tolist():
            values = {name: int(getattr(analysed, name)[place]) for name in _ANALYSED}
            tracked.changes.append((int(runs.row[place]), values))

    def _change(self, row: int, values: dict[str, int]) -> None:
        """Change one earlier row, and the counts of its notes."""
        if row < self._store.start:
            return
        store = self._store
        self._count_one(row, -1)
        old, rest = store.value("notes", row), dict(values)
        found, withdrawn = rest.pop("found", 0), rest.pop("withdrawn", 0)
        if "notes" in rest:
            kept = int(FRAME_NOTES)
            if rest["connection"] == store.value("connection", row):
                again = self.evidence.has(row, Note.RETRANSMISSION)
                kept |= int(FOUND_NOTES) | (int(Note.RETRANSMISSION) if again else 0)
            rest["marks"] |= store.value("marks", row) & HAS_TIMESTAMPS
            old = rest["notes"] | old & kept
        rest["notes"] = old & ~withdrawn | found
        store.change(row, rest)
        self._count_one(row, 1)

    def _count_one(self, row: int, sign: int) -> None:
        value = {name: np.array([self._store.value(name, row)]) for name in ("connection", "marks", "notes")}
        self._count(value["connection"], value["marks"], value["notes"].astype(np.uint64), sign)

    def _count(
        self, connection: NDArray[np.int32], marks: NDArray[np.uint8], notes: NDArray[np.uint64], sign: int
    ) -> None:
        side = np.where(marks & FORWARD != 0, 0, 1)
        self._connections.count_notes(connection.astype(np.int64), side, notes, sign)


def _enter_notes(changes: list[NoteChange], rows: Integers, tracked: Tracked) -> None:
    """Enter what was found of segments, in the order in which it was found: what is withdrawn may be found again.

    `rows`: of the batch's TCP segments, in the store."""
    row, found, withdrawn = (np.fromiter(column, np.int64, len(changes)) for column in zip(*changes, strict=True))
    earlier = row < rows[0]
    for change in np.flatnonzero(earlier).tolist():
        values = {"found": int(found[change]), "withdrawn": int(withdrawn[change])}
        tracked.changes.append((int(row[change]), values))
    notes = tracked.columns["notes"]
    places = np.searchsorted(rows, row)
    if not withdrawn.any():
        own = ~earlier
        np.bitwise_or.at(notes, places[own], found[own].astype(np.uint64))
        return
    for change in np.flatnonzero(~earlier).tolist():
        place = places[change]
        notes[place] = notes[place] & ~np.uint64(withdrawn[change]) | np.uint64(found[change])
