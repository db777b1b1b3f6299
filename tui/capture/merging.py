"""Bringing the frames of several interfaces into the order of their times.

The kernel hands over frames in blocks, of each interface at its own moment: what arrived on one may be readable later
than what arrived after it on another, by as long as a block is collected. So frames wait until nothing earlier can
come any more.
"""

from bisect import bisect_left

from tui.capture.frames import BLOCK_TIMEOUT, Frame, frame_time

HELD_FOR = (BLOCK_TIMEOUT + 15) * 1000
"""Microseconds after which an earlier frame of another interface has been read: the kernel's timer is not exact."""


class Merger:
    """Holds frames back until their order is sure."""

    def __init__(self) -> None:
        self._held: list[Frame] = []

    @property
    def holding(self) -> bool:
        """Whether frames wait."""
        return bool(self._held)

    def add(self, frames: list[Frame]) -> None:
        """Take the frames of one interface, which are in order."""
        self._held += frames

    def take(self, read_at: int, unread_after: int | None = None) -> list[Frame]:
        """The frames that are in order now, as all interfaces were read at `read_at`, microseconds since the epoch.

        `unread_after`: where an interface has more frames than were read, the time behind which these lie.
        """
        self._held.sort(key=frame_time)
        if self._held and self._held[-1][0] > read_at + HELD_FOR:  # the clock was set back
            return self.take_all()
        sure = read_at - HELD_FOR if unread_after is None else min(read_at - HELD_FOR, unread_after)
        stop = bisect_left(self._held, sure, key=frame_time)
        frames, self._held = self._held[:stop], self._held[stop:]
        return frames

    def take_all(self) -> list[Frame]:
        """All frames, in order."""
        frames, self._held = sorted(self._held, key=frame_time), []
        return frames
