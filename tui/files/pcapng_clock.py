"""Times in pcapng: ticks of a resolution that each interface chooses, as nanoseconds since the epoch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LATEST = int(np.iinfo(np.int64).max)
EARLIEST = int(np.iinfo(np.int64).min)
NS = 10**9


@dataclass(frozen=True, slots=True)
class Clock:
    """if_tsresol and if_tsoffset of an interface (draft-ietf-opsawg-pcapng section 4.2)."""

    resolution: int = 6
    """Ticks a second: 10^n, or 2^n of the low seven bits where the highest bit of the byte is set."""
    offset: int = 0
    """Seconds to add."""

    @property
    def ticks_per_second(self) -> int:
        power = self.resolution & 0x7F
        return int(2**power if self.resolution & 0x80 else 10**power)

    @property
    def factor(self) -> int:
        """Nanoseconds a tick where that is a whole number and nothing is to be added; else 0."""
        return 0 if self.offset or NS % self.ticks_per_second else NS // self.ticks_per_second

    @property
    def time_digits(self) -> int:
        """Decimal digits of a second that tell all its times apart: 6, or 9 if those are not enough."""
        return 6 if 10**6 % self.ticks_per_second == 0 else 9

    def time_ns(self, ticks: int) -> int:
        """The time of a number of ticks, rounded down; clamped to what 64 bits hold."""
        return min(max(ticks * NS // self.ticks_per_second + self.offset * NS, EARLIEST), LATEST)


def times_ns(ticks: NDArray[np.uint64], interface: NDArray[np.int32], clocks: list[Clock]) -> NDArray[np.int64]:
    """The times of `ticks` on the clocks that `interface` indexes, both of one length."""
    if not clocks:
        return np.zeros(len(ticks), np.int64)
    used = {int(index): clocks[index] for index in np.unique(interface)}
    if len(used) == 1:
        factor = next(iter(used.values())).factor
        if factor and len(ticks) and int(ticks.max()) <= LATEST // factor:
            return (ticks * np.uint64(factor)).astype(np.int64)
    factors = np.zeros(len(clocks), np.uint64)
    for index, clock in used.items():
        factors[index] = clock.factor
    factor_of = factors[interface]
    plain = (factor_of > 0) & (ticks <= np.uint64(LATEST) // np.maximum(factor_of, np.uint64(1)))
    times = np.where(plain, ticks * factor_of, np.uint64(0)).astype(np.int64)
    for row in np.flatnonzero(~plain):
        times[row] = used[int(interface[row])].time_ns(int(ticks[row]))
    return times
