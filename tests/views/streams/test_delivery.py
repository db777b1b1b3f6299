"""The order of delivery, held against a receiver that is written down plainly."""

import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.views.streams.delivery import GAP, NEVER, Acknowledgements, Delivered, Segments, deliver

Sent = list[tuple[int, int]]
"""Start and length of segments, one in every second row."""


def delivered(sent: Sent, acknowledged: dict[int, int] | None = None, first: int = 0) -> Delivered:
    """`acknowledged`: numbers that the other end acknowledges, by row."""
    start, length = np.array(sent, np.int64).reshape(-1, 2).T
    rows = np.array(sorted(acknowledged or {}), np.int64)
    highest = np.maximum.accumulate(np.array([(acknowledged or {})[row] for row in rows.tolist()], np.int64))
    return deliver(Segments(2 * np.arange(len(start)), start, start + length), first, Acknowledgements(rows, highest))


def stretches(found: Delivered) -> list[tuple[int, int, int]]:
    """Segment, first byte and length of each."""
    return list(zip(found.segment.tolist(), found.start.tolist(), found.length.tolist(), strict=True))


def plainly(sent: Sent) -> list[tuple[int, int]]:
    """The segment that each byte comes from, of a receiver that keeps what comes too early, byte by byte."""
    expected, waiting, found = 0, list[int](), list[tuple[int, int]]()
    for place in range(len(sent)):
        waiting.append(place)
        while True:
            due = [at for at in waiting if sent[at][0] <= expected]
            if not due:
                break
            waiting.remove(due[0])
            end = sum(sent[due[0]])
            found += [(due[0], number) for number in range(expected, end)]
            expected = max(expected, end)
    return found


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=25))
def test_each_byte_comes_from_the_copy_that_a_receiver_takes(sent: Sent) -> None:
    found = delivered(sent)
    usable = found.moment < NEVER
    bytes_found = [
        (segment, number)
        for (segment, start, length), is_usable in zip(stretches(found), usable.tolist(), strict=True)
        for number in range(start, start + length)
        if is_usable
    ]
    assert bytes_found == plainly(sent)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), min_size=1, max_size=25),
    st.dictionaries(st.integers(0, 30).map(lambda at: 2 * at + 1), st.integers(0, 60)),
)
def test_all_that_was_captured_is_there_once_in_order_and_the_rest_is_gaps(
    sent: Sent, acknowledged: dict[int, int]
) -> None:
    found = delivered(sent, acknowledged)
    assert (np.diff(found.moment) >= 0).all()
    assert found.start[0] == 0
    assert (found.start[1:] == (found.start + found.length)[:-1]).all()
    captured = {number for start, length in sent for number in range(start, start + length)}
    missing = {
        number
        for segment, start, length in stretches(found)
        if segment == GAP
        for number in range(start, start + length)
    }
    assert missing == set(range(max(captured) + 1)) - captured
    for segment, start, length in stretches(found):
        if segment != GAP:
            assert sent[segment][0] <= start
            assert start + length <= sum(sent[segment])


def test_bytes_that_were_sent_again_in_one_segment_count_from_their_first_copies() -> None:
    assert stretches(delivered([(0, 5), (5, 5), (0, 12)])) == [(0, 0, 5), (1, 5, 5), (2, 10, 2)]


def test_of_copies_that_waited_the_one_that_could_be_used_first_counts() -> None:
    assert stretches(delivered([(10, 10), (5, 10), (0, 5)])) == [(2, 0, 5), (1, 5, 10), (0, 15, 5)]


def test_a_gap_is_one_once_bytes_behind_it_are_acknowledged() -> None:
    found = delivered([(0, 5), (10, 5), (15, 5)], {3: 15})
    assert stretches(found) == [(0, 0, 5), (GAP, 5, 5), (1, 10, 5), (2, 15, 5)]
    assert found.moment.tolist() == [1, 6, 6, 9]


def test_what_nobody_acknowledges_is_a_gap_in_the_end() -> None:
    found = delivered([(0, 5), (10, 5)])
    assert stretches(found) == [(0, 0, 5), (GAP, 5, 5), (1, 10, 5)]
    assert (found.moment[1:] == NEVER).all()


def test_bytes_that_were_captured_after_they_had_been_acknowledged_are_no_gap() -> None:
    assert stretches(delivered([(0, 5), (10, 5), (5, 5)], {3: 15})) == [(0, 0, 5), (2, 5, 5), (1, 10, 5)]


def test_very_many_segments_do_not_take_long_however_they_come() -> None:
    count = 200_000
    row, start = 2 * np.arange(count), 1460 * np.arange(count)
    silence = Acknowledgements(row[:0], row[:0])
    late = np.argsort(np.arange(count) + np.where(np.arange(count) % 33 == 0, 40.5, 0.0), kind="stable")
    backwards = np.arange(count)[::-1]
    for order in (np.arange(count), late, backwards):
        begun = time.process_time()
        found = deliver(Segments(row, start[order], start[order] + 1460), 0, silence)
        assert time.process_time() - begun < 6
        assert found.length.sum() == count * 1460
