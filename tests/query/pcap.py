"""A plain reader and writer of pcap bytes, for what tcpdump gives back and for frames made by hand."""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tui.files.frames import SLACK, FrameBatch

BYTE_ORDERS = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\x3c\x4d": ">"}
"""The first four bytes of a file, and its byte order."""


def batch_of(
    frames: Sequence[bytes], wire: Sequence[int] | None = None, interface: Sequence[int] | None = None
) -> FrameBatch:
    """A batch of frames, all on interface 0 and whole where nothing else is said."""
    captured = np.array([len(frame) for frame in frames], np.int64)
    start = np.cumsum(captured) - captured
    return FrameBatch(
        np.frombuffer(b"".join(frames) + b"\xff" * SLACK, np.uint8),
        start,
        captured,
        captured if wire is None else np.array(wire, np.int64),
        np.zeros(len(frames), np.int64),
        start,
        np.zeros(len(frames), np.int32) if interface is None else np.array(interface, np.int32),
        np.arange(1, len(frames) + 1),
    )


def read_pcap(content: bytes) -> list[tuple[bytes, int]]:
    """The frames, each with its wire length, of a pcap file that tcpdump wrote."""
    order = BYTE_ORDERS[content[:4]]
    frames = []
    place = 24
    while place < len(content):
        captured, wire = struct.unpack_from(order + "II", content, place + 8)
        frames.append((content[place + 16 : place + 16 + captured], wire))
        place += 16 + captured
    return frames


def write_pcap(folder: Path, frames: Sequence[bytes], link_type: int, byte_order: str) -> Path:
    """A pcap file of whole frames, a second apart."""
    header = struct.pack(byte_order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link_type)
    records = [
        struct.pack(byte_order + "IIII", second, 0, len(frame), len(frame)) + frame
        for second, frame in enumerate(frames)
    ]
    path = folder / "frames.pcap"
    path.write_bytes(header + b"".join(records))
    return path
