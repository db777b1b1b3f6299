"""A server that takes its time before it reads what its client pours out: its window closes meanwhile."""

import socket
import time

from tests.recording.programs.sides import play


def server(connection: socket.socket) -> None:
    """Sleep while the receive buffer fills, then read to the end."""
    time.sleep(2.5)
    while connection.recv(4096):
        time.sleep(0.001)


def client(connection: socket.socket) -> None:
    """Send more than the receiver has room for."""
    connection.sendall(b"".join(f"measurement {number:06}\n".encode() for number in range(1500)))


if __name__ == "__main__":
    play(server, client)
