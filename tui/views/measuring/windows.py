"""What each end announced as its receive window, and how long it was closed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.flags import FIN, RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.live import UNKNOWN_SCALE
from tui.views.measuring.gathered import Gathered, Integers

UNKNOWN = -1
"""Stands for a window that is not known."""


class Windows(NamedTuple):
    """For each way, the windows that its sender announced."""

    zero_windows: Integers
    """Segments that announced a window of 0; SYN, FIN and RST do not count."""
    zero_window_ns: Integers
    """Nanoseconds that the window was closed, till the sender's next one or the end of the connection so far."""
    largest: Integers
    """Largest window in bytes, UNKNOWN where its scale is."""


def windows_of(gathered: Gathered) -> Windows:
    """The windows of the gathered connections."""
    announced = (gathered.flags & RST == 0) & ~gathered.has(Note.DUPLICATE_CAPTURE)
    control = gathered.flags & (SYN | FIN) != 0
    zero = announced & ~control & (gathered.window == 0)
    telling = announced & ~(control & (gathered.window == 0))
    return Windows(gathered.count(zero), _closed(gathered, telling, zero), _largest(gathered, announced))


def _largest(gathered: Gathered, announced: NDArray[np.bool_]) -> Integers:
    """A SYN's window is never scaled; where the scale of any other is unknown, the largest is not to be told."""
    of_syn = gathered.flags & SYN != 0
    unknown = announced & ~of_syn & (gathered.shift == UNKNOWN_SCALE)
    shift = np.where(of_syn, 0, np.maximum(gathered.shift, 0))
    scaled = gathered.window.astype(np.int64) << shift
    largest = gathered.highest_of_ways(np.where(announced, scaled, UNKNOWN))
    largest[gathered.way[unknown]] = UNKNOWN
    return largest


def _closed(gathered: Gathered, announced: NDArray[np.bool_], zero: NDArray[np.bool_]) -> Integers:
    """How long the windows of each way were closed, in nanoseconds."""
    closed_ns = np.zeros(gathered.ways, np.int64)
    if not zero.any():
        return closed_ns
    chosen = np.flatnonzero(announced & (gathered.count(zero) > 0)[gathered.way])
    ordered = np.sort(gathered.way[chosen] << 32 | chosen)
    place, way = ordered & 0xFFFFFFFF, ordered >> 32
    until = gathered.time_ns[gathered.start[way // 2 + 1] - 1]
    same_way = way[1:] == way[:-1]
    until[:-1][same_way] = gathered.time_ns[place[1:]][same_way]
    closed = zero[place]
    np.add.at(closed_ns, way[closed], np.maximum(until - gathered.time_ns[place], 0)[closed])
    return closed_ns
