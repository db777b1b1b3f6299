"""A server that sorts lines: it can begin only when its client has sent all, and says so with shutdown()."""

import socket
import time

from tests.recording.programs.sides import play

LINES = ("pear", "apple", "quince", "cherry", "plum")


def server(connection: socket.socket) -> None:
    """Read lines until the client has sent its FIN, then send them back in order, one at a time."""
    with connection.makefile("rb") as lines:
        for line in sorted(lines):
            connection.sendall(line)
            time.sleep(0.1)


def client(connection: socket.socket) -> None:
    """Send all lines, close that direction alone, and read on."""
    connection.sendall("".join(f"{line}\n" for line in LINES).encode())
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(1024):
        pass


if __name__ == "__main__":
    play(server, client)
