"""Lines that several processes make at the same time, and that are written in their order."""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

from tui.forked import end, fork, usable_processors

MOST_PROCESSES = 4
"""Processes that make lines at once, this one included: each has memory of its own."""

_COPIED_AT_ONCE = 1 << 20

Part = TypeVar("Part")
Lines = Iterable[bytes]


def useful_processes() -> int:
    """How many processes can make lines at once; 1 where this one can't be forked."""
    return min(usable_processors(), MOST_PROCESSES)


def write_parts(make: Callable[[Part], Lines], parts: Sequence[Part], output: BinaryIO) -> None:
    """Write the lines that `make` yields for each part; all parts but the first are made by processes of their own.

    A part whose process fails is made here, so that what `make` raises is raised here. Raises OSError of the output.
    """
    first, *others = parts
    with ExitStack() as stack:
        made = [stack.enter_context(_Child(partial(make, part))) for part in others]
        output.writelines(make(first))
        for part, child in zip(others, made, strict=True):
            if not child.copy_to(output):
                output.writelines(make(part))


class _Child:
    """Lines that a child process makes, in a temporary file without a name."""

    def __init__(self, make: Callable[[], Lines]) -> None:
        self._make = make
        self._file: BinaryIO | None = None
        self._process = 0
        """Its id; 0 where it could not be started or has ended."""

    def __enter__(self) -> Self:
        """Start the child; without room for a file or another process there is none."""
        import tempfile  # noqa: PLC0415 - a short report does without it

        with suppress(OSError):
            file = self._file = tempfile.TemporaryFile()

            def work() -> None:
                file.writelines(self._make())
                file.flush()

            self._process = fork(work)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End the child, if nobody has waited for it."""
        if self._process:
            end(self._process)
        if self._file is not None:
            self._file.close()

    def copy_to(self, output: BinaryIO) -> bool:
        """Wait for the child and write its lines; False, with nothing written, where it did not make them all."""
        if not self._process or self._file is None:
            return False
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        if status:
            return False
        self._file.seek(0)
        while piece := self._file.read(_COPIED_AT_ONCE):
            output.write(piece)
        return True
