"""Captures made by hand, and captures read into plain values."""

from dataclasses import dataclass
from pathlib import Path
from struct import pack
from typing import Any

from tui.files.source import Capture, open_capture

FRAMES = [b"\x00" * 12 + b"\x08\x00" + bytes(range(length)) for length in (46, 0, 101, 33)]
"""Frames of several lengths, one of them without a payload, some with lengths that need padding."""


@dataclass(frozen=True)
class Frame:
    """A frame as a caller sees it."""

    number: int
    time_ns: int
    wire: int
    link_type: int
    interface: int
    data: bytes


def read_frames(capture: Capture) -> list[Frame]:
    """All frames; each is also read again by its offset, and has to be the same."""
    found = []
    for batch in capture.batches():
        assert len(batch) > 0
        for row in range(len(batch)):
            start, length = int(batch.start[row]), int(batch.captured[row])
            data = batch.data[start : start + length].tobytes()
            assert len(data) == length
            assert capture.read_at(int(batch.offset[row]), length) == data
            interface = int(batch.interface[row])
            found.append(
                Frame(
                    int(batch.number[row]),
                    int(batch.time_ns[row]),
                    int(batch.wire[row]),
                    capture.interfaces[interface].link_type,
                    interface,
                    data,
                )
            )
    return found


def frames_of(path: object) -> list[Frame]:
    """All frames of a file that has to be whole."""
    with open_capture(str(path)) as capture:
        found = read_frames(capture)
        assert capture.damage is None
        assert capture.position == capture.size
        return found


def open_descriptors() -> int:
    """How many files this process has open."""
    return sum(1 for _ in Path("/dev/fd").iterdir())


def pcap_header(
    order: str = "<",
    magic: int = 0xA1B2C3D4,
    version: tuple[int, int] = (2, 4),
    snap_length: int = 65535,
    link_type: int = 1,
) -> bytes:
    return pack(order + "IHHiIII", magic, *version, 0, 0, snap_length, link_type)


def record(data: bytes, seconds: int = 1, fraction: int = 0, wire: int | None = None, order: str = "<") -> bytes:
    return pack(order + "IIII", seconds, fraction, len(data), len(data) if wire is None else wire) + data


def pcap(frames: list[bytes] = FRAMES, order: str = "<", **header: Any) -> bytes:
    """A pcap file; the n-th frame is at n seconds and n microseconds or nanoseconds."""
    records = (record(data, n, n, order=order) for n, data in enumerate(frames, 1))
    return pcap_header(order, **header) + b"".join(records)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    length = 12 + len(body) + -len(body) % 4
    return pack(order + "II", kind, length) + body + bytes(-len(body) % 4) + pack(order + "I", length)


def section(order: str = "<", major: int = 1) -> bytes:
    return block(0x0A0D0D0A, pack(order + "IHHq", 0x1A2B3C4D, major, 0, -1), order)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(
    link_type: int = 1, snap_length: int = 0, order: str = "<", options: dict[int, bytes] | None = None
) -> bytes:
    given = b"".join(option(code, value, order) for code, value in (options or {}).items())
    return block(1, pack(order + "HHI", link_type, 0, snap_length) + given + (bytes(4) if given else b""), order)


def enhanced(data: bytes, ticks: int = 0, of: int = 0, wire: int | None = None, order: str = "<") -> bytes:
    wire = len(data) if wire is None else wire
    return block(6, pack(order + "IIIII", of, ticks >> 32, ticks & 0xFFFFFFFF, len(data), wire) + data, order)


def simple(data: bytes, wire: int | None = None, order: str = "<") -> bytes:
    return block(3, pack(order + "I", len(data) if wire is None else wire) + data, order)


def obsolete(data: bytes, ticks: int = 0, of: int = 0, drops: int = 0, order: str = "<") -> bytes:
    fields = (of, drops, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
    return block(2, pack(order + "HHIIII", *fields) + data, order)


def pcapng(frames: list[bytes] = FRAMES, order: str = "<") -> bytes:
    """One section, one Ethernet interface; the n-th frame is at n seconds and n microseconds."""
    blocks = (enhanced(data, n * 1_000_001, order=order) for n, data in enumerate(frames, 1))
    return section(order) + interface(order=order) + b"".join(blocks)
