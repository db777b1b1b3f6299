"""Segments in flight: equal to a list that is walked from its newest to its oldest, as tshark walks its own."""

import time
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.store import NO_ROW
from tui.tcp.analysis.unacked import LIMIT, Unacked

BASE = 2**32 - 30
"""Numbers wrap around in the middle of what is in flight."""

Step = tuple[bool, int, int]
"""A segment with its start and length, or an ACK."""

steps = st.lists(st.tuples(st.booleans(), st.integers(0, 60), st.integers(1, 20)), max_size=60)


class Walked:
    """The plain form."""

    def __init__(self) -> None:
        self.segments: list[list[int]] = []

    def add(self, start: int, end: int, row: int) -> None:
        self.segments.insert(0, [start, end, row])

    def acknowledge(self, ack: int) -> int:
        found = NO_ROW
        for segment in list(self.segments):
            start, end, row = segment
            if end == ack:
                found = row
            if end <= ack:
                self.segments.remove(segment)
            elif start < ack:
                segment[0] = ack
        return found

    def oldest(self) -> int:
        return self.segments[-1][2] if self.segments else NO_ROW

    def extent(self) -> int:
        if not self.segments:
            return 0
        return max(end for _, end, _ in self.segments) - min(start for start, _, _ in self.segments)


@given(steps)
@settings(deadline=None)
def test_it_equals_the_list_that_is_walked(steps: Sequence[Step]) -> None:
    unacked, walked = Unacked(), Walked()
    for row, (is_segment, number, length) in enumerate(steps):
        start = BASE + number
        if is_segment:
            unacked.add(start & 0xFFFFFFFF, (start + length) & 0xFFFFFFFF, row)
            walked.add(start, start + length, row)
        else:
            assert unacked.acknowledge(start & 0xFFFFFFFF) == walked.acknowledge(start)
        assert len(unacked) == len(walked.segments)
        assert unacked.extent(BASE) == walked.extent()
        assert unacked.oldest() == walked.oldest()


def test_numbers_before_the_base_count_as_the_highest() -> None:
    unacked = Unacked()
    unacked.add(1000, 1100, 1)
    unacked.add(900, 950, 2)
    assert unacked.extent(500) == 200
    assert unacked.extent(1000) == (950 - 1000) % 2**32


def test_a_hostile_order_costs_no_more_than_a_search() -> None:
    unacked = Unacked()
    for row in range(LIMIT):
        unacked.add(LIMIT - row, 3 * LIMIT - row, row)
    began = time.process_time()
    for ack in range(20_000):
        unacked.acknowledge(ack % LIMIT + 1)
        unacked.extent(0)
        assert unacked.oldest() == 0
    assert len(unacked) == LIMIT
    assert time.process_time() - began < 2
