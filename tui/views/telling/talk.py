"""The talk of connections: the lines on their first exchanges, and what there is to say of all of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.views.frame_views import NS
from tui.views.measuring.gathered import Integers
from tui.views.measuring.measures import Measured
from tui.views.measuring.turns import UNKNOWN, Turns
from tui.views.rows import rows_as
from tui.views.telling.exchanges import exchanges_of
from tui.views.telling.line import Line
from tui.views.time_spans import time_spans


class Talk(NamedTuple):
    """What one connection's ends said to each other."""

    exchanges: list[Line]
    """The lines on its first exchanges (tui.views.telling.exchanges)."""
    slowest: tuple[int, int]
    """Last frame of the request that waited longest for its answer, and first frame of that; 0 where there is none."""
    waited: str
    """How long the client waited for the server in all."""
    paused: str
    """How long the server waited for the client."""


def talks_of(measured: Measured, applications: list[str], so_far: bool) -> list[Talk]:
    """The talk of each connection; for the arguments see tui.views.telling.exchanges.exchanges_of."""
    turns, gathered = measured.turns, measured.gathered
    connection, count = turns.way // 2, len(gathered.numbers)
    request, answer = _slowest(turns, count)
    known = turns.delay_ns != UNKNOWN
    slowest = (_numbers(gathered.number, turns.last, request), _numbers(gathered.number, turns.first, answer))
    waits = (
        time_spans(np.bincount(connection[chosen], turns.delay_ns[chosen], minlength=count) / NS)
        for chosen in (known & (turns.way % 2 == 1), known & (turns.way % 2 == 0))
    )
    columns = exchanges_of(measured, applications, so_far), zip(*map(np.ndarray.tolist, slowest), strict=True), *waits
    return list(rows_as(Talk, columns))


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
