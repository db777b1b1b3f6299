"""Segments in flight that a batch begins with."""

import numpy as np
from numpy.typing import NDArray

from tui.store import NO_ROW
from tui.tcp.analysis.carried import MANY_IN_FLIGHT, ONE_IN_FLIGHT, Carried
from tui.tcp.analysis.sides import HALF, Numbers
from tui.tcp.tracking.sequence import MASK

Integers = NDArray[np.int64]


class Waiting:
    """Segments of 2k endpoints that were in flight before the batch."""

    def __init__(self, rows: NDArray[np.void], numbers: Integers, carried: Carried) -> None:
        """`numbers`: of the k connections; `rows`: theirs of CARRIED."""
        bits = rows["bits"].reshape(-1)
        self.many = np.flatnonzero(bits & MANY_IN_FLIGHT)
        """The endpoints that have several."""
        self.start = rows["start"].reshape(-1).astype(np.int64)
        """Of endpoints with one: where it begins."""
        self.next = rows["next"].reshape(-1).astype(np.int64)
        self.next_row = rows["next_row"].reshape(-1).astype(np.int64)
        self.next_ns = rows["next_ns"].reshape(-1)
        """One past the last number of each endpoint, and row and time of that segment, the newest in flight."""
        numbered = numbers[self.many >> 1] * 2 + (self.many & 1)
        self.unacked = [carried.unacked[number] for number in numbered.tolist()]
        """Of those that have several."""
        self.count = (bits & ONE_IN_FLIGHT != 0).astype(np.int64)
        """2k."""
        self.count[self.many] = [len(unacked) for unacked in self.unacked]

    def rows_ending_at(self, endpoint: Integers, number: Integers | Numbers) -> Integers:
        """For pairs of an endpoint and a number the row of the segment that ends there; NO_ROW where none does."""
        newest = (self.count[endpoint] > 0) & (number == self.next[endpoint])
        found = np.where(newest, self.next_row[endpoint], NO_ROW)
        if not len(self.many):
            return found
        several = np.flatnonzero(np.isin(endpoint, self.many) & ~newest)
        unacked = dict(zip(self.many.tolist(), self.unacked, strict=True))
        for place, one, end in zip(several.tolist(), endpoint[several].tolist(), number[several].tolist(), strict=True):
            found[place] = unacked[one].row_ending_at(end)
        return found

    def rows_until(self, endpoint: Integers, number: Integers | Numbers) -> Integers:
        """For endpoints that have some, the row of the last segment that ends up to there; NO_ROW where none does."""
        all_ = (self.next[endpoint] - number & MASK == 0) | ((self.next[endpoint] - number & MASK) >= HALF)
        found = np.where(all_, self.next_row[endpoint], NO_ROW)
        unacked = dict(zip(self.many.tolist(), self.unacked, strict=True))
        for place in np.flatnonzero(~all_ & (self.count[endpoint] > 1)).tolist():
            found[place] = unacked[int(endpoint[place])].row_until(int(number[place]))
        return found

    def rows_of(self, endpoint: Integers, start: Numbers, end: Numbers) -> Integers:
        """For r endpoints the row of the segment with exactly these numbers; NO_ROW where there is none.

        Of endpoints with several, they have to follow each other without a gap."""
        alone = (self.count[endpoint] == 1) & (self.start[endpoint] == start) & (self.next[endpoint] == end)
        found = np.where(alone, self.next_row[endpoint], NO_ROW)
        unacked = dict(zip(self.many.tolist(), self.unacked, strict=True))
        for place in np.flatnonzero(self.count[endpoint] > 1).tolist():
            one = unacked[int(endpoint[place])]
            begins = one.start == start[place] or one.row_ending_at(int(start[place])) != NO_ROW
            if begins and one.row_after(int(start[place])) == one.row_ending_at(int(end[place])):
                found[place] = one.row_ending_at(int(end[place]))
        return found

    def oldest(self, endpoint: Integers, acked: Numbers) -> Integers:
        """For r endpoints the row of the first segment that ends above what is acknowledged; NO_ROW where none does."""
        left = (self.count[endpoint] > 0) & (self.next[endpoint] != acked)
        left &= (self.next[endpoint] - acked & MASK) < HALF
        found = np.where(left, self.next_row[endpoint], NO_ROW)
        unacked = dict(zip(self.many.tolist(), self.unacked, strict=True))
        for place in np.flatnonzero(left & (self.count[endpoint] > 1)).tolist():
            found[place] = unacked[int(endpoint[place])].row_after(int(acked[place]))
        return found
