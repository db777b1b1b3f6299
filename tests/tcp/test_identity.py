"""Which connection a segment belongs to, who is the client, and what is the same packet recorded twice."""

import struct
from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.tcp.telling import told
from tests.tcp.wire import (
    CLIENT,
    MILLISECOND,
    OPEN,
    SERVER,
    TALK,
    Endpoint,
    Packet,
    c,
    connections,
    dialogue,
    only_connection,
    read,
    s,
    segments,
)
from tui.tcp.rules.direction import SERVICE_PORTS, guess_server

CLOSE = [c("F.", 1, 1), s("F.", 1, 2), c(".", 2, 2)]
"""After OPEN."""
ESTABLISHED = [*OPEN, *TALK]


def numbers(packets: list[Packet], cuts: list[int] | None = None) -> list[int]:
    """The connection of each segment."""
    return [view.connection for view in segments(read(packets, cuts=cuts or []))]


def every_cut(packets: list[Packet]) -> list[list[int]]:
    return [[], *([cut] for cut in range(1, len(packets))), list(range(1, len(packets)))]


@pytest.mark.parametrize("isn", [0, 777, -777])
@pytest.mark.parametrize("ending", [CLOSE, [c("R", 1)], [s("R", 1)]])
def test_a_syn_after_the_end_is_a_new_connection_whatever_its_number(ending: list[Packet], isn: int) -> None:
    packets = [*OPEN, *ending, c("S", isn), s("S.", 0, isn + 1)]
    for cuts in ([], [len(packets) - 2], [len(packets) - 1]):
        session = read(packets, cuts=cuts)
        first, second = connections(session)
        assert (first.first_frame, second.first_frame) == (1, len(packets) - 1)
        assert second.opening == "half-open"
        assert "port-reused" in segments(session)[-2].notes
        assert "port-reused" not in segments(session)[-1].notes


def test_the_other_side_may_reuse_the_ports() -> None:
    first, second = connections(read([*OPEN, *CLOSE, s("S", 9000), c("S.", 9000, 9001)]))
    assert (first.client, second.client) == (second.server, first.server)


def test_a_refused_syn_that_is_tried_again_is_a_new_connection_each_time() -> None:
    tries = [c("S", 0), s("R.", 0, 1)] * 3
    assert [view.verdict for view in connections(read(tries))] == ["refused"] * 3


def test_the_same_syn_again_is_the_same_connection() -> None:
    assert numbers([*ESTABLISHED, c("S", 0), s(".", 21, 11)]) == [0] * 8


def test_a_syn_captured_late_belongs_to_its_connection() -> None:
    packets = [c("P.", 1, 1, 10), s("P.", 1, 11, 20), c("S", 0)]
    assert numbers(packets) == [0, 0, 0]
    assert not only_connection(packets).client_guessed


@pytest.mark.parametrize("cuts", [[], [1], [2]])
def test_a_syn_captured_after_the_syn_ack_is_noted_on_the_syn_ack(cuts: list[int]) -> None:
    session = read([s("S.", 0, 1), c("S", 0), c(".", 1, 1)], cuts=cuts)
    assert ["before-syn" in view.notes for view in segments(session)] == [True, False, False]
    (found,) = connections(session)
    assert (found.client, found.opening, found.client_guessed) == ("10.0.0.1:40000", "three-way", False)


STRAY = [*ESTABLISHED, c("S", 90_000), s(".", 21, 11), c("P.", 11, 21, 3)]


@pytest.mark.parametrize("cuts", every_cut(STRAY))
def test_a_challenge_ack_gives_a_stray_syn_back_to_its_connection(cuts: list[int]) -> None:
    session = read(STRAY, cuts=cuts)
    assert [view.connection for view in segments(session)] == [0] * 9
    stray, challenge, data = segments(session)[6:]
    assert (stray.roles, stray.client_state) == (("stray SYN",), "ESTABLISHED")
    assert "port-reused" not in stray.notes
    assert "challenge-ack" in challenge.notes
    assert "port-reused" not in data.notes
    (found,) = connections(session)
    assert (found.packets, found.payload_bytes, found.last_frame) == ((6, 3), (13, 20), 9)


def test_the_next_connection_after_a_stray_syn_does_not_get_its_number() -> None:
    other, _ = dialogue(client=Endpoint("10.0.0.3", 5))
    assert numbers([*STRAY, other("S", 0)]) == [0] * 9 + [2]
    assert numbers([*STRAY, other("S", 0)], [7]) == [0] * 9 + [2]


SEVERAL = [*ESTABLISHED, c("S", 90_000), c("S", 95_000), c("S", 70_000), s(".", 21, 11)]


@pytest.mark.parametrize("cuts", every_cut(SEVERAL))
def test_a_challenge_ack_gives_all_stray_syns_back(cuts: list[int]) -> None:
    session = read(SEVERAL, cuts=cuts)
    assert [view.roles for view in segments(session)[6:9]] == [("stray SYN",)] * 3
    (found,) = connections(session)
    assert found.packets == (7, 3)


def test_stray_syns_with_a_reset_between_them_go_back_too() -> None:
    packets = [*ESTABLISHED, c("S", 90_000), c("R", 90_001), c("S", 90_000), s(".", 21, 11)]
    for cuts in every_cut(packets):
        session = read(packets, cuts=cuts)
        assert [view.roles[0] for view in segments(session)[6:9]] == ["stray SYN", "ignored reset", "stray SYN"]
        assert len(connections(session)) == 1


@pytest.mark.parametrize("answer", [s("S.", 70_000, 90_001), s(".", 21, 10), s("R.", 0, 90_001), s("P.", 21, 12, 5)])
def test_any_other_answer_makes_it_a_new_connection(answer: Packet) -> None:
    packets = [*ESTABLISHED, c("S", 90_000), answer]
    for cuts in ([], [7]):
        assert numbers(packets, cuts) == [0] * 6 + [1, 1]
        assert "port-reused" in segments(read(packets, cuts=cuts))[6].notes


@pytest.mark.parametrize("flags", ["SF", "SR"])
def test_a_malformed_syn_begins_no_new_connection(flags: str) -> None:
    assert numbers([*ESTABLISHED, c(flags, 90_000), s("P.", 21, 11, 5)]) == [0] * 8


def test_the_vlan_is_no_part_of_the_connection() -> None:
    packets = [replace(packet, vlan=vlan) for packet, vlan in zip(OPEN, (10, 20, None), strict=True)]
    assert numbers(packets) == [0, 0, 0]


def test_the_same_ports_of_other_addresses_are_other_connections() -> None:
    senders = [dialogue(client=Endpoint(address, 40000))[0] for address in ("10.0.0.1", "10.0.0.7", "10.1.0.1")]
    six, _ = dialogue(client=Endpoint("::a00:1", 40000), server=Endpoint("::a00:2", 80))
    assert numbers([send("S", 0) for send in (*senders, six, senders[1])]) == [0, 1, 2, 3, 1]


@pytest.mark.parametrize(
    ("sender", "receiver", "sender_serves"),
    [
        (443, 50001, True),
        (50001, 443, False),
        (27017, 30, True),  # a service port beats one below 1024
        (1000, 2000, True),
        (2000, 1000, False),
        (20000, 40000, True),
        (40000, 20000, False),
        (40000, 40001, False),  # nothing to tell by: the receiver
        (80, 443, False),
        (500, 80, False),
        (32767, 32768, True),
        (1023, 1024, True),
        (50000, 1025, True),
    ],
)
def test_the_server_is_guessed_by_the_ports(sender: int, receiver: int, sender_serves: bool) -> None:
    assert guess_server(sender, receiver) is sender_serves
    (line,) = connections(read([Packet(Endpoint("10.0.0.1", sender), Endpoint("10.0.0.2", receiver))]))
    assert line.client_guessed
    assert line.server_port == (sender if sender_serves else receiver)


def test_the_service_table_is_the_one_of_the_specification() -> None:
    assert len(SERVICE_PORTS) == 60
    assert {20, 2333, 60000} <= SERVICE_PORTS
    assert not {8081, 49152} & SERVICE_PORTS


@pytest.mark.parametrize("later", [s("S", 0), c("S.", 0, 1)])
def test_a_later_syn_overrides_the_guess(later: Packet) -> None:
    packets = [c("P.", 1, 1, 5), s(".", 1, 6)]
    assert only_connection(packets).client_port == CLIENT.port
    session = read([*packets, later], cuts=[2])
    (found,) = connections(session)
    assert (found.client_port, found.client_guessed) == (SERVER.port, False)
    assert [view.from_client for view in segments(session)] == [False, True, later.source == SERVER]


def icmp(packet: Packet, code: int, *, more_ports: int = 0) -> Packet:
    """A router's `destination unreachable` that quotes the packet."""
    ends = packet.source, packet.destination
    addresses = b"".join(ip_address(end.address).packed for end in ends)
    header = struct.pack(">BBHHHBBH", 0x45, 0, 40, 1, 0, 64, 6, 0) + addresses
    ports = struct.pack(">HHI", ends[0].port + more_ports, ends[1].port, packet.seq)
    return replace(packet, raw=(1, struct.pack(">BBHI", 3, code, 0, 0) + header + ports))


def test_an_icmp_error_belongs_to_the_connection_that_it_quotes() -> None:
    packets = [c("S", 0), icmp(c("S", 0), 13), c("S", 0), icmp(c("S", 0), 1), icmp(c("S", 0), 3, more_ports=1)]
    for cuts in ([], [1], [1, 2, 3, 4]):
        session = read(packets, cuts=cuts)
        (found,) = connections(session)
        assert found.icmp_errors == ((2, 3, 13), (4, 3, 1))
        assert (found.verdict, found.packets) == ("unreachable", (2, 0))
        assert session.store.column("connection", 0, 5).tolist() == [0, -1, 0, -1, -1]


def test_an_icmp_error_belongs_to_the_newest_connection_at_its_time() -> None:
    packets = [c("S", 0), s("R.", 0, 1), icmp(c("S", 0), 1), c("S", 5), icmp(c("S", 0), 2)]
    for cuts in ([], [2], [3], [4]):
        first, second = connections(read(packets, cuts=cuts))
        assert (first.icmp_errors, second.icmp_errors) == (((3, 3, 1),), ((5, 3, 2),))
        assert (first.verdict, second.verdict) == ("refused", "unreachable")


def test_an_icmp_error_about_a_stray_syn_stays_with_the_connection_that_gets_the_syn_back() -> None:
    stray = c("S", 90_000)
    packets = [*ESTABLISHED, icmp(TALK[0], 4), stray, icmp(stray, 1), icmp(stray, 2), s(".", 21, 11), icmp(TALK[0], 3)]
    for cuts in every_cut(packets):
        (found,) = connections(read(packets, cuts=cuts))
        assert [error[0] for error in found.icmp_errors] == [7, 9, 10, 12]


def duplicates(packets: list[Packet]) -> list[bool]:
    return ["duplicate-capture" in view.notes for view in segments(read(packets))]


DATA = c("P.", 1, 1, 5, ip_id=77, time_ns=10**18)


@pytest.mark.parametrize(
    ("change", "duplicate"),
    [
        ({}, True),
        ({"interface": 1}, True),
        ({"time_ns": 10**18 + 10 * MILLISECOND}, True),
        ({"time_ns": 10**18 + 10 * MILLISECOND + 1}, False),
        ({"time_ns": 10**18 - MILLISECOND}, True),
        ({"ip_id": 78}, False),
        ({"window": 7}, False),
        ({"ack": DATA.ack + 1}, False),
        ({"seq": DATA.seq + 1}, False),
        ({"length": 6}, False),
        ({"flags": "."}, False),
    ],
)
def test_recorded_twice_or_sent_twice(change: dict[str, int | str], duplicate: bool) -> None:
    again = replace(DATA, **change)  # type: ignore[arg-type]
    assert duplicates([DATA, again]) == [False, duplicate]


def test_without_an_ip_id_only_another_interface_makes_a_duplicate() -> None:
    for data in (
        replace(DATA, ip_id=0),
        dialogue(client=Endpoint("::1", 1), server=Endpoint("::2", 2))[0]("P.", 1, 1, 5),
    ):
        first = replace(data, time_ns=10**18)
        assert duplicates([first, first]) == [False, False]
        assert duplicates([first, replace(first, interface=1)]) == [False, True]
        late = replace(first, interface=1, time_ns=10**18 + MILLISECOND + 1)
        assert duplicates([first, late]) == [False, False]


def test_a_connection_of_which_every_packet_was_recorded_twice_is_like_the_one_recorded_once() -> None:
    once = [*OPEN, *TALK, c("F.", 11, 21), s("F.", 21, 12), c(".", 12, 22)]
    once = [replace(packet, ip_id=number) for number, packet in enumerate(once, 1)]
    twice = [packet for packet in once for _ in range(2)]
    assert told(twice)[::2] == told(once)
    single, double = only_connection(once), only_connection(twice)
    assert (single.opening, single.closing, single.verdict) == (double.opening, double.closing, double.verdict)


def test_a_refused_syn_whose_duplicate_comes_after_the_reset_is_no_new_connection() -> None:
    syn = c("S", 0, ip_id=5)
    assert numbers([syn, s("R.", 0, 1), replace(syn, interface=1)]) == [0, 0, 0]
