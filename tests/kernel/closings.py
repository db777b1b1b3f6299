"""Scenarios of closings: in order, by reset, and with segments lost on the way."""

import socket

from tests.kernel.hosts import until
from tests.kernel.lab import NO_LINGER, Info, Lab, Play, receive
from tests.kernel.openings import FIRST
from tests.kernel.recording import Scenario

FROM_CLIENT, FROM_SERVER = "tcp dport PORT", "tcp sport PORT"
FIN = "tcp flags & fin == fin"
ACK = "tcp flags & (syn|ack|fin|rst) == ack"


def server_first(lab: Lab) -> None:
    """The server closes first; four segments."""
    client, server = lab.open()
    server.shutdown(socket.SHUT_WR)
    lab.await_states("CLOSE-WAIT", "FIN-WAIT-2")
    client.close()
    lab.await_states("CLOSED", "TIME-WAIT")


def merged(lab: Lab) -> None:
    """The server's FIN comes with its acknowledgement of the client's: three segments."""
    client, server = lab.open()
    client.sendall(b"hello")
    receive(server, 5)
    server.sendall(b"hello")
    receive(client, 5)
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
    client.shutdown(socket.SHUT_WR)
    server.recv(1)
    server.close()
    lab.await_states("TIME-WAIT", "CLOSED")


def with_last_data(lab: Lab) -> None:
    """The client's FIN comes with its last data."""
    client, server = lab.open()
    client.send(b"hello", socket.MSG_MORE)
    client.shutdown(socket.SHUT_WR)
    lab.await_states("FIN-WAIT-2", "CLOSE-WAIT")
    receive(server, 5)
    server.close()
    lab.await_states("TIME-WAIT", "CLOSED")


def half_closed(lab: Lab) -> None:
    """The client has finished sending, and the server goes on."""
    client, server = lab.open()
    client.sendall(b"request")
    client.shutdown(socket.SHUT_WR)
    lab.await_states("FIN-WAIT-2", "CLOSE-WAIT")
    receive(server, 7)
    server.sendall(bytes(5000))
    receive(client, 5000)
    server.close()
    lab.await_states("TIME-WAIT", "CLOSED")


def still_half_closed(lab: Lab) -> None:
    """The client has finished sending, and the server has not when we look."""
    client, server = lab.open()
    client.shutdown(socket.SHUT_WR)
    lab.await_states("FIN-WAIT-2", "CLOSE-WAIT")
    server.sendall(bytes(5000))
    receive(client, 5000)
    until(lambda: not Info.of(server).unacknowledged, "the acknowledgement")


def crossing(data: bool) -> Play:
    """Both close at the same time; with data, each FIN comes behind some that is on its way as well."""

    def play(lab: Lab) -> None:
        client, server = lab.open()
        for end in (client, server):
            if data:
                end.sendall(b"hello")
            end.shutdown(socket.SHUT_WR)
        lab.await_states("TIME-WAIT", "TIME-WAIT")

    return play


def aborted(by: str) -> Play:
    """One side resets the connection."""

    def play(lab: Lab) -> None:
        ends = dict(zip(("client", "server"), lab.open(), strict=True))
        ends["client"].sendall(b"hello")
        receive(ends["server"], 5)
        ends[by].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        ends[by].close()
        lab.await_states("CLOSED", "CLOSED")

    return play


def unread(lab: Lab) -> None:
    """The server closes without having read all."""
    client, server = lab.open()
    client.sendall(b"hello")
    until(lambda: not Info.of(client).unacknowledged, "the acknowledgement")
    server.close()
    lab.await_states("CLOSED", "CLOSED")


def reset_of_half_closed(lab: Lab) -> None:
    """The client has finished sending, and the server resets."""
    client, server = lab.open()
    client.shutdown(socket.SHUT_WR)
    lab.await_states("FIN-WAIT-2", "CLOSE-WAIT")
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    server.close()
    lab.await_states("CLOSED", "CLOSED")


def answer_to_nobody(lab: Lab) -> None:
    """The client is gone altogether after its FIN, and resets what the server sends then."""
    client, server = lab.open()
    client.close()
    lab.await_states("FIN-WAIT-2", "CLOSE-WAIT")
    server.sendall(b"hello")
    lab.await_states("CLOSED", "CLOSED")


def losing_the_close(receiver: str, rule: str) -> Play:
    """A segment of the close is lost; the client closes first."""

    def play(lab: Lab) -> None:
        client, server = lab.open()
        with lab.losing(lab.server if receiver == "server" else lab.client, rule):
            client.shutdown(socket.SHUT_WR)
            server.recv(1)
            server.close()
            lab.await_states("TIME-WAIT", "CLOSED")

    return play


def repeating_the_fin(lab: Lab) -> None:
    """The acknowledgement of the client's FIN is lost while the server is not done: the FIN is sent again."""
    client, server = lab.open()
    with lab.losing(lab.client, f"{FROM_SERVER} {ACK} {FIRST}"):
        client.shutdown(socket.SHUT_WR)
        until(lambda: Info.of(client).retransmitted, "the second FIN")
        lab.await_states("FIN-WAIT-2", "CLOSE-WAIT")
    server.sendall(b"hello")
    receive(client, 5)
    server.close()
    lab.await_states("TIME-WAIT", "CLOSED")


def both_fins_lost(lab: Lab) -> None:
    """Both close at once, and neither hears the other one until each has sent its FIN again."""
    client, server = lab.open()
    with lab.losing(lab.client, f"{FROM_SERVER} {FIN}"), lab.losing(lab.server, f"{FROM_CLIENT} {FIN}"):
        for end in (client, server):
            end.shutdown(socket.SHUT_WR)
        # twice: the next time is then further away than it takes to let both ends hear again
        until(lambda: min(Info.of(client).retransmitted, Info.of(server).retransmitted) >= 2, "both FINs again")
    until(lambda: "TIME-WAIT" in lab.states(), "TIME-WAIT")
    until(lambda: {"FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK"}.isdisjoint(lab.states()), "the end")


CLOSINGS = [
    Scenario("closed by the server", server_first),
    Scenario("closed in three segments", merged),
    Scenario("FIN with data", with_last_data),
    Scenario("half-close", half_closed),
    Scenario("half-closed still", still_half_closed),
    Scenario("simultaneous close", crossing(data=False), relay="hold=FIN"),
    Scenario("simultaneous close with data", crossing(data=True), relay="hold=FIN"),
    Scenario("reset by the client", aborted("client")),
    Scenario("reset by the server", aborted("server")),
    Scenario("closed with unread data", unread),
    Scenario("reset of a half-closed connection", reset_of_half_closed),
    Scenario("answer to nobody", answer_to_nobody),
    Scenario("first FIN lost", losing_the_close("server", f"{FROM_CLIENT} {FIN} {FIRST}")),
    Scenario("second FIN lost", losing_the_close("client", f"{FROM_SERVER} {FIN} {FIRST}")),
    Scenario("ACK of the first FIN lost", losing_the_close("client", f"{FROM_SERVER} {ACK} {FIRST}")),
    Scenario("ACK of the first FIN lost, then data", repeating_the_fin),
    Scenario("both FINs lost", both_fins_lost),
    Scenario("last ACK lost", losing_the_close("server", f"{FROM_CLIENT} {ACK} {FIRST}")),
]
