"""Pairs of endpoints: which address and port pairs were seen, each under a slot number."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Decoded
from tui.tcp.tracking.mixing import mixed, new_secrets
from tui.tcp.tracking.picking import of_segments
from tui.tcp.tracking.rows import Rows
from tui.tcp.tracking.slots import SlotTable

_KEY_COLUMNS = ("lower_high", "lower_low", "upper_high", "upper_low", "ports")

_KEYS = np.dtype([("key", np.uint64, (len(_KEY_COLUMNS),))])

Key = tuple[int, int, int, int, int]
"""Lower address (high, low), upper address (high, low), and family << 32 | lower port << 16 | upper port."""


@dataclass(slots=True)
class Pairs:
    """Both endpoints of n segments in a fixed order: the lower one (compared as numbers) first."""

    lower_high: NDArray[np.uint64]
    lower_low: NDArray[np.uint64]
    upper_high: NDArray[np.uint64]
    upper_low: NDArray[np.uint64]
    ports: NDArray[np.uint64]
    from_upper: NDArray[np.bool_]
    """The sender is the upper endpoint; false where both are the same."""

    @classmethod
    def of(cls, decoded: Decoded, rows: NDArray[np.int64]) -> "Pairs":
        """The endpoint pairs of the given rows of a decoded batch."""
        source_high, source_low = of_segments(decoded.source_high, rows), of_segments(decoded.source_low, rows)
        target_high = of_segments(decoded.destination_high, rows)
        target_low = of_segments(decoded.destination_low, rows)
        source_port = of_segments(decoded.source_port, rows).astype(np.uint64)
        target_port = of_segments(decoded.destination_port, rows).astype(np.uint64)
        swap = (source_low > target_low) | ((source_low == target_low) & (source_port > target_port))
        lower_high, upper_high = source_high, target_high
        if source_high.any() or target_high.any():  # an IPv4 address has nothing there
            swap = (source_high > target_high) | ((source_high == target_high) & swap)
            lower_high, upper_high = np.where(swap, target_high, source_high), np.where(swap, source_high, target_high)
        lower_port = np.where(swap, target_port, source_port)
        upper_port = np.where(swap, source_port, target_port)
        ports: NDArray[np.uint64] = lower_port << np.uint64(16) | upper_port
        ports |= of_segments(decoded.family, rows).astype(np.uint64) << np.uint64(32)
        return cls(
            lower_high,
            np.where(swap, target_low, source_low),
            upper_high,
            np.where(swap, source_low, target_low),
            ports,
            swap,
        )

    def key(self, index: int) -> Key:
        """The pair of one segment."""
        return (
            int(self.lower_high[index]),
            int(self.lower_low[index]),
            int(self.upper_high[index]),
            int(self.upper_low[index]),
            int(self.ports[index]),
        )


def pair_key(family: int, source: tuple[int, int], destination: tuple[int, int], ports: tuple[int, int]) -> Key:
    """The key of a pair given as source and destination; addresses as (high, low)."""
    lower, upper = sorted([(*source, ports[0]), (*destination, ports[1])])
    return (*lower[:2], *upper[:2], family << 32 | lower[2] << 16 | upper[2])


@dataclass(slots=True)
class TupleTable:
    """Slots for endpoint pairs. A 64-bit hash with secrets finds the slot, and the pair itself is compared."""

    length: int = 0
    _rows: Rows = field(default_factory=lambda: Rows(_KEYS, [([0] * len(_KEY_COLUMNS),)]))
    _slots: SlotTable = field(default_factory=SlotTable)
    _collided: dict[Key, int] = field(default_factory=dict)
    """Pairs whose hash belongs to another pair."""
    _secrets: list[np.uint64] = field(default_factory=lambda: new_secrets(5))

    @property
    def keys(self) -> NDArray[np.uint64]:
        """A row for each of lower_high, lower_low, upper_high, upper_low, ports; a column a slot."""
        keys: NDArray[np.uint64] = self._rows.values["key"].T
        return keys

    def find(self, pairs: Pairs) -> NDArray[np.int64]:
        """The slot of each pair; a new one where it was not seen before."""
        hashes = self._hash(pairs)
        found = self._slots.find(hashes)
        missing = np.flatnonzero(found < 0)
        if len(missing):
            found[missing], new = self._slots.add(hashes[missing], self.length)
            self._append(np.stack([getattr(pairs, name)[missing[new]] for name in _KEY_COLUMNS]))
        differs = np.zeros(len(found), np.bool_)
        for stored, name in zip(self.keys, _KEY_COLUMNS, strict=True):
            differs |= stored[found] != getattr(pairs, name)
        for index in np.flatnonzero(differs).tolist():
            key = pairs.key(index)
            if key not in self._collided:
                self._collided[key] = self.length
                self._append(np.array([key], np.uint64).T)
            found[index] = self._collided[key]
        return found

    def add(self, keys: NDArray[np.uint64]) -> None:
        """Give slots to pairs that have none, in their order; `keys` is as that of the table."""
        lower_high, lower_low, upper_high, upper_low, ports = keys
        self.find(Pairs(lower_high, lower_low, upper_high, upper_low, ports, np.zeros(len(ports), np.bool_)))

    def find_key(self, key: Key) -> int | None:
        """The slot of one pair, or None."""
        lower_high, lower_low, upper_high, upper_low, ports = (np.array([value], np.uint64) for value in key)
        pairs = Pairs(lower_high, lower_low, upper_high, upper_low, ports, np.zeros(1, np.bool_))
        slot = int(self._slots.find(self._hash(pairs))[0])
        if slot >= 0 and tuple(self.keys[:, slot].tolist()) == key:
            return slot
        return self._collided.get(key)

    def key(self, slot: int) -> Key:
        """The pair of a slot."""
        lower_high, lower_low, upper_high, upper_low, ports = self.keys[:, slot].tolist()
        return lower_high, lower_low, upper_high, upper_low, ports

    def _append(self, keys: NDArray[np.uint64]) -> None:
        """Add slots for keys, given as five rows."""
        length = self.length + keys.shape[1]
        self._rows.extend_to(length)
        self.keys[:, self.length : length] = keys
        self.length = length

    def _hash(self, pairs: Pairs) -> NDArray[np.uint64]:
        return mixed([getattr(pairs, name) for name in _KEY_COLUMNS], self._secrets)
