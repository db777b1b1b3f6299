"""A server that closes with data unread: instead of a FIN its host sends a reset, as that data is lost."""

import socket

from tests.recording.programs.sides import play


def server(connection: socket.socket) -> None:
    """Read only the first line, answer it, and close."""
    connection.recv(6, socket.MSG_WAITALL)
    connection.sendall(b"220 enough\n")


def client(connection: socket.socket) -> None:
    """Send a first line and many more, and read until the connection breaks."""
    connection.sendall(b"HELLO\n" + b"a line that nobody reads\n" * 40)
    try:
        while connection.recv(1024):
            pass
    except ConnectionResetError:
        pass


if __name__ == "__main__":
    play(server, client)
