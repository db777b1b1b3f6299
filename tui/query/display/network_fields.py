"""Fields of frames and of the headers below TCP, under Wireshark's names."""

from tui.query.display.field import Field, FieldType, Source

_STORED, _HEADER = Source.STORED, Source.HEADER
_ETHER, _IPV4, _IPV6, _SECONDS = FieldType.ETHER, FieldType.IPV4, FieldType.IPV6, FieldType.SECONDS


def number(name: str, bits: int, about: str, source: Source = Source.HEADER, *, many: bool = False) -> Field:
    """A field that is an unsigned number of so many bits."""
    return Field(name, FieldType.UNSIGNED, about, source, bits, many=many)


def flag(name: str, about: str, source: Source = Source.STORED) -> Field:
    """A field that is true or false."""
    return Field(name, FieldType.BOOLEAN, about, source)


def protocol(name: str, about: str, source: Source = Source.STORED) -> Field:
    """A protocol that a frame may hold."""
    return Field(name, FieldType.PROTOCOL, about, source)


FRAME_FIELDS = (
    protocol("frame", "any frame; its bytes"),
    number("frame.number", 32, "number of the frame in the capture, from 1", _STORED),
    number("frame.len", 32, "bytes on the wire", _STORED),
    number("frame.cap_len", 32, "bytes captured", _STORED),
    Field("frame.time_epoch", _SECONDS, "seconds since 1970", _STORED),
    Field("frame.time_relative", _SECONDS, "seconds since the first frame", _STORED),
    Field("frame.time_delta", _SECONDS, "seconds since the frame before", _STORED),
    Field("frame.interface_name", FieldType.STRING, "name of the capturing interface", _STORED),
)

LINK_FIELDS = (
    protocol("eth", "Ethernet", _HEADER),
    Field("eth.src", _ETHER, "sender's hardware address", _HEADER),
    Field("eth.dst", _ETHER, "receiver's hardware address", _HEADER),
    Field("eth.addr", _ETHER, "either hardware address", _HEADER, many=True),
    number("eth.type", 16, "what the Ethernet frame carries, as 0x0800"),
    protocol("vlan", "tagged with a VLAN", _HEADER),
    Field("vlan.id", FieldType.UNSIGNED, "VLAN of the tag", _HEADER, 16, many=True),
    protocol("arp", "ARP"),
)

IP_FIELDS = (
    protocol("ip", "IPv4"),
    number("ip.version", 8, "version of the header", many=True),
    number("ip.hdr_len", 8, "bytes of the header", many=True),
    number("ip.dsfield", 8, "differentiated services and ECN", many=True),
    number("ip.dsfield.dscp", 8, "differentiated services code point", many=True),
    number("ip.dsfield.ecn", 8, "congestion notification", many=True),
    number("ip.len", 16, "bytes with the header", many=True),
    number("ip.id", 16, "identification", many=True),
    Field("ip.flags.df", FieldType.BOOLEAN, "not to be fragmented", _HEADER, many=True),
    Field("ip.flags.mf", FieldType.BOOLEAN, "more fragments follow", _HEADER, many=True),
    number("ip.frag_offset", 16, "place of the fragment in bytes", many=True),
    number("ip.ttl", 8, "time to live", many=True),
    number("ip.proto", 8, "what it carries: 6 is TCP", many=True),
    number("ip.checksum", 16, "checksum of the header", many=True),
    Field("ip.src", _IPV4, "sender", _HEADER, many=True),
    Field("ip.dst", _IPV4, "receiver", _HEADER, many=True),
    Field("ip.addr", _IPV4, "sender or receiver", _HEADER, many=True),
)

IPV6_FIELDS = (
    protocol("ipv6", "IPv6"),
    number("ipv6.tclass", 32, "traffic class", many=True),
    number("ipv6.flow", 24, "flow label", many=True),
    number("ipv6.plen", 16, "bytes after the header", many=True),
    number("ipv6.nxt", 8, "what follows the header: 6 is TCP", many=True),
    number("ipv6.hlim", 8, "hop limit", many=True),
    Field("ipv6.src", _IPV6, "sender", _HEADER, many=True),
    Field("ipv6.dst", _IPV6, "receiver", _HEADER, many=True),
    Field("ipv6.addr", _IPV6, "sender or receiver", _HEADER, many=True),
)

OTHER_FIELDS = (
    protocol("icmp", "ICMP"),
    protocol("icmpv6", "ICMP of IPv6"),
    protocol("udp", "UDP"),
    number("udp.srcport", 16, "sender's port", many=True),
    number("udp.dstport", 16, "receiver's port", many=True),
    number("udp.port", 16, "either port", many=True),
    number("udp.length", 16, "bytes with the header", many=True),
)

NETWORK_FIELDS = (*FRAME_FIELDS, *LINK_FIELDS, *IP_FIELDS, *IPV6_FIELDS, *OTHER_FIELDS)
