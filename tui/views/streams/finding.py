"""Finding a text in the bytes of a stream, in a thread of its own."""

import threading

from tui.views.streams.passages import Passages
from tui.views.streams.stream import Kind

PIECE = 1 << 20
"""Bytes that are looked through at once."""


class Finding:
    """One search, for the next place or the one before. Small letters find capitals as well."""

    def __init__(self, passages: Passages, text: str, passage: int, offset: int, direction: int) -> None:
        """`passage`, `offset`: where it begins, which is not a place that can be found."""
        self.passages = passages
        self.text = text
        self.found: tuple[int, int] | None = None
        """Passage and offset in it."""
        self.failure: Exception | None = None
        self._needle = text.encode("utf-8", "replace")
        self._any_case = text == text.lower()
        self._from = passage, offset
        self._direction = direction
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="finding", daemon=True)

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return not self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Nobody wants to know any more."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait so long at most."""
        self._thread.join(seconds)

    def _work(self) -> None:
        try:
            self.found = self._search()
        except Exception as error:  # noqa: BLE001 - the screen's thread raises it
            self.failure = error

    def _search(self) -> tuple[int, int] | None:
        first, offset = self._from
        stop = len(self.passages) if self._direction > 0 else -1
        for number in range(first, stop, self._direction):
            if self._stop.is_set():
                return None
            passage = self.passages[number]
            if passage.kind != Kind.DATA:
                continue
            here = number == first
            if self._direction > 0:
                at = self._below(number, passage.length, offset + 1 if here else 0)
            else:
                at = self._above(number, offset if here else passage.length)
            if at is not None:
                return number, at
        return None

    def _below(self, number: int, length: int, start: int) -> int | None:
        while start < length and not self._stop.is_set():
            at = self._bytes(number, start, min(PIECE + len(self._needle), length - start)).find(self._wanted)
            if at >= 0:
                return start + at
            start += PIECE
        return None

    def _above(self, number: int, stop: int) -> int | None:
        """The last place that begins before `stop`."""
        length = self.passages[number].length
        while stop > 0 and not self._stop.is_set():
            start = max(stop - PIECE, 0)
            end = min(stop + len(self._needle) - 1, length)
            at = self._bytes(number, start, end - start).rfind(self._wanted)
            if at >= 0:
                return start + at
            stop = start
        return None

    @property
    def _wanted(self) -> bytes:
        return self._needle.lower() if self._any_case else self._needle

    def _bytes(self, number: int, offset: int, length: int) -> bytes:
        data = self.passages.read(number, offset, length) or b""
        return data.lower() if self._any_case else data
