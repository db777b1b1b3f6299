"""The path that each end of a connection has taken through the states of RFC 9293 (section 3.3.2, figure 5)."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.store import ASSUMED_LOWER, ASSUMED_UPPER, CHUNK_ROWS, FORWARD
from tui.tcp.rules import flags as bits
from tui.tcp.rules.flags import letters
from tui.tcp.rules.states import State
from tui.tcp.tracking.sequence import MASK, UNSET
from tui.views import state_causes
from tui.views.endpoints import Endpoints, endpoints
from tui.views.frame_views import NS
from tui.views.state_causes import Cause, Segment

MOST_CHANGES = 400
"""Segments that change a state and are told; of more, the first and the last half."""

TRANSITIONS = {
    State.CLOSED: (State.SYN_SENT, State.LISTEN),
    State.LISTEN: (State.SYN_RECEIVED,),
    State.SYN_SENT: (State.ESTABLISHED, State.SYN_RECEIVED),
    State.SYN_RECEIVED: (State.ESTABLISHED, State.FIN_WAIT_1),
    State.ESTABLISHED: (State.FIN_WAIT_1, State.CLOSE_WAIT),
    State.FIN_WAIT_1: (State.FIN_WAIT_2, State.CLOSING),
    State.FIN_WAIT_2: (State.TIME_WAIT,),
    State.CLOSE_WAIT: (State.LAST_ACK,),
    State.CLOSING: (State.TIME_WAIT,),
    State.LAST_ACK: (State.CLOSED,),
}
"""The transitions of the RFC's figure that segments show."""

_SHOWN_BY_SENDING = {State.SYN_SENT, State.FIN_WAIT_1, State.LAST_ACK}
"""States that an end comes into by what it sends, however far the same segment takes it."""

_PAIR_OF_CLOSED = 0
"""Both ends in CLOSED, as the store's column `states` has it."""

_ASSUMED = (ASSUMED_LOWER, ASSUMED_UPPER)


@dataclass(frozen=True, slots=True)
class StateStep:
    """One transition of one end."""

    before: State | None
    """None: the path begins with `after`, and what was before it was not captured."""
    after: State
    frame: int
    """Number of the frame whose segment causes it."""
    elapsed: float
    """Seconds from the capture's first frame to that one."""
    flags: str
    """tcpdump's letters of the segment."""
    sends: bool
    """The end sends the segment; else it receives it."""
    cause: Cause
    assumed: bool
    """No segment of the end had proved the state when it came into it."""
    proved_by: int | None = None
    """The frame that proves the state, while the end is in it."""
    by_reset: bool = False
    returns: bool = False
    """The end turns out not to have left this state, or to be in it again: no transition of the figure."""
    taken_back: bool = False
    """A later segment shows that the step, which was assumed, has not taken place."""

    @property
    def drawn(self) -> tuple[State, State] | None:
        """The arrow of the figure that it takes; None where it takes none."""
        if self.before is None or self.by_reset or self.returns or self.taken_back:
            return None
        return self.before, self.after


@dataclass(frozen=True, slots=True)
class StatePath:
    """The path of one end."""

    endpoint: str
    """Its address and port."""
    steps: tuple[StateStep, ...]
    """In the order of the frames."""
    state: State
    """The state it has come to."""
    assumed: bool
    """No segment of its own has proved that state."""


@dataclass(frozen=True, slots=True)
class StatePaths:
    """The paths of both ends of a connection."""

    connection: int
    client: StatePath
    server: StatePath
    left_out: int = 0
    """Segments that change a state as well, in the middle of all that do, and are not told for their number."""
    given_up: bool = False
    """The connection's first frames are not there any more, so that the paths begin later."""


class _Changes(NamedTuple):
    """The rows at which the states of a connection change, ascending, as far as they are told; and how it ends."""

    row: NDArray[np.int64]
    pair: NDArray[np.uint8]
    """Both states after it."""
    before: NDArray[np.uint8]
    """Both states before it."""
    marks: NDArray[np.uint8]
    proved_row: tuple[NDArray[np.int64], NDArray[np.int64]]
    """For the lower and the upper end, the row that proves its state before it changes; -1 where there is none."""
    left_out: int
    last_pair: int
    last_marks: int


def state_paths(session: Session, number: int) -> StatePaths:
    """The paths of both ends of a connection, as far as its frames are there. KeyError where there is none."""
    if not 0 <= number < len(session.connections):
        raise KeyError(number)
    ends = endpoints(session, number)
    first = int(session.connections.counted.values["first_row"][number])
    given_up = first < session.store.start
    changes = _changes(session, number, max(first, session.store.start))
    paths = []
    for side in range(2):
        walk = _Walk(session, number, side, given_up)
        for place in range(len(changes.row)):
            walk.take(changes, place)
        shift = 4 * (1 - side)
        state, assumed = State(changes.last_pair >> shift & 15), bool(changes.last_marks & _ASSUMED[side])
        paths.append(StatePath(_name(ends, side), tuple(walk.steps), state, assumed))
    client, server = paths if ends.client_is_lower else reversed(paths)
    return StatePaths(number, client, server, changes.left_out, given_up)


def _name(ends: Endpoints, side: int) -> str:
    return ends.client if (side == 0) == ends.client_is_lower else ends.server


def _changes(session: Session, number: int, start: int) -> _Changes:
    """Where the states of a connection change from row `start` on; of too many the first and the last ones."""
    rows, pairs, marks = _columns(session, number, start)
    before = np.concatenate([np.zeros(1, np.uint8), pairs[:-1]])[: len(pairs)]
    places = np.flatnonzero(pairs != before)
    half, left_out = MOST_CHANGES // 2, max(len(places) - MOST_CHANGES, 0)
    if left_out:
        places = np.concatenate([places[:half], places[-half:]])
    return _Changes(
        rows[places],
        pairs[places],
        before[places],
        marks[places],
        (_proved(rows, pairs, marks, places, 0), _proved(rows, pairs, marks, places, 1)),
        left_out,
        int(pairs[-1]) if len(pairs) else _PAIR_OF_CLOSED,
        int(marks[-1]) if len(marks) else ASSUMED_LOWER | ASSUMED_UPPER,
    )


def _columns(
    session: Session, number: int, start: int
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint8]]:
    """The rows of a connection, and their states and marks."""
    store = session.store
    stop = min(len(store), int(session.connections.counted.values["last_row"][number]) + 1)
    rows, pairs, marks = [np.empty(0, np.int64)], [np.empty(0, np.uint8)], [np.empty(0, np.uint8)]
    for first in range(start - start % CHUNK_ROWS, stop, CHUNK_ROWS):
        begin, end = max(first, start), min(first + CHUNK_ROWS, stop)
        chosen = np.flatnonzero(store.column("connection", begin, end) == number)
        rows.append(chosen + begin)
        pairs.append(store.column("states", begin, end)[chosen])
        marks.append(store.column("marks", begin, end)[chosen])
    return np.concatenate(rows), np.concatenate(pairs), np.concatenate(marks)


def _proved(
    rows: NDArray[np.int64], pairs: NDArray[np.uint8], marks: NDArray[np.uint8], places: NDArray[np.int64], side: int
) -> NDArray[np.int64]:
    """For each place the row that proves the state which one end has from there on, -1 where none does."""
    shift = 4 * (1 - side)
    own = pairs >> shift & 15
    ends = np.append(np.flatnonzero(own[1:] != own[:-1]) + 1, len(own))
    proving = np.append(np.flatnonzero(marks & _ASSUMED[side] == 0), len(own))
    found = proving[np.searchsorted(proving, places)]
    left = ends[np.searchsorted(ends, places, side="right")] if len(places) else found
    return np.where(found < left, rows[np.minimum(found, len(rows) - 1)] if len(rows) else found, -1)


@dataclass(slots=True)
class _Walk:
    """One end on its way through the states."""

    session: Session
    number: int
    side: int
    given_up: bool
    steps: list[StateStep] = field(default_factory=list)
    _standing: list[int] = field(default_factory=list)
    """Places of the steps that were not taken back."""
    _begun: bool = False
    _fin_frame: int | None = None

    def take(self, changes: _Changes, place: int) -> None:
        """Take the step, or the steps, of one segment."""
        row, shift = int(changes.row[place]), 4 * (1 - self.side)
        after = State(int(changes.pair[place]) >> shift & 15)
        before = State(int(changes.before[place]) >> shift & 15)
        if self._begun and before == after:
            return
        store = self.session.store
        marks = int(changes.marks[place])
        segment = self._segment(row, marks)
        proved_row = int(changes.proved_row[self.side][place])
        pattern = StateStep(
            None,
            after,
            store.value("number", row),
            (store.value("time_ns", row) - self.session.origin_ns) / NS,
            letters(segment.flags),
            segment.sends,
            Cause("", ""),
            bool(marks & _ASSUMED[self.side]),
            store.value("number", proved_row) if proved_row >= 0 else None,
        )
        self._add(self._steps(pattern, before, segment))

    def _steps(self, pattern: StateStep, before: State, segment: Segment) -> Iterator[StateStep]:
        """The steps from `before` to where `pattern` comes to."""
        if not self._begun:
            self._begun = True
            yield from self._beginning(pattern, segment)
        elif segment.flags & bits.RST and pattern.after == State.CLOSED:
            if before == State.LISTEN:
                self._take_back()
            cause = state_causes.of_reset(before, segment)
            yield replace(pattern, before=before, cause=cause, by_reset=True)
        elif before == State.LISTEN and segment.sends and segment.name == "SYN":
            self._take_back()
            yield from self._along((State.CLOSED, State.SYN_SENT, State.SYN_RECEIVED), pattern, segment)
        else:
            yield from self._onward(pattern, before, segment)

    def _beginning(self, pattern: StateStep, segment: Segment) -> Iterator[StateStep]:
        """The first steps: from CLOSED at a SYN, else from a state that the end is taken to have been in."""
        after = pattern.after
        if self.given_up:
            cause = Cause("was in this state", "the frames before were given up")
            yield replace(pattern, cause=cause)
        elif segment.name == "SYN":
            cause = state_causes.of_step(State.CLOSED, after, segment) if segment.sends else state_causes.of_listener()
            yield replace(pattern, before=State.CLOSED, cause=cause)
        else:
            opening = State.LISTEN if segment.sends else State.SYN_SENT
            begin = opening if segment.name == "SYN+ACK" else State.ESTABLISHED
            begin = begin if _way(begin, after) else after
            cause = state_causes.of_beginning(begin)
            same = pattern.proved_by if begin == after else None
            yield replace(pattern, after=begin, cause=cause, assumed=pattern.assumed or begin != after, proved_by=same)
            yield from self._along(_way(begin, after), pattern, segment)

    def _onward(self, pattern: StateStep, before: State, segment: Segment) -> Iterator[StateStep]:
        """The steps along the figure; where no way leads on, what was assumed wrongly is taken back first."""
        while not (way := _way(before, pattern.after)) and self._standing:
            origin = self.steps[self._standing[-1]].before
            self._take_back()
            if origin is None:
                break
            before = origin
        if len(way) > 1:
            yield from self._along(way, pattern, segment)
        else:
            yield replace(pattern, before=before, cause=state_causes.of_return(segment), returns=True)

    def _along(self, way: tuple[State, ...], pattern: StateStep, segment: Segment) -> Iterator[StateStep]:
        for before, after in pairwise(way):
            if after in (State.FIN_WAIT_1, State.LAST_ACK):
                self._fin_frame = pattern.frame
            step = replace(pattern, before=before, after=after, cause=state_causes.of_step(before, after, segment))
            if segment.sends and after in _SHOWN_BY_SENDING:
                step = replace(step, assumed=False, proved_by=pattern.frame)
            yield step

    def _add(self, steps: Iterator[StateStep]) -> None:
        for step in steps:
            self._standing.append(len(self.steps))
            self.steps.append(step)

    def _take_back(self) -> None:
        """The last step that stands has not taken place."""
        if self._standing:
            place = self._standing.pop()
            self.steps[place] = replace(self.steps[place], taken_back=True)

    def _segment(self, row: int, marks: int) -> Segment:
        store, followed = self.session.store, self.session.connections.followed.values[self.number]
        sender = 0 if marks & FORWARD else 1
        base, fin_end = followed["base"].tolist(), int(followed["fin_end"][self.side])
        seq = store.value("seq", row)
        return Segment(
            sender == self.side,
            store.value("flags", row),
            seq - base[sender],
            store.value("ack", row) - base[1 - sender],
            store.value("length", row),
            seq & MASK,
            None if fin_end == UNSET else fin_end - 1 - base[self.side],
            self._fin_frame,
        )


@cache
def _way(start: State, goal: State) -> tuple[State, ...]:
    """The shortest way along the figure from one state to another, both included; empty where there is none.

    No way leads through CLOSED: a connection that has ended stays so.
    """
    ways: deque[tuple[State, ...]] = deque([(start,)])
    seen = {start}
    while ways:
        way = ways.popleft()
        if way[-1] == goal:
            return way
        following = () if way[-1] == State.CLOSED else TRANSITIONS.get(way[-1], ())
        for state in following:
            if state not in seen:
                seen.add(state)
                ways.append((*way, state))
    return ()
