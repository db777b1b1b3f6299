"""What decoding a batch of frames yields: one row a frame, as numpy columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


class Protocol(IntEnum):
    """What the innermost understood layer of a frame is."""

    UNKNOWN = 0
    """The link type is not understood."""
    TCP = 1
    """A TCP segment whose fixed header of 20 bytes is there in full."""
    OTHER = 2
    """Understood down to a link-layer protocol that is not IP."""
    ARP = 3
    UDP = 4
    ICMP = 5
    ICMPV6 = 6
    IP = 7
    """An IP packet of another protocol, or with a header that does not hold together."""
    FRAGMENT = 8
    """A fragment of an IP packet other than its first: it has no ports."""
    TCP_CUT = 9
    """TCP, but the 20 bytes of its fixed header are not all there."""
    SCTP = 10
    IGMP = 11
    ESP = 12


PROTOCOL_NAMES = {
    Protocol.UNKNOWN: "not understood",
    Protocol.TCP: "TCP",
    Protocol.OTHER: "link layer",
    Protocol.ARP: "ARP",
    Protocol.UDP: "UDP",
    Protocol.ICMP: "ICMP",
    Protocol.ICMPV6: "ICMPv6",
    Protocol.IP: "IP",
    Protocol.FRAGMENT: "IP fragment",
    Protocol.TCP_CUT: "TCP, cut short",
    Protocol.SCTP: "SCTP",
    Protocol.IGMP: "IGMP",
    Protocol.ESP: "ESP",
}
"""How a protocol is called on the screen."""


SackBlocks = tuple[tuple[int, int], ...]
"""Left and right edge of each SACK block (RFC 2018), in the option's order, as on the wire."""

OPTION_CUT_OFF = -2
"""Stands for an option that may be in the part of the header that was not captured."""


CHECKSUM_UNKNOWN = 0
"""Right, or not to be told: the segment was cut or is a fragment."""
CHECKSUM_OFFLOADED = 1
"""It holds the sum of the pseudo-header alone: the sender's network card was still to complete it."""
CHECKSUM_BAD = 2


@dataclass(frozen=True, slots=True)
class QuotedSegment:
    """An ICMP or ICMPv6 error that quotes the beginning of a TCP segment (RFC 792, RFC 4443)."""

    row: int
    """Row in the decoded batch."""
    icmp_type: int
    icmp_code: int
    family: int
    """4 or 6."""
    source: tuple[int, int]
    """Quoted source address as (high, low) 64-bit halves, in the form of `Decoded.source_high`."""
    destination: tuple[int, int]
    source_port: int
    destination_port: int
    seq: int
    """Quoted sequence number (the eight quoted bytes always reach that far)."""


@dataclass(slots=True)
class Decoded:
    """Columns of n rows, one a frame, in the order of the batch. Columns other than `protocol` mean something
    only where `protocol` is TCP, and are 0 elsewhere. Numbers are as on the wire, in host byte order.
    """

    protocol: NDArray[np.uint8]
    family: NDArray[np.uint8]
    """4 or 6, of the innermost IP header."""
    source_high: NDArray[np.uint64]
    """Upper 64 bits of an IPv6 address; 0 for IPv4."""
    source_low: NDArray[np.uint64]
    """Lower 64 bits of an IPv6 address; the whole IPv4 address as a number."""
    destination_high: NDArray[np.uint64]
    destination_low: NDArray[np.uint64]
    source_port: NDArray[np.uint16]
    destination_port: NDArray[np.uint16]
    tcp_offset: NDArray[np.int32]
    """Bytes from the start of the frame to the TCP header."""
    header_length: NDArray[np.uint8]
    """TCP header length in bytes, options included, as its data offset says (0 to 60)."""
    flags: NDArray[np.uint16]
    """Low 12 bits of TCP bytes 12 and 13: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128, AE 256."""
    seq: NDArray[np.uint32]
    ack: NDArray[np.uint32]
    window: NDArray[np.uint16]
    checksum: NDArray[np.uint16]
    length: NDArray[np.int64]
    """TCP payload bytes on the wire, from the IP lengths (never negative)."""
    ip_id: NDArray[np.int32]
    """IPv4 identification; -1 for IPv6."""
    ttl: NDArray[np.uint8]
    """IPv4 time to live or IPv6 hop limit."""
    window_scale: NDArray[np.int8]
    """Shift of the window scale option of a SYN, as on the wire; -1 without the option and on segments without SYN;
    OPTION_CUT_OFF where the captured part of the options has none."""
    mss: NDArray[np.uint16]
    """Of the MSS option of a SYN; 0 without it."""
    has_timestamps: NDArray[np.bool_]
    """The timestamps option (RFC 7323) is there in full."""
    tsval: NDArray[np.uint32]
    """Its value; 0 without it."""
    tsecr: NDArray[np.uint32]
    """Its echo reply; 0 without it."""
    checksum_state: NDArray[np.uint8]
    """What is known of the TCP checksum: CHECKSUM_UNKNOWN, CHECKSUM_OFFLOADED or CHECKSUM_BAD."""
    fragmented: NDArray[np.bool_]
    """The first fragment of a larger IP packet."""
    truncated: NDArray[np.bool_]
    """The snap length cut the segment: some of its header or payload is not in the capture."""
    quoted: list[QuotedSegment] = field(default_factory=list)
    """ICMP errors of this batch that quote a TCP segment, in row order."""
    sack: dict[int, SackBlocks] = field(default_factory=dict)
    """By row, of the segments that have the SACK option in full; no other order is promised."""

    @classmethod
    def empty(cls, n: int) -> Self:
        """Columns of n rows, all 0 (protocol UNKNOWN, window_scale -1, ip_id -1)."""
        columns: dict[str, Any] = {name: np.zeros(n, dtype) for name, dtype in COLUMN_TYPES.items()}
        columns["window_scale"][:] = -1
        columns["ip_id"][:] = -1
        return cls(**columns)

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """The rows of several batches, one after the other."""
        if len(parts) == 1:
            return parts[0]
        columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMN_TYPES}
        quoted = []
        sack: dict[int, SackBlocks] = {}
        base = 0
        for part in parts:
            sack |= {base + row: blocks for row, blocks in part.sack.items()}
            quoted += [replace(segment, row=base + segment.row) for segment in part.quoted]
            base += len(part)
        return cls(**columns, quoted=quoted, sack=sack)

    def part(self, start: int, stop: int) -> Self:
        """The rows from `start` to `stop`."""
        columns = {name: getattr(self, name)[start:stop] for name in COLUMN_TYPES}
        quoted = [replace(segment, row=segment.row - start) for segment in self.quoted if start <= segment.row < stop]
        sack = {row - start: blocks for row, blocks in self.sack.items() if start <= row < stop}
        return type(self)(**columns, quoted=quoted, sack=sack)

    def __len__(self) -> int:
        return len(self.protocol)


COLUMN_TYPES: dict[str, type[np.generic]] = {
    "protocol": np.uint8,
    "family": np.uint8,
    "source_high": np.uint64,
    "source_low": np.uint64,
    "destination_high": np.uint64,
    "destination_low": np.uint64,
    "source_port": np.uint16,
    "destination_port": np.uint16,
    "tcp_offset": np.int32,
    "header_length": np.uint8,
    "flags": np.uint16,
    "seq": np.uint32,
    "ack": np.uint32,
    "window": np.uint16,
    "checksum": np.uint16,
    "length": np.int64,
    "ip_id": np.int32,
    "ttl": np.uint8,
    "window_scale": np.int8,
    "mss": np.uint16,
    "has_timestamps": np.bool_,
    "tsval": np.uint32,
    "tsecr": np.uint32,
    "checksum_state": np.uint8,
    "fragmented": np.bool_,
    "truncated": np.bool_,
}
"""Element type of each column of `Decoded`."""

assert [f.name for f in fields(Decoded)] == [*COLUMN_TYPES, "quoted", "sack"]
