"""An echo server that sends back what it receives until its client closes, and a client with three messages."""

import socket

from tests.recording.programs.sides import play

MESSAGES = ("hello", "how are you?", "goodbye")


def server(connection: socket.socket) -> None:
    """Send back whatever comes."""
    while received := connection.recv(1024):
        connection.sendall(received)


def client(connection: socket.socket) -> None:
    """Say each message and hear it again, then close."""
    for message in MESSAGES:
        connection.sendall(message.encode() + b"\n")
        connection.recv(1024)


if __name__ == "__main__":
    play(server, client)
