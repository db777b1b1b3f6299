"""A server that gives up in the middle of what it sends: with SO_LINGER of 0 seconds, close() sends a reset."""

import socket
import struct

from tests.recording.programs.sides import play

ANSWER = b"line of a long answer\n" * 3000


def server(connection: socket.socket) -> None:
    """Hand a long answer to the kernel, and throw the connection away before it is sent."""
    connection.recv(1024)
    connection.send(ANSWER)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def client(connection: socket.socket) -> None:
    """Ask, and read until the connection breaks."""
    connection.sendall(b"Tell me all!\n")
    try:
        while connection.recv(1024):
            pass
    except ConnectionResetError:
        pass


if __name__ == "__main__":
    play(server, client)
