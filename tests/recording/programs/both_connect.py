"""Two sides that connect to each other, from and to fixed ports; neither of them listens.

Usage: python -m tests.recording.programs.both_connect MY_ADDRESS MY_PORT ITS_ADDRESS ITS_PORT
"""

import socket
import sys


def meet(mine: tuple[str, int], its: tuple[str, int]) -> None:
    """Connect, tell the other side one's address and read the same from it; the lower address closes first."""
    with socket.create_connection(its, source_address=mine) as connection:
        connection.sendall(f"this is {mine[0]}\n".encode())
        connection.recv(1024)
        if mine > its:
            connection.recv(1024)


if __name__ == "__main__":
    my_address, my_port, its_address, its_port = sys.argv[1:]
    meet((my_address, int(my_port)), (its_address, int(its_port)))
