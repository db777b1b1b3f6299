"""What Wireshark remembers of one endpoint of a connection."""

from tui.store import NO_ROW
from tui.tcp.analysis.unacked import Unacked

UNSEEN_WINDOW = -1
"""Before an endpoint's first segment."""

UNSCALED = -2
UNKNOWN_SCALE = -1


class Endpoint:
    """One endpoint; numbers are as on the wire, and 0 stands for none, as in Wireshark."""

    __slots__ = (
        "acked",
        "acked_ns",
        "base",
        "contiguous",
        "duplicates",
        "first_ack",
        "flight_known",
        "new_ack_row",
        "next",
        "next_ns",
        "next_row",
        "previous",
        "sacked",
        "scale",
        "unacked",
        "window",
    )

    def __init__(self) -> None:
        self.base: int | None = None
        """Initial sequence number, or one before the first number."""
        self.next = 0
        """One past the highest number that it sent."""
        self.next_row = NO_ROW
        self.next_ns = 0
        """Row and time of the segment that `next` is from."""
        self.contiguous = 0
        """One past the highest number before the first gap: what the peer may acknowledge."""
        self.acked = 0
        self.acked_ns = 0
        """The ack field of its last segment, whether it has the ACK flag or not, and that segment's time."""
        self.new_ack_row = NO_ROW
        """Row of its last segment that acknowledged something else than the one before."""
        self.duplicates = 0
        """ACKs since then that repeat it; -1 once it has acknowledged again what was never captured."""
        self.window = UNSEEN_WINDOW
        """As on the wire, of its last segment."""
        self.scale = UNKNOWN_SCALE
        self.first_ack = False
        """From its SYN to its first segment that is scaled."""
        self.previous = 0
        """Analysis of its last segment."""
        self.flight_known = True
        """False from a gap in what it sent to the peer's next ACK."""
        self.sacked = 0
        """Bytes of the SACK blocks of its last segment."""
        self.unacked = Unacked()
