"""From located TCP headers to columns."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.decode.checksums import TCP, ChecksummedSegments, checksum_states
from tui.decode.columns import COLUMN_TYPES, OPTION_CUT_OFF, SackBlocks
from tui.decode.gather import gather
from tui.decode.option_columns import OptionColumns, read_options
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
    32,
    {
        "source_port": (">u2", 0),
        "destination_port": (">u2", 2),
        "seq": (">u4", 4),
        "ack": (">u4", 8),
        "offset_and_flags": (">u2", 12),
        "window": (">u2", 14),
        "checksum": (">u2", 16),
        "first_options": ("(3,)>u4", 20),  # or what else follows the fixed header
    },
)
"""RFC 9293 section 3.1, and twelve bytes more: the options of nearly every segment."""

IPV4_WITHOUT_OPTIONS = 0x45
"""First byte of such a header."""

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


def read_segments(segments: LocatedSegments, batch: FrameBatch) -> tuple[Columns, dict[int, SackBlocks]]:
    """Every column of `Decoded` but `protocol`, for these segments; and the SACK blocks by row of the batch."""
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
    }
    for header, names in ((tcp, TCP_COLUMNS), (ip, IP_COLUMNS[segments.family])):
        for name in names:
            columns[name] = header[name].astype(COLUMN_TYPES[name])
    for name, value in ABSENT[segments.family].items():
        columns[name] = np.full(count, value, COLUMN_TYPES[name])
    columns["checksum_state"] = checksum_states(batch.data, _checksummed(segments, columns, start))
    header_there = np.minimum(captured, segments.ip_end)
    header_there -= segments.tcp_at
    np.minimum(header_there, header_length, out=header_there)
    options = read_options(batch.data, start + segments.tcp_at, header_there, tcp["first_options"])
    _enter_options(columns, options, header_there)
    return columns, {int(segments.row[index]): blocks for index, blocks in options.sack.items()}


def _enter_options(columns: Columns, options: OptionColumns, header_there: NDArray[np.int64]) -> None:
    """Make columns of the options in headers of which `header_there` bytes are captured."""
    columns["window_scale"] = np.full(len(header_there), -1, np.int8)
    columns["mss"] = np.zeros(len(header_there), np.uint16)
    columns |= {name: getattr(options, name) for name in ("has_timestamps", "tsval", "tsecr")}
    syn = np.flatnonzero(columns["flags"] & SYN)
    scales = options.window_scale[syn]
    cut = header_there[syn] < columns["header_length"][syn]
    columns["window_scale"][syn] = np.where(cut & (scales < 0), OPTION_CUT_OFF, scales)
    columns["mss"][syn] = options.mss[syn]


def _checksummed(segments: LocatedSegments, columns: Columns, start: NDArray[np.int64]) -> ChecksummedSegments:
    """What their checksums are judged by. IP options and extension headers may name another final destination."""
    length = segments.ip_end - segments.tcp_at
    declared = segments.ip["length"].astype(np.int64)
    if segments.family == 4:
        verifiable = (segments.ip["version"] == IPV4_WITHOUT_OPTIONS) & (declared == length + IPV4_HEADER.itemsize)
        addresses = columns["source_low"] + columns["destination_low"]
    else:
        verifiable = (segments.ip["protocol"] == TCP) & (declared == length)
        addresses = np.zeros(len(length), np.uint64)
        for name in IP_COLUMNS[6][:4]:
            addresses += (columns[name] >> np.uint64(32)) + (columns[name] & np.uint64(0xFFFFFFFF))
    verifiable &= ~(columns["truncated"] | columns["fragmented"])
    begin = start + segments.tcp_at
    return ChecksummedSegments(begin, length, addresses, columns["checksum"], verifiable, columns["fragmented"])


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
