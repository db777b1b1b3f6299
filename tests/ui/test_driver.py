"""What the program sends to a real terminal: little, but everything after the terminal was something else's."""

import fcntl
import os
import struct
import sys
import termios
import time

import pytest

from tests.program import REDIS
from tests.ui.terminal import Terminal

CURSOR_MOVE = 4_000
"""Bytes of a cursor that moves by a row, with the details that follow."""

QUIET = 0.7
"""Seconds without a byte after which no more come: the details take 0.15, the last of the fields somewhat more."""


def sent(terminal: Terminal) -> bytes:
    """What is sent until nothing more is."""
    before, last = len(terminal.written), time.monotonic()
    while time.monotonic() - last < QUIET:
        if terminal.take(QUIET / 10):
            last = time.monotonic()
    return terminal.written[before:]


def resize(terminal: Terminal, columns: int, rows: int) -> None:
    """Give the terminal another size, of which the kernel tells the program."""
    descriptor = os.open(f"/proc/{terminal.process.pid}/fd/0", os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.close(descriptor)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the terminal in /proc")
def test_only_cells_that_change_are_sent_but_all_of_them_in_another_size() -> None:
    with Terminal("tui", REDIS) as terminal:
        terminal.read_until("complete")
        terminal.press("\t")
        sent(terminal)
        terminal.press("j")
        assert 0 < len(sent(terminal)) < CURSOR_MOVE
        for columns, rows in ((159, 50), (160, 50)):
            resize(terminal, columns, rows)
            drawn = sent(terminal).decode()
            for words in ("Connections", "handshake", "1/3", "Redis", "Keys"):
                assert words in drawn, "the terminal has moved everything"
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.as_before


def test_everything_is_drawn_anew_when_somebody_else_has_written_on_the_terminal() -> None:
    with Terminal("tui", REDIS) as terminal:
        terminal.read_until("complete")
        sent(terminal)
        terminal.press("\x0c")
        drawn = sent(terminal).decode()
        for words in ("Connections", "handshake", "Redis", "Keys"):
            assert words in drawn
        terminal.press("q")
        assert terminal.end() == 0
