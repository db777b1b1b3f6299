"""Bytes of one sender that the capture skipped: stretches below its highest number that were never captured."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import attrgetter

from tui.tcp.findings.segment import Segment

HOLES_LIMIT = 256
"""Holes that are remembered of a sender; past it the lowest one counts as captured."""
ACKED_LIMIT = 8
"""Holes among them that the receiver has acknowledged: only a segment that was captured late still fills one."""


class Jump:
    """What is known of a segment that went on beyond the highest number, leaving a hole."""

    __slots__ = (
        "acked",
        "before_ns",
        "before_row",
        "expected",
        "ip_id",
        "lost",
        "missing",
        "noted",
        "report_ns",
        "row",
        "skips_id",
        "time_ns",
        "tsval",
        "unfilled",
    )

    def __init__(
        self, segment: Segment, before_row: int, before_ns: int, expected: int, *, skips_id: bool = False
    ) -> None:
        missing = segment.seq - expected
        self.row = segment.row
        self.time_ns = segment.time_ns
        self.ip_id = segment.ip_id
        self.skips_id = skips_id
        """Of its sender's identifications at least one is missing as well, where the hole is: they count what was
        sent, and not what was captured."""
        self.tsval = segment.tsval if segment.has_timestamps else -1
        """-1 where there is none."""
        self.before_row = before_row
        """The sender's last segment before the hole, -1 where there is none."""
        self.before_ns = before_ns
        self.expected = expected
        """The number that would have continued what was captured."""
        self.missing = missing
        """Bytes of the hole."""
        self.unfilled = missing
        """Bytes that are still missing."""
        self.report_ns = -1
        """When the receiver was first seen to report something missing after it, -1 where it was not."""
        self.lost = False
        """Some of the missing bytes came by being sent again."""
        self.acked = False
        """The receiver has acknowledged some of the missing bytes."""
        self.noted = False
        """The note of the loss or of the gap stands on it."""


class Hole:
    """A stretch that was not captured."""

    __slots__ = ("end", "jump", "start")

    def __init__(self, start: int, end: int, jump: Jump) -> None:
        self.start = start
        self.end = end
        self.jump = jump


_start = attrgetter("start")


class Holes:
    """One sender's holes in order of their numbers."""

    __slots__ = ("_holes", "_unacked")

    def __init__(self) -> None:
        self._holes: list[Hole] = []
        self._unacked = 0
        """Place of the first hole that is not acknowledged."""

    def __bool__(self) -> bool:
        return bool(self._holes)

    def add(self, start: int, end: int, jump: Jump) -> None:
        """A hole above all others."""
        self._holes.append(Hole(start, end, jump))
        if len(self._holes) > HOLES_LIMIT:
            self._drop(1)

    def take(self, start: int, end: int) -> list[tuple[Jump, int]]:
        """The bytes from `start` to `end` are captured now: of each hole that they fill its jump, and how many."""
        holes = self._holes
        first = bisect_right(holes, start, key=_start) - 1
        if first < 0 or holes[first].end <= start:
            first += 1
        last = bisect_left(holes, end, lo=first, key=_start)
        if first == last:
            return []
        taken, rest = [], []
        for hole in holes[first:last]:
            taken.append((hole.jump, min(hole.end, end) - max(hole.start, start)))
            hole.jump.unfilled -= taken[-1][1]
            if hole.start < start:
                rest.append(Hole(hole.start, start, hole.jump))
            if hole.end > end:
                rest.append(Hole(end, hole.end, hole.jump))
        holes[first:last] = rest
        if last <= self._unacked:
            self._unacked += len(rest) - (last - first)
        else:
            self._unacked = min(self._unacked, first)
        if len(holes) > HOLES_LIMIT:
            self._drop(1)
        return taken

    def acknowledge(self, ack: int) -> Iterator[Jump]:
        """The receiver has acknowledged all below `ack`: the jumps over holes that begin there."""
        holes = self._holes
        while self._unacked < len(holes) and holes[self._unacked].start < ack:
            yield holes[self._unacked].jump
            self._unacked += 1
        if self._unacked > ACKED_LIMIT:
            self._drop(self._unacked - ACKED_LIMIT)

    def report(self, time_ns: int) -> None:
        """The receiver reports that something is missing."""
        for place in range(len(self._holes) - 1, self._unacked - 1, -1):
            jump = self._holes[place].jump
            if jump.report_ns >= 0:
                return
            jump.report_ns = time_ns

    def _drop(self, count: int) -> None:
        del self._holes[:count]
        self._unacked = max(self._unacked - count, 0)
