"""The part of the model that knows which frames and connections the display filter selects."""

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.text import printable
from tui.ui.filtering.evaluation import Evaluation
from tui.ui.filtering.selection import Selection
from tui.ui.look.view_options import ViewOptions
from tui.ui.pipeline import Progress
from tui.views import DisplayFilter

AT_ONCE = 0.03
"""Seconds that a new display filter is waited for, which is long enough for a small capture."""

FAR_BEHIND = 1 << 16
"""Rows that a display filter has still to look through, from which on that is worth a word."""


class Selecting:
    """One display filter at a time over a session; without one everything is selected."""

    progress: Progress

    def __init__(self, session: Session, options: ViewOptions) -> None:
        self._session = session
        self.options = options
        """How the tables write what they show, and what they show of it."""
        self.selection: Selection | None = None
        """What the display filter has selected as of the last poll; None without one."""
        self.listed_connections: NDArray[np.int64] = np.empty(0, np.int64)
        """Numbers of the connections that the list shows, ascending: with a display filter, those of the frames that
        it selects. Another object whenever anything has changed.
        """
        self._evaluation: Evaluation | None = None

    def _compile_filter(self, expression: str) -> DisplayFilter:
        """Make sense of a display filter, or raise FilterError."""
        raise NotImplementedError

    def select(self, expression: str) -> None:
        """Show from now on what a display filter selects; everything, where it is empty. Raises FilterError."""
        chosen = self._compile_filter(expression) if expression else None
        if self._evaluation is not None:
            self._evaluation.stop()
        self._evaluation = None if chosen is None else Evaluation(chosen, self._session)
        self.selection = None
        self.options.display_filter = expression
        if self._evaluation is not None:
            self._reach()
            self._evaluation.wait(AT_ONCE)
        self.poll_selection(changed=True)

    def stop_selecting(self) -> None:
        """Look through no more frames; those that the display filter has selected so far stay."""
        if self._evaluation is not None:
            self._evaluation.stop()

    def poll_selection(self, changed: bool) -> bool:
        """Let the display filter see what has come; true where it has selected anything else since the last time.

        `changed`: whether the progress is another than the last time.
        """
        before = self.selection
        self._reach()
        if changed or self.selection is not before:
            numbers = self.progress.connection_numbers
            self.listed_connections = (
                numbers
                if self.selection is None
                else np.intersect1d(self.selection.connections, numbers, assume_unique=True)
            )
        return self.selection is not before

    def _reach(self) -> None:
        evaluation = self._evaluation
        if evaluation is None:
            return
        if evaluation.failure is not None:
            raise evaluation.failure
        evaluation.reach(self.progress.rows, self.progress.revision, self.progress.start)
        self.selection = evaluation.latest

    @property
    def display_filter(self) -> str:
        """The display filter, fit to be drawn; empty where there is none."""
        return "" if self.selection is None else printable(self.selection.expression)

    def is_selected(self, row: int) -> bool:
        """Whether a row of the store is among those that the display filter selects; true where there is none."""
        if self.selection is None:
            return True
        rows = self.selection.rows
        place = int(np.searchsorted(rows, row))
        return place < len(rows) and int(rows[place]) == row

    @property
    def frames_selected(self) -> int:
        """Frames that the display filter has selected so far and that are still there; 0 where there is none."""
        if self.selection is None:
            return 0
        return len(self.selection.rows) - int(np.searchsorted(self.selection.rows, self.progress.start))

    @property
    def share_selected(self) -> float | None:
        """Part of the frames that the display filter has looked through, 0 to 1, while it is far behind; else None."""
        selection, progress = self.selection, self.progress
        if selection is None or selection.ended_early or progress.rows - selection.evaluated <= FAR_BEHIND:
            return None
        return selection.evaluated / progress.rows
