"""Layers below IP: Ethernet and its tags, loopback, cooked capture, PPP, MPLS."""

from tui.decode.walk import Layer, Step, Table, Walk, u16, u32
from tui.files import link_types

TRANSPARENT_ETHERNET = 0x6558
"""Ethertype of a whole Ethernet frame inside a tunnel."""

ADDRESS_FAMILIES = {2: 4, 10: 6, 24: 6, 28: 6, 30: 6}
"""AF_INET, and AF_INET6 of Linux, of NetBSD and OpenBSD, of FreeBSD, of macOS: to the IP version."""


def typed(type_at: int, header_length: int) -> Layer:
    """A header with an ethertype (or an IEEE 802.3 length) at `type_at`; both in bytes."""

    def layer(walk: Walk, at: int) -> Step | None:
        if at + header_length > walk.limit:
            return None
        ethertype = u16(walk.data, at + type_at)
        if ethertype <= 1500:
            return Table.LLC, 0, at + header_length
        return Table.ETHERTYPE, ethertype, at + header_length

    return layer


ethernet = typed(12, 14)
"""IEEE 802.3; also the frame inside a tunnel."""
vlan_tag = typed(2, 4)
"""IEEE 802.1Q: tag control information, then the next ethertype."""
linux_sll = typed(14, 16)
linux_sll2 = typed(0, 20)
cisco_hdlc = typed(2, 4)
"""Address, control, ethertype (RFC 1547 section 4.3.1)."""


def llc(walk: Walk, at: int) -> Step | None:
    """IEEE 802.2 with a SNAP header (RFC 1042), of the two organisations whose protocol numbers are ethertypes."""
    if walk.data[at : min(at + 3, walk.limit)] != b"\xaa\xaa\x03" or at + 8 > walk.limit:
        return None
    if walk.data[at + 3 : at + 6] not in (b"\x00\x00\x00", b"\x00\x00\xf8"):
        return None
    return Table.ETHERTYPE, u16(walk.data, at + 6), at + 8


def loopback(walk: Walk, at: int) -> Step | None:
    """A four-byte address family in either byte order: families are small, so the order shows."""
    if at + 4 > walk.limit:
        return None
    family = u32(walk.data, at)
    if family > 0xFFFF:
        family = int.from_bytes(walk.data[at : at + 4], "little")
    version = ADDRESS_FAMILIES.get(family)
    return (Table.IP_VERSION, version, at + 4) if version else None


def raw_ip(walk: Walk, at: int) -> Step | None:
    """An IP packet that says itself which version it is."""
    if at >= walk.limit:
        return None
    return Table.IP_VERSION, walk.data[at] >> 4, at


def ppp(walk: Walk, at: int) -> Step | None:
    """PPP, with or without address and control, its protocol in two bytes or one (RFC 1661 sections 2 and 6.5)."""
    if walk.data[at : min(at + 2, walk.limit)] == b"\xff\x03":
        at += 2
    if at >= walk.limit:
        return None
    if walk.data[at] & 1:
        return Table.PPP, walk.data[at], at + 1
    if at + 2 > walk.limit:
        return None
    return Table.PPP, u16(walk.data, at), at + 2


def ppp_hdlc(walk: Walk, at: int) -> Step | None:
    """PPP in HDLC-like framing, or Cisco's HDLC where the address byte is one of its two."""
    cisco = walk.data[at : at + 1] in (b"\x0f", b"\x8f")
    return cisco_hdlc(walk, at) if cisco else ppp(walk, at)


def pppoe_session(walk: Walk, at: int) -> Step | None:
    """A PPPoE session packet (RFC 2516 section 4): version, type, code, session, length, then PPP."""
    if at + 6 > walk.limit or walk.data[at] != 0x11 or walk.data[at + 1] != 0:
        return None
    walk.narrow(at + 6 + u16(walk.data, at + 4))
    return ppp(walk, at + 6)


def mpls(walk: Walk, at: int) -> Step | None:
    """One label (RFC 3032). Under the last, the first four bits tell IP from a pseudowire's control word (RFC 4385)."""
    if at + 4 > walk.limit:
        return None
    if not walk.data[at + 2] & 1:
        return Table.ETHERTYPE, 0x8847, at + 4
    at += 4
    if at >= walk.limit:
        return None
    version = walk.data[at] >> 4
    if version == 0:
        return Table.LINK, link_types.ETHERNET, at + 4
    return Table.IP_VERSION, version, at
