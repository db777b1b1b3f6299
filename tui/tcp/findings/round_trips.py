"""Round trips from the capture point to endpoints and back, as ACK after ACK tells them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

FEW = 32
"""Samples of fewer endpoints are folded one by one."""


def after_sample(least: int, smooth: int, sample_ns: int) -> tuple[int, int]:
    """The least and the smoothed round trip (RFC 6298 section 2) after one more sample; both -1 before the first."""
    if sample_ns < 0:
        return least, smooth
    if least < 0:
        return sample_ns, sample_ns
    return min(least, sample_ns), smooth + (sample_ns - smooth) // 8


@dataclass(slots=True)
class Samples:
    """s samples of e endpoints, endpoint by endpoint; pairs are (least, smoothed)."""

    owner: Integers
    place: Integers
    """s: whose sample it is, and the place of the ACK in Runs."""
    first: Integers
    """2 x e: the round trips before the batch."""
    last: Integers
    """2 x e: after it."""
    told: Integers
    """2 x s: after each sample."""

    def before(self, owner: Integers, place: Integers) -> Integers:
        """The round trips of some endpoints as the samples before some places tell them: 2 x their number."""
        found = self.first[:, owner]
        if len(self.owner):
            bits = int(max(place.max(initial=0), self.place.max())).bit_length()
            last = np.searchsorted(self.owner << bits | self.place, owner << bits | place) - 1
            there = (last >= 0) & (self.owner[last] == owner)
            found[:, there] = self.told[:, last[there]]
        return found


def fold(owner: Integers, place: Integers, sample_ns: Integers, first: Integers) -> Samples:
    """Fold samples, those of one endpoint together and in their order, as `after_sample` does it one by one."""
    told, last = np.empty((2, len(owner)), np.int64), first.copy()
    start = np.flatnonzero(np.diff(owner, prepend=-1))
    count = np.diff(start, append=len(owner))
    order = np.argsort(-count, kind="stable")
    start, count = start[order], count[order]
    nth = 0
    # Round trips differ from ACK to ACK, so that only the n-th ACKs of all endpoints can be folded at once.
    while (active := int(np.searchsorted(-count, -nth))) >= FEW:
        at = start[:active] + nth
        last[:, owner[at]] = told[:, at] = _after_samples(last[:, owner[at]], sample_ns[at])
        nth += 1
    for begin, stop in zip((start[:active] + nth).tolist(), (start + count)[:active].tolist(), strict=True):
        one = int(owner[begin])
        told[:, begin:stop] = _folded(int(last[0, one]), int(last[1, one]), sample_ns[begin:stop].tolist())
        last[:, one] = told[:, stop - 1]
    return Samples(owner, place, first, last, told)


def _folded(least: int, smooth: int, samples_ns: list[int]) -> tuple[list[int], list[int]]:
    """`after_sample` for the samples of one endpoint, after each of them."""
    leasts, smooths = [], []
    for sample_ns in samples_ns:
        if least < 0 <= sample_ns:
            least = smooth = sample_ns
        elif sample_ns >= 0:
            smooth += (sample_ns - smooth) // 8
            if sample_ns < least:  # noqa: PLR1730 - this runs for every ACK of a large connection
                least = sample_ns
        leasts.append(least)
        smooths.append(smooth)
    return leasts, smooths


def _after_samples(known: Integers, sample_ns: Integers) -> Integers:
    """`after_sample` for one sample each of some endpoints."""
    least, smooth = known
    found = np.stack([np.minimum(least, sample_ns), smooth + (sample_ns - smooth) // 8])
    return np.where(sample_ns < 0, known, np.where(least < 0, sample_ns, found))
