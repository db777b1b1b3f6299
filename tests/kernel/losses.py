"""Scenarios in which segments are lost, delayed, turned around or doubled. The server sends, the client receives."""

import socket

from tests.kernel.hosts import until
from tests.kernel.lab import Info, Lab, Play, receive, start
from tests.kernel.recording import Scenario

SEGMENT = 1448
"""Payload of a full segment with timestamps, over IPv4."""

DATA = "tcp sport PORT tcp flags & (syn|rst) == 0 ip length > 52"
"""Segments with data from the server, also of one byte where there are timestamps."""

SHORT_WAY = "delay=0.005"
"""The relay's rules where only time has to pass."""

RANDOM = f"{DATA} numgen random mod 100 0"
"""One of a hundred of them."""

ACK = "tcp dport PORT tcp flags & (syn|ack|fin|rst) == ack"


def numbered(rule: str, *numbers: int) -> str:
    """The segments that a rule matches and that are counted so, from 0."""
    return f"{rule} numgen inc mod 65536 {{ {', '.join(map(str, numbers))} }}"


def send(sender: socket.socket, receiver: socket.socket, count: int) -> None:
    """Send so many bytes, and wait until they were read and acknowledged."""
    thread = start(lambda: sender.sendall(bytes(count)))
    receive(receiver, count)
    thread.join()
    until(lambda: not Info.of(sender).unacknowledged, "the last acknowledgement")


def finish(lab: Lab, client: socket.socket, server: socket.socket) -> None:
    """Close, the server first, once all is acknowledged."""
    server.close()
    client.recv(1)
    client.close()
    lab.await_states("CLOSED", "TIME-WAIT")


def losing(*rules: str, segments: float = 30) -> Play:
    """The server sends while the client does not receive what the rules match."""

    def play(lab: Lab) -> None:
        client, server = lab.open()
        with lab.losing(lab.client, *rules):
            send(server, client, int(segments * SEGMENT))
        finish(lab, client, server)

    return play


def losing_on_the_way(count: int, *rules: str) -> Play:
    """As `losing`, but so that the client's capture does not show what is lost."""

    def play(lab: Lab) -> None:
        client, server = lab.open()
        with lab.losing_before(lab.client, *rules):
            send(server, client, count)
        finish(lab, client, server)

    return play


def losing_acks(lab: Lab) -> None:
    """Acknowledgements are lost, of the middle and the last ones."""
    client, server = lab.open()
    with lab.losing(lab.server, numbered(ACK, 2, 3, 4, 9, 12, 13, 14, 15)):
        send(server, client, 30 * SEGMENT)
    finish(lab, client, server)


def backing_off(lab: Lab) -> None:
    """Nothing gets through until the third timeout."""
    client, server = lab.open()
    send(server, client, 3 * SEGMENT)
    before = Info.of(server).retransmitted
    with lab.losing(lab.client, DATA):
        server.sendall(bytes(2 * SEGMENT))
        until(lambda: Info.of(server).retransmitted - before >= 4, "four retransmissions")
    receive(client, 2 * SEGMENT)
    finish(lab, client, server)


def sending(count: int) -> Play:
    """The server sends; what happens on the way is the relay's business."""

    def play(lab: Lab) -> None:
        client, server = lab.open()
        send(server, client, count)
        finish(lab, client, server)

    return play


def in_pairs(lab: Lab) -> None:
    """The server sends two segments at a time: a late one is overtaken by one, which is no sign of loss."""
    client, server = lab.open()
    for _ in range(8):
        send(server, client, 2 * SEGMENT)
    finish(lab, client, server)


def byte_by_byte(*rules: str) -> Play:
    """Many segments of one byte."""

    def play(lab: Lab) -> None:
        client, server = lab.open()
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with lab.losing(lab.client, *rules):
            for _ in range(20):
                server.sendall(b"x")
            receive(client, 20)
            until(lambda: not Info.of(server).unacknowledged, "the last acknowledgement")
        finish(lab, client, server)

    return play


def _without(option: str, *names: str) -> list[Scenario]:
    """Those scenarios again, at hosts that do without an option of TCP."""
    words = {"tcp_timestamps": "timestamps", "tcp_sack": "SACK"}[option]
    found = [scenario for scenario in LOSSES if scenario.name in names]
    return [
        Scenario(f"{scenario.name} without {words}", scenario.play, scenario.relay, {option: 0}) for scenario in found
    ]


LOSSES = [
    Scenario("data lost", losing(numbered(DATA, 5))),
    Scenario("data lost on the way", losing_on_the_way(30 * SEGMENT, numbered(DATA, 5)), SHORT_WAY),
    Scenario("several lost", losing(numbered(DATA, 5, 7, 8, 14))),
    Scenario("several lost on the way", losing_on_the_way(30 * SEGMENT, numbered(DATA, 5, 7, 8, 14)), SHORT_WAY),
    Scenario("retransmission lost", losing(numbered(DATA, 5, 30))),
    Scenario("tail lost", losing(numbered(DATA, 28, 29))),
    Scenario("last byte lost", losing(numbered(DATA, 3), segments=3.1)),
    Scenario("timeout with back-off", backing_off),
    Scenario("acknowledgements lost", losing_acks),
    Scenario("reordering", in_pairs, relay="delay=0.01 late=3,7"),
    Scenario("strong reordering", sending(30 * SEGMENT), relay="delay=0.01 late=3,14"),
    Scenario("duplication on the way", sending(30 * SEGMENT), relay="delay=0.005 double=4,9,10"),
    Scenario("late acknowledgements", sending(30 * SEGMENT), relay="delay=0.01 stall=12"),
    Scenario("late acknowledgements of the tail", sending(10 * SEGMENT), relay="delay=0.01 stall=10"),
    Scenario("byte by byte", byte_by_byte()),
    Scenario("bytes lost", byte_by_byte(numbered(DATA, 3, 4, 5, 19))),
]
LOSSES += _without("tcp_timestamps", "data lost", "several lost on the way", "late acknowledgements", "reordering")
LOSSES += _without("tcp_sack", "data lost", "several lost on the way", "late acknowledgements", "strong reordering")

LARGE = [
    Scenario("large transfer by cubic", losing_on_the_way(20_000_000, RANDOM), SHORT_WAY),
    Scenario(
        "large transfer without timestamps", losing_on_the_way(10_000_000, RANDOM), SHORT_WAY, {"tcp_timestamps": 0}
    ),
    Scenario("large transfer without SACK", losing_on_the_way(5_000_000, RANDOM), SHORT_WAY, {"tcp_sack": 0}),
]
