"""What a segment's own bytes say that no column keeps: its options, urgent pointer and checksum."""

import ipaddress
from typing import NamedTuple

from tui.decode.options import TcpOptions, parse_options
from tui.errors import InputError
from tui.session import Session
from tui.store import HAS_TIMESTAMPS
from tui.tcp.tracking.sequence import nearest
from tui.views.endpoints import endpoints
from tui.views.frame_views import SegmentView

_TCP = 6
_BARE_HEADER = 20
_TIMESTAMPS = 12
"""Header bytes that the timestamps option takes, padded as everybody pads it."""
_SMALLEST_SACK = 12

Blocks = tuple[tuple[int, int], ...]


class Checksum(NamedTuple):
    """The TCP checksum that a segment holds, the one that is right, and the sum that a network card completes."""

    stored: int
    computed: int
    pseudo_header: int


def header_of(session: Session, view: SegmentView) -> bytes:
    """The captured bytes of the TCP header; empty where they are gone."""
    return _bytes(session, view, session.store.value("header_length", view.row))


def options_of(session: Session, view: SegmentView) -> TcpOptions:
    """The options of the TCP header."""
    return parse_options(header_of(session, view))


def sack_blocks(session: Session, view: SegmentView, peer_base: int) -> Blocks:
    """SACK blocks, relative to the other side's numbers, which count from `peer_base`; read only where they can be."""
    store = session.store
    stamped = _TIMESTAMPS if store.value("marks", view.row) & HAS_TIMESTAMPS else 0
    room = store.value("header_length", view.row) - _BARE_HEADER - stamped
    if view.ack is None or "S" in view.flags or room < _SMALLEST_SACK:
        return ()
    near = peer_base + view.ack
    blocks = options_of(session, view).sack
    return tuple((nearest(near, left) - peer_base, nearest(near, right) - peer_base) for left, right in blocks)


def urgent_pointer(session: Session, view: SegmentView) -> int | None:
    """The urgent pointer (RFC 9293 section 3.8.5); None where it was not captured."""
    header = header_of(session, view)
    return int.from_bytes(header[18:20], "big") if len(header) >= _BARE_HEADER else None


def checksum_of(session: Session, view: SegmentView) -> Checksum | None:
    """The checksum of RFC 9293 section 3.1; None where some of the segment is not there to be summed."""
    length = session.store.value("header_length", view.row) + view.length
    segment = _bytes(session, view, length)
    if len(segment) < max(length, _BARE_HEADER):
        return None
    ends = endpoints(session, view.connection)
    client, server = (ipaddress.ip_address(end) for end in (ends.client_address, ends.server_address))
    pseudo_header = client.packed + server.packed + length.to_bytes(4, "big") + _TCP.to_bytes(4, "big")
    stored = int.from_bytes(segment[16:18], "big")
    pseudo = _folded(pseudo_header)
    without = segment[:16] + bytes(2) + segment[18:]
    return Checksum(stored, ~_folded(pseudo.to_bytes(2, "big") + without) & 0xFFFF, pseudo)


def _bytes(session: Session, view: SegmentView, length: int) -> bytes:
    """The first bytes of a segment, header first, as far as they were captured and are still there."""
    store = session.store
    if view.row < store.start:
        return b""
    skipped = store.value("tcp_offset", view.row)
    length = min(length, store.value("captured", view.row) - skipped)
    try:
        return session.capture.read_at(store.value("offset", view.row) + skipped, max(length, 0))
    except InputError:  # the pipeline meets the same disk, and says so
        return b""


def _folded(content: bytes) -> int:
    """The one's complement sum of 16-bit words (RFC 1071)."""
    even = content + bytes(len(content) % 2)
    total = int.from_bytes(even, "big") % 0xFFFF
    return total or (0xFFFF if any(even) else 0)
