"""Scenarios in which little is sent: windows that are closed, and connections that are kept alive."""

import errno
import socket

from tests.kernel.hosts import until
from tests.kernel.lab import Info, Lab, receive, start
from tests.kernel.openings import close_in_turn
from tests.kernel.recording import Scenario

EVERY_SECOND = {"SO_KEEPALIVE": 1, "TCP_KEEPIDLE": 1, "TCP_KEEPINTVL": 1, "TCP_KEEPCNT": 2}


def zero_window(lab: Lab) -> None:
    """The client does not read until the server has probed its closed window more than once."""
    listener = lab.listen()
    client = lab.dial(options={"SO_RCVBUF": 8192})
    client.connect(listener.getsockname())
    server = lab.accept(listener)
    sending = start(lambda: server.sendall(bytes(65536)))
    until(lambda: lab.server.counters()["TCPWinProbe"] >= 2, "two probes")
    receive(client, 65536)
    sending.join()
    until(lambda: not Info.of(server).unacknowledged, "the acknowledgement")
    close_in_turn(lab, client, server)


def kept_alive(lab: Lab) -> None:
    """The client sends keep-alives, and the server answers."""
    listener = lab.listen()
    client = lab.dial(options=EVERY_SECOND)
    client.connect(listener.getsockname())
    server = lab.accept(listener)
    client.sendall(b"hello")
    receive(server, 5)
    until(lambda: lab.client.counters()["TCPKeepAlive"] >= 2, "two keep-alives")
    close_in_turn(lab, client, server)


def not_kept_alive(lab: Lab) -> None:
    """Nobody answers the client's keep-alives: it gives up, and tells the server, which does not hear it."""
    listener = lab.listen()
    client = lab.dial(options=EVERY_SECOND)
    client.connect(listener.getsockname())
    lab.accept(listener)
    with lab.losing(lab.server, "tcp dport PORT"):
        lab.await_states("CLOSED", "ESTABLISHED")
    assert client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ETIMEDOUT


PAUSES = [
    Scenario("zero window", zero_window),
    Scenario("kept alive", kept_alive),
    Scenario("not kept alive", not_kept_alive, undelivered="server"),
]
