"""Processes that are forked off to share this one's work."""

import os
import signal
import threading
from collections.abc import Callable
from typing import NoReturn

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the program."""


def usable_processors() -> int:
    """How many processes can work at once; 1 where this one can't be forked."""
    if not hasattr(os, "fork") or threading.active_count() > 1:  # a lock that a thread holds stays locked in the child
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fork(work: Callable[[], None]) -> int:
    """Start a process that does `work` and ends, with status 0 if nothing was raised; returns its id.

    To be called in the main thread. Nothing else of this process is ended or written by it. Raises OSError where there
    can't be another process.
    """
    if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:  # nobody could wait for a process that has ended
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    held = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)  # the child must not run this process's handlers
    try:
        process = os.fork()
        if not process:
            _run(work, held)
        return process
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def end(process: int) -> None:
    """End a process that was forked, whatever it is doing."""
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def _run(work: Callable[[], None], mask: set[int]) -> NoReturn:
    status = 1
    try:
        for number in ENDING_SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        work()
        status = 0
    finally:
        os._exit(status)
