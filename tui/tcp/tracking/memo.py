"""Answers that were worked out before, for many questions at once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

LIMIT = 1 << 16
"""Answers that are remembered; hostile captures can't make the memory grow much further."""


class Memo:
    """Numbers by keys, which are numbers too."""

    def __init__(self, work_out: Callable[[list[int]], list[int]]) -> None:
        """`work_out` tells the answers for new keys, which are ascending."""
        self._work_out = work_out
        self.clear()

    def clear(self) -> None:
        """Forget all answers."""
        self._keys = np.empty(0, np.int64)
        self._answers = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, keys: Integers) -> Integers:
        """The answer for each key."""
        place = np.searchsorted(self._keys, keys)
        unknown = np.ones(len(keys), np.bool_)
        if len(self._keys):
            place[place == len(self._keys)] = 0
            unknown = self._keys[place] != keys
        if not unknown.any():
            return self._answers[place]
        new = sorted(set(keys[unknown].tolist()))
        at = np.searchsorted(self._keys, new)
        answers = self._work_out(new)
        self._keys, self._answers = np.insert(self._keys, at, new), np.insert(self._answers, at, answers)
        return self._answers[np.searchsorted(self._keys, keys)]
