"""Relative numbers past 2^32, and windows scaled where they may be (RFC 7323 section 2.2)."""

import pytest

from tests.tcp.wire import OPEN, TALK, Packet, c, connections, dialogue, only_connection, read, s, segments

GIGABYTE = 1 << 30


def relative(packets: list[Packet], cuts: list[int] | None = None) -> list[tuple[int, int | None]]:
    """Relative seq and ack of each segment."""
    return [(view.seq, view.ack) for view in segments(read(packets, cuts=cuts or []))]


@pytest.mark.parametrize("isn", [0, 1, 2**31, 2**32 - 1, 2**32 - 6, 2**32 - 11])
def test_numbers_count_from_the_isn_whatever_it_is(isn: int) -> None:
    client, server = dialogue(client_isn=isn, server_isn=(isn + 2**31) & (2**32 - 1))
    numbers = [("S", 0, 0, 0), ("S.", 0, 1, 0), (".", 1, 1, 0), ("P.", 1, 1, 10), ("P.", 1, 11, 20), ("F.", 11, 21, 0)]
    senders = (client, server, client, client, server, client)
    packets = [send(*values) for send, values in zip(senders, numbers, strict=True)]
    expected = [(seq, ack if "." in flags else None) for flags, seq, ack, _ in numbers]
    for cuts in ([], [3], [4], [1, 2, 3, 4, 5]):
        assert relative(packets, cuts) == expected
    first = segments(read(packets))[0]
    assert (first.raw_seq, first.raw_ack) == (isn, 0)


def test_a_connection_that_sends_ten_gigabytes_counts_on_past_two_to_the_32() -> None:
    packets = [*OPEN]
    for part in range(10):
        packets += [c("P.", 1 + part * GIGABYTE, 1, 10), s(".", 1, 1 + (part + 1) * GIGABYTE)]
    packets.append(c("F.", 1 + 10 * GIGABYTE, 1))
    for cuts in ([], list(range(4, 20, 3))):
        numbers = relative(packets, cuts)
        assert numbers[-1] == (1 + 10 * GIGABYTE, 1)
        assert numbers[-2] == (1, 1 + 10 * GIGABYTE)


def test_a_segment_from_before_the_beginning_has_a_negative_number() -> None:
    assert relative([c("P.", 1, 1, 10), c("P.", -500, 1, 10)])[1] == (-500, 1)


def test_without_a_syn_the_first_byte_is_number_one() -> None:
    packets = [c("P.", 12_345, 777, 10), s(".", 777, 12_355), s("P.", 777, 12_355, 5), c(".", 12_355, 782)]
    assert relative(packets) == [(1, 1), (1, 11), (1, 11), (11, 6)]


def test_a_late_syn_sets_the_base_for_the_whole_connection() -> None:
    packets = [c("P.", 500, 300, 10), s("S.", 0, 1), c("S", 0)]
    assert relative(packets) == [(500, 300), (0, 1), (0, None)]


@pytest.mark.parametrize("number", [12_345_678, 2**31 + 5, 2**32 - 1])
def test_a_reset_with_any_number_moves_no_later_number(number: int) -> None:
    packets = [*OPEN, *TALK, c("R", number), c("P.", 11, 21, 5), s(".", 21, 16)]
    assert relative(packets)[-2:] == [(11, 21), (21, 16)]


def scales(packets: list[Packet], cuts: list[int] | None = None) -> list[tuple[int, int | None]]:
    """Window and window scale of each segment."""
    return [(view.window, view.window_scale) for view in segments(read(packets, cuts=cuts or []))]


def opening(client: int | None, server: int | None) -> list[Packet]:
    return [
        c("S", 0, window=1000, scale=client),
        s("S.", 0, 1, window=2000, scale=server),
        c(".", 1, 1, window=3),
        s("P.", 1, 1, 10, window=5),
    ]


@pytest.mark.parametrize(
    ("client", "server", "expected"),
    [
        (7, 2, [(3 << 7, 7), (5 << 2, 2)]),
        (0, 0, [(3, 0), (5, 0)]),
        (14, 15, [(3 << 14, 14), (5 << 14, 14)]),
        (255, 1, [(3 << 14, 14), (10, 1)]),
        (7, None, [(3, None), (5, None)]),
        (None, 7, [(3, None), (5, None)]),
        (None, None, [(3, None), (5, None)]),
    ],
)
def test_windows_are_scaled_where_both_syns_have_the_option(
    client: int | None, server: int | None, expected: list[tuple[int, int | None]]
) -> None:
    for cuts in ([], [1], [2], [3]):
        assert scales(opening(client, server), cuts) == [(1000, None), (2000, None), *expected]
    assert not any("scale-unknown" in view.notes for view in segments(read(opening(client, server))))


def test_the_scale_is_unknown_where_a_syn_is_missing() -> None:
    for packets in (opening(7, 7)[1:], [opening(7, 7)[0], *opening(7, 7)[2:]]):
        later = segments(read(packets))[1:]
        assert [view.window_scale for view in later] == [None, None]
        assert [view.window for view in later] == [3, 5]
        assert all("scale-unknown" in view.notes for view in later)


def test_a_late_syn_does_not_reach_back() -> None:
    syn, syn_ack, ack, data = opening(7, 7)
    for cuts in ([], [1], [2], [3], [4]):
        session = read([syn_ack, ack, syn, data], cuts=cuts)
        assert [view.window_scale for view in segments(session)] == [None, None, None, 7]
        assert ["scale-unknown" in view.notes for view in segments(session)] == [False, True, False, False]


def test_rows_that_are_seen_anew_keep_their_windows() -> None:
    talk = [c("R", 700), c("P.", 1, 11, 5, window=9), s(".", 11, 6, window=9)]
    for cuts in ([], [5], [6]):
        assert scales([*opening(3, 2), *talk], cuts)[-2:] == [(72, 3), (36, 2)]
    for cuts in ([], [3], [4]):
        later = segments(read([*opening(3, 2)[2:], *talk], cuts=cuts))
        assert later[2].roles == ("ignored reset",)
        assert ["scale-unknown" in view.notes for view in later] == [True, True, False, True, True]


def test_packets_and_bytes_are_counted_for_each_side() -> None:
    found = only_connection([*OPEN, *TALK, c("R", 11)])
    assert (found.packets, found.payload_bytes) == ((5, 2), (10, 20))
    assert found.duration == pytest.approx(0.006)
    assert (found.first_frame, found.last_frame) == (1, 7)


def test_interleaved_connections_are_counted_apart() -> None:
    lanes = [dialogue(client=c("S", 0).source._replace(port=port)) for port in (1001, 1002, 1003)]
    packets = []
    for _ in range(4):
        for size, (client, server) in enumerate(lanes, 1):
            packets += [client("P.", 1, 1, size), server(".", 1, 1)]
    found = connections(read(packets))
    assert [view.client_port for view in found] == [1001, 1002, 1003]
    assert [view.packets for view in found] == [(4, 4)] * 3
    assert [view.payload_bytes for view in found] == [(4, 0), (8, 0), (12, 0)]
