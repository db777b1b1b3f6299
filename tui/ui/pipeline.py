"""The thread that reads the capture while the screen shows it."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tui.session import Session

MOST_HOLDING = 1.0
"""Seconds after which reading goes on although the first rows are not on the screen."""

MOST_WAITING = 0.05
"""Seconds after which reading goes on although the screen still draws."""

STEP, STEPS_LAST = 8000, 2.0
"""Frames that are tracked in one step after a key, so that the next one is answered soon, and for how many seconds:
small steps take longer on the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far the pipeline is: taken when store and connections agree, so that the screen never counts half a batch."""

    rows: int = 0
    """Rows that the store has had so far."""
    start: int = 0
    """The first of them that is still there."""
    revision: int = 0
    connection_numbers: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """Numbers of the connections that are still there, ascending."""
    over: bool = False
    """Nothing more will come: everything was read, or an error ended it."""


class Pipeline(threading.Thread):
    """Runs a session to its end. A daemon, so that leaving never waits for a read that blocks."""

    def __init__(self, session: Session, take: Callable[[bool], Progress]) -> None:
        """`take` is called in the thread after each batch, with whether that was the last."""
        super().__init__(name="pipeline", daemon=True)
        self._session = session
        self._take = take
        self._leaving = threading.Event()
        self._shown = threading.Event()
        self._shown.set()
        self._free = threading.Event()
        self._free.set()
        self._key_at = -math.inf
        self.progress = Progress()
        """Replaced as a whole after each batch."""
        self.error: BaseException | None = None
        """What ended the pipeline before its time."""

    def run(self) -> None:
        """Read batch after batch until there's nothing more, or until `leave`."""
        with _Kept(self):
            for _ in self._session.run():
                self.progress = self._take(False)
                if self._leaving.is_set():
                    return
                self._wait_until_shown()
                self._wait_for_screen()
        with _Kept(self):
            self.progress = self._take(True)

    def begin(self, hold: bool = False) -> None:
        """Start reading, unless that was done. `hold`: wait after the first batch until `first_rows_are_shown`, as two
        threads that work at once hold each other up, and the rest is not waited for as the first rows are.
        """
        if self.ident is None:
            if hold:
                self._shown.clear()
            self.start()

    def first_rows_are_shown(self) -> None:
        """The screen has drawn what there was so far; reading goes on."""
        self._shown.set()

    def _wait_until_shown(self) -> None:
        if not self._shown.is_set():
            self._shown.wait(MOST_HOLDING)
            self._shown.set()

    def answer_key(self) -> None:
        """A key came; as `make_way`, and the steps of reading are small for a while."""
        self._key_at = time.monotonic()
        self._session.most_at_once = STEP
        self.make_way()

    def make_way(self) -> None:
        """The screen has something to draw: read no other batch until `go_on`, or until that takes long."""
        self._free.clear()

    def go_on(self) -> None:
        """The screen has drawn it."""
        self._free.set()

    def _wait_for_screen(self) -> None:
        if not self._free.wait(MOST_WAITING):
            self._free.set()
        if time.monotonic() > self._key_at + STEPS_LAST:
            self._session.most_at_once = None

    def leave(self) -> None:
        """Stop after the batch that is being read now."""
        self._leaving.set()
        self._shown.set()
        self._free.set()


class _Kept:
    """Keeps the first error for the main thread, which shows it and raises it again; a thread has nobody to tell."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        self._pipeline.error = self._pipeline.error or error
        return error is not None
