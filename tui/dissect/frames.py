"""The field tree of a frame: what scapy makes of it, with the bytes that each field came from."""

import importlib
from typing import Any

from scapy.config import conf
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6, IPv46
from scapy.layers.l2 import CookedLinux, CookedLinuxV2, Ether, Loopback, LoopbackOpenBSD
from scapy.layers.ppp import HDLC, PPP, PPPoE
from scapy.packet import NoPayload, Packet, Padding, Raw

from tui.dissect import names, recording
from tui.dissect.nodes import LONGEST_TEXT, Node, as_json
from tui.dissect.payload import payload_node
from tui.dissect.tcp_options import option_nodes

LINK_LAYERS: dict[int, type[Packet]] = {
    0: Loopback,
    1: Ether,
    9: PPP,
    12: IPv46,
    14: IPv46,
    50: HDLC,
    51: PPPoE,
    101: IPv46,
    108: LoopbackOpenBSD,
    113: CookedLinux,
    228: IP,
    229: IPv6,
    276: CookedLinuxV2,
}
"""The first header of a frame by LINKTYPE_ number (https://www.tcpdump.org/linktypes.html)."""

FURTHER_LAYERS = (
    *("dhcp", "dhcp6", "dns", "eap", "hsrp", "isakmp", "l2tp", "llmnr", "netbios", "ntp", "rip", "sctp", "snmp"),
    *("tftp", "vrrp", "vxlan"),
)
"""Modules of scapy.layers that are loaded: a tenth of a second for all of them."""

DEEPEST = 24
"""Headers within headers that are told one by one."""

for _name in FURTHER_LAYERS:
    importlib.import_module(f"scapy.layers.{_name}")
recording.install()
conf.debug_dissector = False


def dissect(link_type: int, data: bytes) -> list[dict[str, object]]:
    """The layers of a frame as JSON objects; one node of bytes where nothing is known about its link type."""
    first = LINK_LAYERS.get(link_type)
    recording.forget()
    try:
        layers = [] if first is None else _layers(_loopback_filled(first(data)), data, 0, 0)
    except Exception:  # noqa: BLE001 - dissectors of hundreds of protocols fail in hundreds of ways
        layers = []
    return as_json(layers or [payload_node("Bytes", data, 0)])


def _loopback_filled(packet: Packet) -> Packet:
    """Dissect what follows a BSD loopback header, whose numbers for IPv6 differ from system to system."""
    if isinstance(packet, (Loopback, LoopbackOpenBSD)) and isinstance(packet.payload, Raw):
        inner = IPv46(packet.payload.load)
        packet.remove_payload()
        packet.add_payload(inner)
    return packet


def _layers(packet: Packet, frame: bytes, at: int, depth: int) -> list[Node]:
    """A header and those in it, one after the other, looked for from byte `at` of the frame on."""
    layers: list[Node] = []
    layer: Any = packet
    while not isinstance(layer, NoPayload) and depth + len(layers) < DEEPEST:
        if isinstance(layer, Raw):
            start = _place(frame, layer.load, at)
            layers.append(payload_node("Padding" if isinstance(layer, Padding) else "Payload", layer.load, start))
            at = at if start is None else start + len(layer.load)
        else:
            node = _header(layer, frame, at, depth + len(layers))
            layers.append(node)
            at = at if node.end is None else node.end
        layer = layer.payload
    return layers


def _header(packet: Packet, frame: bytes, at: int, depth: int) -> Node:
    kind = type(packet).__name__
    header = recording.header_of(packet)
    data = packet.original if header is None else header.data
    start = _place(frame, data, at)
    node = Node(kind, names.header_name(packet), names.header_summary(packet), start)
    if start is not None:
        node.end = start + len(data)
    if header is None:
        values = ((described, packet.fields.get(described.name)) for described in packet.fields_desc)
        node.children = [_field(packet, described, value, None, None, frame, depth) for described, value in values]
        return node
    for span in header.spans:
        first = None if start is None else start + span.start
        last = None if start is None else start + span.end
        child = _field(packet, span.field, span.value, first, last, frame, depth)
        if span.bits is not None:
            child.bits = (
                f"bit {span.bits[0]}" if span.bits[0] == span.bits[1] else f"bits {span.bits[0]}–{span.bits[1]}"
            )
        if first != last or child.value:
            node.children.append(child)
    return node


def _field(
    packet: Packet, described: Any, value: Any, start: int | None, end: int | None, frame: bytes, depth: int
) -> Node:
    kind, name = type(packet).__name__, described.name
    node = Node(f"{kind}.{name}", names.field_name(packet, name), "", start, end)
    if isinstance(packet, TCP) and name == "options":
        if start is not None and end is not None and start < end:
            node.value = f"{end - start} bytes"
            node.children = option_nodes(frame[start:end], start)
    elif described.holds_packets:
        _hold(node, value, frame, depth)
    else:
        node.value = _words(packet, described, value)
    return node


def _hold(node: Node, value: Any, frame: bytes, depth: int) -> None:
    """Hang the packets that are a field's value below its node."""
    at = node.start or 0
    for held in value if isinstance(value, list) else [value]:
        if isinstance(held, Packet) and depth < DEEPEST:
            inner = _layers(held, frame if node.end is None else frame[: node.end], at, depth + 1)
            node.children += inner
            at = next((child.end for child in reversed(inner) if child.end is not None), at)
    node.value = str(len(node.children)) if isinstance(value, list) and value else ""


def _place(frame: bytes, data: bytes, at: int) -> int | None:
    """Where `data` lies from byte `at` of the frame on; None where scapy has changed it before dissecting."""
    if frame.startswith(data, at):
        return at
    found = frame.find(data, at)
    return found if found >= 0 else None


def _words(packet: Packet, described: Any, value: Any) -> str:
    """A value as text."""
    if value is None:
        return ""
    known = names.known_value(packet, described.name, value)
    if known is not None:
        return known
    if isinstance(value, bytes):
        return _bytes_as_words(value)
    words = str(described.i2repr(packet, value))
    named = type(value) is int and words[:1].isalpha()
    return f"{words} ({value if value < 256 else hex(value)})" if named else words


def _bytes_as_words(value: bytes) -> str:
    shown = value[:LONGEST_TEXT]
    if shown.isascii() and shown.decode("ascii").isprintable():
        return value[: 2 * LONGEST_TEXT].decode("latin-1")
    return value[: LONGEST_TEXT // 3].hex(" ") + ("…" if len(value) > LONGEST_TEXT // 3 else "")
