"""The walk through the layers of one frame, whatever they are: slow, and the yardstick of the fast way."""

from collections.abc import Callable

from tui.decode import links, tunnels
from tui.decode.columns import Protocol
from tui.decode.ip import IpHeader, read_ipv4, read_ipv6
from tui.decode.walk import MOST_LAYERS, Layer, Quote, Step, Table, Walk, u16
from tui.files import link_types

TCP = 6
"""IP protocol number."""

VLAN_TAGS = (0x8100, 0x88A8, 0x9100, 0x9200, 0x9300)
"""Ethertypes of IEEE 802.1Q, 802.1ad, and the numbers in use before 802.1ad."""

ICMP_ERRORS: dict[int, frozenset[int]] = {4: frozenset({3, 4, 5, 11, 12}), 6: frozenset({1, 2, 3, 4})}
"""By family: ICMP types that quote the packet they are about (RFC 792, RFC 4443 section 3)."""

ReadIp = Callable[[bytes, int, int, int], IpHeader | None]


def _ip(read: ReadIp) -> Layer:
    """The layer of one IP version."""

    def layer(walk: Walk, at: int) -> Step | None:
        header = read(walk.data, at, walk.limit, walk.end)
        if header is None:
            return None
        walk.family, walk.ip_at, walk.end = header.family, header.at, header.end
        walk.limit = min(walk.limit, header.end)
        walk.fragmented |= header.more_fragments
        if header.later_fragment:
            walk.protocol = Protocol.FRAGMENT
            return None
        return Table.IP_PROTOCOL, header.protocol, header.payload_at

    return layer


def _tcp(walk: Walk, at: int) -> None:
    """The end of the walk, if the 20 bytes of the fixed header are there."""
    if at + 20 <= walk.limit:
        walk.protocol = Protocol.TCP
        walk.tcp_at = at


def _udp(walk: Walk, at: int) -> Step | None:
    """A tunnel, if either port is one's."""
    if at + 8 > walk.limit:
        return None
    for port in (u16(walk.data, at + 2), u16(walk.data, at)):
        if (Table.UDP_PORT, port) in LAYERS:
            return Table.UDP_PORT, port, at + 8
    return None


def _icmp(family: int, read: ReadIp) -> Layer:
    """ICMP or ICMPv6: remembers the TCP segment that an error quotes."""

    def layer(walk: Walk, at: int) -> None:
        if at + 8 > walk.limit or walk.data[at] not in ICMP_ERRORS[family]:
            return
        quoted = read(walk.data, at + 8, walk.limit, walk.end)
        if quoted is None or quoted.protocol != TCP or quoted.later_fragment or quoted.payload_at + 8 > walk.limit:
            return
        walk.quote = Quote(walk.data[at], walk.data[at + 1], family, quoted.at, quoted.payload_at)

    return layer


_ipv4, _ipv6 = _ip(read_ipv4), _ip(read_ipv6)

LAYERS: dict[tuple[Table, int], tuple[Protocol, Layer]] = {
    (Table.LINK, link_types.NULL): (Protocol.OTHER, links.loopback),
    (Table.LINK, link_types.ETHERNET): (Protocol.OTHER, links.ethernet),
    (Table.LINK, link_types.PPP): (Protocol.OTHER, links.ppp),
    (Table.LINK, link_types.RAW_BSD): (Protocol.OTHER, links.raw_ip),
    (Table.LINK, link_types.RAW_OPENBSD): (Protocol.OTHER, links.raw_ip),
    (Table.LINK, link_types.PPP_HDLC): (Protocol.OTHER, links.ppp_hdlc),
    (Table.LINK, link_types.PPP_ETHER): (Protocol.OTHER, links.pppoe_session),
    (Table.LINK, link_types.RAW): (Protocol.OTHER, links.raw_ip),
    (Table.LINK, link_types.C_HDLC): (Protocol.OTHER, links.cisco_hdlc),
    (Table.LINK, link_types.LOOP): (Protocol.OTHER, links.loopback),
    (Table.LINK, link_types.LINUX_SLL): (Protocol.OTHER, links.linux_sll),
    (Table.LINK, link_types.IPV4): (Protocol.IP, _ipv4),
    (Table.LINK, link_types.IPV6): (Protocol.IP, _ipv6),
    (Table.LINK, link_types.LINUX_SLL2): (Protocol.OTHER, links.linux_sll2),
    (Table.LLC, 0): (Protocol.OTHER, links.llc),
    **{(Table.ETHERTYPE, tag): (Protocol.OTHER, links.vlan_tag) for tag in VLAN_TAGS},
    (Table.ETHERTYPE, 0x0800): (Protocol.IP, _ipv4),
    (Table.ETHERTYPE, 0x86DD): (Protocol.IP, _ipv6),
    (Table.ETHERTYPE, 0x8847): (Protocol.OTHER, links.mpls),
    (Table.ETHERTYPE, 0x8848): (Protocol.OTHER, links.mpls),
    (Table.ETHERTYPE, 0x8864): (Protocol.OTHER, links.pppoe_session),
    (Table.PPP, 0x0021): (Protocol.IP, _ipv4),
    (Table.PPP, 0x0057): (Protocol.IP, _ipv6),
    (Table.PPP, 0x0281): (Protocol.OTHER, links.mpls),
    (Table.PPP, 0x0283): (Protocol.OTHER, links.mpls),
    (Table.IP_VERSION, 4): (Protocol.IP, _ipv4),
    (Table.IP_VERSION, 6): (Protocol.IP, _ipv6),
    (Table.IP_PROTOCOL, 1): (Protocol.ICMP, _icmp(4, read_ipv4)),
    (Table.IP_PROTOCOL, 4): (Protocol.IP, _ipv4),
    (Table.IP_PROTOCOL, TCP): (Protocol.TCP_CUT, _tcp),
    (Table.IP_PROTOCOL, 17): (Protocol.UDP, _udp),
    (Table.IP_PROTOCOL, 41): (Protocol.IP, _ipv6),
    (Table.IP_PROTOCOL, 47): (Protocol.IP, tunnels.gre),
    (Table.IP_PROTOCOL, 58): (Protocol.ICMPV6, _icmp(6, read_ipv6)),
    (Table.UDP_PORT, 1701): (Protocol.UDP, tunnels.l2tp),
    (Table.UDP_PORT, 2152): (Protocol.UDP, tunnels.gtp_u),
    (Table.UDP_PORT, 4789): (Protocol.UDP, tunnels.vxlan),
    (Table.UDP_PORT, 6081): (Protocol.UDP, tunnels.geneve),
}
"""Layers that are understood, each with the protocol of a frame that ends in it."""

LEAVES: dict[tuple[Table, int], Protocol] = {
    (Table.ETHERTYPE, 0x0806): Protocol.ARP,
    (Table.IP_PROTOCOL, 2): Protocol.IGMP,
    (Table.IP_PROTOCOL, 50): Protocol.ESP,
    (Table.IP_PROTOCOL, 132): Protocol.SCTP,
}
"""Protocols that are named and not entered."""

UNNAMED: dict[Table, Protocol] = {
    Table.LINK: Protocol.UNKNOWN,
    Table.ETHERTYPE: Protocol.OTHER,
    Table.PPP: Protocol.OTHER,
    Table.IP_PROTOCOL: Protocol.IP,
}
"""By number space: what a frame is whose next layer is in neither table; elsewhere it stays what it was."""


def walk_frame(data: bytes, wire: int, link_type: int) -> Walk:
    """Walk through the layers of a frame: its captured bytes, its length on the wire, its LINKTYPE_ number."""
    walk = Walk(data, len(data), max(wire, len(data)))
    step: Step | None = (Table.LINK, link_type, 0)
    for _ in range(MOST_LAYERS):
        if step is None:
            break
        table, number, at = step
        key = table, number
        known = LAYERS.get(key)
        if known is None:
            walk.protocol = LEAVES.get(key) or UNNAMED.get(table, walk.protocol)
            break
        walk.protocol, layer = known
        step = layer(walk, at)
    return walk
