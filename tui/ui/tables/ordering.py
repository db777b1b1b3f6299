"""The connections in the order of one column: where each of them stands, and which one stands where."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class Ordering:
    """Connection numbers sorted by a key. Those with equal keys stay in the order of their numbers."""

    def __init__(self, numbers: Numbers, keys: NDArray[Any], descending: bool) -> None:
        """`numbers` ascend; `keys` has a number for each, NaN where it is not known: such connections come last."""
        order = np.argsort(-keys if descending else keys, kind="stable")
        self.numbers = numbers[order]
        """In the order in which they are shown."""
        self._ascending = numbers
        self._place = np.empty(len(order), np.int64)
        self._place[order] = np.arange(len(order))

    def __len__(self) -> int:
        return len(self.numbers)

    def find(self, number: int) -> int:
        """Where a connection stands, or the one with the next number; past the end where there is none."""
        at = int(np.searchsorted(self._ascending, number))
        return int(self._place[at]) if at < len(self._place) else len(self._place)
