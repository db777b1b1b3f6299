"""The pipeline from a capture to the store: order, counts, changes of earlier rows, frames of every protocol."""

import time
from dataclasses import replace

import pytest

from tests.tcp.test_identity import icmp
from tests.tcp.wire import (
    MILLISECOND,
    OPEN,
    TALK,
    Endpoint,
    MadeCapture,
    Packet,
    c,
    connections,
    dialogue,
    frame_of,
    read,
    s,
    segments,
)
from tui import views
from tui.session import Session

UDP = replace(OPEN[0], raw=(17, bytes(8)))
ESTABLISHED = [*OPEN, *TALK]


def test_every_frame_has_a_row_and_tcp_segments_have_a_connection() -> None:
    session = read([UDP, *OPEN, UDP])
    found = list(views.frames(session, 0, len(session.store)))
    assert [view.number for view in found] == [1, 2, 3, 4, 5]
    assert [view.protocol for view in found] == ["UDP", "TCP", "TCP", "TCP", "UDP"]
    assert [isinstance(view, views.SegmentView) for view in found] == [False, True, True, True, False]
    assert found[4].elapsed == pytest.approx(0.004)
    assert session.finished


def test_a_capture_without_tcp_has_rows_and_no_connections() -> None:
    for cuts in ([], [1]):
        session = read([UDP, UDP], cuts=cuts)
        assert (len(session.store), connections(session)) == (2, [])


def test_the_bytes_of_a_frame_are_read_again() -> None:
    session = read([UDP, *OPEN])
    assert session.read_frame(2) == frame_of(OPEN[1], 3)[0]


def test_rows_appear_batch_by_batch() -> None:
    session = Session(MadeCapture(ESTABLISHED, [2, 3]))
    lengths = [len(session.store) for _ in session.run()]
    assert lengths == [2, 3, 6, 6]


def test_a_batch_is_tracked_in_steps_where_another_thread_is_not_to_wait() -> None:
    session = Session(MadeCapture([*ESTABLISHED, UDP]))
    session.most_at_once = 2
    lengths = []
    for _ in session.run():
        lengths.append(len(session.store))
        if len(lengths) == 2:
            session.most_at_once = None
    assert lengths == [2, 4, 7, 7]


@pytest.mark.parametrize("count", [1, 2, 4, 6, 100])
def test_reading_stops_after_the_count(count: int) -> None:
    for cuts in ([], [1, 2, 3], [4]):
        session = Session(MadeCapture(ESTABLISHED, cuts), count=count)
        for _ in session.run():
            pass
        assert len(session.store) == min(count, len(ESTABLISHED))
        assert session.finished


def test_a_change_of_an_earlier_row_raises_the_revision_and_keeps_what_tells_of_the_frame() -> None:
    cut_short = c("P.", 11, 21, 500, time_ns=10**18 - MILLISECOND)
    packets = [*ESTABLISHED, c("R", 900), cut_short, s(".", 21, 511)]
    session = Session(MadeCapture(packets, [8]))
    revisions = [session.store.revision for _ in session.run()]
    assert revisions[0] == 0 < revisions[1]
    reset, data, _ = segments(session)[6:]
    assert (reset.roles, data.client_state) == (("ignored reset",), "ESTABLISHED")
    assert {"truncated", "time-backwards"} <= set(data.notes)


@pytest.mark.parametrize("cuts", [[], [1], [2], [3]])
def test_time_that_goes_backwards_is_noted_where_it_does(cuts: list[int]) -> None:
    times = [5, 4, 6, 6]
    packets = [replace(packet, time_ns=10**18 + time) for packet, time in zip([*OPEN, TALK[0]], times, strict=True)]
    assert ["time-backwards" in view.notes for view in segments(read(packets, cuts=cuts))] == [
        False,
        True,
        False,
        False,
    ]


def test_interface_names_are_those_of_the_capture() -> None:
    packets = [replace(packet, interface=where) for packet, where in zip(OPEN, (0, 1, 0), strict=True)]
    assert [view.interface for view in segments(read(packets))] == ["one", "two", "one"]


def repeated(name: str, count: int) -> list[Packet]:
    """`count` segments of one kind on one pair of endpoints, after which both sides talk on."""
    kinds: dict[str, list[Packet]] = {
        "the same SYN": [c("S", 0)],
        "resets": [c("R", 200_000)],
        "in-window resets": [c("R", 500)],
        "in-window resets and one side's talk": [c("R", 500), s(".", 21, 11)],
        "in-window resets and talk": [c("R", 500), c(".", 11, 21), s(".", 21, 11)],
        "stray SYNs": [c("S", 90_000), c("S", 95_000)],
        "stray SYNs and challenge ACKs": [c("S", 90_000), s(".", 21, 11)],
        "refusals": [c("S", 0), s("R.", 0, 1)],
        "malformed": [c("SF", 0)],
        "zero windows": [s(".", 21, 11, window=0)],
        "nothing but data again": [c("P.", 1, 1, 10)],
    }
    kind = kinds[name]
    start = [] if name == "refusals" else ESTABLISHED
    return [*start, *(kind * (count // len(kind))), *TALK]


def walked_steps(packets: list[Packet], patch: pytest.MonkeyPatch) -> int:
    """How many segments are followed, replays included, and connections copied."""
    from tui.tcp.tracking import follower, walker
    from tui.tcp.tracking.live import Live

    steps = 0
    follow, copy = follower.follow, Live.copy

    def counted_follow(*arguments: object) -> follower.SegmentOutcome:
        nonlocal steps
        steps += 1
        return follow(*arguments)  # type: ignore[arg-type]

    def counted_copy(live: Live) -> Live:
        nonlocal steps
        steps += 1
        return copy(live)

    with patch.context() as inner:
        inner.setattr(walker, "follow", counted_follow)
        inner.setattr(follower, "follow", counted_follow)
        inner.setattr(Live, "copy", counted_copy)
        read(packets)
    return steps


def test_many_icmp_errors_among_many_new_connections_cost_a_bounded_time_each() -> None:
    seconds = []
    for count in (2000, 8000):
        packets = []
        for port in range(count):
            client, _ = dialogue(client=Endpoint("10.0.0.1", 1000 + port))
            packets += [client("S", 0), icmp(client("S", 0), 1)]
        runs = []
        for _ in range(2):
            capture = MadeCapture(packets)
            start = time.process_time()
            for _ in Session(capture).run():
                pass
            runs.append(time.process_time() - start)
        seconds.append(min(runs))
    assert seconds[1] < 8 * seconds[0]


KINDS = [
    *("the same SYN", "resets", "in-window resets", "in-window resets and one side's talk"),
    *("in-window resets and talk", "stray SYNs", "stray SYNs and challenge ACKs", "refusals", "malformed"),
    *("zero windows", "nothing but data again"),
]


@pytest.mark.parametrize("name", KINDS)
def test_repeating_a_segment_on_one_pair_costs_a_bounded_number_of_steps_each(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps are counted, not seconds, so that a busy machine changes nothing."""
    for count in (1500, 6000):
        assert walked_steps(repeated(name, count), monkeypatch) <= 4 * count
