"""IPv4 (RFC 791) and IPv6 (RFC 8200) headers of one packet, extension headers included."""

from dataclasses import dataclass

from tui.decode.walk import u16, u32

MOST_EXTENSIONS = 16
"""Extension headers of one packet that are followed."""

AUTHENTICATION = 51
HOP_BY_HOP = 0
FRAGMENT = 44

EXTENSIONS: dict[int, dict[int, tuple[int, int]]] = {
    4: {AUTHENTICATION: (4, 8)},
    6: {
        HOP_BY_HOP: (8, 8),
        43: (8, 8),  # routing
        FRAGMENT: (0, 8),
        AUTHENTICATION: (4, 8),
        60: (8, 8),  # destination options
        135: (8, 8),  # mobility
        139: (8, 8),  # host identity protocol
        140: (8, 8),  # shim6
    },
}
"""By family and protocol number: bytes that each unit of the length field adds, and bytes at length 0.

RFC 8200 section 4, RFC 4302 section 2.2 (AH counts in units of four bytes), RFC 6564.
"""

JUMBO_PAYLOAD = 0xC2
"""Hop-by-hop option with a 32-bit payload length (RFC 2675)."""
PAD1 = 0
"""The one option without a length byte."""


@dataclass(slots=True)
class IpHeader:
    """An IP header and the extension headers behind it; offsets in bytes from the start of the frame."""

    family: int
    at: int
    protocol: int
    """What follows the last header; of a fragment other than the first, what the first one starts with."""
    payload_at: int
    end: int
    """End of the packet on the wire."""
    more_fragments: bool = False
    later_fragment: bool = False


def read_ipv4(data: bytes, at: int, limit: int, enclosing_end: int) -> IpHeader | None:
    """The IPv4 header at `at`; None where it is cut at `limit` or does not hold together.

    A total length of 0, as segmentation offload leaves it, stands for everything up to `enclosing_end`.
    """
    if at + 20 > limit or data[at] >> 4 != 4:
        return None
    header_length = (data[at] & 0x0F) * 4
    total_length = u16(data, at + 2)
    end = at + total_length if total_length else enclosing_end
    if header_length < 20 or at + header_length > min(limit, end):
        return None
    fragment = u16(data, at + 6)
    header = IpHeader(4, at, data[at + 9], at + header_length, end, bool(fragment & 0x2000), bool(fragment & 0x1FFF))
    _follow_extensions(data, limit, header)
    return header


def read_ipv6(data: bytes, at: int, limit: int, enclosing_end: int) -> IpHeader | None:
    """The IPv6 header at `at`; None where it is cut at `limit` or is of another version.

    A payload length of 0 stands for the jumbo payload option's length if there is one, and otherwise, as segmentation
    offload leaves it, for everything up to `enclosing_end`.
    """
    if at + 40 > limit or data[at] >> 4 != 6:
        return None
    payload_length = u16(data, at + 4)
    header = IpHeader(6, at, data[at + 6], at + 40, at + 40 + payload_length)
    if not payload_length:
        header.end = enclosing_end
        if header.protocol == HOP_BY_HOP:
            jumbo = _jumbo_payload_length(data, at + 40, limit)
            header.end = at + 40 + jumbo if jumbo else enclosing_end
    _follow_extensions(data, limit, header)
    return header


def _follow_extensions(data: bytes, limit: int, header: IpHeader) -> None:
    """Move `header` past its extension headers, to the first that is cut at most."""
    limit = min(limit, header.end)
    known = EXTENSIONS[header.family]
    for _ in range(MOST_EXTENSIONS):
        at = header.payload_at
        form = known.get(header.protocol)
        if form is None or header.later_fragment or at + 8 > limit:
            return
        unit, base = form
        length = data[at + 1] * unit + base
        if header.protocol == FRAGMENT:
            fragment = u16(data, at + 2)
            header.more_fragments = bool(fragment & 1)
            header.later_fragment = bool(fragment & 0xFFF8)
        if at + length > limit:
            return
        header.protocol = data[at]
        header.payload_at = at + length


def _jumbo_payload_length(data: bytes, at: int, limit: int) -> int:
    """The jumbo payload length of the hop-by-hop header at `at`, 0 without one (RFC 2675 section 2)."""
    if at + 8 > limit:
        return 0
    end = min(at + 8 + data[at + 1] * 8, limit)
    at += 2
    while at + 6 <= end:
        if data[at] == PAD1:
            at += 1
            continue
        if data[at] == JUMBO_PAYLOAD and data[at + 1] == 4:
            length = u32(data, at + 2)
            return length if length > 0xFFFF else 0
        at += 2 + data[at + 1]
    return 0
