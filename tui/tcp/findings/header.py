"""What a sender's headers tell of it, whatever their sequence numbers, and how marks that wrap are compared."""

from tui.tcp.findings.segment import NO_ROW, Segment
from tui.tcp.rules.flags import SYN

SMALL_STEP = 1024
"""IP identifications that follow each other from a counter lie at most so far apart."""
STEPS_TRUSTED = 3
"""So many small steps in a row show a counter."""


class HeaderMarks:
    """TTLs, IP identifications and options of one sender's segments."""

    __slots__ = ("counter_id", "early_reset", "has_timestamps", "id_steps", "mss", "mss_row", "ttl_max", "ttl_min")

    def __init__(self) -> None:
        self.ttl_min, self.ttl_max = 256, -1
        self.counter_id = -1
        """Highest IP identification, as long as they look like a counter's."""
        self.id_steps = 0
        self.mss = 0
        self.mss_row = NO_ROW
        self.has_timestamps = False
        self.early_reset: tuple[int, int] | None = None
        """Row and TTL of a reset that was recorded before anything else of it."""

    @property
    def counts_ids(self) -> bool:
        """Whether its IP identifications come from a counter."""
        return self.id_steps >= STEPS_TRUSTED

    def follow_header(self, segment: Segment) -> None:
        """Move on what the IP header tells of the sender; resets have no part in it."""
        ttl, ip_id = segment.ttl, segment.ip_id
        if ip_id == self.counter_id + 1 > 1 and self.ttl_min <= ttl <= self.ttl_max:
            self.counter_id = ip_id
            self.id_steps += 1
            return
        if not self.ttl_min <= ttl <= self.ttl_max:
            self.ttl_min, self.ttl_max = min(self.ttl_min, ttl), max(self.ttl_max, ttl)
        if ip_id <= 0 and segment.flags & SYN:
            return  # Linux sends its SYN+ACK with 0 and counts from its first segment on
        if ip_id > 0 and self.counter_id >= 0:
            step = id_step(self.counter_id, ip_id)
            if 0 < step <= SMALL_STEP:
                self.counter_id = ip_id
                self.id_steps += 1
            elif step > SMALL_STEP or step < -SMALL_STEP or step == 0:
                self.counter_id = ip_id
                self.id_steps = 0
        else:
            self.counter_id, self.id_steps = ip_id, 0


def id_step(before: int, after: int) -> int:
    """How far one IP identification lies after another, modulo 2^16."""
    return (after - before + 0x8000 & 0xFFFF) - 0x8000


def timestamp_step(before: int, after: int) -> int:
    """How far one timestamp lies after another, modulo 2^32 (RFC 7323 section 5.2)."""
    return (after - before + 0x80000000 & 0xFFFFFFFF) - 0x80000000
