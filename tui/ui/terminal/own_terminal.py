"""The terminal for the screen where standard input or standard error is something else."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tui.errors import UsageError

WITHOUT_CURSOR = ("dumb", "unknown")
"""Values of TERM for terminals that can't put text anywhere but at the end."""

STANDARD_INPUT = 0
STANDARD_ERROR = 2
"""Textual reads keys from the one descriptor and draws on the other, and looks at them when it is imported."""


@contextmanager
def own_terminal() -> Iterator[None]:
    """Put /dev/tty in the place of descriptors that the screen needs and that are no terminal; inside, import Textual.

    What stood there is back at the end, so that a message after the screen goes where the user sent it. Raises
    UsageError where the process has no terminal, or one that can't show a screen.
    """
    if os.environ.get("TERM") in WITHOUT_CURSOR:
        raise UsageError(f"a terminal with TERM={os.environ['TERM']} can't show the screen; use --summary or --json")
    with ExitStack() as stack:
        for descriptor, mode in ((STANDARD_INPUT, os.O_RDONLY), (STANDARD_ERROR, os.O_WRONLY)):
            if not os.isatty(descriptor):
                stack.enter_context(_replaced(descriptor, mode))
        yield


@contextmanager
def _replaced(descriptor: int, mode: int) -> Iterator[None]:
    try:
        terminal = os.open("/dev/tty", mode)
    except OSError as error:
        raise UsageError("the screen needs a terminal; use --summary or --json without one") from error
    kept = os.dup(descriptor)
    os.dup2(terminal, descriptor)
    os.close(terminal)
    try:
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)
