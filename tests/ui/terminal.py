"""A program on a pseudo-terminal: what it writes, and in which state it leaves the terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

PATIENCE = 60.0
"""Seconds after which a program on a terminal is not going to do what is waited for."""


class Terminal:
    """Runs a Python module on a terminal of its own, as its controlling terminal."""

    def __init__(
        self,
        module: str,
        *arguments: str,
        columns: int = 160,
        rows: int = 50,
        redirection: str = "",
        environment: dict[str, str] | None = None,
        program: str = "",
    ) -> None:
        """`redirection`: in the shell's words, such as `2>&-`. `environment`: added to that of an ordinary terminal.
        `program`: runs in place of the module.
        """
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._settings = termios.tcgetattr(self._slave)
        self.written = b""
        self._there = True
        elsewhere = ("NO_COLOR", "COLUMNS", "LINES")  # of the terminal that the tests are run from
        inherited = {key: value for key, value in os.environ.items() if key not in elsewhere}
        own = [program] if program else [sys.executable, "-m", module]
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *own, *arguments],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env={**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environment or {})},
            start_new_session=True,
            preexec_fn=partial(fcntl.ioctl, self._slave, termios.TIOCSCTTY, 0),  # noqa: PLW1509  no other thread runs
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._slave)
        self.vanish()

    def read_until(self, words: str) -> None:
        """Take what is written until `words` are in it, in bytes that were not looked at before."""
        self._read(lambda new: words.encode() in new)

    def take(self, seconds: float) -> int:
        """Take what is written within so many seconds, at most one piece of it; returns its bytes."""
        if not select.select([self._master], [], [], seconds)[0]:
            return 0
        piece = os.read(self._master, 65536)
        self.written += piece
        return len(piece)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def vanish(self) -> None:
        """Go away, as the window of a terminal that is closed; nothing can be read or written after it."""
        if self._there:
            self._there = False
            os.close(self._master)

    def end(self) -> int:
        """Wait for the end of the program; its exit status."""
        self._read(lambda _: self.process.poll() is not None)
        while select.select([self._master], [], [], 0)[0]:
            self.written += os.read(self._master, 65536)
        return self.process.wait()

    @property
    def as_before(self) -> bool:
        """Whether the terminal is in the state in which the program found it."""
        return termios.tcgetattr(self._slave) == self._settings

    def _read(self, enough: Callable[[bytes], bool]) -> None:
        new = b""
        deadline = time.monotonic() + PATIENCE
        while not enough(new):
            if time.monotonic() > deadline:
                raise AssertionError(f"not seen in time; the end of what was written: {self.written[-2000:]!r}")
            if select.select([self._master], [], [], 0.02)[0]:
                piece = os.read(self._master, 65536)
                new += piece
                self.written += piece
