"""Fields that are read from headers: where each stands in its header."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.views.filtering.layers import Headers, Kind
from tui.views.filtering.rows import Rows
from tui.views.filtering.spans import Spans
from tui.views.filtering.values import Addresses, Data, Indices, Mask, Values, take

LEAST_ETHERTYPE = 1501
"""Smaller numbers in its place are a length (IEEE 802.3)."""


@dataclass(frozen=True, slots=True)
class HeaderField:
    """A field of one kind of header."""

    kind: Kind
    needs: int
    """Bytes of the header that must be captured for the field to be there."""
    read: Callable[[Headers], Data]
    there: Callable[[Headers], Mask] | None = None
    """In which headers it is, where it is not in all."""


def read_field(rows: Rows, field: HeaderField) -> Values:
    """The values of a header's field. Raises InputError where the disk fails."""
    headers = rows.headers(field.kind)
    there = headers.room >= field.needs
    if field.there is not None:
        there &= field.there(headers)
    data = field.read(headers)
    if there.all():
        return Values(len(rows), headers.owner, data)
    index = np.flatnonzero(there)
    return Values(len(rows), headers.owner[index], take(data, index))


def integers(headers: Headers, at: int, size: int) -> NDArray[np.int64]:
    """A number of `size` bytes in network byte order, of each header."""
    columns = headers.content[:, at : at + size].astype(np.int64)
    value = columns[:, 0]
    for place in range(1, size):
        value = value << 8 | columns[:, place]
    return value


def _number(kind: Kind, at: int, size: int, mask: int = 0, shift: int = 0, times: int = 1) -> HeaderField:
    """Bits `mask` of a number, moved right by `shift`, and multiplied."""
    bits = mask or (1 << 8 * size) - 1

    def read(headers: Headers) -> Data:
        return (integers(headers, at, size) >> shift & bits) * times

    return HeaderField(kind, at + size, read)


def _ipv4(at: int) -> HeaderField:
    def read(headers: Headers) -> Data:
        low = integers(headers, at, 4).astype(np.uint64)
        return Addresses(np.full(len(low), 4, np.uint8), np.zeros(len(low), np.uint64), low)

    return HeaderField(Kind.IPV4, at + 4, read)


def _ipv6(at: int) -> HeaderField:
    def read(headers: Headers) -> Data:
        halves = np.ascontiguousarray(headers.content[:, at : at + 16]).view(">u8").astype(np.uint64)
        return Addresses(np.full(len(halves), 6, np.uint8), halves[:, 0], halves[:, 1])

    return HeaderField(Kind.IPV6, at + 16, read)


def _bytes(kind: Kind, at: int, size: int) -> HeaderField:
    return HeaderField(kind, at + size, lambda headers: Spans.of_rows(headers.content[:, at : at + size]))


def _is_ethertype(headers: Headers) -> Mask:
    return integers(headers, 12, 2) >= LEAST_ETHERTYPE


_ETH, _IP, _IP6, _TCP, _UDP = Kind.ETHERNET, Kind.IPV4, Kind.IPV6, Kind.TCP, Kind.UDP

HEADER_FIELDS: dict[str, tuple[HeaderField, ...]] = {
    "eth.src": (_bytes(_ETH, 6, 6),),
    "eth.dst": (_bytes(_ETH, 0, 6),),
    "eth.addr": (_bytes(_ETH, 0, 6), _bytes(_ETH, 6, 6)),
    "eth.type": (HeaderField(_ETH, 14, lambda headers: integers(headers, 12, 2), _is_ethertype),),
    "vlan.id": (_number(Kind.VLAN, 0, 2, 0x0FFF),),
    "ip.version": (_number(_IP, 0, 1, 0xF, 4), _number(_IP6, 0, 1, 0xF, 4)),
    "ip.hdr_len": (_number(_IP, 0, 1, 0xF, times=4),),
    "ip.dsfield": (_number(_IP, 1, 1),),
    "ip.dsfield.dscp": (_number(_IP, 1, 1, 0x3F, 2),),
    "ip.dsfield.ecn": (_number(_IP, 1, 1, 3),),
    "ip.len": (_number(_IP, 2, 2),),
    "ip.id": (_number(_IP, 4, 2),),
    "ip.flags.df": (_number(_IP, 6, 2, 1, 14),),
    "ip.flags.mf": (_number(_IP, 6, 2, 1, 13),),
    "ip.frag_offset": (_number(_IP, 6, 2, 0x1FFF, times=8),),
    "ip.ttl": (_number(_IP, 8, 1),),
    "ip.proto": (_number(_IP, 9, 1),),
    "ip.checksum": (_number(_IP, 10, 2),),
    "ip.src": (_ipv4(12),),
    "ip.dst": (_ipv4(16),),
    "ip.addr": (_ipv4(12), _ipv4(16)),
    "ipv6.tclass": (_number(_IP6, 0, 2, 0xFF, 4),),
    "ipv6.flow": (_number(_IP6, 0, 4, 0xFFFFF),),
    "ipv6.plen": (_number(_IP6, 4, 2),),
    "ipv6.nxt": (_number(_IP6, 6, 1),),
    "ipv6.hlim": (_number(_IP6, 7, 1),),
    "ipv6.src": (_ipv6(8),),
    "ipv6.dst": (_ipv6(24),),
    "ipv6.addr": (_ipv6(8), _ipv6(24)),
    "udp.srcport": (_number(_UDP, 0, 2),),
    "udp.dstport": (_number(_UDP, 2, 2),),
    "udp.port": (_number(_UDP, 0, 2), _number(_UDP, 2, 2)),
    "udp.length": (_number(_UDP, 4, 2),),
    "tcp.srcport": (_number(_TCP, 0, 2),),
    "tcp.dstport": (_number(_TCP, 2, 2),),
    "tcp.port": (_number(_TCP, 0, 2), _number(_TCP, 2, 2)),
    "tcp.seq": (_number(_TCP, 4, 4),),
    "tcp.seq_raw": (_number(_TCP, 4, 4),),
    "tcp.ack": (_number(_TCP, 8, 4),),
    "tcp.ack_raw": (_number(_TCP, 8, 4),),
    "tcp.hdr_len": (_number(_TCP, 12, 1, 0xF, 4, times=4),),
    "tcp.flags": (_number(_TCP, 12, 2, 0xFFF),),
    "tcp.window_size_value": (_number(_TCP, 14, 2),),
    "tcp.checksum": (_number(_TCP, 16, 2),),
    "tcp.urgent_pointer": (_number(_TCP, 18, 2),),
}
"""The places of each field that is nothing but some bits of a header; those of a field like `tcp.port` are two."""

PROTOCOLS: dict[str, Kind] = {
    "eth": Kind.ETHERNET,
    "vlan": Kind.VLAN,
    "arp": Kind.ARP,
    "ip": Kind.IPV4,
    "ipv6": Kind.IPV6,
    "icmp": Kind.ICMP,
    "icmpv6": Kind.ICMPV6,
    "udp": Kind.UDP,
    "tcp": Kind.TCP,
}
"""What a frame has that has each protocol."""

_LENGTHS: dict[Kind, Callable[[Headers], Indices]] = {
    Kind.ETHERNET: lambda headers: np.full(len(headers.owner), 14),
    Kind.VLAN: lambda headers: np.full(len(headers.owner), 4),
    Kind.IPV4: lambda headers: (integers(headers, 0, 1) & 0xF) * 4,
    Kind.IPV6: lambda headers: np.full(len(headers.owner), 40),
    Kind.UDP: lambda headers: np.full(len(headers.owner), 8),
}
"""Lengths of headers that tshark tells apart from what is in them."""


def _lengths_of(headers: Headers, kind: Kind) -> Indices:
    """Captured bytes of each header of a kind; of a kind not in _LENGTHS, those up to the end of the packet."""
    if kind not in _LENGTHS or not len(headers.owner):
        return headers.room
    return np.minimum(_LENGTHS[kind](headers), headers.room)


def protocol_bytes(rows: Rows, kind: Kind, to_the_end: bool) -> Values:
    """The captured bytes of each header of a kind, or all from there to the end of the packet that it belongs to."""
    headers, frames = rows.headers(kind), rows.frames
    start = np.zeros(len(rows), np.int64)
    start[frames.index] = frames.start
    begin = start[headers.owner] + headers.at
    end = begin + (headers.room if to_the_end else _lengths_of(headers, kind))
    return Values(len(rows), headers.owner, Spans(frames.data, begin, end, frames.content))


def protocol_lengths(rows: Rows, kind: Kind) -> Values:
    """Lengths of what `protocol_bytes` gives of the headers themselves."""
    headers = rows.headers(kind)
    return Values(len(rows), headers.owner, _lengths_of(headers, kind))
