"""What lies across the border of two segments: the end of one payload, and the beginning of what continues it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.store import FORWARD
from tui.tcp.rules.flags import SYN
from tui.tcp.tracking.sequence import MASK
from tui.views.filtering.pieces import Piece, read_pieces
from tui.views.searching.needles import Needle

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

_PLACES = ("offset", "captured", "tcp_offset", "header_length", "length", "connection")


class Payloads(NamedTuple):
    """Where the bytes of frames that are searched lie: of a TCP segment its payload, of another frame all of it."""

    offset: Indices
    """In the capture."""
    size: Indices
    """Bytes that were captured."""
    skipped: Indices
    """Bytes of the frame before them."""
    is_cut: Mask
    """Whether the frame had more of them than were captured."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where in a frame something was found."""

    index: int
    """Which of the rows that were looked through."""
    start: int
    """Index in the searched bytes of the first byte found, and of the one behind the last."""
    end: int
    skipped: int
    """Bytes of the frame before those that were searched: its headers."""
    before: int = 0
    """Bytes found at the end of the segment before, whose payload this one continues."""


def payloads_of(session: Session, rows: Indices) -> Payloads:
    """Where the searched bytes of these rows of the store lie; none of rows that were given up."""
    columns = (session.store.gather(name, rows).astype(np.int64) for name in _PLACES)
    offset, captured, tcp_offset, header_length, length, connection = columns
    in_tcp = connection >= 0
    skipped = np.where(in_tcp, tcp_offset + header_length, 0)
    there = np.maximum(captured - skipped, 0)
    size = np.where(in_tcp, np.minimum(there, length), there)
    gone = rows < session.store.start
    size[gone] = 0
    return Payloads(offset + skipped, size, skipped, in_tcp & (there < length) & ~gone)


class Borders:
    """Gathers the first and the last bytes of payloads, and looks for something across their borders."""

    def __init__(self, session: Session, reach: int, rows: Indices, before: Indices, places: Payloads) -> None:
        """`reach`: bytes on each side; `before`: rows that come before `rows` and may be continued in them."""
        self._session = session
        self._reach = reach
        self._rows = rows
        self._before = before
        self._places = places
        self._heads = np.zeros((len(rows), reach), np.uint8)
        self._tails = np.zeros((len(rows), reach), np.uint8)

    def take(self, piece: Piece, indices: Indices, starts: Indices, stops: Indices) -> None:
        """The payloads of some rows, which lie in a piece between these places."""
        self._heads[indices] = _bytes_at(piece, starts, self._reach)
        self._tails[indices] = _bytes_at(piece, stops - self._reach, self._reach)

    def matches(self, needle: Needle) -> Iterator[Match]:
        """What is found across a border, by the index of the row in which it ends.

        Raises InputError where the disk fails, SearchTimeoutError where the search takes too long.
        """
        earlier = payloads_of(self._session, self._before)
        size = np.concatenate((earlier.size, self._places.size))
        is_cut = np.concatenate((earlier.is_cut, self._places.is_cut))
        first, later = self._continued(size, is_cut)
        if not len(later):
            return
        shift, reach = len(self._before), self._reach
        tails = np.empty((len(first), reach), np.uint8)
        inside = first >= shift
        tails[inside] = self._tails[first[inside] - shift]
        tails[~inside] = self._earlier_tails(earlier, first[~inside])
        rows = np.hstack((tails, self._heads[later - shift]))
        base = np.arange(len(rows)) * 2 * reach
        starts = base + reach - np.minimum(size[first], reach)
        stops = base + reach + np.minimum(size[later], reach)
        for hit in needle.hits(rows.tobytes(), starts.tolist(), stops.tolist()):
            begin = int(starts[hit.place] - base[hit.place]) + hit.start
            end = begin + hit.end - hit.start
            if begin < reach < end:
                index = int(later[hit.place]) - shift
                yield Match(index, 0, end - reach, int(self._places.skipped[index]), reach - begin)

    def _continued(self, size: Indices, is_cut: Mask) -> tuple[Indices, Indices]:
        """Payloads and those that continue them, as indices of the rows before and these rows together."""
        rows = np.concatenate((self._before, self._rows))
        of = {name: self._session.store.gather(name, rows).astype(np.int64) for name in _SEQUENCE}
        carries = (of["connection"] >= 0) & (size > 0)
        side = of["connection"] * 2 + (of["marks"] & FORWARD)
        begin = of["seq"] + (of["flags"] & SYN > 0)
        end = begin + of["length"]
        ended = np.flatnonzero(carries & ~is_cut)
        begun = np.flatnonzero(carries)
        begun = begun[begun >= len(self._before)]
        keys = _keys(side[ended], end[ended])
        order = np.argsort(keys, kind="stable")
        wanted = _keys(side[begun], begin[begun])
        place = np.searchsorted(keys[order], wanted)
        known = place < len(order)
        begun, place = begun[known], place[known]
        first = ended[order[place]]
        fits = (side[first] == side[begun]) & (end[first] == begin[begun]) & (first < begun)
        return first[fits], begun[fits]

    def _earlier_tails(self, earlier: Payloads, chosen: Indices) -> NDArray[np.uint8]:
        """The last bytes of payloads that were not read for this search."""
        wanted, place = np.unique(chosen, return_inverse=True)
        length = np.minimum(earlier.size[wanted], self._reach)
        offset = earlier.offset[wanted] + earlier.size[wanted] - length
        tails = np.zeros((len(wanted), self._reach), np.uint8)
        for piece in read_pieces(self._session, offset, length):
            tails[piece.index] = _bytes_at(piece, piece.start + length[piece.index] - self._reach, self._reach)
        return tails[place]


_SEQUENCE = ("connection", "marks", "flags", "seq", "length")
"""Columns that say which payload continues which."""


def _keys(side: Indices, number: Indices) -> NDArray[np.uint64]:
    """One number for each pair of a side and a sequence number."""
    return side.astype(np.uint64) << np.uint64(32) | (number & MASK).astype(np.uint64)


def _bytes_at(piece: Piece, starts: Indices, count: int) -> NDArray[np.uint8]:
    """So many bytes from each place on; meaningless ones where the piece does not reach so far."""
    places = starts[:, None] + np.arange(count)
    found: NDArray[np.uint8] = piece.data[np.clip(places, 0, len(piece.data) - 1)]
    return found
