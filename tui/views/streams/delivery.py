"""The order in which the bytes of one direction could be used by their receiver, told from sequence numbers."""

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

NEVER = 2**62
"""Moment of what no segment that was captured has made usable."""

MOST_LATE = 4096
"""Segments that are looked through for bytes of one hole that were captured after they had been acknowledged."""

GAP = -1
"""Stands for a segment where bytes are missing."""


@dataclass(slots=True)
class Segments:
    """The payload that one end has sent, in order of capture."""

    row: Integers
    """Ascending."""
    start: Integers
    """Unwrapped sequence number of the first byte."""
    end: Integers
    """Of the byte behind the last one; greater than `start`."""


@dataclass(slots=True)
class Acknowledgements:
    """What the other end has acknowledged, in order of capture."""

    row: Integers
    """Ascending."""
    highest: Integers
    """Highest unwrapped number so far; never falls."""

    def moment_beyond(self, number: int) -> int:
        """The moment at which more than everything before `number` is acknowledged."""
        place = int(np.searchsorted(self.highest, number, "right"))
        return 2 * int(self.row[place]) if place < len(self.row) else NEVER


@dataclass(slots=True)
class Delivered:
    """Stretches of the stream, one behind the other without a hole.

    A moment is twice the row of the segment that made the bytes usable, and one more where that is the one that carries
    them or fills the hole before them: what the other end acknowledges in a segment comes before what it sends in it.
    """

    segment: Integers
    """Index of the segment whose bytes they are, or GAP."""
    start: Integers
    """Sequence number of the first byte."""
    length: Integers
    moment: Integers
    """Never falls."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """Segments `first` to `stop`, each from `start` on or from where the one before ends; or a gap."""

    first: int
    stop: int
    start: int
    length: int
    """Of a gap."""
    moment: int
    """NEVER - 1: each segment's own."""


_OWN = NEVER - 1


def deliver(segments: Segments, first: int, acknowledged: Acknowledgements) -> Delivered:
    """Deliver payload as a receiver does that expects byte `first` next.

    Of bytes that were sent more than once the copy counts that could be used first; of several that waited behind a
    hole the one that came first. Bytes that were not captured are a gap as soon as the other end acknowledges bytes
    behind them, and at the end. The time grows with the number of segments that are out of order; all others are
    taken as runs.
    """
    highest = np.maximum.accumulate(np.concatenate(([first], segments.end)))
    before = highest[:-1]
    if not len(before):
        return Delivered(*(np.empty(0, np.int64) for _ in range(4)))
    taken: list[_Taken] = []
    waiting = _Waiting(segments, before, acknowledged, taken)
    place = 0
    for hole in np.flatnonzero(segments.start > before).tolist():
        if hole < place:
            continue
        if hole > place:
            taken.append(_Taken(place, hole, waiting.expected, 0, _OWN))
        place = waiting.resolve(hole)
    if place < len(segments.start):
        taken.append(_Taken(place, len(segments.start), waiting.expected, 0, _OWN))
    return _expanded(segments, before, taken)


class _Waiting:
    """Segments from one that came too early on, until none waits any more."""

    def __init__(
        self, segments: Segments, before: Integers, acknowledged: Acknowledgements, taken: list[_Taken]
    ) -> None:
        """`before`: the highest end before each segment; `taken`: where to put what is taken."""
        self._segments = segments
        self._acknowledged = acknowledged
        self._breaks = np.flatnonzero(segments.start != before)
        self._not_before = 0
        """Moment of the last gap, or at which what waits behind the next one was captured."""
        self._by_start: Integers | None = None
        self._longest = 0
        self._before = before
        self.expected = int(before[0])
        """The byte that comes next."""
        self._taken = taken
        self._early: list[tuple[int, int, int]] = []
        """Heap of runs: sequence number of the first byte, first segment, the one behind the last."""
        self._late: list[tuple[int, int, int]] = []
        """Heap of runs that begin no later than what is expected: first segment, the one behind the last, its start."""

    def resolve(self, place: int) -> int:
        """Take segments from one that begins behind a hole on; returns the next one before which nothing waits."""
        self.expected = max(self.expected, int(self._before[place]))
        row, start, end = self._segments.row, self._segments.start, self._segments.end
        count = len(row)
        given_up = NEVER
        lowest = None
        while place < count:
            if self._early and self._early[0][0] != lowest:
                lowest = self._early[0][0]
                given_up = self._acknowledged.moment_beyond(lowest)
            if self._early and given_up < 2 * int(row[place]):
                self._skip_gap(given_up, place)
            elif int(start[place]) > self.expected:
                stop = self._run(place, given_up if self._early else NEVER)
                heappush(self._early, (int(start[place]), place, stop))
                place = stop
                continue
            else:
                if int(end[place]) > self.expected:
                    self._take(place, place + 1, 2 * int(row[place]) + 1)
                place += 1
            if not self._early:
                return place
        while self._early:
            self._skip_gap(self._acknowledged.moment_beyond(self._early[0][0]), count)
        return count

    def _run(self, place: int, given_up: int) -> int:
        """The segment behind those from `place` on that begin where the one before ends, and come before a gap is
        given up.
        """
        if self._segments.start[place] < self._before[place]:
            return place + 1
        at = int(np.searchsorted(self._breaks, place, "right"))
        stop = int(self._breaks[at]) if at < len(self._breaks) else len(self._before)
        own = self._acknowledged.moment_beyond(int(self._segments.start[place]))
        known = int(np.searchsorted(self._segments.row, min(given_up, own) // 2, "right"))
        return max(place + 1, min(stop, known))

    def _skip_gap(self, moment: int, place: int) -> None:
        """Go on behind what is missing; copies from `place` on that were captured too late are not missing."""
        waiting = self._early[0][1]
        if waiting < place:
            self._not_before = max(self._not_before, 2 * int(self._segments.row[waiting]) + 1)
        moment = self._not_before = max(moment, self._not_before)
        for late in self._captured_late(place):
            heappush(self._early, (int(self._segments.start[late]), late, late + 1))
        start = self._early[0][0]
        if start > self.expected:
            self._taken.append(_Taken(GAP, GAP, self.expected, start - self.expected, moment))
            self.expected = start
        self._deliver_early(moment)

    def _captured_late(self, place: int) -> list[int]:
        """Segments from `place` on that have bytes of the hole before what waits; none where too many may have."""
        start, end = self._segments.start, self._segments.end
        if place >= len(start):
            return []
        if self._by_start is None:
            self._by_start = np.argsort(start, kind="stable")
            self._longest = int((end - start).max())
        reach = np.searchsorted(start, (self.expected - self._longest, self._early[0][0]), sorter=self._by_start)
        if reach[1] - reach[0] > MOST_LATE:
            return []
        near = self._by_start[reach[0] : reach[1]]
        late: list[int] = near[(near >= place) & (end[near] > self.expected)].tolist()
        return late

    def _take(self, first: int, stop: int, moment: int) -> None:
        self._taken.append(_Taken(first, stop, self.expected, 0, moment))
        self.expected = int(self._segments.end[stop - 1])
        self._deliver_early(moment)

    def _deliver_early(self, moment: int) -> None:
        """Take what waits no longer, in order of capture."""
        while True:
            while self._early and self._early[0][0] <= self.expected:
                start, first, stop = heappop(self._early)
                heappush(self._late, (first, stop, start))
            if not self._late:
                return
            first, stop, _ = heappop(self._late)
            if int(self._segments.end[stop - 1]) > self.expected:
                self._taken.append(_Taken(first, stop, self.expected, 0, moment))
                self.expected = int(self._segments.end[stop - 1])


def _expanded(segments: Segments, before: Integers, taken: list[_Taken]) -> Delivered:
    """Stretches from runs of segments, without the segments that bring nothing new."""
    runs = np.array([(run.first, run.stop, run.start, run.length, run.moment) for run in taken], np.int64)
    first, stop, expected, length, moment = runs.reshape(-1, 5).T
    is_gap = first == GAP
    count = np.where(is_gap, 1, stop - first)
    run = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(run)) - np.repeat(np.cumsum(count) - count, count)
    segment = np.where(is_gap[run], GAP, first[run] + place)
    at = np.maximum(segment, 0)
    is_own = moment[run] == _OWN
    start = np.maximum(np.where(is_own, before[at], segments.start[at]), expected[run])
    start = np.where(is_gap[run], expected[run], start)
    length = np.where(is_gap[run], length[run], segments.end[at] - start)
    moment = np.where(is_own, 2 * segments.row[at] + 1, moment[run])
    fresh = length > 0
    return Delivered(segment[fresh], start[fresh], length[fresh], moment[fresh])
