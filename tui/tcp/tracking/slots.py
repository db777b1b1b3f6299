"""Slots under 64-bit hashes: open addressing, for all segments of a batch at once."""

import numpy as np
from numpy.typing import NDArray

from tui.tcp.tracking.chains import changes

Integers = NDArray[np.int64]
Hashes = NDArray[np.uint64]

_FREE = -1


class SlotTable:
    """Slot numbers by hash. The hashes have to depend on a secret, so that nobody can make places collide."""

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

    def add(self, hashes: Hashes, next_slot: int) -> tuple[Integers, Integers]:
        """Give slots from `next_slot` on to hashes that have none, in their order; a hash may stand there repeatedly.

        Returns the slot of each, and where the new ones stand for the first time.
        """
        ordered = np.sort(hashes)
        new = ordered[changes(ordered)]
        self._make_room(len(new))
        at = self._take_places(new)
        self._slot[at] = np.arange(next_slot, next_slot + len(new))
        which = self.find(hashes) - next_slot
        first = np.empty(len(new), np.int64)
        first[which[::-1]] = np.arange(len(hashes))[::-1]  # of several the last assignment stays
        order = np.argsort(first)
        slots = np.empty(len(new), np.int64)
        slots[order] = np.arange(next_slot, next_slot + len(new))
        self._slot[at] = slots
        self._taken += len(new)
        return slots[which], first[order]

    def _take_places(self, hashes: Hashes) -> Integers:
        """Enter hashes, all different and new, whose slots are to be entered by the caller; returns their places."""
        at = np.empty(len(hashes), np.int64)
        waiting, place = np.arange(len(hashes)), self._first_places(hashes)
        while len(waiting):
            free = self._slot[place] == _FREE
            self._slot[place[free]] = waiting[free]  # of several that want one place, one stays
            won = free & (self._slot[place] == waiting)
            at[waiting[won]] = place[won]
            self._hash[place[won]] = hashes[waiting[won]]
            waiting, place = waiting[~won], (place[~won] + 1) & (len(self._slot) - 1)
        return at

    def _make_room(self, count: int) -> None:
        """Let the table grow where so many more would fill more than half of it."""
        needed = (self._taken + count) * 2
        if needed <= len(self._slot):
            return
        taken = self._slot != _FREE
        hashes, slots = self._hash[taken], self._slot[taken]
        self._bits = needed.bit_length()
        self._slot = np.full(1 << self._bits, _FREE, np.int32)
        self._hash = np.zeros(1 << self._bits, np.uint64)
        self._slot[self._take_places(hashes)] = slots

    def _first_places(self, hashes: Hashes) -> Integers:
        return (hashes >> np.uint64(64 - self._bits)).astype(np.int64)
