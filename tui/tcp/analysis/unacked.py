"""Segments of one endpoint that wait for their acknowledgement, as Wireshark keeps them: nothing is ever joined."""

from bisect import bisect_left, bisect_right, insort
from collections import deque

from tui.store import NO_ROW
from tui.tcp.tracking.sequence import nearest

LIMIT = 10_000
"""Segments that are kept at most; later ones are then left out until others were acknowledged."""

_LAST = 1 << 62
"""After every row."""

Entry = tuple[int, int]
"""One past the segment's last number, and its row."""


class Unacked:
    """Segments in flight. Numbers are given as on the wire and compared as nearest to the highest that is in flight.

    Adding and acknowledging take no longer than a binary search, whatever order the segments come in: of the starts,
    those that an ACK has moved to the same number are one group from then on.
    """

    __slots__ = ("_counts", "_ends", "_order", "_starts")

    def __init__(self) -> None:
        self._ends: list[Entry] = []
        """Ascending."""
        self._order: deque[Entry] = deque()
        """In the order in which they were sent; some of them are acknowledged."""
        self._starts: list[int] = []
        """The different starts, ascending."""
        self._counts: list[int] = []
        """How many segments have each of them."""

    @property
    def entries(self) -> list[Entry]:
        """One past the last number of each, ascending, and its row."""
        return self._ends

    @property
    def start(self) -> int:
        """The lowest number, as on the wire; only where there is a segment."""
        return self._starts[0] & 0xFFFFFFFF

    @property
    def end(self) -> int:
        """One past the highest number, as on the wire; only where there is a segment."""
        return self._ends[-1][0] & 0xFFFFFFFF

    @property
    def is_plain(self) -> bool:
        """Whether they follow each other without a gap, in the order in which they were sent."""
        ends = self._ends
        rows = [row for _, row in ends]
        return self._starts[1:] == [end for end, _ in ends[:-1]] and rows == sorted(rows)

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, start: int, end: int, row: int) -> None:
        """A segment was sent; later than all that were added before."""
        ends, starts = self._ends, self._starts
        if not ends:
            self._order.clear()
            end = start + (end - start & 0xFFFFFFFF)
            self._starts, self._counts = [start], [1]
        else:
            top = ends[-1][0]
            end, start = nearest(top, end), nearest(top, start)
            if start > starts[-1]:
                starts.append(start)
                self._counts.append(1)
            else:
                self._add_start(start)
        entry = (end, row)
        self._order.append(entry)
        if not ends or entry > ends[-1]:
            ends.append(entry)
        else:
            insort(ends, entry)
        if len(self._order) > 2 * len(ends) + 64:
            self._order = deque(sorted(ends, key=_row))

    def acknowledge(self, ack: int) -> int:
        """Everything before `ack` has arrived; returns the first row that ends exactly there, or NO_ROW."""
        ends = self._ends
        if not ends:
            return NO_ROW
        ack = nearest(ends[-1][0], ack)
        starts, counts = self._starts, self._counts
        if starts[0] >= ack and ends[0][0] > ack:
            return NO_ROW
        found = NO_ROW
        gone = bisect_right(ends, (ack, _LAST))
        if gone:
            found = self.row_ending_at(ack)
            del ends[:gone]
        moved = bisect_left(starts, ack)
        if moved:
            left = sum(counts[:moved]) - gone
            del starts[:moved], counts[:moved]
            if left > 0:
                if starts and starts[0] == ack:
                    counts[0] += left
                else:
                    starts.insert(0, ack)
                    counts.insert(0, left)
        return found

    def row_ending_at(self, end: int) -> int:
        """The first row that ends there, or NO_ROW."""
        ends = self._ends
        end = nearest(ends[-1][0], end) if ends else end
        place = bisect_left(ends, (end, -1))
        return ends[place][1] if place < len(ends) and ends[place][0] == end else NO_ROW

    def row_after(self, number: int) -> int:
        """The first row that ends above the number, or NO_ROW."""
        ends = self._ends
        place = bisect_right(ends, (nearest(ends[-1][0], number), _LAST)) if ends else 0
        return ends[place][1] if place < len(ends) else NO_ROW

    def row_until(self, number: int) -> int:
        """The last row that ends there or below, or NO_ROW."""
        ends = self._ends
        place = bisect_right(ends, (nearest(ends[-1][0], number), _LAST)) if ends else 0
        return ends[place - 1][1] if place else NO_ROW

    def oldest(self) -> int:
        """The row of the segment that was sent first; NO_ROW where none is in flight."""
        ends, order = self._ends, self._order
        if not ends:
            return NO_ROW
        while True:
            place = bisect_left(ends, order[0])
            if place < len(ends) and ends[place] == order[0]:
                return order[0][1]
            order.popleft()

    def extent(self, base: int) -> int:
        """From the lowest start to the highest end, modulo 2^32, where numbers count from `base` upwards: one before
        it is higher than all others."""
        ends, starts = self._ends, self._starts
        if not ends:
            return 0
        highest, lowest = ends[-1][0], starts[0]
        base = nearest(highest, base)
        if lowest < base <= highest:
            first = bisect_left(starts, base)
            lowest = starts[first] if first < len(starts) else lowest
            before = bisect_left(ends, (base, -1))
            highest = ends[before - 1][0] if before else highest
        return highest - lowest & 0xFFFFFFFF

    def _add_start(self, start: int) -> None:
        starts = self._starts
        place = bisect_left(starts, start)
        if starts[place] == start:
            self._counts[place] += 1
        else:
            starts.insert(place, start)
            self._counts.insert(place, 1)


def _row(entry: Entry) -> int:
    return entry[1]
