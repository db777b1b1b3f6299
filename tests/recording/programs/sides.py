"""Both sides of a conversation as one program: `server ADDRESS PORT` waits for `client ADDRESS PORT`."""

import socket
import sys
from collections.abc import Callable

Side = Callable[[socket.socket], None]


def play(server: Side, client: Side) -> None:
    """Be the side that the command line names, and close the connection after it, unless the side has done so."""
    side, address, port = sys.argv[1:]
    if side == "client":
        with socket.create_connection((address, int(port))) as connection:
            client(connection)
        return
    with socket.create_server((address, int(port))) as listener:
        connection, _ = listener.accept()
        with connection:
            server(connection)
