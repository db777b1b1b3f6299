"""What a process that reads hostile bytes gives up first."""

import os
import resource
import signal
from contextlib import suppress

MEMORY_BYTES = 1 << 30
"""Address space, which makes a frame that unfolds without end a MemoryError."""

SECONDS_A_FRAME = 3.0
"""After so long over one frame the process ends, whether or not anyone is left to kill it."""

NICENESS = 5

NOBODY = 65534
"""User and group without rights, on every Linux."""


def confine() -> None:
    """Run with little memory, no new files or sockets, no rights of root. Call it once everything is imported."""
    with suppress(OSError):
        os.nice(NICENESS)
    if os.geteuid() == 0:
        with suppress(OSError):  # a container may have no such user
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, 0)


def start_clock() -> None:
    """End the process unless `stop_clock` comes in time. No handler: a loop within a library is ended as well."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS_A_FRAME)


def stop_clock() -> None:
    """The frame is done."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(kind: int, most: int) -> None:
    with suppress(OSError, ValueError):  # macOS refuses some of them
        resource.setrlimit(kind, (most, most))
