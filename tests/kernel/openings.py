"""Scenarios of openings: connections that come about, and such that do not."""

import errno
import socket
from contextlib import suppress

from tests.kernel.hosts import PATIENCE, until
from tests.kernel.lab import Info, Lab, Play, receive, start
from tests.kernel.recording import Scenario

SYN = "tcp dport PORT tcp flags & (syn|ack) == syn"
SYN_ACK = "tcp sport PORT tcp flags & (syn|ack) == (syn|ack)"
FIRST = "numgen inc mod 65536 0"
"""Ends a rule: only the first segment that matches."""

QUICKLY = {"tcp_syn_linear_timeouts": 0}
"""Back-off begins with the second SYN, as RFC 6298 has it."""

REUSING_AT_ONCE = {"tcp_tw_reuse": 1, "tcp_tw_reuse_delay": 1}
"""A client may leave TIME-WAIT after a millisecond."""

WITHOUT_COOKIE = 0x204 | 3
"""Of net.ipv4.tcp_fastopen: both sides send and take data in a SYN, without a cookie of before."""


def close_in_turn(lab: Lab, client: socket.socket, server: socket.socket) -> None:
    """The client closes; the server does once it has acknowledged that: four segments."""
    client.shutdown(socket.SHUT_WR)
    lab.await_states("FIN-WAIT-2", "CLOSE-WAIT")
    server.close()
    lab.await_states("TIME-WAIT", "CLOSED")


def three_segments(ipv6: bool = False) -> Play:
    """A connection without data."""

    def play(lab: Lab) -> None:
        close_in_turn(lab, *lab.open(ipv6=ipv6))

    return play


def request_and_answer(ipv6: bool = False) -> Play:
    """A connection with a little data both ways."""

    def play(lab: Lab) -> None:
        client, server = lab.open(ipv6=ipv6)
        for sender, receiver in ((client, server), (server, client)):
            sender.sendall(b"hello")
            receive(receiver, 5)
        close_in_turn(lab, client, server)

    return play


def both_at_once(lab: Lab) -> None:
    """Both connect to each other; their SYNs cross."""
    close_in_turn(lab, *_connect_both(lab))


def both_silent(lab: Lab) -> None:
    """As `both_at_once`, and nothing follows."""
    _connect_both(lab)


def _connect_both(lab: Lab) -> tuple[socket.socket, socket.socket]:
    ends = lab.dial(lab.port), lab.new_socket(lab.server)
    ends[1].bind((lab.server.address, lab.port))
    threads = [
        start(lambda: ends[0].connect((lab.server.address, lab.port))),
        start(lambda: ends[1].connect((lab.client.address, lab.port))),
    ]
    for thread in threads:
        thread.join(PATIENCE)
    lab.await_states("ESTABLISHED", "ESTABLISHED")
    return ends


def refused(lab: Lab) -> None:
    """Nobody listens."""
    assert lab.dial().connect_ex((lab.server.address, lab.port)) == errno.ECONNREFUSED


def unanswered(lab: Lab) -> None:
    """The server is silent: the client repeats its SYN, and has not given up yet."""
    client = lab.dial()
    client.setblocking(False)
    with lab.losing(lab.server, SYN):
        client.connect_ex((lab.server.address, lab.port))
        until(lambda: Info.of(client).retransmitted == 2, "two more SYNs")


def syn_lost(lab: Lab) -> None:
    """The first SYN is lost."""
    with lab.losing(lab.server, f"{SYN} {FIRST}"):
        client, server = lab.open()
    close_in_turn(lab, client, server)


def syn_ack_lost(lab: Lab) -> None:
    """The first SYN+ACK is lost, and its repetition by the server's own clock as well as by the second SYN."""
    with lab.losing(lab.client, f"{SYN_ACK} {FIRST}"):
        client, server = lab.open()
    close_in_turn(lab, client, server)


def third_lost(then: str) -> Play:
    """The handshake's last segment is lost; `then` the client sends data, closes, or is silent."""

    def play(lab: Lab) -> None:
        listener = lab.listen()
        client = lab.dial()
        with lab.losing(lab.server, f"tcp dport PORT tcp flags & (syn|ack) == ack {FIRST}"):
            client.connect(listener.getsockname())
            until(lambda: lab.states() == ("ESTABLISHED", "SYN-RECEIVED"), "the request")
            if then == "data":
                client.sendall(b"hello")
            elif then == "FIN":
                client.shutdown(socket.SHUT_WR)
            server = lab.accept(listener)
        if then == "data":
            receive(server, 5)
        close_in_turn(lab, client, server)

    return play


def half_open(lab: Lab) -> None:
    """No SYN+ACK reaches the client: the server repeats it, and no socket comes of it."""
    lab.listen()
    client = lab.dial()
    client.setblocking(False)
    with lab.losing(lab.client, SYN_ACK):
        client.connect_ex((lab.server.address, lab.port))
        until(lambda: lab.server.counters()["RetransSegs"] >= 2, "two more SYN+ACKs")


def given_up(lab: Lab) -> None:
    """The client closes before the server's answer comes, and resets that."""
    lab.listen()
    client = lab.dial()
    client.setblocking(False)
    client.connect_ex((lab.server.address, lab.port))
    client.close()
    until(lambda: lab.client.counters()["OutRsts"] == 1, "the reset")
    lab.await_states("CLOSED", "CLOSED")


def fast_open(accepted: bool) -> Play:
    """The SYN carries data, which the server takes or ignores."""

    def play(lab: Lab) -> None:
        listener = lab.listen(options={"TCP_FASTOPEN": 5} if accepted else {})
        client = lab.dial()
        client.sendto(b"hello", socket.MSG_FASTOPEN, listener.getsockname())
        server = lab.accept(listener)
        receive(server, 5)
        until(lambda: not Info.of(client).unacknowledged, "the acknowledgement")
        server.sendall(b"hello")
        receive(client, 5)
        close_in_turn(lab, client, server)

    return play


def port_reused(closed_by: str) -> Play:
    """A second connection between the same ports, while the first one is in TIME-WAIT at one of the hosts."""

    def play(lab: Lab) -> None:
        port = lab.port + 1
        listener = lab.listen()
        for _ in range(2):
            client = lab.dial(port)
            with suppress(BlockingIOError):
                until(lambda: client.connect_ex(listener.getsockname()) == 0, "the port")  # noqa: B023  called at once
            server = lab.accept(listener)
            first, second = (client, server) if closed_by == "client" else (server, client)
            first.shutdown(socket.SHUT_WR)
            second.recv(1)
            second.close()
            until(lambda: "TIME-WAIT" in lab.states(), "TIME-WAIT")
            first.close()
            lab.look()

    return play


OPENINGS = [
    Scenario("three-way", three_segments()),
    Scenario("three-way over IPv6", three_segments(ipv6=True)),
    Scenario("request and answer", request_and_answer()),
    Scenario("request and answer over IPv6", request_and_answer(ipv6=True)),
    Scenario("request and answer without timestamps", request_and_answer(), settings={"tcp_timestamps": 0}),
    Scenario("simultaneous open", both_at_once, relay="hold=SYN"),
    Scenario("simultaneous open, then silence", both_silent, relay="hold=SYN"),
    Scenario("refused", refused),
    Scenario("unanswered", unanswered, settings=QUICKLY),
    Scenario("SYN lost", syn_lost),
    Scenario("SYN+ACK lost", syn_ack_lost),
    Scenario("handshake ACK lost", third_lost("nothing")),
    Scenario("handshake ACK lost, then data", third_lost("data")),
    Scenario("handshake ACK lost, then FIN", third_lost("FIN")),
    Scenario("half-open", half_open, settings=QUICKLY, undelivered="client"),
    Scenario("given up", given_up, relay="delay=0.05"),
    Scenario("fast open", fast_open(accepted=True), settings={"tcp_fastopen": WITHOUT_COOKIE}),
    Scenario("fast open ignored", fast_open(accepted=False), settings={"tcp_fastopen": WITHOUT_COOKIE}),
    Scenario(
        "port reused by the client in TIME-WAIT",
        port_reused("client"),
        settings={"tcp_tw_reuse": 1, "tcp_tw_reuse_delay": 1},
    ),
    Scenario("port reused with the server in TIME-WAIT", port_reused("server")),
]
