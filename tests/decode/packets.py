"""Hand-made packets: each function puts its header in front of what it is given."""

import struct
from collections.abc import Sequence

import numpy as np

from tui.decode.batch import decode_batch, decode_by_walking
from tui.decode.columns import COLUMN_TYPES, Decoded
from tui.files.frames import SLACK, FrameBatch, Interface

SOURCE4, DESTINATION4 = 0x0A000001, 0xC0A80002
SOURCE6 = (0x20010DB8_00000001, 0x00000000_0000000A)
DESTINATION6 = (0xFE800000_00000000, 0x0200_00FF_FE00_0001)
ACK, SYN, FIN = 0x10, 0x02, 0x01


def tcp(payload: bytes = b"", *, options: bytes = b"", flags: int = ACK, data_offset: int | None = None) -> bytes:
    words = (20 + len(options)) // 4 if data_offset is None else data_offset
    header = struct.pack(">HHIIHHHH", 49152, 80, 0xFFFFFFF0, 0x80000001, words << 12 | flags, 0xFEDC, 0xBEEF, 0)
    return header + options + payload


def udp(payload: bytes, *, source: int = 50000, destination: int = 50001) -> bytes:
    return struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload


def ipv4(
    payload: bytes, protocol: int = 6, *, total: int | None = None, options: bytes = b"", fragment: int = 0x4000
) -> bytes:
    words, total = 5 + len(options) // 4, 20 + len(options) + len(payload) if total is None else total
    header = struct.pack(
        ">BBHHHBBHII", 0x40 | words, 0, total, 0xABCD, fragment, 63, protocol, 0, SOURCE4, DESTINATION4
    )
    return header + options + payload


def ipv6(payload: bytes, next_header: int = 6, *, length: int | None = None) -> bytes:
    length = len(payload) if length is None else length
    return struct.pack(">IHBB4Q", 0x60012345, length, next_header, 62, *SOURCE6, *DESTINATION6) + payload


def extension(next_header: int, payload: bytes, *, body: bytes = bytes(6)) -> bytes:
    """An IPv6 extension header of the common form."""
    return bytes([next_header, (len(body) + 2) // 8 - 1]) + body + payload


def fragment6(next_header: int, payload: bytes, *, offset: int = 0, more: bool = False) -> bytes:
    return struct.pack(">BBHI", next_header, 0, offset << 3 | more, 7) + payload


def ethernet(ethertype: int, payload: bytes) -> bytes:
    return b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02" + struct.pack(">H", ethertype) + payload


def vlan(ethertype: int, payload: bytes) -> bytes:
    return struct.pack(">HH", 100, ethertype) + payload


def label(payload: bytes, *, bottom: bool = True) -> bytes:
    """An MPLS label."""
    return struct.pack(">I", 16 << 12 | bottom << 8 | 64) + payload


def pppoe(payload: bytes, *, length: int | None = None) -> bytes:
    return struct.pack(">BBHH", 0x11, 0, 1, len(payload) if length is None else length) + payload


def gre(protocol: int, payload: bytes, *, flags: int = 0, optional: bytes = b"") -> bytes:
    return struct.pack(">HH", flags, protocol) + optional + payload


def vxlan(payload: bytes) -> bytes:
    return udp(b"\x08\0\0\0\0\0\x07\0" + payload, destination=4789)


def icmp(icmp_type: int, payload: bytes, code: int = 1) -> bytes:
    return struct.pack(">BBHI", icmp_type, code, 0, 0) + payload


def batch_of(
    frames: Sequence[bytes],
    *,
    wire: Sequence[int] | None = None,
    interface: Sequence[int] | None = None,
    filler: int = 0xEE,
) -> FrameBatch:
    """A batch whose buffer has `filler` bytes between and behind the frames."""
    gap = bytes([filler]) * 16
    captured = np.array([len(frame) for frame in frames], np.int64)
    start = np.cumsum(captured + len(gap)) - captured
    data = b"".join(gap + frame for frame in frames) + bytes([filler]) * SLACK
    count = len(frames)
    return FrameBatch(
        data=np.frombuffer(data, np.uint8),
        start=start,
        captured=captured,
        wire=captured if wire is None else np.array(wire, np.int64),
        time_ns=np.zeros(count, np.int64),
        offset=start,
        interface=np.array(interface if interface is not None else [0] * count, np.int32),
        number=np.arange(1, count + 1),
    )


def interfaces(*link_type: int) -> list[Interface]:
    return [Interface(number, 0, "<") for number in link_type]


def decode(frame: bytes, link_type: int = 1, *, wire: int | None = None) -> Decoded:
    """The one row of a frame, after both ways were held against each other."""
    batch = batch_of([frame], wire=None if wire is None else [wire])
    decoded = decode_batch(batch, interfaces(link_type))
    assert_equal(decoded, decode_by_walking(batch, interfaces(link_type)))
    return decoded


def assert_equal(one: Decoded, other: Decoded) -> None:
    """Every column holds the same values, in its declared type."""
    for name, kind in COLUMN_TYPES.items():
        column = getattr(one, name)
        assert column.dtype == kind, name
        np.testing.assert_array_equal(column, getattr(other, name), err_msg=name)
    assert one.quoted == other.quoted
    assert one.sack == other.sack
