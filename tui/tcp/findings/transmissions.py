"""When and with what marks the bytes of one sender were last sent, for those that may be sent again."""

from bisect import bisect_left
from operator import itemgetter
from typing import NamedTuple

UNACKED_LIMIT = 4096
"""Transmissions that are remembered while nothing is acknowledged."""
ACKED_KEPT = 32
"""Transmissions that are remembered after they were acknowledged."""
SIGHT = 64
"""Transmissions that one segment is compared with."""


class Transmission(NamedTuple):
    """Bytes of one segment, as it was last sent."""

    start: int
    end: int
    row: int
    time_ns: int
    times: int
    """How often these bytes were sent."""
    ip_id: int
    """-1 where there is none."""
    tsval: int
    """-1 where there is none."""


_start = itemgetter(0)


class Transmissions:
    """A sender's transmissions in order of their numbers."""

    __slots__ = ("_sent", "_unacked", "delivered_ns", "delivered_row")

    def __init__(self) -> None:
        self.delivered_ns = -(2**63)
        """The latest time at which something was sent that has been acknowledged."""
        self.delivered_row = -1
        """The segment that acknowledged it first."""
        self._sent: list[Transmission] = []
        self._unacked = 0
        """Place of the first that is not acknowledged."""

    def append(self, sent: Transmission) -> None:
        """Bytes above all others."""
        self._sent.append(sent)
        if len(self._sent) > UNACKED_LIMIT:
            self._drop(UNACKED_LIMIT // 2)

    def last_of(self, start: int, end: int) -> Transmission | None:
        """The latest transmission of any of these bytes, where it is remembered."""
        sent = self._sent
        stop = bisect_left(sent, end, key=_start)
        latest = None
        for one in sent[max(stop - SIGHT, 0) : stop]:
            if one.end > start and (latest is None or one.row > latest.row):
                latest = one
        return latest

    def insert(self, sent: Transmission) -> None:
        """Bytes that were sent before, or that fill a hole: what they cover wholly is replaced."""
        known = self._sent
        first = bisect_left(known, sent.start, key=_start)
        last = first
        while last < len(known) and last - first < SIGHT and known[last].end <= sent.end:
            last += 1
        known[first:last] = [sent]
        if first < self._unacked:
            self._unacked = max(self._unacked + 1 - (last - first), first)
        if len(known) > UNACKED_LIMIT:
            self._drop(UNACKED_LIMIT // 2)

    def acknowledge(self, ack: int, row: int) -> Transmission | None:
        """The segment at `row` acknowledges everything below `ack`: the highest transmission of which that is new."""
        sent, place = self._sent, self._unacked
        if place == len(sent) or sent[place].end > ack:
            return None
        latest, count = self.delivered_ns, len(sent)
        while place < count:
            _, end, _, time_ns, _, _, _ = sent[place]
            if end > ack:
                break
            if time_ns > latest:  # noqa: PLR1730 - this runs for every segment that is followed
                latest = time_ns
            place += 1
        self._unacked = place
        if latest > self.delivered_ns:
            self.delivered_ns, self.delivered_row = latest, row
        newest = sent[place - 1]
        if place > 2 * ACKED_KEPT:
            self._drop(place - ACKED_KEPT)
        return newest

    def _drop(self, count: int) -> None:
        del self._sent[:count]
        self._unacked = max(self._unacked - count, 0)
