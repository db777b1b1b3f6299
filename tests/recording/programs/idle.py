"""Two sides that keep a connection and have nothing to say; the client's keep-alives ask whether it is still there."""

import socket
import time

from tests.recording.programs.sides import play


def server(connection: socket.socket) -> None:
    """Answer, and wait for the client to close."""
    while connection.recv(1024):
        connection.sendall(b"+OK\n")


def client(connection: socket.socket) -> None:
    """Ask twice, with a long pause in which keep-alives are sent each second."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    for pause in (3.5, 0.0):
        connection.sendall(b"PING\n")
        connection.recv(1024)
        time.sleep(pause)


if __name__ == "__main__":
    play(server, client)
