"""The walk over a batch: all groups together as far as rounds go, and what is left segment by segment."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.event import FLAGS, Event
from tui.tcp.rules.flags import RST, SYN
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.claims import Claims
from tui.tcp.tracking.connections import FOLLOWED_FLAT, Connections
from tui.tcp.tracking.follower import Segment, skip_to
from tui.tcp.tracking.lettering import count
from tui.tcp.tracking.live import Live
from tui.tcp.tracking.rounds import Rounds
from tui.tcp.tracking.segments import Segments
from tui.tcp.tracking.standing import standing
from tui.tcp.tracking.steps import STEPS
from tui.tcp.tracking.walker import Walker

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(slots=True)
class Settled:
    """k connections that were followed to the end of the batch."""

    slot: Integers
    connection: Integers
    """Their numbers, negative where they are still to be given."""
    rows: NDArray[np.void]
    """Of FOLLOWED."""
    history: Integers
    """Numbers of their histories (tui.tcp.tracking.histories)."""


@dataclass(slots=True)
class Walked:
    """What a walk leaves behind beside the walker's outcomes and births."""

    settled: Settled
    outcomes: Integers
    """A table of outcomes of those, in tui.tcp.tracking.follower.SegmentOutcome's columns."""
    touched: dict[int, Live] = field(default_factory=dict)
    """Connections that were followed one by one, by number (negative where it is still to be given)."""
    newest: dict[int, Live] = field(default_factory=dict)
    """For the slots that were walked one by one: the newest connection."""


def walk_batch(
    segments: Segments, duplicate: Booleans, base_row: int, walker: Walker, connections: Connections
) -> Walked:
    """Walk all groups of a batch; `duplicate` is per segment, in grouped order."""
    STEPS.forget()
    segments.candidate |= duplicate  # its window and numbers are old ones
    claims = Claims.of(segments, duplicate, _alone(segments, walker))
    rounds = Rounds.run(segments, claims, walker.guess_client)
    connection = _bear(segments, rounds, base_row, walker)
    rows = standing(segments, claims, rounds.state, rounds.position)
    histories = connections.history
    histories.forget_unused()
    history = count(rows, segments, rounds, histories.numbers(segments.current), histories)
    done = rounds.position == segments.start[1:]
    walked = Walked(
        Settled(segments.slot[done], connection[done], rows.compress(done), history[done]),
        _outcomes(segments, claims, rounds, connection, base_row),
    )
    if not done.all():
        walk = _Walk.of(segments, claims.event, base_row, walker, rounds.position)
        begun = (segments.current >= 0) | (rounds.position > segments.start[:-1])
        others = np.flatnonzero(~done)
        for group, row in zip(others.tolist(), rows.take(others).view(FOLLOWED_FLAT).tolist(), strict=True):
            live = Live(int(connection[group]), histories.text(history.item(group)), row) if begun[group] else None
            walked.newest[int(segments.slot[group])] = walk.group(group, live, walked.touched)
    return walked


def _alone(segments: Segments, walker: Walker) -> Booleans:
    """The groups of which every segment is to be looked at on its own: something is in doubt, a reset has come, or
    Zeek's numbers differ from ours."""
    rows = segments.rows
    alone: Booleans = TRANSITIONS.tables()["reset"][rows["state"]] != 0
    alone |= (rows["next"] != rows["zeek_next"]).any(axis=1)
    alone[segments.too_far] = True
    doubtful = [*walker.syns, *walker.resets]
    if doubtful:
        alone |= np.isin(segments.slot, doubtful)
    return alone


def _bear(segments: Segments, rounds: Rounds, base_row: int, walker: Walker) -> Integers:
    """Let connections begin; returns the number of each group's connection, negative where it is still to be given."""
    connection = segments.current.copy()
    new = np.flatnonzero((connection < 0) & (rounds.position > segments.start[:-1]))
    connection[new] = -1 - len(walker.birth_rows) - np.arange(len(new))
    walker.birth_rows += (segments.index[segments.start[new]] + base_row).tolist()
    walker.birth_slots += segments.slot[new].tolist()
    return connection


def _outcomes(segments: Segments, claims: Claims, rounds: Rounds, connection: Integers, base_row: int) -> Integers:
    """What was found of the segments that were looked at together."""
    at, step = rounds.looked_at, rounds.step
    found = (
        *(segments.index[at] + base_row, segments.side[at], segments.flags[at], connection[segments.group[at]]),
        *(STEPS.after[step], claims.scales_of(segments, at), STEPS.roles[step], STEPS.notes[step]),
    )
    return np.stack(found, axis=1)


_SYN_OR_RST = SYN | RST
_TOLD_ALONE = int(FLAGS | Event.UPPER | Event.PAYLOAD | Event.DUPLICATE)
"""What a segment's event says whatever came before."""


@dataclass(slots=True)
class _Walk:
    """Goes through groups one by one, from a given position of each."""

    segments: Segments
    columns: tuple[Integers, ...]
    """The fields of tui.tcp.tracking.follower.Segment of each segment, in grouped order."""
    walker: Walker
    position: Integers
    """g: where each group goes on."""
    places: Integers
    """Where the segments are that are not proved ordinary, in all groups that go on, ascending."""
    table: list[list[int]]
    """Their fields."""

    @classmethod
    def of(cls, segments: Segments, event: Integers, base_row: int, walker: Walker, position: Integers) -> "_Walk":
        s = segments
        event = event & _TOLD_ALONE
        numbers = (s.index + base_row, s.side, s.flags, s.seq, s.ack)
        columns = (*numbers, s.length, s.end, s.window, s.option, event)
        ahead = s.candidate & (np.arange(len(s)) >= position[s.group])
        places = np.flatnonzero(ahead)
        table = np.stack([column[places] for column in columns], axis=1).tolist()
        return cls(s, columns, walker, position, places, table)

    def group(self, group: int, live: Live | None, touched: dict[int, Live]) -> Live:
        """Walk one group; returns its newest connection."""
        walker, restful = self.walker, TRANSITIONS.restful
        slot = self.segments.slot.item(group)
        position, stop = self.position.item(group), self.segments.start.item(group + 1)
        walker.must_walk = False
        first, last = np.searchsorted(self.places, (position, stop)).tolist()
        candidates = map(Segment._make, self.table[first:last])
        ahead = iter([*self.places[first:last].tolist(), stop])
        next_candidate = next(ahead)
        repeats = _Repeats(walker, slot)
        while position < stop:
            if position < next_candidate:
                restless = live is None or not restful[live.state] or walker.must_walk
                if live is not None and not restless and live.can_skip() and not walker.in_doubt(slot):
                    self._skip(live, position, next_candidate)
                    position = next_candidate
                    continue
                segment = Segment._make(column.item(position) for column in self.columns)
            else:
                segment = next(candidates)
                next_candidate = next(ahead)
            position += 1
            if repeats.are_known(segment, live):
                continue
            if live is None or segment.duplicate or segment.flags & _SYN_OR_RST or walker.in_doubt(slot):
                walked = walker.walk(slot, live, segment)
                if live is not None and walked is not live:
                    touched[live.connection] = live
                live = walked
            else:
                walker.follow(live, segment)
            repeats.learn(live)
        assert live is not None
        touched[live.connection] = live
        return live

    def _skip(self, live: Live, position: int, target: int) -> None:
        """Take over the numbers of the ordinary segments before `target`."""
        segments = self.segments
        for side in (0, 1):
            place = segments.last[side].item(target - 1)
            if place >= position:
                end, ack, window = (column.item(place) for column in (segments.end, segments.ack, segments.window))
                skip_to(live, side, end, ack, window)


class _Repeats:
    """Of one pair, a segment that comes again and again: once it has left everything as it was, it always will."""

    def __init__(self, walker: Walker, slot: int) -> None:
        self._walker, self._slot = walker, slot
        self._segment: tuple[int, ...] = ()
        """The last one, without its row."""
        self._before: tuple[object, ...] | None = None
        """What there was before it, where it came for the second time."""
        self._changes_nothing = False

    def are_known(self, segment: Segment, live: Live | None) -> bool:
        """Whether the segment repeats one that changes nothing; its outcome, which is the same, is noted then."""
        again = segment[1:] == self._segment
        if again and self._changes_nothing:
            self._walker.outcomes.append((segment.row, *self._walker.outcomes[-1][1:]))
            return True
        self._segment, self._changes_nothing = segment[1:], False
        self._before = self._all_there_is(live) if again and live is not None else None
        return False

    def learn(self, live: Live) -> None:
        """To be told of the connection after each segment that is not known."""
        if self._before is not None:
            self._changes_nothing = self._all_there_is(live) == self._before

    def _all_there_is(self, live: Live) -> tuple[object, ...] | None:
        walker = self._walker
        if walker.in_doubt(self._slot):
            return None
        return live.connection, live.history, live.stored(), len(walker.extra_notes), len(walker.birth_rows)
