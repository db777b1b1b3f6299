"""What the analysis says of hand-made segments, in the words of the report."""

from collections.abc import Sequence

import pytest

from tests.tcp.wire import MILLISECOND, OPEN, TALK, Packet, c, read, s, segments
from tui.views import SegmentView

AT = 10**18


def last(packets: Sequence[Packet]) -> SegmentView:
    """The last segment's view; a millisecond lies between the packets."""
    return segments(read(packets))[-1]


def test_the_number_and_the_first_of_duplicate_acks() -> None:
    views = segments(read([*OPEN, *TALK, *[c(".", 11, 21)] * 3]))
    assert [view.duplicate_ack_number for view in views[-4:]] == [None, 1, 2, 3]
    assert [view.duplicate_ack_frame for view in views[-4:]] == [None, 6, 6, 6]
    assert views[-1].analysis == ("duplicate_ack",)


def test_what_is_acknowledged_and_when() -> None:
    view = last([*OPEN, *TALK])
    assert view.acks_frame == 5
    assert view.ack_rtt == pytest.approx(0.001)
    assert view.bytes_in_flight is None


def test_bytes_in_flight_grow_until_they_are_acknowledged() -> None:
    packets = [*OPEN, *[c("P.", 1 + 10 * number, 1, 10) for number in range(3)], s(".", 1, 21), c("P.", 31, 1, 10)]
    flying = [view.bytes_in_flight for view in segments(read(packets))]
    assert flying[3:] == [10, 20, 30, None, 20]


def test_the_timeout_counts_from_the_oldest_segment_that_waits() -> None:
    sent = [c("P.", 1, 1, 10), c("P.", 11, 1, 10)]
    view = last([*OPEN, *sent, c("P.", 1, 1, 10, time_ns=AT + 503 * MILLISECOND)])
    assert view.analysis == ("retransmission",)
    assert view.rto == pytest.approx(0.5)


def test_the_initial_round_trip_is_known_from_the_first_ack_on() -> None:
    retried = [c("S", 0), c("S", 0), s("S.", 0, 1), c(".", 1, 1), s(".", 1, 1)]
    assert [view.initial_rtt for view in segments(read(retried))] == [None, None, None, 0.002, 0.002]


@pytest.mark.parametrize(
    ("packets", "names"),
    [
        ([c("P.", 1, 21, 10)], {"spurious_retransmission"}),
        ([c("P.", 21, 21, 10)], {"lost_segment"}),
        ([c("P.", 21, 21, 10), c("P.", 11, 21, 10)], {"out_of_order"}),
        ([c(".", 11, 31)], {"ack_lost_segment"}),
        ([c(".", 10, 21)], {"keep_alive"}),
        ([s(".", 21, 11), c(".", 10, 21), s(".", 21, 11)], {"keep_alive_ack"}),
        ([c(".", 11, 21, window=0)], {"zero_window"}),
        ([c(".", 11, 21, window=0), s("P.", 21, 11, 1)], {"zero_window_probe"}),
        (
            [c(".", 11, 21, window=0), s("P.", 21, 11, 1), c(".", 11, 21, window=0)],
            {"zero_window", "zero_window_probe_ack"},
        ),
        ([c(".", 11, 21, window=700)], {"window_update"}),
        ([c(".", 11, 21, window=700), s("P.", 21, 11, 700)], {"window_full"}),
        ([c("R.", 11, 21), c("S", 7000)], {"reused_ports"}),
        ([c("P.", 11, 21, 10), *[s(".", 21, 11)] * 3, c("P.", 11, 21, 10)], {"fast_retransmission"}),
    ],
)
def test_the_flags_of_a_last_segment(packets: list[Packet], names: set[str]) -> None:
    assert set(last([*OPEN, *TALK, *packets]).analysis) == names


def test_a_stray_syn_leaves_no_trace() -> None:
    going_on = [s(".", 21, 11), c("P.", 11, 21, 10)]
    with_it, without = (segments(read([*OPEN, *TALK, *more])) for more in ([c("S", 9000), *going_on], going_on))
    assert with_it[6].roles == ("stray SYN",)
    assert [view.analysis for view in with_it[7:]] == [view.analysis for view in without[6:]]
    assert with_it[-1].bytes_in_flight == without[-1].bytes_in_flight == 10
