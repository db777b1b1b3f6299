"""The walk over a batch: groups that are ordinary throughout at once, the others segment by segment."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.event import FLAGS, Event
from tui.tcp.rules.flags import RST, SYN
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.connections import Connections
from tui.tcp.tracking.follower import Segment, skip_to
from tui.tcp.tracking.live import Live
from tui.tcp.tracking.rounds import Rounds, Settled
from tui.tcp.tracking.segments import Segments
from tui.tcp.tracking.walker import Walker

Integers = NDArray[np.int64]


@dataclass(slots=True)
class Walked:
    """What a walk leaves behind beside the walker's outcomes and births."""

    settled: Settled
    outcomes: list[Integers]
    """Tables of outcomes of those."""
    touched: dict[int, Live] = field(default_factory=dict)
    """Connections that were followed one by one, by number (negative where it is still to be given)."""
    newest: dict[int, Live] = field(default_factory=dict)
    """For the slots that were walked one by one: the newest connection."""


def walk_batch(
    segments: Segments, duplicate: NDArray[np.bool_], base_row: int, walker: Walker, connections: Connections
) -> Walked:
    """Walk all groups of a batch; `duplicate` is per segment, in grouped order."""
    segments.candidate |= duplicate  # its window and numbers are old ones
    numbers = (segments.index + base_row, segments.side, segments.flags, segments.seq, segments.ack)
    rest = (segments.length, segments.end, segments.window, segments.option, _events(segments, duplicate))
    table = np.stack([*numbers, *rest], axis=1)
    busy = _busy_groups(segments, walker, connections)
    places = np.append(np.flatnonzero(segments.candidate), len(segments))
    current = segments.current[busy]
    live_rows = connections.followed.values[current]
    rounds = Rounds.of(segments, table, places, busy, live_rows, connections.history, walker.births)
    rounds.run(_settled_pairs(segments.slot[busy], walker))
    done = rounds.position == rounds.stop
    walked = Walked(rounds.settled(done), rounds.outcomes)
    walk = _Walk(walker, table, places, segments.last)
    for handed in rounds.left(~done):
        live = None if handed.row is None else Live(handed.connection, handed.history, handed.row)
        walked.newest[handed.slot] = walk.group(handed.slot, live, handed.bounds, walked.touched)
    _skip_quiet(segments, busy, connections)
    return walked


def _settled_pairs(slots: Integers, walker: Walker) -> Integers:
    """Which of these endpoint pairs have nothing in doubt."""
    doubtful = [*walker.syns, *walker.resets]
    return np.flatnonzero(~np.isin(slots, doubtful)) if doubtful else np.arange(len(slots))


def _events(segments: Segments, duplicate: NDArray[np.bool_]) -> Integers:
    """What tui.tcp.rules.event says of each segment as far as it alone tells."""
    event = segments.flags & int(FLAGS) | segments.side * int(Event.UPPER)
    return event | (segments.length > 0) * int(Event.PAYLOAD) | duplicate * int(Event.DUPLICATE)


def _busy_groups(segments: Segments, walker: Walker, connections: Connections) -> Integers:
    """Groups with a segment that is not ordinary, or in a state in which ordinary segments matter."""
    followed = connections.followed.values
    current = segments.current
    known = current >= 0
    restful = TRANSITIONS.tables()["restful"][np.where(known, followed["state"][current], 0)]
    busy = ~known | ~restful.astype(np.bool_)
    busy |= (followed["next"][current] != followed["zeek_next"][current]).any(axis=1)
    busy |= np.logical_or.reduceat(segments.candidate, segments.start[:-1])
    doubtful = [*walker.syns, *walker.resets]
    if doubtful:
        busy |= np.isin(segments.slot, doubtful)
    return np.flatnonzero(busy)


_SYN_OR_RST = SYN | RST
_ACK_TO_WINDOW = slice(Segment._fields.index("ack"), Segment._fields.index("window") + 1)


@dataclass(slots=True)
class _Walk:
    walker: Walker
    table: Integers
    """The fields of tui.tcp.tracking.follower.Segment of each segment, in grouped order."""
    places: Integers
    """Where the segments are that are not proved ordinary, ascending; then the number of all segments."""
    last: tuple[Integers, Integers]

    def group(self, slot: int, live: Live | None, bounds: list[int], touched: dict[int, Live]) -> Live:
        """Walk one group, given as where it starts, where it stops and its first place in `places`.

        Returns its newest connection.
        """
        walker, restful = self.walker, TRANSITIONS.restful
        walker.must_walk = False
        position, stop, at = bounds
        places = self.places[at : at + np.searchsorted(self.places[at:], stop)]
        candidates = map(Segment._make, self.table[places].tolist())
        ahead = iter([*places.tolist(), stop])
        next_candidate = next(ahead)
        while position < stop:
            if position < next_candidate:
                restless = live is None or not restful[live.state] or walker.must_walk
                if live is not None and not restless and live.can_skip() and not walker.in_doubt(slot):
                    self._skip(live, position, next_candidate)
                    position = next_candidate
                    continue
                segment = Segment._make(self.table[position].tolist())
            else:
                segment = next(candidates)
                next_candidate = next(ahead)
            position += 1
            if live is None or segment.duplicate or segment.flags & _SYN_OR_RST or walker.in_doubt(slot):
                walked = walker.walk(slot, live, segment)
                if live is not None and walked is not live:
                    touched[live.connection] = live
                live = walked
            else:
                walker.follow(live, segment)
        assert live is not None
        touched[live.connection] = live
        return live

    def _skip(self, live: Live, position: int, target: int) -> None:
        """Take over the numbers of the ordinary segments before `target`."""
        for side in (0, 1):
            place = self.last[side].item(target - 1)
            if place >= position:
                ack, _, end, window = self.table[place, _ACK_TO_WINDOW].tolist()
                skip_to(live, side, end, ack, window)


def _skip_quiet(segments: Segments, busy: Integers, connections: Connections) -> None:
    """Move the numbers of the groups that are ordinary throughout."""
    quiet = np.ones(len(segments.slot), np.bool_)
    quiet[busy] = False
    groups = np.flatnonzero(quiet)
    connection = segments.current[groups]
    followed = connections.followed.values
    for side in (0, 1):
        place = segments.last[side][segments.start[groups + 1] - 1]
        sent = place >= segments.start[groups]
        chosen, place = connection[sent], place[sent]
        followed["next"][chosen, side] = followed["zeek_next"][chosen, side] = segments.end[place]
        followed["acked"][chosen, side] = segments.ack[place]
        followed["window"][chosen, side] = segments.window[place]
