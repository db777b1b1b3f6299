"""A piece of a capture in memory, and what every format's reader has in common."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tui.files.frames import SLACK, FrameBatch, Interface
from tui.files.stored_bytes import StoredBytes

PIECE = 4 << 20
"""Bytes read at once: walked and decoded while the processor's cache still holds much of them."""

MOST_FRAMES = 1 << 15
"""Frames of a batch at most."""

LARGEST_FRAME = 16 << 20
"""Bytes that no captured frame exceeds; a larger length is a sign of damage."""

CHEAP_MOVE = 64 << 10
"""Unread bytes that are moved to the front of the buffer whenever more is read behind them."""


class Window:
    """A reused buffer that slides over a capture: what lies between `start` and `end` was not taken yet."""

    def __init__(self, source: StoredBytes, offset: int = 0) -> None:
        """`offset`: of the first byte to be looked at."""
        self._source = source
        self._use(bytearray(PIECE + SLACK))
        self._base = offset
        self.start = 0
        """Index in the buffer of the first byte that no reader took."""
        self.end = 0
        """Index in the buffer behind the last byte there is; SLACK meaningless bytes may be read from there on."""

    @property
    def base(self) -> int:
        """Offset in the capture of the buffer's first byte."""
        return self._base

    @property
    def offset(self) -> int:
        """Offset in the capture of the first byte that no reader took."""
        return self._base + self.start

    def fill(self, needed: int) -> bool:
        """Read what comes next, making room for a record of `needed` bytes at `start`; False at the end.

        The buffer may be another one afterwards. Raises OSError where the disk fails.
        """
        kept = self.end - self.start
        if kept <= CHEAP_MOVE or self.start + needed > len(self.buffer) - SLACK:
            unread = self.buffer[self.start : self.end]
            if needed > len(self.buffer) - SLACK:
                self._use(bytearray(needed + SLACK))
            self.buffer[:kept] = unread
            self._base += self.start
            self.start, self.end = 0, kept
        stop = min(self.end + PIECE, len(self.buffer) - SLACK)
        with memoryview(self.buffer) as view, view[self.end : stop] as target:
            got = self._source.read_into(target, self._base + self.end)
        self.end += got
        return got > 0

    def _use(self, buffer: bytearray) -> None:
        self.buffer = buffer
        self.data: NDArray[np.uint8] = np.frombuffer(buffer, np.uint8)


class FrameReader(Protocol):
    """Finds the frames of one format in a window."""

    interfaces: list[Interface]
    """Grows as the capture announces them."""
    time_digits: int
    """Decimal digits of the finest time resolution so far: 6 or 9."""
    needed: int
    """Bytes from the window's start on without which nothing more can be taken."""
    fault: str | None
    """Why the record at the window's start makes no sense; None while all is well."""

    def take(self, window: Window) -> FrameBatch:
        """The next frames that are in the window in full, at most MOST_FRAMES; the window's start moves behind them."""


def rows_at(data: NDArray[np.uint8], positions: NDArray[np.int64], size: int) -> NDArray[Any]:
    """`size` bytes from each position on, as little-endian 32-bit numbers: shape (positions, size / 4).

    One gather through a view in which every byte begins a row of its own.
    """
    starts = np.ndarray((len(data) - size + 1,), np.dtype((np.void, size)), data, strides=(1,))
    return starts[positions].view("<u4").reshape(len(positions), size // 4)
