"""A ladder of very many segments, which is made in the background."""

import threading

from tui.ui.pipeline import Progress
from tui.views.ladder.ladder import Ladder

MANY_SEGMENTS = 30_000
"""Segments from which on a ladder takes longer to make than the screen may stand still."""


class LadderMaking:
    """Makes a ladder in a thread of its own. A daemon, so that leaving never waits for it."""

    def __init__(self, ladder: Ladder, progress: Progress) -> None:
        """`ladder`: an empty one, which nobody else uses until it is taken."""
        self._ladder = ladder
        self._progress = progress
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="ladder", daemon=True)
        self._thread.start()

    def take(self) -> Ladder | None:
        """The ladder; None while it is being made. Raises what has gone wrong."""
        if self._thread.is_alive():
            return None
        if self._failure is not None:
            raise self._failure
        return self._ladder

    def _work(self) -> None:
        try:
            self._ladder.update(self._progress.start, self._progress.rows, self._progress.revision)
        except Exception as error:  # noqa: BLE001 - the screen's thread raises it
            self._failure = error
