"""Evaluates a display filter in the background, piece by piece, for as long as rows come or change."""

import threading
import time
from dataclasses import replace

import numpy as np

from tui.errors import UserError
from tui.session import Session
from tui.text import printable
from tui.ui.filtering.selection import Found, Numbers, Selection
from tui.views import DisplayFilter

PIECE_ROWS = {"stored": 1 << 18, "headers": 1 << 17, "payload": 1 << 16}
"""Rows that are looked through at once, by what the filter has to read; the larger ones take some tens of ms."""

FIRST_PIECE_ROWS = 1 << 16
"""The first piece is smaller: it fills the screen."""

LOOK_AGAIN_PAUSE = 1.0
"""Least seconds between two looks through all rows at what may have changed."""

LOOK_AGAIN_SHARE = 4
"""How many times as long as it took nothing is looked through again, so that it costs a fifth of the time at most."""


class Evaluation:
    """One filter over one session. A daemon thread, which ends when there is nothing to do, looks through the rows."""

    def __init__(self, chosen: DisplayFilter, session: Session) -> None:
        self._chosen = chosen
        self._session = session
        self.latest = Selection(chosen.expression)
        """Replaced as a whole whenever more is known."""
        self.failure: Exception | None = None
        """What should not have happened; for the screen's thread to raise."""
        self._changing = threading.Lock()
        self._idle = threading.Condition(self._changing)
        self._working = False
        self._found = Found()
        self._rows = 0
        self._revision = -1
        self._start = 0
        self._seen = (0, -1)
        """Rows and revision when all rows were looked through last."""
        self._look_again_at = 0.0

    def reach(self, rows: int, revision: int, start: int) -> None:
        """Let it be evaluated for so many rows of the store at this revision; those before `start` are given up."""
        with self._changing:
            self._rows, self._revision, self._start = rows, revision, start
            if not self._working and self._is_behind():
                self._working = True
                threading.Thread(target=self._work, name="display filter", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait until all is done that can be done now, but not longer than so many seconds."""
        with self._changing:
            self._idle.wait_for(lambda: not self._working, seconds)

    def stop(self) -> None:
        """Look no further; the piece that is being looked through is forgotten."""
        with self._changing:
            self.latest = replace(self.latest, stopped=True)

    def _is_behind(self) -> bool:
        if self.latest.ended_early:
            return False
        return self._found.evaluated < self._rows or self._is_due_again()

    def _is_due_again(self) -> bool:
        """Whether rows that were looked through before may be others now, and it is time to look."""
        return (
            self._chosen.may_change
            and self._seen != (self._rows, self._revision)
            and time.monotonic() >= self._look_again_at
        )

    def _work(self) -> None:
        while True:
            with self._changing:
                if self.failure is not None or not self._is_behind():
                    self._working = False
                    self._idle.notify_all()
                    return
                rows, revision = self._rows, self._revision
            try:
                if self._found.evaluated < rows:
                    self._look_further(rows, revision)
                else:
                    self._look_again(rows, revision)
            except UserError as error:
                with self._changing:
                    self.latest = replace(self.latest, error=printable(str(error)))
            except Exception as error:  # noqa: BLE001 - the screen's thread raises it
                self.failure = error

    def _look_further(self, rows: int, revision: int) -> None:
        """Look through the next piece of the rows that were never looked through."""
        if self._found.evaluated == 0:
            self._seen = rows, revision
        self._look_through_piece(self._found, rows)
        self._publish(self._found)

    def _look_again(self, rows: int, revision: int) -> None:
        """Look through all rows once more; what was selected before stays until that is done."""
        began = time.monotonic()
        found = Found()
        while found.evaluated < rows and not self.latest.ended_early:
            self._look_through_piece(found, rows)
        if found.evaluated < rows:
            return
        same = np.array_equal(self._of_those_left(found), self._of_those_left(self._found))
        self._seen = rows, revision
        if not same or found.evaluated != self._found.evaluated:
            self._found = found
            self._publish(found, same)
        ended = time.monotonic()
        self._look_again_at = ended + max(LOOK_AGAIN_PAUSE, LOOK_AGAIN_SHARE * (ended - began))

    def _of_those_left(self, found: Found) -> Numbers:
        return found.rows[np.searchsorted(found.rows, self._start) :]

    def _look_through_piece(self, found: Found, rows: int) -> None:
        start = max(found.evaluated, self._start)
        stop = min(start + (PIECE_ROWS[self._chosen.cost] if found.evaluated else FIRST_PIECE_ROWS), rows)
        selected = self._chosen.rows(self._session, start, stop) if start < stop else np.empty(0, np.int64)
        connections = self._session.store.gather("connection", selected)
        found.add(selected, connections, max(stop, found.evaluated), self._start)

    def _publish(self, found: Found, same: bool = True) -> None:
        connections = found.connections(self._start)
        with self._changing:
            before = self.latest
            if before.ended_early:
                return
            self.latest = Selection(
                before.expression, found.rows, found.evaluated, connections, before.generation + (not same)
            )
