"""Reading pcap (draft-ietf-opsawg-pcap): a file header of 24 bytes, then records of a header and a frame each."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from tui.files.frames import FrameBatch, Interface
from tui.files.window import LARGEST_FRAME, MOST_FRAMES, Window, rows_at

FILE_HEADER = 24
"""Bytes of the file header: magic, version (2 × 16 bits), zone, accuracy, snap length, link type."""

TRUSTED_LENGTH = 262144
"""Captured length that is believed whatever the file header says: libpcap's largest snap length."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What a pcap magic number says about the records."""

    time_digits: int
    """Decimal digits of the fraction of the second."""
    record_header: int
    """Bytes before each frame: seconds, fraction, captured and wire length, and what a variant adds."""


VARIANTS = {
    0xA1B2C3D4: Variant(6, 16),
    0xA1B23C4D: Variant(9, 16),
    0xA1B2CD34: Variant(6, 24),
}
"""Magic numbers; the last is Alexey Kuznetzov's modified format, with interface index, protocol and packet type."""


@dataclass(frozen=True, slots=True)
class PcapHeader:
    """The file header of a pcap file."""

    byte_order: str
    """`<` or `>`."""
    variant: Variant
    version: tuple[int, int]
    snap_length: int
    link_type: int


def pcap_header(head: bytes) -> PcapHeader | None:
    """The header at the beginning of `head` (at least FILE_HEADER bytes), None where the magic is another one."""
    for byte_order in "<>":
        magic, major, minor, _, _, snap_length, link_type = Struct(byte_order + "IHHIIII").unpack_from(head)
        if magic in VARIANTS:
            # the upper half of the link type holds the length of the frame check sequence and reserved bits
            return PcapHeader(byte_order, VARIANTS[magic], (major, minor), snap_length, link_type & 0xFFFF)
    return None


class PcapReader:
    """Finds the frames of a pcap file; a `FrameReader`, whose attributes are described there."""

    def __init__(self, header: PcapHeader) -> None:
        self.interfaces = [Interface(header.link_type, header.snap_length, header.byte_order)]
        self.time_digits = header.variant.time_digits
        self.needed = header.variant.record_header
        self.fault: str | None = None
        self._header = header
        self._limit = max(TRUSTED_LENGTH, min(header.snap_length, LARGEST_FRAME))
        self._number = 1
        # before version 2.3 the two lengths stood in the other order, and writers of 2.3 disagreed
        self._swapped = header.version[1] < 3
        self._either = header.version[1] == 3
        self._captured: Callable[[bytearray, int], tuple[int, ...]] = (
            self._lesser_length
            if self._either
            else Struct(f"{header.byte_order}{12 if self._swapped else 8}xI").unpack_from
        )
        """Reads the captured length of the record at a position."""

    def take(self, window: Window) -> FrameBatch:
        positions, following = self._walk(window)
        at = np.array(positions, np.int64)
        words = rows_at(window.data, at, 16)
        if self._header.byte_order == ">":
            words = words.byteswap()
        captured, wire = words[:, 2].astype(np.int64), words[:, 3].astype(np.int64)
        if self._swapped:
            captured, wire = wire, captured
        elif self._either:
            captured, wire = np.minimum(captured, wire), np.maximum(captured, wire)
        oversized = np.flatnonzero(captured > self._limit)
        if len(oversized):
            count = int(oversized[0])
            self._reject(int(captured[count]))
            following = positions[count]
            at, words, captured, wire = at[:count], words[:count], captured[:count], wire[:count]
        window.start = following
        return self._batch(window, at, words, captured, wire)

    def _walk(self, window: Window) -> tuple[list[int], int]:
        """Where the records begin that are in the window in full, and where the one after them does."""
        header = self._header.variant.record_header
        buffer, end, position = window.buffer, window.end, window.start
        positions: list[int] = []
        append = positions.append
        unpack = self._captured
        # a header that is cut reads slack bytes, and its record ends behind `end` whatever they are
        for _ in repeat(None, MOST_FRAMES):
            following = position + header + unpack(buffer, position)[0]
            if following > end:
                break
            append(position)
            position = following
        self.needed = header
        if end - position >= header:
            captured = unpack(buffer, position)[0]
            self.needed += captured
            if captured > self._limit:
                self._reject(captured)
        return positions, position

    def _lesser_length(self, buffer: bytearray, position: int) -> tuple[int, ...]:
        return (min(Struct(self._header.byte_order + "8xII").unpack_from(buffer, position)),)

    def _reject(self, captured: int) -> None:
        self.fault = f"a packet of {captured} bytes, where at most {self._limit} can be"

    def _batch(
        self,
        window: Window,
        at: NDArray[np.int64],
        words: NDArray[np.uint32],
        captured: NDArray[np.int64],
        wire: NDArray[np.int64],
    ) -> FrameBatch:
        seconds, fraction = words[:, 0].astype(np.int64), words[:, 1].astype(np.int64)
        start = at + self._header.variant.record_header
        first, self._number = self._number, self._number + len(at)
        return FrameBatch(
            data=window.data,
            start=start,
            captured=captured,
            wire=np.maximum(wire, captured),
            time_ns=seconds * 10**9 + fraction * 10 ** (9 - self.time_digits),
            offset=start + window.base,
            interface=np.zeros(len(at), np.int32),
            number=np.arange(first, self._number),
        )
