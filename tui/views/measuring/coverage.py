"""Which payload is new and which was sent before, by the sequence numbers that were captured."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.flags import RST, SYN
from tui.tcp.rules.notes import Note
from tui.views.measuring.gathered import Gathered, Integers, heads_of

_NO_STREAM = Note.DUPLICATE_CAPTURE | Note.KEEP_ALIVE
"""Notes of segments whose payload, if any, is no part of the stream."""


@dataclass(slots=True)
class Coverage:
    """The payload of some connections; of m segments that carry any, way by way and in order of capture."""

    place: Integers
    """m: place in Gathered."""
    fresh: NDArray[np.bool_]
    """m: it brings bytes that were not captured before."""
    new_bytes: Integers
    """m: how many bytes beyond all that its way had sent before; of a fresh one that fills a hole, its length."""
    data_packets: Integers
    """For each way: segments with payload; packets that were recorded twice and keep-alives do not count."""
    unique_bytes: Integers
    """For each way: bytes of the stream that were captured, each counted once."""
    retransmitted_packets: Integers
    """For each way: segments with payload that were sent again (note `retransmission`)."""
    retransmitted_bytes: Integers
    """For each way: bytes in these that lie below what had been sent before."""


def coverage_of(gathered: Gathered) -> Coverage:
    """The coverage of the payload of the gathered connections."""
    no_stream = gathered.notes & np.uint64(_NO_STREAM) != 0
    chosen = np.flatnonzero((gathered.length > 0) & (gathered.flags & RST == 0) & ~no_stream)
    ordered = np.sort(gathered.way[chosen] << 32 | chosen)
    place, way = ordered & 0xFFFFFFFF, ordered >> 32
    data_packets = np.bincount(way, minlength=gathered.ways)
    if not len(place):
        none = np.zeros(0, np.int64)
        return Coverage(place, none != 0, none, data_packets, *(np.zeros_like(data_packets) for _ in range(3)))
    start, end, top = _laid_out(gathered, place, way)
    new_bytes = np.maximum(end - np.maximum(start, top), 0)
    fresh = new_bytes > 0
    unique = _sum(way, new_bytes, gathered.ways)
    hole = start > top
    if hole.any():
        fills = _fill_holes(start, end, top, hole, fresh)
        fresh |= fills
        new_bytes[fills] = (end - start)[fills]
        with_holes = np.zeros(gathered.ways, np.bool_)
        with_holes[way[hole]] = True
        inside = np.flatnonzero(with_holes[way])
        unique = np.where(with_holes, _union(way[inside], start[inside], end[inside], gathered.ways), unique)
    again = gathered.has(Note.RETRANSMISSION)[place]
    sent_before = np.maximum(np.minimum(end, top) - start, 0)
    return Coverage(
        place,
        fresh,
        new_bytes,
        data_packets,
        unique,
        np.bincount(way[again], minlength=gathered.ways),
        _sum(way[again], sent_before[again], gathered.ways),
    )


def _laid_out(gathered: Gathered, place: Integers, way: Integers) -> tuple[Integers, Integers, Integers]:
    """First number, last number + 1, and one past all that the way had sent before, of each segment; shifted so that
    the numbers of no two ways overlap."""
    start = gathered.seq[place] + (gathered.flags[place] & SYN != 0)
    end = start + gathered.length[place]
    heads = heads_of(way)
    run = np.repeat(np.arange(len(heads)), np.diff(np.append(heads, len(way))))
    lowest = np.minimum.reduceat(start, heads)
    span = np.maximum.reduceat(end, heads) - lowest + 1
    origin = np.cumsum(span) - span
    shift = (origin - lowest)[run]
    start += shift
    end += shift
    top = np.empty_like(end)
    top[0] = 0
    np.maximum.accumulate(end[:-1], out=top[1:])
    return start, end, np.maximum(top, origin[run])


def _fill_holes(
    start: Integers, end: Integers, top: Integers, hole: NDArray[np.bool_], fresh: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which segments are the first to bring bytes of a hole that an earlier segment has left below itself."""
    fills = np.zeros(len(start), np.bool_)
    below = np.flatnonzero(~fresh)
    left, right = top[hole], start[hole]
    at = np.minimum(np.searchsorted(right, start[below], "right"), len(right) - 1)
    below = below[(right[at] > start[below]) & (left[at] < end[below])]
    _, first = np.unique(start[below], return_index=True)
    fills[below[first]] = True
    return fills


def _union(way: Integers, start: Integers, end: Integers, ways: int) -> Integers:
    """How many numbers the segments of each way cover."""
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    reached = np.empty_like(end)
    reached[0] = start[0]
    np.maximum.accumulate(end[:-1], out=reached[1:])
    return _sum(way[order], np.maximum(end - np.maximum(start, reached), 0), ways)


def _sum(way: Integers, amounts: Integers, ways: int) -> Integers:
    """The sum of the amounts for each way; exact, as 2^53 bytes are never reached."""
    return np.bincount(way, amounts, minlength=ways).astype(np.int64)
