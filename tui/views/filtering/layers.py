"""Where the headers of frames are: all layers of each, those inside tunnels and those that ICMP errors quote too."""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Protocol
from tui.decode.gather import gather
from tui.decode.layers import ICMP_ERRORS, LAYERS, LEAVES, TCP, VLAN_TAGS
from tui.decode.plain import IP_FORMS, IS_TUNNEL_PORT
from tui.decode.plain_links import IPV4, IPV6, LINKS, TAGGED, TUNNEL, WALK, Frames
from tui.decode.walk import MOST_LAYERS, Step, Table, Walk
from tui.files import link_types
from tui.views.filtering.pieces import Indices, Piece


class Kind(IntEnum):
    """A header whose fields can be asked for."""

    ETHERNET = 0
    VLAN = 1
    ARP = 2
    IPV4 = 3
    IPV6 = 4
    TCP = 5
    UDP = 6
    ICMP = 7
    ICMPV6 = 8


SIZES = {
    Kind.ETHERNET: 14,
    Kind.VLAN: 4,
    Kind.ARP: 1,
    Kind.IPV4: 20,
    Kind.IPV6: 40,
    Kind.TCP: 60,
    Kind.UDP: 8,
    Kind.ICMP: 4,
    Kind.ICMPV6: 4,
}
"""Bytes of each header that are kept."""


@dataclass(slots=True)
class Headers:
    """The headers of one kind in some frames."""

    owner: Indices
    """Which frame each is in; a frame may have several."""
    at: Indices
    """Bytes from the start of the frame to the header."""
    content: NDArray[np.uint8]
    """Their first bytes, one row a header; meaningless where they were not captured."""
    room: Indices
    """Bytes of each header, and of what is in it, that were captured."""


Layers = dict[Kind, Headers]


@dataclass(slots=True)
class _Places:
    """Where headers are found in a piece, by kind: frame, index in the piece's bytes, room."""

    found: dict[Kind, list[tuple[Indices, Indices, Indices]]] = field(default_factory=dict)

    def add(self, kind: Kind, owner: Indices, at: Indices, room: Indices) -> None:
        if len(owner):
            self.found.setdefault(kind, []).append((owner, at, room))


def layers_of(piece: Piece, link_type: NDArray[np.int64], wire: Indices, kinds: frozenset[Kind]) -> Layers:
    """The headers of these kinds in the frames of a piece.

    `link_type`, `wire`: of each frame its LINKTYPE_ number and length on the wire.

    `Headers.owner` counts the frames as `piece.index` does.
    """
    places = _Places()
    left_open = [np.empty(0, np.int64)]
    for kind in np.unique(link_type).tolist():
        rows = np.flatnonzero((link_type == kind) & (piece.captured > 0))
        frames = Frames(piece.data, rows, piece.start[rows], piece.captured[rows], wire[rows])
        left_open.append(_plain(frames, kind, places) if kind in LINKS else rows)
    _walk(piece, np.concatenate(left_open), link_type, wire, places)
    return {kind: _headers(piece, kind, found) for kind, found in places.found.items() if kind in kinds}


def concatenated(parts: list[Layers]) -> Layers:
    """The headers of several pieces."""
    kinds = {kind for part in parts for kind in part}
    joined: Layers = {}
    for kind in kinds:
        headers = [part[kind] for part in parts if kind in part]
        joined[kind] = Headers(
            np.concatenate([one.owner for one in headers]),
            np.concatenate([one.at for one in headers]),
            np.concatenate([one.content for one in headers]),
            np.concatenate([one.room for one in headers]),
        )
    return joined


def _headers(piece: Piece, kind: Kind, found: list[tuple[Indices, Indices, Indices]]) -> Headers:
    owner, at, room = (np.concatenate([part[place] for part in found]) for place in range(3))
    content = gather(piece.data, at, np.dtype((np.uint8, SIZES[kind])))
    return Headers(piece.index[owner], at - piece.start[owner], content, room)


def _plain(frames: Frames, link_type: int, places: _Places) -> Indices:
    """Find the headers of the frames of common shape; returns those that are left open."""
    codes, at = LINKS[link_type](frames)
    is_open = (codes == WALK) | (codes == TAGGED) | (frames.captured < at)
    for code, family in ((IPV4, 4), (IPV6, 6)):
        chosen = np.flatnonzero(~is_open & (codes == code))
        if len(chosen):
            is_open[chosen] = _ip_packets(frames.at(chosen), at[chosen], family, places)
    settled = ~is_open
    if link_type == link_types.ETHERNET:
        _ethernet(frames.at(settled), at[settled], places)
    arp = np.flatnonzero(settled & (codes == Protocol.ARP))
    places.add(Kind.ARP, frames.row[arp], (frames.start + at)[arp], (frames.captured - at)[arp])
    found: Indices = frames.row[is_open]
    return found


def _ethernet(frames: Frames, at: Indices, places: _Places) -> None:
    """The Ethernet headers of frames whose VLAN tags end at `at`, and those tags."""
    places.add(Kind.ETHERNET, frames.row, frames.start, frames.captured)
    for tag_at in range(14, int(at.max(initial=14)), 4):
        tagged = np.flatnonzero(at > tag_at)
        places.add(Kind.VLAN, frames.row[tagged], frames.start[tagged] + tag_at, frames.captured[tagged] - tag_at)


def _ip_packets(frames: Frames, at: Indices, family: int, places: _Places) -> NDArray[np.bool_]:
    """Find the headers of IP packets at `at` without extension headers or tunnels; true for those left open."""
    form = IP_FORMS[IPV4 if family == 4 else IPV6]
    headers = gather(frames.data, frames.start + at, form.headers)
    ip = headers["ip"]
    declared = ip["length"].astype(np.int64)
    end = np.where(declared > 0, at + declared + form.length_starts_at, np.maximum(frames.wire, frames.captured))
    limit = np.minimum(frames.captured, end)
    payload_at = at + ((ip["version"] & 15).astype(np.int64) * 4 if family == 4 else 40)
    codes = form.protocol_codes[ip["protocol"]]
    is_open = (codes == WALK) | (codes == TUNNEL) | (ip["version"] >> 4 != family)
    is_open |= (payload_at - at < form.header_length) | (payload_at + 8 > limit) | (declared == 0)
    if family == 4:
        is_open |= ip["fragment"] & 0x3FFF != 0
    transport = gather(frames.data, frames.start + payload_at, np.dtype((">u2", 2)))
    is_udp = codes == Protocol.UDP
    is_open |= is_udp & (IS_TUNNEL_PORT[transport[:, 0]] | IS_TUNNEL_PORT[transport[:, 1]])
    is_icmp = codes == form.icmp
    is_open |= is_icmp & np.isin(transport[:, 0] >> 8, list(ICMP_ERRORS[family]))
    kinds = (
        (Kind.IPV4 if family == 4 else Kind.IPV6, ~is_open, at),
        (Kind.TCP, ~is_open & (codes == Protocol.TCP), payload_at),
        (Kind.UDP, ~is_open & is_udp, payload_at),
        (Kind.ICMP if family == 4 else Kind.ICMPV6, ~is_open & is_icmp, payload_at),
    )
    for kind, mask, header_at in kinds:
        chosen = np.flatnonzero(mask)
        if len(chosen):
            begin = header_at[chosen]
            places.add(kind, frames.row[chosen], frames.start[chosen] + begin, limit[chosen] - begin)
    found: NDArray[np.bool_] = is_open
    return found


_KINDS: dict[tuple[Table, int], Kind] = {
    (Table.LINK, link_types.ETHERNET): Kind.ETHERNET,
    **{(Table.ETHERTYPE, tag): Kind.VLAN for tag in VLAN_TAGS},
    (Table.ETHERTYPE, 0x0806): Kind.ARP,
    (Table.LINK, link_types.IPV4): Kind.IPV4,
    (Table.ETHERTYPE, 0x0800): Kind.IPV4,
    (Table.PPP, 0x0021): Kind.IPV4,
    (Table.IP_VERSION, 4): Kind.IPV4,
    (Table.IP_PROTOCOL, 4): Kind.IPV4,
    (Table.LINK, link_types.IPV6): Kind.IPV6,
    (Table.ETHERTYPE, 0x86DD): Kind.IPV6,
    (Table.PPP, 0x0057): Kind.IPV6,
    (Table.IP_VERSION, 6): Kind.IPV6,
    (Table.IP_PROTOCOL, 41): Kind.IPV6,
    (Table.IP_PROTOCOL, TCP): Kind.TCP,
    (Table.IP_PROTOCOL, 17): Kind.UDP,
    (Table.IP_PROTOCOL, 1): Kind.ICMP,
    (Table.IP_PROTOCOL, 58): Kind.ICMPV6,
}
"""What a layer is, by how the one before names it."""

_QUOTING = {Kind.ICMP: 4, Kind.ICMPV6: 6}


def _walk(piece: Piece, rows: Indices, link_type: NDArray[np.int64], wire: Indices, places: _Places) -> None:
    """Find the headers of any frames, one by one."""
    found: dict[Kind, list[tuple[int, int, int]]] = {}
    for row in rows.tolist():
        start, captured = int(piece.start[row]), int(piece.captured[row])
        data = piece.data[start : start + captured].tobytes()
        for kind, at, room in headers_in(data, int(wire[row]), int(link_type[row])):
            found.setdefault(kind, []).append((row, start + at, room))
    for kind, listed in found.items():
        places.add(kind, *np.array(listed, np.int64).T)


def headers_in(data: bytes, wire: int, link_type: int) -> list[tuple[Kind, int, int]]:
    """The headers in one frame, outermost first: each with its offset and the bytes captured from there on."""
    walk = Walk(data, len(data), max(wire, len(data)))
    found: list[tuple[Kind, int, int]] = []
    step: Step | None = (Table.LINK, link_type, 0)
    for _ in range(MOST_LAYERS):
        if step is None:
            break
        table, number, at = step
        kind = _KINDS.get((table, number))
        if kind is not None and at < walk.limit:
            found.append((kind, at, walk.limit - at))
        if (table, number) in LEAVES or (table, number) not in LAYERS:
            break
        step = LAYERS[table, number][1](walk, at)
        if step is None and kind in _QUOTING:
            step = _quoted(walk, at, _QUOTING[kind])
    return found


def _quoted(walk: Walk, at: int, family: int) -> Step | None:
    """The packet that an ICMP error at `at` quotes."""
    if at + 8 >= walk.limit or walk.data[at] not in ICMP_ERRORS[family]:
        return None
    return Table.IP_VERSION, family, at + 8
