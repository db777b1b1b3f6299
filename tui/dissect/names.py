"""What headers and fields are called, and values that say more than scapy's. What is not here is called as in scapy."""

from collections.abc import Callable
from typing import Any

from scapy.packet import Packet

HEADERS: dict[str, str] = {
    "Ether": "Ethernet",
    "Dot3": "IEEE 802.3",
    "Dot1Q": "VLAN tag",
    "Dot1AD": "VLAN tag (outer)",
    "LLC": "LLC",
    "SNAP": "SNAP",
    "CookedLinux": "Linux cooked capture",
    "CookedLinuxV2": "Linux cooked capture v2",
    "Loopback": "BSD loopback",
    "LoopbackOpenBSD": "OpenBSD loopback",
    "IP": "IPv4",
    "IPv6": "IPv6",
    "IPv6ExtHdrFragment": "IPv6 fragment",
    "IPv6ExtHdrHopByHop": "IPv6 hop-by-hop options",
    "IPv6ExtHdrRouting": "IPv6 routing",
    "IPv6ExtHdrDestOpt": "IPv6 destination options",
    "IPerror": "Quoted IPv4",
    "TCPerror": "Quoted TCP",
    "UDPerror": "Quoted UDP",
    "IPerror6": "Quoted IPv6",
    "Padding": "Padding",
    "Raw": "Payload",
    "DNSQR": "Question",
    "DNSRR": "Record",
}

_IP = {
    "version": "Version",
    "ihl": "Header length",
    "tos": "DSCP and ECN",
    "len": "Total length",
    "id": "Identification",
    "flags": "Flags",
    "frag": "Fragment offset",
    "ttl": "Time to live",
    "proto": "Protocol",
    "chksum": "Header checksum",
    "src": "Source",
    "dst": "Destination",
    "options": "Options",
}
_IPV6 = {
    "version": "Version",
    "tc": "Traffic class",
    "fl": "Flow label",
    "plen": "Payload length",
    "nh": "Next header",
    "hlim": "Hop limit",
    "src": "Source",
    "dst": "Destination",
}
_TCP = {
    "sport": "Source port",
    "dport": "Destination port",
    "seq": "Sequence number",
    "ack": "Acknowledgement",
    "dataofs": "Header length",
    "reserved": "Reserved",
    "flags": "Flags",
    "window": "Window",
    "chksum": "Checksum",
    "urgptr": "Urgent pointer",
    "options": "Options",
}
_UDP = {"sport": "Source port", "dport": "Destination port", "len": "Length", "chksum": "Checksum"}
_ETHERNET = {"dst": "Destination", "src": "Source", "type": "Type", "len": "Length"}
_COOKED = {
    "pkttype": "Packet type",
    "lladdrtype": "Hardware type",
    "lladdrlen": "Address length",
    "src": "Source",
    "proto": "Protocol",
    "ifindex": "Interface index",
    "reserved": "Reserved",
}
_ICMP = {"type": "Type", "code": "Code", "chksum": "Checksum", "cksum": "Checksum", "id": "Identifier", "seq": "Number"}

FIELDS: dict[str, dict[str, str]] = {
    "Ether": _ETHERNET,
    "Dot3": _ETHERNET,
    "Dot1Q": {"prio": "Priority", "dei": "Drop eligible", "vlan": "VLAN", "type": "Type"},
    "CookedLinux": _COOKED,
    "CookedLinuxV2": _COOKED,
    "Loopback": {"type": "Address family"},
    "LoopbackOpenBSD": {"type": "Address family"},
    "IP": _IP,
    "IPerror": _IP,
    "IPv6": _IPV6,
    "IPerror6": _IPV6,
    "TCP": _TCP,
    "TCPerror": _TCP,
    "UDP": _UDP,
    "UDPerror": _UDP,
    "ICMP": _ICMP,
    "ARP": {
        "hwtype": "Hardware type",
        "ptype": "Protocol type",
        "hwlen": "Hardware length",
        "plen": "Protocol length",
        "op": "Operation",
        "hwsrc": "Sender hardware",
        "psrc": "Sender protocol",
        "hwdst": "Target hardware",
        "pdst": "Target protocol",
    },
}
"""Names of the fields of the commonest headers, by scapy's names."""

TCP_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE")
"""From the least significant bit (RFC 9293, RFC 9768)."""


def _count(unit: str, factor: int = 1) -> Callable[[Any], str]:
    return lambda value: f"{int(value) * factor:,} {unit}{'' if int(value) * factor == 1 else 's'}"


def _flags(value: Any) -> str:
    return ", ".join(name for bit, name in enumerate(TCP_FLAGS) if int(value) >> bit & 1) or "none"


def _hexadecimal(digits: int) -> Callable[[Any], str]:
    return lambda value: f"0x{int(value):0{digits}x}"


_VALUES: dict[str, dict[str, Callable[[Any], str]]] = {
    "IP": {"ihl": _count("byte", 4), "len": _count("byte"), "frag": _count("byte", 8), "chksum": _hexadecimal(4)},
    "IPv6": {"plen": _count("byte"), "fl": _hexadecimal(5), "tc": _hexadecimal(2)},
    "TCP": {
        "sport": str,
        "dport": str,
        "dataofs": _count("byte", 4),
        "flags": _flags,
        "window": str,
        "chksum": _hexadecimal(4),
    },
    "UDP": {"sport": str, "dport": str, "len": _count("byte"), "chksum": _hexadecimal(4)},
}
_ALIKE = {"IPerror": "IP", "IPerror6": "IPv6", "TCPerror": "TCP", "UDPerror": "UDP"}


def _ends(packet: Packet) -> str:
    return f"{packet.src} → {packet.dst}"


def _ports(packet: Packet) -> str:
    return f"{packet.sport} → {packet.dport}"


_SUMMARIES: dict[str, Callable[[Packet], str]] = {
    "Ether": _ends,
    "IP": _ends,
    "IPv6": _ends,
    "TCP": lambda packet: f"{_ports(packet)}  {_flags(packet.flags)}",
    "UDP": _ports,
    "Dot1Q": lambda packet: str(packet.vlan),
}


def header_name(packet: Packet) -> str:
    """What a header is called."""
    kind = type(packet).__name__
    return HEADERS.get(kind) or str(packet.name)


def header_summary(packet: Packet) -> str:
    """The words beside the name of a header; empty where there are none."""
    kind = type(packet).__name__
    summary = _SUMMARIES.get(_ALIKE.get(kind, kind))
    return summary(packet) if summary else ""


def field_name(packet: Packet, name: str) -> str:
    """What a field is called."""
    return FIELDS.get(type(packet).__name__, {}).get(name, name)


def known_value(packet: Packet, name: str, value: Any) -> str | None:
    """A value in words of this table; None where scapy's have to do."""
    kind = type(packet).__name__
    words = _VALUES.get(_ALIKE.get(kind, kind), {}).get(name)
    return words(value) if words else None
