"""What the walk from layer to layer of one frame carries along, and how a layer names the next."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from tui.decode.columns import Protocol

MOST_LAYERS = 16
"""Layers of one frame that are entered; a frame that nests deeper keeps the protocol of the last of them."""


class Table(IntEnum):
    """A number space in which one layer names the next."""

    LINK = 0
    """LINKTYPE_ numbers."""
    ETHERTYPE = 1
    PPP = 2
    """PPP data link layer protocol numbers."""
    IP_PROTOCOL = 3
    UDP_PORT = 4
    LLC = 5
    """IEEE 802.2 under an IEEE 802.3 length; the number is always 0."""
    IP_VERSION = 6
    """The first four bits of the packet."""


Step = tuple[Table, int, int]
"""Which layer comes next: its number in a table, and its offset from the start of the frame in bytes."""


class Quote(NamedTuple):
    """Where an ICMP error holds the segment that it quotes; offsets from the start of the frame in bytes."""

    icmp_type: int
    icmp_code: int
    family: int
    ip_at: int
    tcp_at: int


@dataclass(slots=True)
class Walk:
    """One frame on its way through the layers. All offsets count bytes from the start of the frame."""

    data: bytes
    """The captured bytes."""
    limit: int
    """End of the bytes that are captured and belong to the current layer."""
    end: int
    """End of the current layer on the wire, captured or not."""
    protocol: Protocol = Protocol.UNKNOWN
    """Of the innermost layer entered so far."""
    family: int = 0
    """4 or 6, of the innermost IP header; 0 before the first."""
    ip_at: int = 0
    tcp_at: int = 0
    """Where the TCP header starts if `protocol` is TCP."""
    fragmented: bool = False
    """Whether this or an enclosing IP packet is the first fragment of a larger one."""
    quote: Quote | None = None

    def narrow(self, end: int) -> None:
        """Let the current layer end at `end`, where a length field of its header says so."""
        self.end = min(self.end, end)
        self.limit = min(self.limit, end)


Layer = Callable[[Walk, int], Step | None]
"""Reads the header at an offset and names the next layer; None where the walk ends."""


def u16(data: bytes, at: int) -> int:
    """The 16-bit number in network byte order at `at`."""
    return data[at] << 8 | data[at + 1]


def u32(data: bytes, at: int) -> int:
    """The 32-bit number in network byte order at `at`."""
    return int.from_bytes(data[at : at + 4], "big")
