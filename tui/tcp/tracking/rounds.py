"""Walks many groups of segments at once: in each round the next segment of each that has one to be looked at.

A group is handed over, to be walked on its own from there, where something comes that only later segments explain (a
reset, a SYN on a used pair), that was recorded twice, that makes no sense, or that begins a connection without a SYN.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.event import Event
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.rules.roles import Role
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.connections import FOLLOWED, FOLLOWED_FLAT, NEW
from tui.tcp.tracking.segments import Segments
from tui.tcp.tracking.together import Now, Step, Together
from tui.tcp.tracking.walker import Birth

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

FEW = 24
"""Groups of which each is walked on its own: a round would take longer."""


@dataclass(slots=True)
class Settled:
    """k connections that were walked to the end of the batch."""

    slot: Integers
    connection: Integers
    """Their numbers, negative where they are still to be given."""
    rows: NDArray[np.void]
    """Of FOLLOWED."""
    history: list[str]


@dataclass(slots=True)
class Left:
    """A group that is to be walked on its own from somewhere on."""

    slot: int
    connection: int
    """Its number, negative where it is still to be given."""
    row: tuple[int, ...] | None
    """Of FOLLOWED_FLAT; None where there is no connection yet."""
    history: str
    bounds: list[int]
    """Where the group goes on, where it stops, and the index of its next candidate among all."""


@dataclass(slots=True)
class Rounds:
    """k groups of a batch of which none is in doubt, and how far each of them is."""

    segments: Segments
    table: Integers
    """The fields of tui.tcp.tracking.follower.Segment of each segment, in grouped order."""
    places: Integers
    """Where the segments are that are not proved ordinary, ascending; then the number of all segments."""
    slot: Integers
    connection: Integers
    """Its number, -1 where the group has none yet; one that begins here gets -1 less its place among the births."""
    position: Integers
    """Of the next segment."""
    stop: Integers
    at: Integers
    """Index in `places` of the next segment that is not proved ordinary."""
    there: Booleans
    """Whether there is a connection."""
    together: Together
    outcomes: list[Integers]
    """Tables of tui.tcp.tracking.follower.SegmentOutcome."""
    births: list[Birth]
    """The connections that began in the batch; those that begin here are added."""

    @classmethod
    def of(
        cls,
        segments: Segments,
        table: Integers,
        places: Integers,
        groups: Integers,
        rows: NDArray[np.void],
        history: Sequence[str],
        births: list[Birth],
    ) -> "Rounds":
        """`groups` of the batch, with the rows of FOLLOWED of their connections, which this takes over, and the
        histories of all connections."""
        connection = segments.current[groups].copy()
        there = connection >= 0
        rows[~there] = np.array([NEW], FOLLOWED_FLAT).view(FOLLOWED)
        start = segments.start[groups]
        together = Together(rows, [history[number] if number >= 0 else "" for number in connection.tolist()])
        at = np.searchsorted(places, start)
        stop = segments.start[groups + 1]
        return cls(
            segments, table, places, segments.slot[groups], connection, start, stop, at, there, together, [], births
        )

    def run(self, active: Integers) -> None:
        """Walk these groups as far as rounds go."""
        while len(active) >= FEW:
            self._skip(active)
            active = active[self.position[active] < self.stop[active]]
            if len(active):
                active = self._round(active)

    def settled(self, done: Booleans) -> Settled:
        """The groups that are done."""
        history = [self.together.history(place) for place in np.flatnonzero(done).tolist()]
        return Settled(self.slot[done], self.connection[done], self.together.rows[done], history)

    def left(self, undone: Booleans) -> Iterator[Left]:
        """The groups that are not."""
        rows = self.together.rows[undone].view(FOLLOWED_FLAT).tolist()
        columns = (self.slot, self.connection, self.there, self.position, self.stop, self.at, np.arange(len(undone)))
        values = zip(*(column[undone].tolist() for column in columns), strict=True)
        for row, (slot, connection, there, position, stop, at, place) in zip(rows, values, strict=True):
            history = self.together.history(place)
            yield Left(slot, connection, row if there else None, history, [position, stop, at])

    def _round(self, active: Integers) -> Integers:
        """Follow one segment of each of these groups; returns those that go on."""
        now = Now(active, *self.table[self.position[active]].T)
        known = self._may_be_followed(now)
        active, now = active[known], now.only(known)
        before = self._states_before(now)
        step = Step.of(before, self.together.events(now))
        sensible = step.roles & int(Role.MALFORMED) == 0
        active, now, step = active[sensible], now.only(sensible), step.only(sensible)
        self._bear(now)
        self.together.apply(now, step)
        scales = self.together.rows["scales"][active].astype(np.int64)
        found = (now.row, now.side, now.flags, self.connection[active], step.state, scales, step.roles, step.notes)
        self.outcomes.append(np.stack(found, axis=1))
        self.at[active] += self.places[self.at[active]] == self.position[active]
        self.position[active] += 1
        return active

    def _may_be_followed(self, now: Now) -> Booleans:
        """Which segments are neither resets nor recorded twice, and open a connection where there is none, and only
        there."""
        alone = now.flags & RST | now.event & int(Event.DUPLICATE)
        there, syn = self.there[now.place], now.flags & (SYN | FIN) == SYN
        answers = now.flags & (SYN | ACK | FIN) == SYN | ACK
        plain = now.flags & SYN == 0
        follows: Booleans = (alone == 0) & np.where(there, plain | answers, syn)
        return follows

    def _states_before(self, now: Now) -> Integers:
        """The numbers of the states before the segments; a connection that begins has the sender of its SYN, or the
        receiver of its SYN+ACK, as client."""
        states = self.together.rows["state"][now.place].astype(np.int64)
        new = np.flatnonzero(~self.there[now.place])
        if len(new):
            client = now.side[new] ^ (now.flags[new] & ACK != 0)
            begun = np.array([TRANSITIONS.begin(side, guessed=False) for side in (0, 1)])
            states[new] = begun[client]
        return states

    def _bear(self, now: Now) -> None:
        """Let the connections begin that there are not yet."""
        new = np.flatnonzero(~self.there[now.place])
        if not len(new):
            return
        place = now.place[new]
        self.there[place] = True
        self.connection[place] = -1 - len(self.births) - np.arange(len(new))
        self.births += map(Birth, now.row[new].tolist(), self.slot[place].tolist())

    def _skip(self, active: Integers) -> None:
        """Take over the numbers of the ordinary segments that come next, where they can change nothing else."""
        rows = self.together.rows
        restful = TRANSITIONS.tables()["restful"][rows["state"][active]] != 0
        restful &= self.there[active] & (rows["next"][active] == rows["zeek_next"][active]).all(axis=1)
        chosen = active[restful]
        position, target = self.position[chosen], np.minimum(self.places[self.at[chosen]], self.stop[chosen])
        ahead = position < target
        chosen, position, target = chosen[ahead], position[ahead], target[ahead]
        for side in (0, 1):
            last = self.segments.last[side][target - 1]
            sent = last >= position
            place, last = chosen[sent], last[sent]
            rows["next"][place, side] = rows["zeek_next"][place, side] = self.segments.end[last]
            rows["acked"][place, side] = self.segments.ack[last]
            rows["window"][place, side] = self.segments.window[last]
        self.position[chosen] = target
