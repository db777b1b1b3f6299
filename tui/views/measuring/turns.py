"""Who spoke when: each connection's new bytes as turns of its client and its server."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.flags import ACK, RST, SYN
from tui.views.measuring.coverage import Coverage
from tui.views.measuring.gathered import Gathered, Integers, heads_of

UNKNOWN = -1
"""Stands for a time that is not known."""


@dataclass(slots=True)
class Turns:
    """The t turns of the gathered connections, connection by connection and in order of capture.

    A turn is new bytes of one end without any of the other in between.
    """

    first: Integers
    """t: place of its first segment."""
    last: Integers
    """t: place of its last one that brought new bytes."""
    way: Integers
    packets: Integers
    size: Integers
    """t: new bytes."""
    delay_ns: Integers
    """t: from the last byte of the other end's turn before to the first one of this; UNKNOWN in a first turn."""
    think_ns: Integers
    """t: how much of that its sender took for itself, and not the network; UNKNOWN in a first turn."""
    start: Integers
    """k + 1: each connection's first turn."""


def turns_of(gathered: Gathered, coverage: Coverage, halves_ns: Integers) -> Turns:
    """The turns of the gathered connections.

    `halves_ns`: for each way, the round trip from the capture point to its sender; UNKNOWN where the handshake does
    not tell it. Where no ACK came ahead of an answer, that round trip is taken off its delay.
    """
    fresh = coverage.fresh
    size_at = np.zeros(len(gathered), np.int64)
    size_at[coverage.place[fresh]] = coverage.new_bytes[fresh]
    place = np.sort(coverage.place[fresh])
    way = gathered.way[place]
    heads = heads_of(way)
    ends = np.append(heads[1:], len(place)) - 1
    packets = ends - heads + 1 if len(heads) else heads
    size = np.add.reduceat(size_at[place], heads) if len(heads) else heads
    turn_way = way[heads]
    first, last = place[heads], place[ends] if len(heads) else heads
    delay = np.full(len(heads), UNKNOWN, np.int64)
    think = np.full(len(heads), UNKNOWN, np.int64)
    answers = np.flatnonzero(turn_way[1:] // 2 == turn_way[:-1] // 2) + 1
    if len(answers):
        end = gathered.seq[place] + gathered.length[place] + (gathered.flags[place] & SYN != 0)
        highest = np.maximum.reduceat(end, heads)
        asked, answered = last[answers - 1], first[answers]
        times = gathered.time_ns
        delay[answers] = np.maximum(times[answered] - times[asked], 0)
        heard = _heard(gathered, asked, answered, highest[answers - 1])
        alone = np.maximum(delay[answers] - np.maximum(halves_ns[turn_way[answers]], 0), 0)
        since = np.maximum(times[answered] - times[np.maximum(heard, 0)], 0)
        think[answers] = np.where(heard >= 0, since, alone)
    start = np.searchsorted(turn_way // 2, np.arange(len(gathered.numbers) + 1))
    return Turns(first, last, turn_way, packets, size, delay, think, start)


def _heard(gathered: Gathered, asked: Integers, answered: Integers, highest: Integers) -> Integers:
    """The place of the first ACK, between the last byte of a turn and the answer to it, that covers the turn; -1 where
    there is none."""
    between = answered - asked - 1
    turn = np.repeat(np.arange(len(asked)), between)
    place = np.arange(len(turn)) - np.repeat(np.cumsum(between) - between, between) + asked[turn] + 1
    covers = (gathered.sender[place] == gathered.sender[answered][turn]) & (gathered.ack[place] >= highest[turn])
    covers &= gathered.flags[place] & (ACK | RST) == ACK
    found: NDArray[np.int64] = np.full(len(asked), -1)
    covering = np.flatnonzero(covers)
    turns, at = np.unique(turn[covering], return_index=True)
    found[turns] = place[covering[at]]
    return found
