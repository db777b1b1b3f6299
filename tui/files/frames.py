"""What a capture file yields: interfaces, and batches of frames as numpy columns over one buffer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SLACK = 256
"""Bytes that may be read past the end of any frame in a batch's buffer; their content is meaningless."""


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface that frames of a capture were recorded on."""

    link_type: int
    """LINKTYPE_ number as tcpdump.org assigns them, upper bits of the file's field already masked."""
    snap_length: int
    """Most bytes that were kept of a frame; 0 where there was no limit."""
    byte_order: str
    """`<` or `>`: of the host that captured, as link types NULL and PPP depend on it."""
    name: str | None = None
    """As the file says it, raw: bytes from outside, to be drawn through tui.text only."""
    description: str | None = None
    """As the file says it, raw."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Where a capture stops making sense; all frames before it were given out."""

    offset: int
    """Byte offset in the capture (after decompression) of the record that can't be read."""
    reason: str
    """A few words, such as `cut short in the middle of a packet`."""


@dataclass(slots=True)
class FrameBatch:
    """Consecutive frames of a capture: columns of equal length n over one buffer.

    The buffer is reused: nothing of a batch may be read once the next one was asked for.
    """

    data: NDArray[np.uint8]
    """The bytes that `start` points into; SLACK bytes may be read beyond any frame."""
    start: NDArray[np.int64]
    """Index in `data` of each frame's first byte."""
    captured: NDArray[np.int64]
    """Bytes of each frame that the file holds."""
    wire: NDArray[np.int64]
    """Bytes each frame had on the wire."""
    time_ns: NDArray[np.int64]
    """Nanoseconds since the epoch; a frame whose block has no time repeats the frame before it."""
    offset: NDArray[np.int64]
    """Byte offset of each frame's first byte in the capture (after decompression)."""
    interface: NDArray[np.int32]
    """Index into the capture's list of interfaces."""
    number: NDArray[np.int64]
    """1-based frame number in the capture."""

    def __len__(self) -> int:
        return len(self.start)

    def select(self, mask: NDArray[np.bool_]) -> "FrameBatch":
        """The frames where `mask` is true, over the same buffer."""
        return FrameBatch(
            self.data,
            self.start[mask],
            self.captured[mask],
            self.wire[mask],
            self.time_ns[mask],
            self.offset[mask],
            self.interface[mask],
            self.number[mask],
        )
