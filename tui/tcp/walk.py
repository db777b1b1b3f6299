"""The walk over a batch: groups that are ordinary throughout at once, the others segment by segment."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui.tcp.connections import FOLLOWED_FLAT, Connections
from tui.tcp.flags import RST, SYN
from tui.tcp.follower import Segment, skip_to
from tui.tcp.live import Live
from tui.tcp.segments import Segments
from tui.tcp.transitions import TRANSITIONS
from tui.tcp.walker import Walker

Integers = NDArray[np.int64]


@dataclass(slots=True)
class Walked:
    """What a walk leaves behind beside the walker's outcomes and births."""

    touched: dict[int, Live] = field(default_factory=dict)
    """Connections that were followed, by number (negative where it is still to be given)."""
    newest: dict[int, Live] = field(default_factory=dict)
    """For the slots that were walked: the newest connection."""


def walk_batch(
    segments: Segments, duplicate: NDArray[np.bool_], base_row: int, walker: Walker, connections: Connections
) -> Walked:
    """Walk all groups of a batch; `duplicate` is per segment, in grouped order."""
    segments.candidate |= duplicate  # its window and numbers are old ones
    numbers = (segments.index + base_row, segments.side, segments.flags, segments.seq, segments.ack)
    rest = (segments.length, segments.end, segments.window, segments.option, duplicate.astype(np.int64))
    table = np.stack([*numbers, *rest], axis=1)
    busy = _busy_groups(segments, walker, connections)
    places = np.where(segments.candidate, np.arange(len(segments)), len(segments))
    walk = _Walk(walker, table, np.minimum.accumulate(places[::-1])[::-1], segments.last)
    walked = Walked()
    history = connections.history
    stored = connections.followed.values.view(FOLLOWED_FLAT)[segments.current[busy]].tolist()
    whereabouts = (segments.current[busy], segments.slot[busy], segments.start[busy], segments.start[busy + 1])
    for row, current, slot, start, stop in zip(stored, *(column.tolist() for column in whereabouts), strict=True):
        live = Live(current, history[current], row) if current >= 0 else None
        walked.newest[slot] = walk.group(slot, live, (start, stop), walked.touched)
    _skip_quiet(segments, busy, connections)
    return walked


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
    """The fields of tui.tcp.follower.Segment of each segment, in grouped order."""
    following: Integers
    """For each segment, the next one that is not proved ordinary, itself included."""
    last: tuple[Integers, Integers]

    def group(self, slot: int, live: Live | None, bounds: tuple[int, int], touched: dict[int, Live]) -> Live:
        """Walk one group; returns its newest connection."""
        walker, restful, table = self.walker, TRANSITIONS.restful, self.table
        walker.must_walk = False
        position, stop = bounds
        while position < stop:
            if live is not None and restful[live.state] and not walker.must_walk and live.can_skip():
                target = position if walker.in_doubt(slot) else min(self.following.item(position), stop)
                if target > position:
                    self._skip(live, position, target)
                    position = target
                    continue
            segment = Segment._make(table[position].tolist())
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
