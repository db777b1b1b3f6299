"""Puts a stream together in the background, again and again while the capture grows."""

import threading
import time
from collections.abc import Callable

from tui.views.streams import Stream

LEAST_PAUSE = 0.25
"""Seconds between two times."""

REST_FACTOR = 8
"""So many times as long as it took passes before it is done again."""


class Building:
    """Asked by the screen's thread; a thread of its own, which ends when it is done, makes the stream."""

    def __init__(self, make: Callable[[], Stream]) -> None:
        """`make`: raises KeyError where the connection was given up."""
        self._make = make
        self._thread: threading.Thread | None = None
        self._made: Stream | None = None
        self._failure: Exception | None = None
        self._not_before = 0.0
        self._asked = False
        self.gone = False
        """Whether the connection was given up."""

    def ask(self) -> None:
        """Have it made again as soon as that is due."""
        self._asked = True
        self._begin()

    def wait(self, seconds: float) -> None:
        """Wait so long at most for what is being made."""
        if self._thread is not None:
            self._thread.join(seconds)

    def take(self) -> Stream | None:
        """A stream that was made since the last time; raises what has gone wrong."""
        if self._thread is not None and self._thread.is_alive():
            return None
        if self._failure is not None:
            raise self._failure
        made, self._made = self._made, None
        self._begin()
        return made

    def _begin(self) -> None:
        busy = self._thread is not None and self._thread.is_alive()
        if self._asked and not busy and self._made is None and not self.gone and time.monotonic() >= self._not_before:
            self._asked = False
            self._thread = threading.Thread(target=self._work, name="stream", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        begun = time.monotonic()
        try:
            self._made = self._make()
        except KeyError:
            self.gone = True
        except Exception as error:  # noqa: BLE001 - the screen's thread raises it
            self._failure = error
        ended = time.monotonic()
        self._not_before = ended + max(LEAST_PAUSE, REST_FACTOR * (ended - begun))
