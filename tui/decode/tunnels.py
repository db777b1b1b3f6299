"""Tunnels in IP and UDP. A header that does not hold together ends the walk: the port may be anybody's."""

from tui.decode.links import TRANSPARENT_ETHERNET, ppp
from tui.decode.walk import Step, Table, Walk, u16
from tui.files import link_types

ETHERNET = (Table.LINK, link_types.ETHERNET)

PAYLOADS = {
    0x0800: (Table.ETHERTYPE, 0x0800),
    0x86DD: (Table.ETHERTYPE, 0x86DD),
    0x8847: (Table.ETHERTYPE, 0x8847),
    0x8848: (Table.ETHERTYPE, 0x8848),
    TRANSPARENT_ETHERNET: ETHERNET,
}
"""Payload types of GRE and Geneve that can hold IP."""

ERSPAN = 0x88BE
"""GRE protocol type of mirrored Ethernet frames (draft-foschiano-erspan)."""
ERSPAN_2_HEADER = 8
"""Bytes of an ERSPAN type II header; type I, told by a GRE header without a sequence number, has none."""
PPTP_PPP = 0x880B
"""GRE protocol type of PPP in version 1 (RFC 2637)."""

GRE_CHECKSUM, GRE_ROUTING, GRE_KEY, GRE_SEQUENCE, GRE_ACK = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080
"""Flags of a GRE header (RFC 2784, RFC 2890; the acknowledgement of version 1: RFC 2637 section 4.1)."""

MOST_GTP_EXTENSIONS = 8
"""Extension headers of one GTP-U message that are followed."""


def gre(walk: Walk, at: int) -> Step | None:
    """GRE version 0, or version 1 as PPTP uses it."""
    if at + 4 > walk.limit:
        return None
    flags, payload = u16(walk.data, at), u16(walk.data, at + 2)
    if flags & 7 == 1 and payload == PPTP_PPP:
        return _pptp_gre(walk, at, flags)
    if flags & 7 or flags & GRE_ROUTING:
        return None
    at += 4 + 4 * sum(bool(flags & flag) for flag in (GRE_CHECKSUM, GRE_KEY, GRE_SEQUENCE))
    if payload == ERSPAN:
        return (*ETHERNET, at + (ERSPAN_2_HEADER if flags & GRE_SEQUENCE else 0))
    named = PAYLOADS.get(payload)
    return (*named, at) if named else None


def _pptp_gre(walk: Walk, at: int, flags: int) -> Step | None:
    """Enhanced GRE: the payload length stands in the key; without a sequence number there is no payload."""
    if not flags & GRE_SEQUENCE or at + 8 > walk.limit:
        return None
    payload_length = u16(walk.data, at + 4)
    at += 12 + (4 if flags & GRE_ACK else 0)
    walk.narrow(at + payload_length)
    return ppp(walk, at)


def vxlan(walk: Walk, at: int) -> Step | None:
    """VXLAN (RFC 7348 section 5): eight bytes, whose flag says that there is a network identifier, then Ethernet."""
    if at + 8 > walk.limit or not walk.data[at] & 0x08:
        return None
    return *ETHERNET, at + 8


def geneve(walk: Walk, at: int) -> Step | None:
    """Geneve version 0 (RFC 8926 section 3.4): eight bytes and options in units of four."""
    if at + 8 > walk.limit or walk.data[at] >> 6:
        return None
    named = PAYLOADS.get(u16(walk.data, at + 2))
    return (*named, at + 8 + (walk.data[at] & 0x3F) * 4) if named else None


def gtp_u(walk: Walk, at: int) -> Step | None:
    """A G-PDU of GTP-U version 1 (3GPP TS 29.281 section 5): user data behind optional extension headers."""
    if at + 8 > walk.limit or walk.data[at] & 0xF0 != 0x30 or walk.data[at + 1] != 255:
        return None
    flags = walk.data[at]
    walk.narrow(at + 8 + u16(walk.data, at + 2))
    at += 8
    if flags & 0x07:
        at += 4
        if at > walk.limit:
            return None
        following = walk.data[at - 1] if flags & 0x04 else 0
        for _ in range(MOST_GTP_EXTENSIONS):
            if not following:
                break
            if at >= walk.limit or not walk.data[at]:
                return None
            at += walk.data[at] * 4
            if at > walk.limit:
                return None
            following = walk.data[at - 1]
        if following:
            return None
    return (Table.IP_VERSION, walk.data[at] >> 4, at) if at < walk.limit else None


def l2tp(walk: Walk, at: int) -> Step | None:
    """A data message of L2TP version 2 (RFC 2661 section 3.1): optional length, sequence numbers and padding; PPP."""
    if at + 2 > walk.limit:
        return None
    flags = u16(walk.data, at)
    if flags & 0x8000 or flags & 0x000F != 2:
        return None
    if flags & 0x4000:
        if at + 4 > walk.limit:
            return None
        walk.narrow(at + u16(walk.data, at + 2))
    at += 6 + (2 if flags & 0x4000 else 0) + (4 if flags & 0x0800 else 0)
    if flags & 0x0200:
        if at + 2 > walk.limit:
            return None
        at += 2 + u16(walk.data, at)
    return ppp(walk, at)
