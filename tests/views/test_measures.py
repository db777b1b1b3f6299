"""What is counted and timed of connections, by hand-made captures whose answers are plain."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.program import CAPTURES
from tests.tcp.hostile import conversations, mixtures
from tests.tcp.wire import MILLISECOND, OPEN, TALK, MadeCapture, Packet, c, dialogue, read, s
from tests.views.noting import measured, noted
from tui import views
from tui.files.source import open_capture
from tui.session import Session
from tui.tcp.rules.notes import Note
from tui.views.measuring import gathered

QUICK = settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))

START = 10**18


def at(milliseconds: float, packet: Packet) -> Packet:
    """The packet at a time after the start of the capture."""
    return replace(packet, time_ns=START + round(milliseconds * MILLISECOND))


def test_bytes_that_were_sent_twice_count_once() -> None:
    packets = [*OPEN, c("P.", 1, 1, 100), c("P.", 1, 1, 100), c("P.", 51, 1, 100), s(".", 1, 151)]
    client = measured(packets, {5: "retransmission", 6: "retransmission"}).client
    assert (client.payload_bytes, client.unique_bytes, client.data_packets) == (300, 150, 3)
    assert (client.retransmitted_packets, client.retransmitted_bytes) == (2, 150)
    assert client.retransmission_rate == pytest.approx(2 / 3)


def test_a_hole_that_is_filled_is_unique_and_one_that_stays_is_missing() -> None:
    late = [*OPEN, c("P.", 1, 1, 10), c("P.", 21, 1, 10), c("P.", 11, 1, 10)]
    assert measured(late).client.unique_bytes == 30
    assert measured(late[:-1]).client.unique_bytes == 20
    filled = measured(late, {6: "retransmission"}).client
    assert (filled.retransmitted_packets, filled.retransmitted_bytes) == (1, 10)


def test_numbers_that_wrap_around_and_a_syn_with_data_are_counted_right() -> None:
    near, far = dialogue(client_isn=2**32 - 5)
    packets = [near("S", 0, length=10), far("S.", 0, 11), near("P.", 11, 1, 10), near("P.", 21, 1, 10)]
    assert measured(packets).client.unique_bytes == 30


def test_what_is_no_part_of_the_stream_does_not_count() -> None:
    packets = [*OPEN, c("P.", 1, 1, 10), c(".", 10, 1, 1), c("P.", 1, 1, 10), c("R.", 11, 1, 5)]
    client = measured(packets, {5: "keep-alive", 6: "duplicate-capture"}).client
    assert (client.unique_bytes, client.data_packets, client.retransmitted_packets) == (10, 1, 0)


def test_only_segments_that_were_sent_once_tell_a_round_trip() -> None:
    packets = [
        *(at(0, c("S", 0)), at(10, s("S.", 0, 1)), at(11, c(".", 1, 1))),
        *(at(20, c("P.", 1, 1, 10)), at(30, s(".", 1, 11))),
        *(at(40, c("P.", 11, 1, 10)), at(60, c("P.", 11, 1, 10)), at(70, s(".", 1, 21))),
        *(at(80, c("P.", 21, 1, 10)), at(81, c("P.", 31, 1, 10)), at(85, c("P.", 21, 1, 10)), at(95, s(".", 1, 41))),
    ]
    session = noted(packets, {7: "retransmission", 11: "retransmission"})
    for row, acked in {1: 0, 4: 3, 7: 5, 11: 9}.items():
        session.store.change(row, {"acks_row": acked})
    rtt = views.measure(session, 0).client.rtt
    assert rtt is not None
    assert (rtt.samples, rtt.min, rtt.mean, rtt.p95, rtt.max) == (2, 0.01, 0.01, 0.01, 0.01)


def test_the_95th_percentile_is_the_nearest_rank() -> None:
    packets = [*OPEN]
    for number in range(40):
        sent = START + (100 + 100 * number) * MILLISECOND
        packets.append(c("P.", 1 + number, 1, 1, time_ns=sent))
        packets.append(s(".", 1, 2 + number, time_ns=sent + (number + 1) * MILLISECOND))
    session = read(packets)
    for row in range(4, len(packets), 2):
        session.store.change(row, {"acks_row": row - 1})
    rtt = views.measure(session, 0).client.rtt
    assert rtt is not None
    assert (rtt.p95, rtt.max) == (0.038, 0.04)
    assert rtt.samples in (40, 41)  # the SYN is a sample as well once it is known what acknowledges it


@pytest.mark.parametrize(
    ("answered", "completed", "point"),
    [(20, 20.2, "near the client"), (0.2, 20.2, "near the server"), (10, 22, "in between")],
)
def test_the_halves_of_the_handshake_tell_where_the_capture_was_taken(
    answered: float, completed: float, point: str
) -> None:
    found = measured([at(0, c("S", 0)), at(answered, s("S.", 0, 1)), at(completed, c(".", 1, 1))])
    assert found.server_half == pytest.approx(answered / 1000)
    assert found.client_half == pytest.approx((completed - answered) / 1000)
    assert found.capture_point == point


def test_a_syn_ack_that_was_sent_again_leaves_the_capture_point_open() -> None:
    found = measured([at(0, c("S", 0)), at(1, s("S.", 0, 1)), at(1000, s("S.", 0, 1)), at(1020, c(".", 1, 1))])
    assert (found.server_half, found.client_half, found.capture_point) == (0.001, None, None)


def test_syn_retries_and_the_longest_silence() -> None:
    found = measured([at(0, c("S", 0)), at(1000, c("S", 0)), at(3000, c("S", 0)), at(3010, s("S.", 0, 1))])
    assert (found.syn_retries, found.idle_max, found.server_half) == (2, 2.0, 0.01)
    assert found.idle_time(START + 4010 * MILLISECOND) == 1.0


def test_a_closed_window_is_timed_until_it_opens_and_to_the_end_where_it_does_not() -> None:
    packets = [
        *(at(0, c("S", 0)), at(1, s("S.", 0, 1)), at(2, c(".", 1, 1))),
        *(at(100, s(".", 1, 1, window=0)), at(200, s(".", 1, 1, window=0)), at(350, s(".", 1, 1, window=500))),
        *(at(400, s(".", 1, 1, window=0)), at(500, c(".", 1, 1)), at(501, s("R.", 1, 1, window=0))),
    ]
    server = measured(packets).server
    assert server.zero_windows == 3
    assert server.zero_window_time == pytest.approx(0.25 + 0.101)
    assert server.max_window == 60_000


def test_windows_of_unknown_scale_are_not_told() -> None:
    assert measured([s("S.", 0, 1, scale=3), *TALK]).server.max_window is None


def test_a_request_is_answered_by_the_next_new_bytes_of_the_server() -> None:
    packets = [
        *(at(0, c("S", 0)), at(20, s("S.", 0, 1)), at(20.1, c(".", 1, 1))),
        *(at(30, c("P.", 1, 1, 5)), at(31, c("P.", 6, 1, 5)), at(50, c("P.", 6, 1, 5))),
        *(at(81, s("P.", 1, 11, 5)), at(90, c("P.", 11, 6, 5)), at(92, s(".", 6, 16)), at(1200, s("P.", 6, 16, 5))),
    ]
    found = measured(packets, {6: "retransmission"})
    assert found.exchanges == 2
    assert found.slowest_answer == pytest.approx(1.11)
    assert found.slowest_think == pytest.approx(1.108)  # since the ACK of the request
    assert found.answer_time == pytest.approx(0.051)
    alone = measured(packets[:7])
    assert alone.slowest_answer == pytest.approx(0.05)
    assert alone.slowest_think == pytest.approx(0.03)  # less the round trip between the capture and the server


def test_keep_alives_without_an_answer_are_counted_in_a_row() -> None:
    asked = c(".", 10, 21)
    answered = [*OPEN, *TALK, asked, s(".", 21, 11), asked, s(".", 21, 11), asked, s(".", 21, 11)]
    assert measured(answered, dict.fromkeys((7, 9, 11), "keep-alive")).client.keep_alives_unanswered == 0
    silent = [*OPEN, *TALK, asked, asked, asked]
    assert measured(silent, dict.fromkeys((7, 8, 9), "keep-alive")).client.keep_alives_unanswered == 3
    late = [*silent, s(".", 21, 11)]
    assert measured(late, dict.fromkeys((7, 8, 9), "keep-alive")).client.keep_alives_unanswered == 2


def test_rates() -> None:
    packets = [*OPEN, at(100, c("P.", 1, 1, 100)), at(600, c("P.", 101, 1, 100)), at(1000, s(".", 1, 201))]
    packets[0] = at(0, packets[0])
    packets[1], packets[2] = at(1, packets[1]), at(2, packets[2])
    client = measured(packets).client
    assert (client.throughput, client.goodput) == (200.0, 400.0)
    assert measured(OPEN).server.goodput is None


def test_where_segments_were_given_up_no_count_is_wrong() -> None:
    session = read([*OPEN, *TALK, c("P.", 11, 21, 10), s("P.", 21, 21, 20)])
    session.store.drop_before(5)
    found = views.measure(session, 0)
    assert not found.whole
    client = found.client
    assert (client.unique_bytes, client.retransmitted_packets, client.retransmitted_bytes) == (None, None, None)
    assert (client.wire_bytes, found.idle_max) == (None, None)
    assert (client.packets, client.payload_bytes) == (5, 20)
    session.store.drop_before(len(session.store))
    assert views.measure(session, 0).client.rtt is None
    assert views.story(session, 0)


def test_the_mss_is_that_of_each_ends_syn() -> None:
    with open_capture(str(CAPTURES / "ipv6-http.pcap")) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        assert views.announced_mss(session, 0) == (1440, 1440)
        session.store.drop_before(1)
        assert views.announced_mss(session, 0) == (None, 1440)
    assert views.announced_mss(read(TALK), 0) == (None, None)


@pytest.mark.parametrize(("long_packets", "again"), [(4, True), (2, False)])
def test_a_long_connection_that_grows_is_left_alone_for_a_while(
    monkeypatch: pytest.MonkeyPatch, long_packets: int, again: bool
) -> None:
    monkeypatch.setattr("tui.views.telling.accounts.LONG_PACKETS", long_packets)
    monkeypatch.setattr("tui.views.telling.accounts._REST", 1e9)
    session = Session(MadeCapture([*OPEN, *TALK], [3]))
    steps = session.run()
    next(steps)
    before = views.measure(session, 0)
    next(steps)
    assert (views.measure(session, 0) != before) == again
    for _ in steps:
        pass
    assert views.measure(session, 0).client.payload_bytes == 10


def test_a_connection_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        views.measure(read(OPEN), 1)


@given(st.one_of(mixtures(), conversations()), st.integers(1, 40))
@QUICK
def test_a_connection_alone_has_the_same_account_as_among_all(packets: list[Packet], block: int) -> None:
    session = read(packets)
    numbers = views.connection_numbers(session)
    before, gathered.BLOCK_ROWS = gathered.BLOCK_ROWS, block
    try:
        together = list(views.accounts(session, numbers))
        assert list(views.measures(session, numbers)) == [account.measures for account in together]
    finally:
        gathered.BLOCK_ROWS = before
    assert [views.account(session, number) for number in numbers.tolist()] == together


def _covered(session: Session, number: int, from_client: bool) -> tuple[int, int]:
    """How many different bytes one end sent, and how many in all, counted one by one."""
    bytes_sent: set[int] = set()
    total = 0
    for view in views.frames(session, 0, len(session.store)):
        if not isinstance(view, views.SegmentView) or (view.connection, view.from_client) != (number, from_client):
            continue
        if "R" in view.flags or {"duplicate-capture", "keep-alive"} & set(view.notes):
            continue
        start = view.seq + ("S" in view.flags)
        bytes_sent |= set(range(start, start + view.length))
        total += view.length
    return len(bytes_sent), total


@given(st.one_of(mixtures(), conversations()))
@QUICK
def test_unique_bytes_are_those_that_counting_one_by_one_finds(packets: list[Packet]) -> None:
    session = read(packets)
    for found in views.measures(session, views.connection_numbers(session)):
        for sent, from_client in zip(found.sent, (True, False), strict=True):
            unique, total = _covered(session, found.connection, from_client)
            assert sent.unique_bytes == unique
            assert 0 <= (sent.retransmitted_bytes or 0) <= total
            assert sent.data_packets >= (sent.retransmitted_packets or 0)


def test_the_notes_of_a_connection_are_counted_by_its_ends() -> None:
    session = noted([*OPEN, *TALK], {4: "reordered", 5: "capture-gap", 6: "duplicate-ack"})
    found = views.measure(session, 0)
    assert (found.client.reordered, found.client.duplicate_acks, found.server.capture_gaps) == (1, 1, 1)
    assert np.array_equal(session.store.gather("notes", np.array([3])), [int(Note.REORDERED)])
