"""Hashes that nobody can make collide who does not know this process's secrets."""

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]


def new_secrets(count: int) -> list[np.uint64]:
    """Odd random numbers."""
    return [np.uint64(int.from_bytes(os.urandom(8), "big") | 1) for _ in range(count)]


def mixed(parts: Sequence[Hashes], secret: Sequence[np.uint64]) -> Hashes:
    """A 64-bit hash of each row of `parts`, for each of which there is a secret.

    The secret is multiplied in twice, with the high bits brought down in between: one multiplication alone leaves a
    difference in the highest bit as it is. So however two rows differ, the difference of their hashes depends on the
    secrets, and the next part cannot make up for it. The high bits are the best mixed.
    """
    state = np.zeros(len(parts[0]), np.uint64)
    for part, odd in zip(parts, secret, strict=True):
        state ^= part
        state *= odd
        state ^= state >> np.uint64(32)
        state *= odd
    return state
