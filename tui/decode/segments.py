"""From located TCP headers to columns."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import COLUMN_TYPES, OPTION_CUT_OFF
from tui.decode.gather import gather
from tui.decode.options import read_window_scales
from tui.files.frames import FrameBatch

Columns = dict[str, NDArray[Any]]
Records = NDArray[Any]


def _record(size: int, fields: dict[str, tuple[str, int]]) -> "np.dtype[np.void]":
    """A header of `size` bytes from the type and offset of each field that is read."""
    return np.dtype(
        {
            "names": list(fields),
            "formats": [kind for kind, _ in fields.values()],
            "offsets": [offset for _, offset in fields.values()],
            "itemsize": size,
        }
    )


IPV4_HEADER = _record(
    20,
    {
        "version": ("u1", 0),  # and the header length in units of four bytes
        "length": (">u2", 2),  # of the whole packet
        "ip_id": (">u2", 4),
        "fragment": (">u2", 6),  # flags and offset
        "ttl": ("u1", 8),
        "protocol": ("u1", 9),
        "source_low": (">u4", 12),
        "destination_low": (">u4", 16),
    },
)
"""RFC 791 section 3.1, without options."""

IPV6_HEADER = _record(
    40,
    {
        "version": ("u1", 0),  # and half of the traffic class
        "length": (">u2", 4),  # of what follows this header
        "protocol": ("u1", 6),
        "ttl": ("u1", 7),
        "source_high": (">u8", 8),
        "source_low": (">u8", 16),
        "destination_high": (">u8", 24),
        "destination_low": (">u8", 32),
    },
)
"""RFC 8200 section 3."""

TCP_HEADER = _record(
    20,
    {
        "source_port": (">u2", 0),
        "destination_port": (">u2", 2),
        "seq": (">u4", 4),
        "ack": (">u4", 8),
        "offset_and_flags": (">u2", 12),
        "window": (">u2", 14),
        "checksum": (">u2", 16),
    },
)
"""RFC 9293 section 3.1, without options."""

IP_HEADERS = {4: IPV4_HEADER, 6: IPV6_HEADER}

SYN = 0x002


@dataclass(slots=True)
class LocatedSegments:
    """k TCP segments of a batch under IP headers of one family: where they are, and their headers."""

    row: NDArray[np.int64]
    """Rows in the batch, ascending."""
    family: int
    """4 or 6."""
    ip: Records
    """Fixed IP headers."""
    tcp: Records
    """Fixed TCP headers."""
    tcp_at: NDArray[np.int64]
    """Bytes from the start of the frame to the TCP header."""
    ip_end: NDArray[np.int64]
    """Bytes from the start of the frame to the end of the IP packet on the wire."""
    fragmented: NDArray[np.bool_] | None = None
    """Whether each is the first fragment of a larger packet; None where none is."""


def read_segments(segments: LocatedSegments, batch: FrameBatch) -> Columns:
    """Every column of `Decoded` but `protocol`, for these segments."""
    ip, tcp, count = segments.ip, segments.tcp, len(segments.row)
    whole_batch = count == len(batch)
    start = batch.start if whole_batch else batch.start[segments.row]
    captured = batch.captured if whole_batch else batch.captured[segments.row]
    header_word = tcp["offset_and_flags"].astype(np.uint16)
    header_length = (header_word >> 12) << 2
    length = segments.ip_end - segments.tcp_at
    length -= np.maximum(header_length, 20)
    columns: Columns = {
        "family": np.full(count, segments.family, np.uint8),
        "tcp_offset": segments.tcp_at.astype(np.int32),
        "header_length": header_length.astype(np.uint8),
        "flags": header_word & 0x0FFF,
        "length": np.maximum(length, 0, out=length),
        "fragmented": np.zeros(count, np.bool_) if segments.fragmented is None else segments.fragmented,
        "truncated": captured < segments.ip_end,
        "window_scale": np.full(count, -1, np.int8),
        "mss": np.zeros(count, np.uint16),
        "has_timestamps": np.zeros(count, np.bool_),
        "tsval": np.zeros(count, np.uint32),
        "tsecr": np.zeros(count, np.uint32),
        "checksum_state": np.zeros(count, np.uint8),
    }
    for header, names in ((tcp, TCP_COLUMNS), (ip, IP_COLUMNS[segments.family])):
        for name in names:
            columns[name] = header[name].astype(COLUMN_TYPES[name])
    for name, value in ABSENT[segments.family].items():
        columns[name] = np.full(count, value, COLUMN_TYPES[name])

    with_options = np.flatnonzero((columns["flags"] & SYN != 0) & (header_length > 20))
    if len(with_options):
        at, begin = segments.tcp_at[with_options], start[with_options]
        end = np.minimum(captured[with_options], segments.ip_end[with_options])
        end = np.minimum(end, at + header_length[with_options])
        scales = read_window_scales(batch.data, begin + at, begin + end)
        cut = end < at + header_length[with_options]
        columns["window_scale"][with_options] = np.where(cut & (scales < 0), OPTION_CUT_OFF, scales)
    return columns


def gather_segments(
    batch: FrameBatch, family: int, located: NDArray[np.int64], fragmented: NDArray[np.bool_]
) -> LocatedSegments:
    """Segments from their whereabouts: columns row, IP offset, TCP offset and IP end of `located`, one row each."""
    row, ip_at, tcp_at, ip_end = located.T
    start = batch.start[row]
    ip = gather(batch.data, start + ip_at, IP_HEADERS[family])
    tcp = gather(batch.data, start + tcp_at, TCP_HEADER)
    return LocatedSegments(row, family, ip, tcp, tcp_at, ip_end, fragmented)


TCP_COLUMNS = ("source_port", "destination_port", "seq", "ack", "window", "checksum")
IP_COLUMNS = {
    4: ("source_low", "destination_low", "ip_id", "ttl"),
    6: ("source_high", "source_low", "destination_high", "destination_low", "ttl"),
}
"""By family: columns that are fields of the IP header."""
ABSENT = {4: {"source_high": 0, "destination_high": 0}, 6: {"ip_id": -1}}
"""By family: columns that its header has no field for, and their value."""
