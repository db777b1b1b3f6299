"""A program on a pseudo-terminal that is measured: what it writes, and the processor time that it takes."""

import os
import time
from contextlib import suppress

from tests.ui.terminal import Terminal

SETTLED = 1.5
"""Seconds without a byte after which the screen is taken to be at rest."""

AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Environment in which a program that was started before has its bytecode, as one that is installed."""


def processor_clock(pid: int) -> int:
    """The clock of what all threads of another process have taken (clock_getcpuclockid(3)), for time.clock_gettime."""
    return (~pid << 3) | 2


def processor_seconds(pid: int) -> float:
    """What all threads of a process have taken so far."""
    return time.clock_gettime(processor_clock(pid))


def settle(terminal: Terminal, quiet: float = SETTLED) -> int:
    """Take what is written until nothing came for so many seconds; returns the bytes."""
    before = len(terminal.written)
    last = time.monotonic()
    while time.monotonic() - last < quiet:
        if terminal.take(0.05):
            last = time.monotonic()
    return len(terminal.written) - before


def watched(terminal: Terminal, seconds: float) -> int:
    """Bytes that are written within so many seconds while nothing is typed."""
    before = len(terminal.written)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        terminal.take(0.1)
    return len(terminal.written) - before


def may_capture() -> bool:
    """Whether this process may capture on lo without being asked for a password."""
    return os.uname().sysname == "Linux" and os.geteuid() == 0


def run_first() -> None:
    """Have this process, and none that it starts, run before all others, where it may: who measures how soon an answer
    is there must not wait for a processor itself.
    """
    if hasattr(os, "SCHED_RESET_ON_FORK"):
        with suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
