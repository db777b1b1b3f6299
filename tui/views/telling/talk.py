"""The talk of connections as plain values: their first turns, and what there is to say of all of them."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.views.amounts import byte_count
from tui.views.frame_views import NS
from tui.views.measuring.gathered import Integers
from tui.views.measuring.measures import Measured
from tui.views.measuring.turns import UNKNOWN, Turns
from tui.views.rows import rows_as
from tui.views.telling.naming import span
from tui.views.time_spans import time_spans

MOST_EXCHANGES = 3
"""Exchanges, of two turns at most, that are told one by one where there are no more; else all but one of these."""


_MOSTLY = 0.8
"""A server's own share of a delay is told where it is less than this."""
_WORTH_SECONDS = 0.001
"""… and where the delay is at least as long as this."""


class Turn(NamedTuple):
    """New bytes of one end without any of the other in between."""

    end: int
    """0 where the client sent it, 1 where the server did."""
    first_frame: int
    last_frame: int
    delay: float
    """Seconds since the other end's turn before."""
    waited: str
    """The delay, and how much of it the sender took for itself where that is not all."""
    frames: str
    """`frame 4`, `frames 4 to 8`."""
    amount: str
    """`28,500 bytes in 21 segments within 2.48 s`."""


class Talk(NamedTuple):
    """What one connection's ends said to each other."""

    turns: list[Turn]
    """The first few."""
    turn_count: int
    """How many there are."""
    slowest: tuple[int, int]
    """Last frame of the request that waited longest for its answer, and first frame of that; 0 where there is none."""
    waited: str
    """How long the client waited for the server in all."""
    paused: str
    """How long the server waited for the client."""


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
    slowest = (_numbers(gathered.number, turns.last, request), _numbers(gathered.number, turns.first, answer))
    columns = (
        [every[start:stop] for start, stop in pairwise(begin)],
        np.diff(turns.start).tolist(),
        list(zip(*(column.tolist() for column in slowest), strict=True)),
        *(
            time_spans(np.bincount(connection[chosen], turns.delay_ns[chosen], minlength=count) / NS)
            for chosen in (known & (turns.way % 2 == 1), known & (turns.way % 2 == 0))
        ),
    )
    return list(rows_as(Talk, columns))


def _told(measured: Measured, told: Integers) -> list[Turn]:
    """Some turns as plain values."""
    turns, gathered = measured.turns, measured.gathered
    first, last = turns.first[told], turns.last[told]
    delay, think = (np.maximum(times[told], 0) / NS for times in (turns.delay_ns, turns.think_ns))
    within = np.maximum(gathered.time_ns[last] - gathered.time_ns[first], 0) / NS
    first_frames, last_frames = gathered.number[first].tolist(), gathered.number[last].tolist()
    columns = (
        (turns.way[told] % 2).tolist(),
        first_frames,
        last_frames,
        delay.tolist(),
        _waited(delay, think),
        list(map(span, first_frames, last_frames)),
        _amounts(turns.size[told], turns.packets[told], within),
    )
    return list(rows_as(Turn, columns))


def _waited(delay: NDArray[np.float64], think: NDArray[np.float64]) -> list[str]:
    """Delays, each with the time that its sender took for itself where it was long, and the network had its share."""
    texts = time_spans(delay)
    shared = np.flatnonzero((delay >= _WORTH_SECONDS) & (think <= delay * _MOSTLY))
    for at, own in zip(shared.tolist(), time_spans(think[shared]), strict=True):
        texts[at] += f", {own} of them for the server itself,"
    return texts


def _amounts(size: Integers, packets: Integers, within: NDArray[np.float64]) -> list[str]:
    """What was sent, and, where it took several segments, how many and how long."""
    texts = list(map(byte_count, size.tolist()))
    several = np.flatnonzero(packets > 1)
    for at, segments, time in zip(
        several.tolist(), packets[several].tolist(), time_spans(within[several]), strict=True
    ):
        texts[at] += f" in {segments:,} segments within {time}"
    return texts


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
