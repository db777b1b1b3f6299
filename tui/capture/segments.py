"""Writing what was captured: pcapng files (draft-ietf-opsawg-pcapng), each complete in itself.

Every file announces, in the same order, the interfaces that were known before it was begun, so that a frame's
interface has one number in all of them. An interface that is new is announced where it appears.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import Struct

from tui.capture.frames import Frame
from tui.capture.protocol import CaptureError, Events

SECTION = Struct("<IIIHHqI").pack(0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
"""A section header block: version 1.0, of unknown length."""

INTERFACE = 1
IF_NAME = 2
IF_TSRESOL = 9
MICROSECONDS = b"\x06"

PACKET_HEAD = Struct("<7I")
"""Type, length of the block, interface, time (upper word first), captured bytes, bytes on the wire."""

ENHANCED_PACKET = 6

PACKET_TAILS = (Struct("<I"), Struct("<3xI"), Struct("<2xI"), Struct("<xI"))
"""The length of the block again, behind what fills up to four bytes; by the captured bytes modulo four."""

PARTS = 3
"""Of a packet block: head, frame, tail."""

BYTES_BETWEEN_LOOKS = 16 << 20
"""Bytes that are written before the space that is left is looked at again."""

KEPT_FREE = 64 << 20
"""Bytes of the file system that a capture leaves to others."""


@dataclass(frozen=True, slots=True)
class Announced:
    """An interface as a file announces it."""

    name: str
    link_type: int
    snap_length: int


class SegmentWriter:
    """Writes the files `000001.pcapng`, `000002.pcapng`, … and says so; numbers go on whenever it begins again."""

    def __init__(self, events: Events) -> None:
        self.captured = 0
        """Frames in all files."""
        self._events = events
        self._interfaces: list[Announced] = []
        self._folder = Path()
        self._segment_bytes = 0
        self._files = 0
        self._name = ""
        self._file = -1
        self._size = 0
        self._unchecked = 0
        """Bytes that were written since the space was looked at."""

    def begin(self, folder: str, segment_bytes: int) -> None:
        """Begin a file in `folder`, of which nothing is said yet; another one follows when it has `segment_bytes`.

        Raises CaptureError where it can't be written.
        """
        self._folder, self._segment_bytes = Path(folder), segment_bytes
        self._begin_file()

    def report_begun(self) -> None:
        """Say that there is another file, in which no frame is yet."""
        self._events.send("segment", name=self._name, header=self._size)
        self._report()

    def announce(self, interface: Announced) -> int:
        """The number of an interface, which is announced if it is new. Raises CaptureError of a disk that is full."""
        if interface not in self._interfaces:
            self._append(interface_block(interface))
            self._interfaces.append(interface)
        return self._interfaces.index(interface)

    def write(self, frames: Sequence[Frame]) -> None:
        """Append frames. Raises CaptureError of a disk that is full; those that were not written are not there then."""
        parts = packet_blocks(frames)
        while parts:
            room = self._segment_bytes - self._size
            stop = _parts_that_reach(parts, room)
            self._append(b"".join(parts[:stop]))
            self.captured += stop // PARTS
            self._report()
            self._check_space()
            if self._size >= self._segment_bytes:
                self.end()
                self._begin_file()
                self.report_begun()
            parts = parts[stop:]

    def end(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _begin_file(self) -> None:
        self._files += 1
        self._name = f"{self._files:06}.pcapng"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._file = os.open(self._folder / self._name, flags, 0o600)
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or "no folder can have this name"
            raise CaptureError("disk", f"{self._folder}: can't be written: {reason}") from error
        self._size = 0
        header = SECTION + b"".join(map(interface_block, self._interfaces))
        self._append(header)

    def _report(self) -> None:
        self._events.send("grown", size=self._size, captured=self.captured)

    def _append(self, blocks: bytes) -> None:
        """Write complete blocks, or nothing."""
        left = memoryview(blocks)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as error:
            os.ftruncate(self._file, self._size)
            raise CaptureError("disk", f"{self._folder}: can't be written: {error.strerror}") from error
        self._size += len(blocks)
        self._unchecked += len(blocks)

    def _check_space(self) -> None:
        """Look at it now and then."""
        if self._unchecked < BYTES_BETWEEN_LOOKS:
            return
        self._unchecked = 0
        space = os.fstatvfs(self._file)
        if space.f_bavail * space.f_frsize < KEPT_FREE:
            raise CaptureError("disk", f"{self._folder}: less than {KEPT_FREE >> 20} MiB is left there")


def packet_blocks(frames: Sequence[Frame]) -> list[bytes]:
    """Enhanced packet blocks, each in PARTS parts."""
    parts: list[bytes] = []
    head = PACKET_HEAD.pack
    tails = [tail.pack for tail in PACKET_TAILS]
    for time, interface, wire, data in frames:
        captured = len(data)
        length = 32 + captured + (-captured & 3)
        parts += (
            head(ENHANCED_PACKET, length, interface, time >> 32, time & 0xFFFFFFFF, captured, wire),
            data,
            tails[captured & 3](length),
        )
    return parts


def interface_block(interface: Announced) -> bytes:
    """An interface description block: link type, snapshot length, name, times in microseconds."""
    options = _option(IF_NAME, os.fsencode(interface.name)) + _option(IF_TSRESOL, MICROSECONDS) + bytes(4)
    length = 20 + len(options)
    head = Struct("<IIHHI").pack(INTERFACE, length, interface.link_type, 0, interface.snap_length)
    return head + options + length.to_bytes(4, "little")


def _option(code: int, value: bytes) -> bytes:
    return Struct("<HH").pack(code, len(value)) + value + bytes(-len(value) % 4)


def _parts_that_reach(parts: list[bytes], room: int) -> int:
    """How many parts, in whole blocks and at least one, have `room` bytes; all where they have fewer."""
    if sum(map(len, parts)) < room:
        return len(parts)
    size = 0
    for stop in range(PARTS, len(parts) + 1, PARTS):
        size += sum(map(len, parts[stop - PARTS : stop]))
        if size >= room:
            return stop
    return len(parts)
