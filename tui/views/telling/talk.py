"""The talk of connections as plain values: their first turns, and what there is to say of all of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.views.amounts import byte_count, time_span
from tui.views.frame_views import NS
from tui.views.measuring.gathered import Integers
from tui.views.measuring.measures import Measured
from tui.views.measuring.turns import UNKNOWN, Turns
from tui.views.telling.naming import span

MOST_EXCHANGES = 3
"""Exchanges, of two turns at most, that are told one by one where there are no more; else all but one of these."""


class Turn(NamedTuple):
    """New bytes of one end without any of the other in between."""

    end: int
    """0 where the client sent it, 1 where the server did."""
    first_frame: int
    last_frame: int
    packets: int
    size: int
    """New bytes."""
    delay: float
    """Seconds since the other end's turn before."""
    think: float
    """How much of that its sender took for itself."""
    seconds: float
    """From its first segment to its last."""

    @property
    def frames(self) -> str:
        """`frame 4`, `frames 4 to 8`."""
        return span(self.first_frame, self.last_frame)

    @property
    def amount(self) -> str:
        """`28,500 bytes in 21 segments within 2.48 s`."""
        if self.packets == 1:
            return byte_count(self.size)
        return f"{byte_count(self.size)} in {self.packets:,} segments within {time_span(self.seconds)}"


class Talk(NamedTuple):
    """What one connection's ends said to each other."""

    turns: list[Turn]
    """The first few."""
    turn_count: int
    """How many there are."""
    slowest: tuple[int, int]
    """Last frame of the request that waited longest for its answer, and first frame of that; 0 where there is none."""
    waited: float
    """Seconds that the client waited for the server in all."""
    paused: float
    """Seconds that the server waited for the client."""


def talks_of(measured: Measured) -> list[Talk]:
    """The talk of each connection."""
    turns, gathered = measured.turns, measured.gathered
    connection, count = turns.way // 2, len(gathered.numbers)
    exchanges = np.array([measures.exchanges for measures in measured.measures], np.int64)
    most = 2 * np.where(exchanges <= MOST_EXCHANGES, exchanges, MOST_EXCHANGES - 1)
    told = np.flatnonzero(np.arange(len(connection)) - turns.start[connection] < most[connection])
    every = _told(measured, told)
    begin = np.searchsorted(told, turns.start).tolist()
    request, answer = _slowest(turns, count)
    known = turns.delay_ns != UNKNOWN
    columns = (
        np.diff(turns.start),
        _numbers(gathered.number, turns.last, request),
        _numbers(gathered.number, turns.first, answer),
        *(
            np.bincount(connection[chosen], turns.delay_ns[chosen], minlength=count) / NS
            for chosen in (known & (turns.way % 2 == 1), known & (turns.way % 2 == 0))
        ),
    )
    rows = zip(begin[:-1], begin[1:], *(column.tolist() for column in columns), strict=True)
    return [Talk(every[start:stop], turn_count, (a, b), *waits) for start, stop, turn_count, a, b, *waits in rows]


def _told(measured: Measured, told: Integers) -> list[Turn]:
    """Some turns as plain values."""
    turns, gathered = measured.turns, measured.gathered
    first, last = turns.first[told], turns.last[told]
    columns = (
        turns.way[told] % 2,
        gathered.number[first],
        gathered.number[last],
        turns.packets[told],
        turns.size[told],
        np.maximum(turns.delay_ns[told], 0) / NS,
        np.maximum(turns.think_ns[told], 0) / NS,
        np.maximum(gathered.time_ns[last] - gathered.time_ns[first], 0) / NS,
    )
    return list(map(Turn._make, zip(*(column.tolist() for column in columns), strict=True)))


def _numbers(number: NDArray[np.uint32], place: Integers, turn: Integers) -> Integers:
    """The frame numbers of a place of some turns; 0 where the turn is -1."""
    found = np.zeros(len(turn), np.int64)
    there = turn >= 0
    found[there] = number[place[turn[there]]]
    return found


def _slowest(turns: Turns, count: int) -> tuple[Integers, Integers]:
    """The turns of each connection's slowest answer: that of the request and that of the answer; -1 where none is."""
    answers = np.flatnonzero((turns.way % 2 == 1) & (turns.delay_ns != UNKNOWN))
    connection = turns.way[answers] // 2
    longest = np.full(count, UNKNOWN, np.int64)
    np.maximum.at(longest, connection, turns.delay_ns[answers])
    slow = turns.delay_ns[answers] == longest[connection]
    found, at = np.unique(connection[slow], return_index=True)
    answer = np.full(count, -1)
    answer[found] = answers[slow][at]
    return np.where(answer >= 0, answer - 1, -1), answer
