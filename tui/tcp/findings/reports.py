"""What a receiver reports by selective acknowledgements (RFC 2018, RFC 2883)."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import itemgetter

from tui.tcp.tracking.sequence import nearest

REPORTED_LIMIT = 64
"""Stretches of reported bytes that are remembered."""

_start, _end = itemgetter(0), itemgetter(1)

Blocks = Sequence[tuple[int, int]]


def unwrapped(blocks: Blocks, ack: int) -> list[tuple[int, int]]:
    """SACK blocks near the ack that came with them; empty and backward ones are left out."""
    found = [(nearest(ack, left), nearest(ack, right)) for left, right in blocks]
    return [(left, right) for left, right in found if left < right]


def second_arrival(blocks: Blocks, ack: int) -> tuple[int, int] | None:
    """The bytes that a D-SACK block tells to have arrived twice (RFC 2883 section 4), where there is one."""
    if not blocks:
        return None
    left, right = blocks[0]
    if right <= ack or (len(blocks) > 1 and blocks[1][0] <= left and right <= blocks[1][1]):
        return left, right
    return None


class Reported:
    """The bytes of one sender above the cumulative ACK that its receiver reports to have."""

    __slots__ = ("_stretches", "highest")

    def __init__(self) -> None:
        self._stretches: list[tuple[int, int]] = []
        self.highest = -(2**63)
        """One past the highest byte that was ever reported."""

    def add(self, blocks: Blocks, ack: int) -> bool:
        """Enter a segment's blocks; returns whether they report bytes that were not reported before."""
        news = False
        for left, right in blocks:
            if right > ack and self._merge(max(left, ack), right):
                news = True
        if news and len(self._stretches) > REPORTED_LIMIT:
            del self._stretches[0]
        return news

    def forget_below(self, ack: int) -> None:
        """The cumulative ACK has moved on."""
        stretches = self._stretches
        if stretches and stretches[0][1] <= ack:
            del stretches[: bisect_right(stretches, ack, key=_end)]

    def above(self, number: int) -> int:
        """How many bytes above a number are reported."""
        if self.highest <= number:
            return 0
        return sum(right - max(left, number) for left, right in self._stretches if right > number)

    def _merge(self, left: int, right: int) -> bool:
        """Enter a stretch; returns whether some of it is new."""
        stretches = self._stretches
        first = bisect_left(stretches, left, key=_end)
        if first < len(stretches) and stretches[first][0] <= left and right <= stretches[first][1]:
            return False
        last = bisect_right(stretches, right, lo=first, key=_start)
        if first < last:
            left, right = min(left, stretches[first][0]), max(right, stretches[last - 1][1])
        stretches[first:last] = [(left, right)]
        self.highest = max(self.highest, right)
        return True
