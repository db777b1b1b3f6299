"""Slots under 64-bit hashes: open addressing, for all segments of a batch at once."""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Hashes = NDArray[np.uint64]

_FREE = -1
_PROVISIONAL = -2


class SlotTable:
    """Slot numbers by hash. The hashes have to depend on a secret, so that nobody can make places collide."""

    def __init__(self) -> None:
        self._bits = 11
        self._slot = np.full(1 << self._bits, _FREE, np.int32)
        """By place: at most two of three places are taken, so that looking on from a taken one ends soon."""
        self._hash = np.zeros(1 << self._bits, np.uint64)
        """By place."""
        self._taken = 0

    def find(self, hashes: Hashes) -> Integers:
        """The slot of each hash, -1 where it has none."""
        place = self._first_places(hashes)
        slot = self._slot[place].astype(np.int64)
        others = np.flatnonzero((self._hash[place] != hashes) & (slot != _FREE))
        while len(others):
            place[others] = (place[others] + 1) & (len(self._slot) - 1)
            slot[others] = self._slot[place[others]]
            others = others[(self._hash[place[others]] != hashes[others]) & (slot[others] != _FREE)]
        return slot

    def add(self, hashes: Hashes, next_slot: int) -> tuple[Integers, Integers]:
        """Give slots from `next_slot` on to hashes that have none, in their order; a hash may stand there repeatedly.

        Returns the slot of each, and where the new ones stand for the first time.
        """
        self._make_room(len(hashes))
        owner, at = self._take_places(hashes)
        new = np.flatnonzero(owner == np.arange(len(hashes)))
        slots = np.empty(len(hashes), np.int64)
        slots[new] = np.arange(next_slot, next_slot + len(new))
        self._slot[at[new]] = slots[new]
        self._taken += len(new)
        return slots[owner], new

    def _take_places(self, hashes: Hashes) -> tuple[Integers, Integers]:
        """For each hash the first one that equals it, and the place that this has taken: provisionally, as
        `_PROVISIONAL` less its number."""
        owner, at = np.empty(len(hashes), np.int64), np.empty(len(hashes), np.int64)
        waiting, place = np.arange(len(hashes)), self._first_places(hashes)
        while len(waiting):
            free = self._slot[place] == _FREE
            # Of several that want one place the last assignment stays, which is that of the first one.
            self._slot[place[free][::-1]] = _PROVISIONAL - waiting[free][::-1]
            taker = _PROVISIONAL - self._slot[place].astype(np.int64)
            same = taker >= 0
            same[same] = hashes[taker[same]] == hashes[waiting[same]]
            owner[waiting[same]], at[waiting[same]] = taker[same], place[same]
            self._hash[place[same]] = hashes[waiting[same]]
            waiting, place = waiting[~same], (place[~same] + 1) & (len(self._slot) - 1)
        return owner, at

    def _make_room(self, count: int) -> None:
        """Let the table grow where so many more would fill more than two thirds of it."""
        needed = (self._taken + count) * 3 // 2
        if needed <= len(self._slot):
            return
        taken = self._slot != _FREE
        hashes, slots = self._hash[taken], self._slot[taken]
        self._bits = needed.bit_length()
        self._slot = np.full(1 << self._bits, _FREE, np.int32)
        self._hash = np.zeros(1 << self._bits, np.uint64)
        _, at = self._take_places(hashes)
        self._slot[at] = slots

    def _first_places(self, hashes: Hashes) -> Integers:
        return (hashes >> np.uint64(64 - self._bits)).astype(np.int64)
