"""The fast way: frames of common shape, a whole batch at once. What it cannot settle it leaves to the walk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Protocol
from tui.decode.gather import gather, pick
from tui.decode.ip import EXTENSIONS
from tui.decode.layers import ICMP_ERRORS, LAYERS
from tui.decode.links import TRANSPARENT_ETHERNET
from tui.decode.plain_links import IPV4, IPV6, LINKS, TAGGED, TUNNEL, WALK, Codes, Frames, Locate, only, protocol_codes
from tui.decode.segments import IPV4_HEADER, IPV6_HEADER, TCP_HEADER, LocatedSegments, Records
from tui.decode.walk import Table
from tui.files import link_types
from tui.files.frames import FrameBatch, Interface


def _ip_protocol_codes(family: int) -> Codes:
    codes = protocol_codes(Table.IP_PROTOCOL, 1 << 8)
    codes[list(EXTENSIONS[family])] = WALK
    codes[[4, 41, 47]] = TUNNEL
    codes[6], codes[17] = Protocol.TCP, Protocol.UDP
    codes[{4: 1, 6: 58}[family]] = {4: Protocol.ICMP, 6: Protocol.ICMPV6}[family]
    return codes


def _is_tunnel_port() -> NDArray[np.bool_]:
    is_tunnel = np.zeros(1 << 16, np.bool_)
    is_tunnel[[port for table, port in LAYERS if table == Table.UDP_PORT]] = True
    return is_tunnel


IS_TUNNEL_PORT = _is_tunnel_port()


@dataclass(frozen=True, slots=True)
class IpForm:
    """How the packets of an IP version are read that have no options, extension headers or fragments."""

    family: int
    headers: "np.dtype[np.void]"
    """The IP header and a TCP header."""
    header_length: int
    version_mask: int
    version: int
    """What the first byte is under the mask."""
    length_starts_at: int
    """Bytes from the start of the header to where its length field counts from."""
    protocol_codes: Codes
    icmp: Protocol


IP_FORMS = {
    IPV4: IpForm(
        4, np.dtype([("ip", IPV4_HEADER), ("tcp", TCP_HEADER)]), 20, 0xFF, 0x45, 0, _ip_protocol_codes(4), Protocol.ICMP
    ),
    IPV6: IpForm(
        6,
        np.dtype([("ip", IPV6_HEADER), ("tcp", TCP_HEADER)]),
        40,
        0xF0,
        0x60,
        40,
        _ip_protocol_codes(6),
        Protocol.ICMPV6,
    ),
}


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A tunnel whose header has a fixed length, and how it is told by what follows the IP header."""

    protocol: int
    """IP protocol."""
    header_length: int
    """Bytes from the end of the IP header to what is in the tunnel."""
    locate: Locate
    """How that is read."""
    first_words: tuple[int | None, int] | None = None
    """What the first two 16-bit words are; None where they may be anything."""
    third_word_bit: int = 0
    """A bit that is set in the third 32-bit word."""


ETHERNET = LINKS[link_types.ETHERNET]

NOT_UNDERSTOOD = -1
"""Stands for all link types without a layer: a file may announce thousands of them."""

TUNNELS = (
    Tunnel(4, 0, only(IPV4)),
    Tunnel(41, 0, only(IPV6)),
    Tunnel(47, 4, only(IPV4), (0, 0x0800)),
    Tunnel(47, 4, only(IPV6), (0, 0x86DD)),
    Tunnel(47, 4, ETHERNET, (0, TRANSPARENT_ETHERNET)),
    Tunnel(17, 16, ETHERNET, (None, 4789), 0x08000000),
)
"""IP in IP, GRE without optional fields, VXLAN with a network identifier. Others are left to the walk."""


def split(batch: FrameBatch, interfaces: Sequence[Interface]) -> tuple[Codes, list[LocatedSegments]]:
    """What each frame of the batch is, WALK where that is left open, and the TCP segments found."""
    codes = np.full(len(batch), WALK, np.uint8)
    found: list[LocatedSegments] = []
    for link_type, frames in _by_link_type(batch, interfaces):
        locate = LINKS.get(link_type)
        if locate is None:
            codes[frames.row] = Protocol.UNKNOWN if link_type == NOT_UNDERSTOOD else WALK
            continue
        codes[frames.row] = _settle(frames, locate, found, tunnels=True)
    return codes, found


def _settle(frames: Frames, locate: Locate, found: list[LocatedSegments], *, tunnels: bool) -> Codes:
    """What frames of one link layer are; their segments go to `found`. Tunnels are entered if `tunnels` is true."""
    codes, at = locate(frames)
    codes[(codes == TAGGED) | (frames.captured < at)] = WALK
    for code, form in IP_FORMS.items():
        of_form = codes == code
        if of_form.all():
            return _ip_packets(frames, at, form, found, tunnels=tunnels)
        if of_form.any():
            codes[of_form] = _ip_packets(frames.at(of_form), at[of_form], form, found, tunnels=tunnels)
    return codes


def _by_link_type(batch: FrameBatch, interfaces: Sequence[Interface]) -> Iterator[tuple[int, Frames]]:
    """The frames of each link type in the batch; those that are not understood together, under NOT_UNDERSTOOD."""
    every = Frames(batch.data, np.arange(len(batch)), batch.start, batch.captured, batch.wire)
    link_types_of = (interface.link_type for interface in interfaces)
    types = np.array([kind if (Table.LINK, kind) in LAYERS else NOT_UNDERSTOOD for kind in link_types_of], np.int64)
    if (types == types[0]).all():
        yield int(types[0]), every
        return
    type_of_frame = types[batch.interface]
    for link_type in np.unique(type_of_frame):
        yield int(link_type), every.at(type_of_frame == link_type)


def _ip_packets(
    frames: Frames, at: NDArray[np.int64], form: IpForm, found: list[LocatedSegments], *, tunnels: bool
) -> Codes:
    """What the frames are that have a header of the form's version at `at`; their segments go to `found`."""
    headers = gather(frames.data, frames.start + at, form.headers)
    ip, transport = headers["ip"], headers["tcp"]
    declared = ip["length"].astype(np.int64)
    transport_at = at + form.header_length
    end = at + declared
    end += form.length_starts_at
    if not declared.all():
        end = np.where(declared, end, np.maximum(frames.wire, frames.captured))
    room = np.minimum(frames.captured, end)
    room -= transport_at

    codes: Codes = form.protocol_codes[ip["protocol"]]
    if form.family == 4:
        _settle_fragments(codes, ip["fragment"])
    codes[ip["version"] & form.version_mask != form.version] = WALK
    if room.min() < 20:
        codes[(room < 8) | ((room < 20) & (codes == Protocol.TCP))] = WALK
    is_tcp = codes == Protocol.TCP
    if is_tcp.all():
        found.append(frames.segments(form.family, ip, transport, transport_at, end))
        return codes
    rows = np.flatnonzero(is_tcp)
    if len(rows):
        chosen = pick(headers, rows)
        place = transport_at[rows], end[rows]
        found.append(frames.at(rows).segments(form.family, chosen["ip"], chosen["tcp"], *place))
    _set_apart(codes, transport, form)
    rows = np.flatnonzero(codes == TUNNEL)
    if len(rows):
        codes[rows] = WALK
        if tunnels:
            packets = frames.within(rows, transport_at, end)
            codes[rows] = _enter_tunnels(packets, ip["protocol"][rows], pick(headers, rows)["tcp"], found)
    return codes


def _enter_tunnels(packets: Frames, protocol: Codes, transport: Records, found: list[LocatedSegments]) -> Codes:
    """What IP payloads are that may be tunnels; the segments within go to `found`."""
    codes = np.full(len(protocol), WALK, np.uint8)
    for tunnel in TUNNELS:
        entered = (protocol == tunnel.protocol) & (packets.captured >= tunnel.header_length)
        if tunnel.first_words is not None:
            source, destination = tunnel.first_words
            entered &= transport["destination_port"] == destination
            if source is not None:
                entered &= transport["source_port"] == source
        if tunnel.third_word_bit:
            entered &= transport["ack"] & tunnel.third_word_bit != 0
        rows = np.flatnonzero(entered)
        if len(rows):
            start = np.full(len(packets.row), tunnel.header_length)
            codes[rows] = _settle(packets.within(rows, start, packets.wire), tunnel.locate, found, tunnels=False)
    return codes


def _settle_fragments(codes: Codes, fragment: NDArray[Any]) -> None:
    """Name the later fragments, and leave the first ones to the walk."""
    pieces = fragment & 0x3FFF
    if pieces.any():
        codes[pieces != 0] = WALK
        codes[pieces & 0x1FFF != 0] = Protocol.FRAGMENT


def _set_apart(codes: Codes, transport: Records, form: IpForm) -> None:
    """Set apart the UDP packets of tunnels, and leave to the walk the ICMP errors that quote a packet."""
    udp = np.flatnonzero(codes == Protocol.UDP)
    if len(udp):
        ports = transport["source_port"][udp], transport["destination_port"][udp]
        codes[udp[IS_TUNNEL_PORT[ports[0]] | IS_TUNNEL_PORT[ports[1]]]] = TUNNEL
    icmp = np.flatnonzero(codes == form.icmp)
    if len(icmp):
        icmp_type = transport["source_port"][icmp] >> 8
        codes[icmp[np.isin(icmp_type, list(ICMP_ERRORS[form.family]))]] = WALK
