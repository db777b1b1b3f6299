"""A search that runs in a thread of its own, from one place of a list on, in either direction, and round its end."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.errors import UserError
from tui.views.searching.borders import Match

Indices = NDArray[np.int64]

Look = Callable[[Indices, Indices], Iterable[Match]]
"""Looks through some entries of a list; it is given those before them as well. What it finds has ascending indices."""

FIRST_STRETCH, LONGEST_STRETCH = 256, 1 << 14
"""Entries that are looked through at once: few at first, as what is sought is often near."""

ENTRIES_BEFORE = 1 << 12
"""Entries before these that a look is given."""


@dataclass(frozen=True, slots=True)
class Found:
    """The nearest entry in which it was found."""

    entry: int
    """A row of the store, or the number of a connection: whatever the list has."""
    match: Match
    wrapped: bool
    """Whether the search came round the end of the list."""


class Hunt:
    """One search. It begins at once; `over` says when it has ended."""

    def __init__(self, look: Look, entries: Indices, start: int, direction: int) -> None:
        """`entries`: what the list has, in its order; `start`: place of the first to be looked at, which may be beyond
        either end; `direction`: 1 down the list, -1 up.
        """
        self._look = look
        self._entries = entries
        self._start = start
        self._direction = direction
        self._cancelled = threading.Event()
        self._done = threading.Event()
        self.share = 0.0
        """Part of the list that was looked through, 0 to 1."""
        self.found: Found | None = None
        """None while it is looked for, and where it is not there."""
        self.complaint = ""
        """Why the search has ended before its time, as a sentence; empty where it has not."""
        self.error: BaseException | None = None
        """A defect, which the one who asked has to raise."""
        threading.Thread(target=self._run, name="search", daemon=True).start()

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._done.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for its end, but no longer than so; whether it has ended."""
        return self._done.wait(seconds)

    def cancel(self) -> None:
        """End soon, without having found anything."""
        self._cancelled.set()

    def _run(self) -> None:
        try:
            self.found = self._nearest()
        except UserError as error:
            self.complaint = str(error)
        except BaseException as error:  # noqa: BLE001 - the screen's thread raises it
            self.error = error
        finally:
            self._done.set()

    def _nearest(self) -> Found | None:
        total, seen = len(self._entries), 0
        for first, last, wrapped in stretches(total, self._start, self._direction):
            match = self._in_stretch(first, last)
            if self._cancelled.is_set():
                return None
            if match is not None:
                return Found(int(self._entries[first + match.index]), match, wrapped)
            seen += last - first
            self.share = seen / total
        return None

    def _in_stretch(self, first: int, last: int) -> Match | None:
        """What is found first in a stretch of the list, or last where the search goes up."""
        nearest = None
        before = self._entries[max(0, first - ENTRIES_BEFORE) : first]
        for match in self._look(self._entries[first:last], before):
            nearest = match
            if self._direction > 0 or self._cancelled.is_set():
                break
        return nearest


def stretches(total: int, start: int, direction: int) -> Iterator[tuple[int, int, bool]]:
    """All of a list of `total` entries from `start` on, in stretches that are looked through one after the other: first
    entry, the one behind the last, and whether the search has come round the list's end.
    """
    start = max(0, min(start, total)) if direction > 0 else max(-1, min(start, total - 1)) + 1
    size = FIRST_STRETCH
    parts = ((start, total), (0, start)) if direction > 0 else ((0, start), (start, total))
    for wrapped, (first, last) in enumerate(parts):
        begin, end = first, last
        while begin < end:
            if direction > 0:
                stretch = (begin, min(begin + size, end))
                begin = stretch[1]
            else:
                stretch = (max(end - size, begin), end)
                end = stretch[0]
            yield *stretch, bool(wrapped)
            size = min(size * 2, LONGEST_STRETCH)
