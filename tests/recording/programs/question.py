"""A client that asks, reads the answer and closes first; its server answers and waits for the client to be done."""

import socket

from tests.recording.programs.sides import play


def server(connection: socket.socket) -> None:
    """Answer, and close once the client has closed."""
    while question := connection.recv(1024):
        connection.sendall(b"You asked: " + question)


def client(connection: socket.socket) -> None:
    """Ask, read the answer, and close first."""
    connection.sendall(b"What is the time?")
    connection.recv(1024)


if __name__ == "__main__":
    play(server, client)
