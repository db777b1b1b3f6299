"""A connection as a sequence diagram: its lines, which grow while the capture does."""

import time
from typing import NamedTuple

import numpy as np

from tui.session import Session
from tui.store import ASSUMED_LOWER, ASSUMED_UPPER, FORWARD
from tui.tcp.rules.notes import NOTE_NAMES, Note
from tui.tcp.rules.states import State
from tui.views.connection_views import rows_of
from tui.views.endpoints import client_is_lower
from tui.views.explaining import evidence
from tui.views.explaining.proof import EvidenceView
from tui.views.frame_views import NS, SegmentView, frames
from tui.views.ladder.growing import Growing, Integers
from tui.views.ladder.rung import Fate, Fold, Hole, Margin, Rung
from tui.views.ladder.sendings import Sendings
from tui.views.ladder.steps import StepKind, Steps
from tui.views.ladder.turns import (
    DUPLICATE_ACKS,
    LOWER_BYTES,
    LOWER_SEGMENTS,
    UPPER_BYTES,
    UPPER_SEGMENTS,
    Turns,
)
from tui.views.segment_columns import state_names

LEAST_SILENCE_NS = 200_000_000
"""No silence is shorter than this: the smallest timeout of common stacks."""

ROUND_TRIPS = 2
"""Round trips that a silence lasts at least: one is what every answer takes."""

REST_SHARE = 10
"""A ladder is made anew, because of what has become known of earlier segments, only after it has stood so many times
as long as that takes.
"""

_RELATING = (Note.RETRANSMISSION, Note.REORDERED)
_RELATING_NAMES = [NOTE_NAMES[note] for note in _RELATING]
_DUPLICATE = NOTE_NAMES[Note.DUPLICATE_ACK]
_HOLE_NAMES = [NOTE_NAMES[note] for note in (Note.CAPTURE_GAP, Note.LOST_SEGMENT)]
_OF_PEER = "ack-of-unseen"


class _Known(NamedTuple):
    """What all lines depend on."""

    revision: int
    """Of the store."""
    silence_ns: int
    given_up: int
    """First row of the store that is still there, where the ladder has others before it; else 0."""


class Ladder:
    """Lines of a connection. `update` takes in what there is more; lines stay what they are but for the last ones, and
    those of which more has become known.
    """

    def __init__(self, session: Session, connection: int) -> None:
        self._session = session
        self.connection = connection
        self._silence_ns = LEAST_SILENCE_NS
        self._known: _Known | None = None
        self._rest_until = 0.0
        self._all_unfolded = False
        self._unfolded_rows: set[int] = set()
        self._begin()

    def _begin(self) -> None:
        self._rows = Growing()
        self._scanned = 0
        self._sendings = Sendings(self._session)
        self._turns = Turns(self._session.store, self._silence_ns)
        self._steps = Steps(self._turns)

    def update(self, start: int, stop: int, revision: int, may_begin: bool = True) -> None:
        """Take in the store's rows from `start` to `stop`: only new ones, unless old ones have changed or gone.

        `may_begin`: whether all lines may be made anew then.
        """
        began = time.monotonic()
        if may_begin and self.is_due(start, revision):
            self._silence_ns, self._known = self._least_silence_ns(), self._what_is_known(start, revision)
            self._begin()
        from_row = max(self._scanned, start)
        if stop > from_row:
            self._take(rows_of(self._session, self.connection, from_row, stop))
            ended = time.monotonic()
            if not self._scanned:
                self._rest_until = ended + REST_SHARE * (ended - began)
            self._scanned = stop

    @property
    def is_begun(self) -> bool:
        """Whether it was ever updated."""
        return self._known is not None

    def is_due(self, start: int, revision: int) -> bool:
        """Whether all lines have to be made anew, or for the first time, with rows of the store from `start` on."""
        if not self.is_begun:
            return True
        known = self._what_is_known(start, revision)
        return known != self._known and (known.given_up > 0 or time.monotonic() >= self._rest_until)

    def anew(self) -> "Ladder":
        """An empty ladder of the same connection."""
        return Ladder(self._session, self.connection)

    @property
    def all_segments(self) -> int:
        """Segments of the connection so far, those that are not there any more included."""
        return int(self._session.connections.counted.values["packets"][self.connection].sum())

    def _what_is_known(self, start: int, revision: int) -> _Known:
        first = int(self._rows.values[0]) if len(self._rows) else start
        return _Known(revision, self._least_silence_ns(), start if start > first else 0)

    def _least_silence_ns(self) -> int:
        round_trip_ns = int(self._session.connections.analysed.values["initial_rtt_ns"][self.connection])
        return max(LEAST_SILENCE_NS, ROUND_TRIPS * round_trip_ns)

    def _take(self, rows: Integers) -> None:
        if not len(rows):
            return
        told_of = self._sendings.take(rows)
        begin = len(self._rows)
        self._rows.append(rows)
        if begin and told_of and min(told_of) < rows[0]:
            place = int(np.searchsorted(self._rows.values, min(told_of)))
            begin = self._turns.cut(place, self._rows.values)
            self._steps.rewind()
        fresh = self._rows.values[begin:]
        marked = np.zeros(len(fresh), np.bool_)
        known = self._sendings.told_of(int(fresh[0]))
        marked[np.searchsorted(fresh, known[known <= fresh[-1]])] = True
        self._turns.take(fresh, marked)
        self._steps.all_unfolded = self._all_unfolded
        if self._unfolded_rows:
            places = np.searchsorted(self._rows.values, sorted(self._unfolded_rows))
            self._steps.unfolded = set(places.tolist())
        self._steps.update()

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def segments(self) -> int:
        """Segments of the connection that are still there."""
        return len(self._rows)

    @property
    def rows(self) -> Integers:
        """The store's rows of those segments."""
        return self._rows.values

    def kind(self, line: int) -> StepKind:
        """What a line stands for."""
        return self._steps.kind(line)

    def places(self, line: int) -> range:
        """Places among the connection's segments of those that a line stands for."""
        return self._steps.places(line)

    def line_of(self, place: int) -> int:
        """The line that stands for the segment at a place; one past the last line where there is none so far."""
        return self._steps.line_of(place)

    def unfold(self, place: int) -> bool:
        """Show the segments of the fold around a place one by one; false where that is done or there is none."""
        first = self._steps.fold_around(place)
        if first is None or self._is_open(first):
            return False
        self._toggle(first)
        return True

    def fold(self, place: int) -> bool:
        """Show as one line the run of ordinary segments around a place; false where that is done or there is none."""
        first = self._steps.fold_around(place)
        if first is None or not self._is_open(first):
            return False
        self._toggle(first)
        return True

    def _is_open(self, first: int) -> bool:
        return (first in self._steps.unfolded) != self._all_unfolded

    def _toggle(self, first: int) -> None:
        self._unfolded_rows ^= {int(self._rows.values[first])}
        self._steps.toggle(first)

    @property
    def all_unfolded(self) -> bool:
        """Whether folds are open but for those that were closed."""
        return self._all_unfolded

    def unfold_all(self, unfolded: bool) -> None:
        """Open all folds, or close them."""
        self._all_unfolded = self._steps.all_unfolded = unfolded
        self._unfolded_rows, self._steps.unfolded = set(), set()
        self._steps.rebuild()

    def fold_as(self, other: "Ladder") -> None:
        """Open and close folds as they are in another ladder of the same connection."""
        if (self._all_unfolded, self._unfolded_rows) == (other._all_unfolded, other._unfolded_rows):
            return
        self._all_unfolded = self._steps.all_unfolded = other._all_unfolded
        self._unfolded_rows = set(other._unfolded_rows)
        places = np.searchsorted(self._rows.values, sorted(self._unfolded_rows))
        self._steps.unfolded = set(places.tolist())
        self._steps.rebuild()

    def rung(self, line: int) -> Rung | None:
        """What a line says; None where its segment is gone."""
        kind, places = self._steps.kind(line), self._steps.places(line)
        row = int(self._rows.values[places.start])
        segment = next(frames(self._session, row, row + 1))
        if not isinstance(segment, SegmentView):
            return None
        if kind == StepKind.SILENCE:
            time_ns = self._session.store.value("time_ns", int(self._rows.values[places.start - 1]))
            margins = self._margins(places.start, places.start)
            return Rung(kind, segment, *margins, silence=(segment.time_ns - time_ns) / NS)
        proofs = {proof.note: proof for proof in evidence(self._session, segment)} if segment.notes else {}
        if kind == StepKind.HOLE:
            return Rung(kind, segment, *self._margins(places.start, places.start), hole=self._hole(segment, proofs))
        margins = self._margins(places.start, places.stop)
        if kind == StepKind.FOLD:
            return Rung(kind, segment, *margins, fold=self._fold(line))
        return Rung(
            kind,
            segment,
            *margins,
            proofs[_DUPLICATE].number("number") if _DUPLICATE in proofs else None,
            next((proofs[name].frame for name in _RELATING_NAMES if name in proofs), None),
            self._fate(row),
            opens_fold=self._steps.opens_fold(line),
        )

    def _margins(self, start: int, stop: int) -> tuple[Margin, Margin]:
        """The client's and the server's margin of the segments at places from `start` to `stop`."""
        lower_first = client_is_lower(self._session, self.connection)
        before = self._states(start - 1, lower_first) if start else None
        after = self._states(stop - 1, lower_first) if stop > start else before
        if after is None:
            return Margin("", False, True), Margin("", False, True)
        closed = State.CLOSED.name
        margins = []
        for end in (0, 1):
            state, said_before = after[end], "" if before is None else before[end]
            changed = state.rstrip("?") != said_before.rstrip("?")
            alive = changed or state.rstrip("?") != closed
            margins.append(Margin(state if state != said_before else "", changed, alive))
        return margins[0], margins[1]

    def _states(self, place: int, lower_first: bool) -> tuple[str, str]:
        """The client's and the server's state after a segment, with `?` where it is assumed."""
        row = int(self._rows.values[place])
        marks = self._session.store.value("marks", row)
        assumed = (bool(marks & ASSUMED_LOWER), bool(marks & ASSUMED_UPPER))
        client, server = state_names(self._session.store.value("states", row), lower_first)
        first, second = assumed if lower_first else assumed[::-1]
        return f"{client}{'?' if first else ''}", f"{server}{'?' if second else ''}"

    def _fate(self, row: int) -> Fate | None:
        again = self._sendings.fate(row)
        if again is None:
            return None
        return Fate(self._session.store.value("number", again.row), again.lost, again.needless)

    def _fold(self, line: int) -> Fold:
        counts, places = self._steps.counts(line), self._steps.places(line)
        store = self._session.store
        first, last = int(self._rows.values[places.start]), int(self._rows.values[places.stop - 1])
        segments = counts[LOWER_SEGMENTS], counts[UPPER_SEGMENTS]
        payload = counts[LOWER_BYTES], counts[UPPER_BYTES]
        if not client_is_lower(self._session, self.connection):
            segments, payload = segments[::-1], payload[::-1]
        seconds = (store.value("time_ns", last) - store.value("time_ns", first)) / NS
        return Fold(store.value("number", last), seconds, segments, payload, counts[DUPLICATE_ACKS])

    def _hole(self, segment: SegmentView, proofs: dict[str, EvidenceView]) -> Hole:
        note = next((name for name in _HOLE_NAMES if name in proofs), _HOLE_NAMES[-1])
        proof = proofs.get(note, EvidenceView(note))
        arrived = note == _HOLE_NAMES[0]
        by_client = segment.from_client != (proof.reason == _OF_PEER)
        missing, expected = proof.number("missing"), proof.number("expected")
        filler = None
        if not arrived and expected is not None:
            store = self._session.store
            forward = bool(store.value("marks", segment.row) & FORWARD)
            base = int(self._session.connections.followed.values["base"][self.connection][0 if forward else 1])
            filler = self._sendings.filler(segment.row, expected + base, forward)
        if filler is None:
            return Hole(missing, by_client, arrived, None, False)
        return Hole(missing, by_client, arrived, self._session.store.value("number", filler[0]), filler[1])
