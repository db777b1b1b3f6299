"""Two sides that say goodbye and close at the same time, without waiting for each other."""

import socket

from tests.recording.programs.sides import play


def server(connection: socket.socket) -> None:
    """Answer the client's goodbye, and close."""
    connection.recv(1024)
    connection.sendall(b"bye\n")


def client(connection: socket.socket) -> None:
    """Say goodbye, read the answer, and close."""
    connection.sendall(b"bye\n")
    connection.recv(1024)


if __name__ == "__main__":
    play(server, client)
