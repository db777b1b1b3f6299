"""The fast way through link layers: where the IP packets of many frames are."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.gather import gather
from tui.decode.layers import LAYERS, LEAVES, UNNAMED, VLAN_TAGS
from tui.decode.links import ADDRESS_FAMILIES
from tui.decode.segments import LocatedSegments, Records
from tui.decode.walk import Table
from tui.files import link_types

Codes = NDArray[np.uint8]
"""What each frame is: a Protocol, or one of these five."""
WALK, TAGGED, IPV4, IPV6, TUNNEL = 255, 254, 253, 252, 251
"""To be walked through; under a VLAN tag; to be looked into as IPv4, as IPv6; perhaps a tunnel."""

MOST_TAGS = 2
"""VLAN tags that are passed over here."""

U8, U16, U32 = np.dtype("u1"), np.dtype(">u2"), np.dtype(">u4")


def protocol_codes(table: Table, size: int) -> Codes:
    """By number of a table: its protocol where the number alone settles it, WALK where there is a layer to enter."""
    codes = np.full(size, UNNAMED[table], np.uint8)
    for (space, number), protocol in LEAVES.items():
        if space == table:
            codes[number] = protocol
    codes[[number for space, number in LAYERS if space == table]] = WALK
    return codes


def _ethertype_codes() -> Codes:
    codes = protocol_codes(Table.ETHERTYPE, 1 << 16)
    codes[:0x0600] = WALK  # lengths
    codes[list(VLAN_TAGS)] = TAGGED
    codes[0x0800], codes[0x86DD] = IPV4, IPV6
    return codes


ETHERTYPE_CODES = _ethertype_codes()
VERSION_CODES = np.full(16, WALK, np.uint8)
VERSION_CODES[[4, 6]] = IPV4, IPV6


@dataclass(slots=True)
class Frames:
    """Some frames of a batch, or what lies in them behind a tunnel's header."""

    data: NDArray[np.uint8]
    row: NDArray[np.int64]
    """Rows in the batch, ascending."""
    start: NDArray[np.int64]
    captured: NDArray[np.int64]
    wire: NDArray[np.int64]
    outer: NDArray[np.int64] | None = None
    """Bytes of each frame that lie before `start`; None where those are none."""

    def at(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Frames":
        """Those where a mask is true, or with these indices."""
        outer = None if self.outer is None else self.outer[chosen]
        return Frames(self.data, self.row[chosen], self.start[chosen], self.captured[chosen], self.wire[chosen], outer)

    def within(self, rows: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]) -> "Frames":
        """What lies from `start` to `end`, given for all frames, in those with the indices `rows`."""
        start, end = start[rows], end[rows]
        captured = np.minimum(self.captured[rows], end) - start
        outer = start if self.outer is None else self.outer[rows] + start
        return Frames(self.data, self.row[rows], self.start[rows] + start, captured, end - start, outer)

    def segments(
        self, family: int, ip: Records, tcp: Records, tcp_at: NDArray[np.int64], ip_end: NDArray[np.int64]
    ) -> LocatedSegments:
        """The TCP segments that these frames are, from offsets that count from `start`."""
        if self.outer is not None:
            tcp_at, ip_end = tcp_at + self.outer, ip_end + self.outer
        return LocatedSegments(self.row, family, ip, tcp, tcp_at, ip_end)


Located = tuple[Codes, NDArray[np.int64]]
"""What frames are by their link layer, and the offset of what follows it from the start of the frame."""
Locate = Callable[[Frames], Located]


def _typed(type_at: int, header_length: int) -> Locate:
    """A link layer with an ethertype at `type_at`, VLAN tags behind it passed over."""

    def locate(frames: Frames) -> Located:
        codes = ETHERTYPE_CODES[gather(frames.data, frames.start + type_at, U16)]
        at = np.full(len(codes), header_length, np.int64)
        for _ in range(MOST_TAGS):
            tagged = np.flatnonzero(codes == TAGGED)
            if not len(tagged):
                break
            codes[tagged] = ETHERTYPE_CODES[gather(frames.data, frames.start[tagged] + at[tagged] + 2, U16)]
            at[tagged] += 4
        return codes, at

    return locate


def _loopback(frames: Frames) -> Located:
    """An address family in either byte order."""
    family = gather(frames.data, frames.start, U32).astype(np.uint32)
    family = np.where(family > 0xFFFF, family.byteswap(), family)
    codes = np.full(len(family), WALK, np.uint8)
    for number, version in ADDRESS_FAMILIES.items():
        codes[family == number] = VERSION_CODES[version]
    return codes, np.full(len(family), 4, np.int64)


def _raw_ip(frames: Frames) -> Located:
    """Nothing but a packet that says itself which version it is."""
    codes = VERSION_CODES[gather(frames.data, frames.start, U8) >> 4]
    return codes, np.zeros(len(codes), np.int64)


def only(code: int) -> Locate:
    """A link layer of no bytes that is of one IP version."""
    return lambda frames: (np.full(len(frames.row), code, np.uint8), np.zeros(len(frames.row), np.int64))


LINKS: dict[int, Locate] = {
    link_types.ETHERNET: _typed(12, 14),
    link_types.LINUX_SLL: _typed(14, 16),
    link_types.LINUX_SLL2: _typed(0, 20),
    link_types.NULL: _loopback,
    link_types.LOOP: _loopback,
    link_types.IPV4: only(IPV4),
    link_types.IPV6: only(IPV6),
    link_types.RAW: _raw_ip,
    link_types.RAW_BSD: _raw_ip,
    link_types.RAW_OPENBSD: _raw_ip,
}
"""Link types that have a fast way."""
