"""Sequence numbers unwrapped past 2^32, for a whole batch at once.

The bytes that one endpoint sends are numbered in one space: by the seq of its own segments and by the ack of the
peer's. Each of the two runs of numbers is unwrapped against the number before it in the same run (nearest
representative); the first of a run against the first number ever seen in the space, its origin.
"""

import numpy as np
from numpy.typing import NDArray

UNSET = -(2**63)
"""Stands where a number is not known; no unwrapped number comes near it."""

MASK = 2**32 - 1

Integers = NDArray[np.int64]


def nearest(reference: int, number: int) -> int:
    """The 64-bit representative of a 32-bit `number` that is nearest to `reference`."""
    return reference + ((number - reference + 2**31) & MASK) - 2**31


def nearest_each(reference: Integers, number: Integers) -> Integers:
    """`nearest`, element by element."""
    return reference + ((number - reference + 2**31) & MASK) - 2**31


def unwrap_runs(numbers: Integers, starts: Integers, before: Integers, origin: Integers) -> Integers:
    """Unwrap runs of 32-bit numbers.

    - `numbers`: n numbers as on the wire, the runs one after the other.
    - `starts`: k, where the runs begin.
    - `before`: k, the last unwrapped number of each run before this batch, or UNSET.
    - `origin`: k, the first number of the run's space, or UNSET where this run's own first number is it.

    Returns n unwrapped numbers.
    """
    if not len(numbers):
        return np.empty(0, np.int64)
    first = numbers[starts]
    reference = np.where(before != UNSET, before, np.where(origin != UNSET, origin, first))
    steps = np.empty(len(numbers), np.int64)
    # As 32 bits with a sign, the distance of two numbers is that of their nearest representatives.
    steps[1:] = (numbers[1:] - numbers[:-1]).astype(np.int32)
    steps[starts] = 0
    walked = np.cumsum(steps)
    offset = nearest_each(reference, first) - walked[starts]
    return walked + np.repeat(offset, np.diff(starts, append=len(numbers)))
