"""The frames that someone has marked."""

import numpy as np
from numpy.typing import NDArray

SIGN = "✱"
"""One cell before the number of a marked frame."""


class Marks:
    """Frame numbers. They stay marked until the mark is taken away or the frame is given up."""

    def __init__(self) -> None:
        self._numbers: set[int] = set()

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, frame: int) -> bool:
        return frame in self._numbers

    @property
    def frames(self) -> NDArray[np.int64]:
        """The numbers of the marked frames, ascending."""
        return np.sort(np.fromiter(self._numbers, np.int64, len(self._numbers)))

    def toggle(self, frame: int) -> bool:
        """Mark a frame, or take its mark away; returns whether it is marked now."""
        self._numbers ^= {frame}
        return frame in self._numbers

    def clear(self) -> int:
        """Take all marks away; returns how many there were."""
        count = len(self._numbers)
        self._numbers.clear()
        return count

    def forget_before(self, frame: int) -> None:
        """Take away the marks of frames before this one, which were given up."""
        if self._numbers and min(self._numbers) < frame:
            self._numbers = {number for number in self._numbers if number >= frame}
