"""Takes the connections of a batch from state to state: in each round the next segment of each that may change one.

What segments claim by their numbers is known beforehand (tui.tcp.tracking.claims), so that a round is one step of the
state machine for all connections. Segments that are proved ordinary are passed by wherever the state lets them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.flags import ACK, SYN
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.claims import Claims
from tui.tcp.tracking.segments import Segments
from tui.tcp.tracking.steps import STEPS

Integers = NDArray[np.int64]

FEW = 8
"""Groups of which each is walked on its own: a round would take longer."""


@dataclass(slots=True)
class Rounds:
    """How far each of the g groups of a batch is."""

    state: Integers
    """g: number of the connection's state (tui.tcp.rules.transitions)."""
    position: Integers
    """g: of the next segment that is to be looked at on its own, or where the group ends."""
    looked_at: Integers
    """n: positions of the segments that were looked at, ascending."""
    step: Integers
    """n: what each of them does, in `STEPS`."""

    @classmethod
    def run(cls, segments: Segments, claims: Claims, guess_client: Callable[[int, int], int]) -> "Rounds":
        """Take all groups as far as rounds go."""
        rounds = cls(
            state=_states_before(segments, claims.limit, guess_client),
            position=segments.start[:-1].copy(),
            looked_at=np.empty(0, np.int64),
            step=np.empty(0, np.int64),
        )
        rounds._run(claims.event, claims.limit, _next_candidates(segments))
        return rounds

    def _run(self, event: Integers, limit: Integers, following: Integers) -> None:
        """`following`: for each position, and the end, the first segment from there on that is not proved ordinary."""
        restful = TRANSITIONS.tables()["restful"][self.state] != 0
        self.position = np.minimum(np.where(restful, following[self.position], self.position), limit)
        step_at = np.full(len(event), -1)
        active = np.flatnonzero(self.position < limit)
        while len(active) >= FEW:
            position = self.position[active]
            step = STEPS.find(self.state[active], event[position])
            stays = STEPS.moves_nothing[step]
            if stays.any():
                goes_on = ~stays
                active, position, step = active[goes_on], position[goes_on], step[goes_on]
            step_at[position] = step
            self.state[active] = STEPS.after[step]
            position += 1
            position = np.where(STEPS.restful[step], following[position], position)
            self.position[active] = position = np.minimum(position, limit[active])
            active = active[position < limit[active]]
        self.looked_at = np.flatnonzero(step_at >= 0)
        self.step = step_at[self.looked_at]


def _next_candidates(segments: Segments) -> Integers:
    m = len(segments)
    following = np.full(m + 1, m)
    candidates = np.flatnonzero(segments.candidate)
    following[candidates] = candidates
    return np.minimum.accumulate(following[::-1])[::-1]


def _states_before(segments: Segments, limit: Integers, guess_client: Callable[[int, int], int]) -> Integers:
    """The states before the batch; a connection that begins has the sender of its SYN, or the receiver of its SYN+ACK,
    as client, and else the one that the ports tell."""
    state = segments.rows["state"].astype(np.int64)
    new = np.flatnonzero((segments.current < 0) & (limit > segments.start[:-1]))
    first = segments.start[new]
    flags, side = segments.flags[first], segments.side[first]
    begun = np.array([TRANSITIONS.begin(client, guessed=False) for client in (0, 1)])
    state[new] = begun[side ^ (flags & ACK != 0)]
    for place in np.flatnonzero(flags & SYN == 0).tolist():
        group = new[place]
        client = guess_client(int(segments.slot[group]), int(side[place]))
        state[group] = TRANSITIONS.begin(client, guessed=True)
    return state
