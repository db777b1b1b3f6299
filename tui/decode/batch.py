"""Decoding a batch of frames into columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Decoded, Protocol, QuotedSegment
from tui.decode.layers import walk_frame
from tui.decode.plain import split
from tui.decode.plain_links import WALK, Codes
from tui.decode.segments import LocatedSegments, gather_segments, read_segments
from tui.decode.walk import Quote, u16, u32
from tui.files.frames import FrameBatch, Interface


def decode_batch(batch: FrameBatch, interfaces: Sequence[Interface]) -> Decoded:
    """One row a frame of the batch, which `interfaces` were recorded on. No content of a frame makes it fail."""
    if not len(batch):
        return Decoded.empty(0)
    return _decode(batch, interfaces, *split(batch, interfaces))


def decode_by_walking(batch: FrameBatch, interfaces: Sequence[Interface]) -> Decoded:
    """The same as `decode_batch`, by walking through every frame: slow, and the yardstick that it must equal."""
    return _decode(batch, interfaces, np.full(len(batch), WALK, np.uint8), [])


def _decode(batch: FrameBatch, interfaces: Sequence[Interface], codes: Codes, found: list[LocatedSegments]) -> Decoded:
    """Walk through the frames that are left open, and read the segments of both ways into columns."""
    quoted: list[QuotedSegment] = []
    left_open = np.flatnonzero(codes == WALK)
    if len(left_open):
        walked, quoted = _walk_rows(batch, interfaces, left_open, codes)
        found = found + walked
    if len(found) == 1 and len(found[0].row) == len(batch):
        columns, sack = read_segments(found[0], batch)
        whole: dict[str, Any] = {**columns, "protocol": codes, "quoted": quoted, "sack": sack}
        return Decoded(**whole)
    decoded = Decoded.empty(len(batch))
    decoded.protocol = codes
    decoded.quoted = quoted
    for segments in found:
        columns, sack = read_segments(segments, batch)
        decoded.sack |= sack
        for name, values in columns.items():
            getattr(decoded, name)[segments.row] = values
    return decoded


def _walk_rows(
    batch: FrameBatch, interfaces: Sequence[Interface], rows: NDArray[np.int64], codes: Codes
) -> tuple[list[LocatedSegments], list[QuotedSegment]]:
    """Walk through the frames in `rows`, enter what they are into `codes`, and give the segments and quotes found."""
    located: dict[int, list[tuple[int, int, int, int]]] = {4: [], 6: []}
    fragmented: dict[int, list[bool]] = {4: [], 6: []}
    quoted: list[QuotedSegment] = []
    whereabouts = zip(
        rows.tolist(),
        batch.start[rows].tolist(),
        batch.captured[rows].tolist(),
        batch.wire[rows].tolist(),
        batch.interface[rows].tolist(),
        strict=True,
    )
    for row, start, captured, wire, interface in whereabouts:
        frame = batch.data[start : start + captured].tobytes()
        walk = walk_frame(frame, wire, interfaces[interface].link_type)
        codes[row] = walk.protocol
        if walk.protocol == Protocol.TCP:
            located[walk.family].append((row, walk.ip_at, walk.tcp_at, walk.end))
            fragmented[walk.family].append(walk.fragmented)
        elif walk.quote:
            quoted.append(_quoted_segment(row, frame, walk.quote))
    segments = [
        gather_segments(batch, family, np.array(places, np.int64), np.array(fragmented[family], np.bool_))
        for family, places in located.items()
        if places
    ]
    return segments, quoted


ADDRESSES = {4: (12, 4), 6: (8, 16)}
"""By family: offset of the source address in the IP header and length of an address, in bytes."""


def _quoted_segment(row: int, frame: bytes, quote: Quote) -> QuotedSegment:
    """The segment that the ICMP error in `frame` quotes."""
    offset, size = ADDRESSES[quote.family]
    source_at = quote.ip_at + offset
    source, destination = (
        divmod(int.from_bytes(frame[at : at + size], "big"), 1 << 64) for at in (source_at, source_at + size)
    )
    return QuotedSegment(
        row=row,
        icmp_type=quote.icmp_type,
        icmp_code=quote.icmp_code,
        family=quote.family,
        source=source,
        destination=destination,
        source_port=u16(frame, quote.tcp_at),
        destination_port=u16(frame, quote.tcp_at + 2),
        seq=u32(frame, quote.tcp_at + 4),
    )
