"""A stream as it is read: passages of one side, with what is missing and what ended it between them."""

from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from tui.errors import InputError
from tui.views.streams.delivery import Integers
from tui.views.streams.stream import CLIENT, SERVER, Kind, Stream

BOTH_SIDES = (CLIENT, SERVER)


class Passage(NamedTuple):
    """Consecutive bytes of one side, or something that is no data."""

    number: int
    """Among those that are shown, from 0."""
    kind: Kind
    side: int
    """The sender: CLIENT or SERVER."""
    length: int
    """Bytes."""
    position: int
    """Bytes that the sender has sent before."""
    headed: bool
    """Whether it begins a turn: what was shown before it came from the other side, or was an end of something."""
    first_row: int
    """Row of the first segment; -1 where there is none."""
    last_row: int


class Passages:
    """The passages of one side of a stream, or of both, in their order."""

    def __init__(self, stream: Stream, sides: tuple[int, ...] = BOTH_SIDES) -> None:
        self.stream = stream
        self.sides = sides
        whole = stream.stretches
        is_data = whole.kind == Kind.DATA
        is_event = whole.kind >= Kind.FIN
        count = len(whole)
        turn_begins = np.ones(count, np.bool_)
        turn_begins[1:] = (np.diff(whole.side) != 0) | is_event[:-1] | is_event[1:]
        begins = turn_begins.copy()
        begins[1:] |= ~(is_data[1:] & is_data[:-1])
        chosen = np.isin(whole.side, sides)
        self._stretches = whole if chosen.all() else whole.select(chosen)
        self._ends = np.cumsum(self._stretches.length)
        """Bytes of what is shown up to and with each stretch."""
        firsts = np.flatnonzero(begins[chosen])
        self._first = firsts
        self._headed = turn_begins[chosen][firsts] & ~is_event[chosen][firsts]
        before = np.concatenate(([0], self._ends))
        self.offsets: Integers = before[np.append(firsts, len(self._stretches))]
        """One more than there are passages: bytes of what is shown before each."""
        of = self._stretches
        has_data = of.kind == Kind.DATA
        self._missing = int(of.length[~has_data].sum())
        client, server = (int(of.length[has_data & (of.side == side)].sum()) for side in BOTH_SIDES)
        self._data_bytes = client, server

    def __len__(self) -> int:
        return len(self._first)

    def __getitem__(self, index: int) -> Passage:
        first, stop = self._bounds(index)
        of = self._stretches
        return Passage(
            index,
            Kind(int(of.kind[first])),
            int(of.side[first]),
            int(self.offsets[index + 1] - self.offsets[index]),
            int(of.position[first]),
            bool(self._headed[index]),
            int(of.row[first]),
            int(of.row[stop - 1]),
        )

    def kinds(self) -> Integers:
        """The kind of every passage."""
        return self._stretches.kind[self._first].astype(np.int64)

    def frames(self, index: int) -> int:
        """How many stretches of frames a passage is made of."""
        first, stop = self._bounds(index)
        return stop - first

    def row_at(self, index: int, offset: int) -> int:
        """Row of the segment that has the byte at an offset in a passage; -1 where there is none."""
        return int(self._stretches.row[self._stretch_at(index, offset)])

    def offset_in_segment(self, index: int, offset: int) -> int:
        """How far into its stretch the byte at an offset in a passage is."""
        at = self._stretch_at(index, offset)
        return int(self.offsets[index] + offset - (self._ends[at] - self._stretches.length[at]))

    def find(self, row: int, offset: int) -> tuple[int, int] | None:
        """Passage and offset in it of a byte of a row's data; None where the row has none that is shown."""
        of = self._stretches
        places = np.flatnonzero((of.row == row) & (of.kind <= Kind.DATA))
        if not len(places):
            return None
        at = int(places[0])
        index = bisect_right(self._first, at) - 1
        inside = min(offset, int(of.length[at]) - 1)
        return index, int(self._ends[at] - of.length[at] - self.offsets[index]) + inside

    def read(self, index: int, offset: int, length: int) -> bytes | None:
        """Bytes of a passage of data; None where a frame of them was given up, or can't be read any more."""
        pieces: list[bytes] = []
        of, store = self._stretches, self.stream.session.store
        first, stop = self._bounds(index)
        at = self._stretch_at(index, offset)
        skipped = self.offset_in_segment(index, offset)
        try:
            while length > 0 and first <= at < stop:
                wanted = min(int(of.length[at]) - skipped, length)
                if of.row[at] < store.start:
                    return None
                piece = self.stream.session.capture.read_at(int(of.place[at]) + skipped, wanted)
                if len(piece) < wanted:
                    return None
                pieces.append(piece)
                length -= wanted
                skipped = 0
                at += 1
        except InputError:
            return None
        return b"".join(pieces)

    def missing(self) -> int:
        """Bytes of what is shown that the capture does not have."""
        return self._missing

    def data_bytes(self) -> tuple[int, int]:
        """Bytes of client and server that were captured, of the sides that are shown."""
        return self._data_bytes

    def _bounds(self, index: int) -> tuple[int, int]:
        stop = int(self._first[index + 1]) if index + 1 < len(self._first) else len(self._stretches)
        return int(self._first[index]), stop

    def _stretch_at(self, index: int, offset: int) -> int:
        first, stop = self._bounds(index)
        at = int(np.searchsorted(self._ends, int(self.offsets[index]) + offset, "right"))
        return max(first, min(at, stop - 1))
