"""How many bytes the screen sends to a terminal, as a slow SSH line would feel it:

python -m tests.bench.terminal [CAPTURE]

Opens a capture on a pseudo-terminal of 160 by 50 cells and prints the bytes of idling, of cursor moves without and with
the details that follow, and of scrolling; where it may capture, also those of following a busy connection on lo. Exit
status 1: something is more than it may be.
"""

import argparse
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.generate import generate
from tests.bench.layout import Settings
from tests.bench.screens import may_capture, settle, watched
from tests.ui.terminal import Terminal

IDLE = 5.0
"""Seconds that idling is watched."""

LIVE = 6.0
"""Seconds that a live capture is watched."""

MOVES = 8
"""Moves of the cursor, of which the dearest counts."""

MOST_OF_MOVE, MOST_WITH_DETAILS = 700, 4000
"""Bytes that a move of the cursor may send until the details follow, and with these."""

MOST_OF_SCROLLING, MOST_OF_FOLLOWING = 60_000, 30_000
"""Bytes a second that a key which is held may send, and a capture of 1,000 packets a second."""

MESSAGES_A_SECOND = 500
"""Each makes two packets: itself and its answer, which acknowledges it."""


def without_details(terminal: Terminal, key: str) -> int:
    """Bytes of one key until the details follow, which they do after 0.15 s."""
    before = len(terminal.written)
    terminal.press(key)
    deadline = time.monotonic() + 0.1
    while time.monotonic() < deadline:
        terminal.take(max(deadline - time.monotonic(), 0))
    return len(terminal.written) - before


def with_details(terminal: Terminal, key: str) -> int:
    """Bytes of one key and of the details that follow it."""
    terminal.press(key)
    return settle(terminal)


def held(terminal: Terminal, key: str, count: int, rate: float) -> float:
    """Bytes a second of a key that repeats `rate` times a second."""
    before, began = len(terminal.written), time.monotonic()
    for place in range(count):
        terminal.press(key)
        while time.monotonic() < began + (place + 1) / rate:
            terminal.take(max(began + (place + 1) / rate - time.monotonic(), 0))
    return (len(terminal.written) - before) / (time.monotonic() - began)


def told(name: str, figure: float, unit: str, most: float = inf) -> bool:
    """Print a line; whether the figure is more than it may be."""
    limit = "" if most == inf else f", at most {most:,}"
    print(f"{name:<14}{figure:>10,.0f}  {unit}{limit}{'  TOO MUCH' if figure > most else ''}", flush=True)
    return figure > most


def measure(path: Path) -> bool:
    """Print a line for each kind of work; whether something is more than it may be."""
    with Terminal("tui", str(path)) as terminal:
        terminal.read_until("complete")
        settle(terminal)
        terminal.press("\t")
        settle(terminal)
        over = told("idle", watched(terminal, IDLE), f"bytes in {IDLE:.0f} s", 0)
        moves = [(without_details(terminal, "j"), settle(terminal)) for _ in range(MOVES)]
        over |= told("cursor down", max(move for move, _ in moves), "bytes before the details follow", MOST_OF_MOVE)
        over |= told("with details", max(map(sum, moves)), "bytes", MOST_WITH_DETAILS)
        told("page down", with_details(terminal, "\x1b[6~"), "bytes with details")
        told("to the end", with_details(terminal, "G"), "bytes with details")
        for name, key in (("scrolling up", "k"), ("scrolling down", "j"), ("page up", "\x1b[5~")):
            settle(terminal)
            over |= told(name, held(terminal, key, 120, 30), "bytes/s at 30 keys/s", MOST_OF_SCROLLING)
        terminal.press("q")
        terminal.end()
    return over


def measure_live() -> bool:
    """Print the line for a capture that is followed; whether it is more than it may be."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with Terminal("tui", "-i", "lo", "tcp", "port", str(port)) as terminal:
            terminal.read_until("Try in another window")
            with conversation(server, MESSAGES_A_SECOND) as rate:
                watched(terminal, 2)
                before = len(terminal.written)
                began = time.monotonic()
                watched(terminal, LIVE)
                live = (len(terminal.written) - before) / (time.monotonic() - began)
            over = told("following", live, f"bytes/s at {2 * rate():,.0f} packets/s", MOST_OF_FOLLOWING)
            terminal.press("q")
            terminal.end()
    return over


@contextmanager
def conversation(server: socket.socket, messages_a_second: int) -> Iterator[Callable[[], float]]:
    """One connection whose every message is answered, as long as the context lasts; gives the messages a second."""
    over = threading.Event()
    began, answered = time.monotonic(), 0

    def talk(client: socket.socket, accepted: socket.socket) -> None:
        nonlocal answered
        while not over.wait(max(began + answered / messages_a_second - time.monotonic(), 0)):
            client.sendall(b"PING %d\r\n" % answered)
            accepted.recv(64)
            accepted.sendall(b"+PONG\r\n")
            client.recv(64)
            answered += 1

    with socket.create_connection(server.getsockname()) as client, server.accept()[0] as accepted:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        talker = threading.Thread(target=talk, args=(client, accepted))
        talker.start()
        try:
            yield lambda: answered / (time.monotonic() - began)
        finally:
            over.set()
            talker.join()


def main() -> int:
    """Measure with the capture that is named, or with a generated one; returns the exit status."""
    parser = argparse.ArgumentParser(description="Bytes that the screen sends to a terminal.")
    parser.add_argument("capture", nargs="?", type=Path)
    given = parser.parse_args()
    if given.capture is not None:
        return int(measure(given.capture))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "packets.pcap"
        generate(path, Settings(packets=20_000, connections=500))
        over = measure(path)
    if may_capture():
        over |= measure_live()
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
