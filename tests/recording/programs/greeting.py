"""A server that greets whoever connects and closes at once; its client reads to the end of the greeting."""

import socket

from tests.recording.programs.sides import play


def server(connection: socket.socket) -> None:
    """Greet, and close first."""
    connection.sendall(b"Welcome to the server. Goodbye!\n")


def client(connection: socket.socket) -> None:
    """Read until the server has closed."""
    while connection.recv(1024):
        pass


if __name__ == "__main__":
    play(server, client)
