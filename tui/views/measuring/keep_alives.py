"""Keep-alives that nobody answered."""

import numpy as np

from tui.tcp.rules.notes import Note
from tui.views.measuring.gathered import Gathered, Integers, heads_of


def unanswered_keep_alives(gathered: Gathered) -> Integers:
    """For each way, the most keep-alives in a row that its sender sent and heard nothing after; the last one before
    the other end speaks again counts as answered."""
    most = np.zeros(gathered.ways, np.int64)
    keep_alive = gathered.has(Note.KEEP_ALIVE)
    if not keep_alive.any():
        return most
    place = np.flatnonzero(~gathered.has(Note.DUPLICATE_CAPTURE))
    way = gathered.way[place]
    heads = heads_of(way)
    sent = np.add.reduceat(keep_alive[place].astype(np.int64), heads)
    way = way[heads]
    answered = np.zeros(len(way), np.bool_)
    answered[:-1] = way[1:] // 2 == way[:-1] // 2
    np.maximum.at(most, way, sent - (answered & (sent > 0)))
    return most
