"""An array that grows at its end, and can be cut there."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Growing:
    """Rows of integers: `values` are those so far. Appending costs what is appended."""

    def __init__(self, columns: int | None = None) -> None:
        """`columns`: integers of each row; None for plain integers."""
        self._room: Integers = np.empty((256,) if columns is None else (256, columns), np.int64)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> Integers:
        """All rows; a view that is true until the next change."""
        return self._room[: self._length]

    def append(self, more: NDArray[Any]) -> None:
        """Add rows at the end."""
        length = self._length + len(more)
        if length > len(self._room):
            grown = np.empty((max(length, 2 * len(self._room)), *self._room.shape[1:]), np.int64)
            grown[: self._length] = self.values
            self._room = grown
        self._room[self._length : length] = more
        self._length = length

    def cut(self, length: int) -> None:
        """Keep only the first rows."""
        self._length = min(length, self._length)
