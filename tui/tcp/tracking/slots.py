"""Slots under 64-bit hashes: open addressing, for all segments of a batch at once."""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Hashes = NDArray[np.uint64]

_FREE = -1


class SlotTable:
    """Slot numbers by hash. The hashes have to be seeded with a secret, so that nobody can make places collide."""

    def __init__(self) -> None:
        self._bits = 11
        self._slot = np.full(1 << self._bits, _FREE, np.int32)
        """By place: at most half of the places are taken, so that looking on from a taken one ends soon."""
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

    def add(self, hashes: Hashes, slots: Integers) -> None:
        """Add hashes that differ and have no slot yet."""
        self._taken += len(hashes)
        if self._taken * 2 > len(self._slot):
            taken = self._slot != _FREE
            before = self._hash[taken], self._slot[taken].astype(np.int64)
            self._bits = (self._taken * 2).bit_length() + 1
            self._slot = np.full(1 << self._bits, _FREE, np.int32)
            self._hash = np.zeros(1 << self._bits, np.uint64)
            self._place(*before)
        self._place(hashes, slots)

    def _place(self, hashes: Hashes, slots: Integers) -> None:
        place = self._first_places(hashes)
        while len(slots):
            free = self._slot[place] == _FREE
            self._slot[place[free]] = slots[free]  # of several that want one place, the last one gets it
            lost = self._slot[place] != slots
            self._hash[place[~lost]] = hashes[~lost]
            hashes, slots, place = hashes[lost], slots[lost], (place[lost] + 1) & (len(self._slot) - 1)

    def _first_places(self, hashes: Hashes) -> Integers:
        return (hashes >> np.uint64(64 - self._bits)).astype(np.int64)
