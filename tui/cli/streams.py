"""Standard streams that may be closed or lost, and what the program says on them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tui.errors import InputError
from tui.text import printable


def open_closed_streams() -> None:
    """Started with `<&-`, `>&-` or `2>&-`: nothing comes from there, and what is written there goes nowhere.

    Left closed, the next file to be opened would take the stream's place. The screen looks at the dunder names.
    """
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != descriptor:
                os.dup2(null, descriptor)
                os.close(null)
            stream = os.fdopen(descriptor, mode)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def let_go_of_lost_streams() -> None:
    """What is left to be written to a terminal or a reader that is gone goes nowhere: the interpreter would try once
    more at its end, and replace the exit status."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)


def tell(message: str) -> None:
    """One line on standard error; names and libpcap's words are in it, so nothing may steer the terminal."""
    print(f"tcptui: {printable(message)}", file=sys.stderr)


@contextmanager
def standard_output() -> Iterator[None]:
    """Everything that is written inside is on its way at the end. Raises BrokenPipeError, and InputError else."""
    try:
        yield
        sys.stdout.flush()
    except (OSError, InputError) as error:
        # What is still buffered can't be written, and the interpreter must not try again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError | InputError):
            raise
        raise InputError(f"standard output can't be written: {error.strerror}") from error
