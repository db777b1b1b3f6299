"""Reading pcapng (draft-ietf-opsawg-pcapng): sections of blocks, of which three kinds hold frames."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import repeat
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from tui.files.frames import FrameBatch, Interface
from tui.files.pcapng_clock import Clock, times_ns
from tui.files.window import LARGEST_FRAME, MOST_FRAMES, Window, rows_at

SECTION, INTERFACE, PACKET, SIMPLE, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
"""Block types that are understood; PACKET is obsolete. The section's reads the same in both byte orders."""

LEAST_LENGTH = {SECTION: 28, INTERFACE: 20, PACKET: 32, SIMPLE: 16, ENHANCED: 32}
"""Bytes of a block of each type without its frame and its options; 12 for any other."""

LARGEST_BLOCK = LARGEST_FRAME + (64 << 10)
"""Bytes that no block exceeds; a larger length is a sign of damage."""

MOST_INTERFACES = 1 << 16
"""Interfaces of all sections together; more are a sign of damage."""

BYTE_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
"""The byte-order magic of a section header, as it stands in the file."""

SECTION_HEADER = 16
"""Bytes of a section header that say whether it is one: type, length, byte-order magic, version."""

IF_NAME, IF_DESCRIPTION, IF_TSRESOL, IF_TSOFFSET = 2, 3, 9, 14
"""Codes of the options of an interface block that are read."""


class _CorruptBlockError(Exception):
    """A block that makes no sense; the message says why in a few words."""


@dataclass(slots=True)
class _Scope:
    """What the blocks from frame `first` of a batch on refer to."""

    first: int
    base: int
    """Index in the capture's interfaces of the section's first one."""
    count: int
    """Interfaces that the section announced so far."""
    swapped: bool
    """The section is big-endian."""


@dataclass(slots=True)
class _Blocks:
    """Blocks with frames, found in a window."""

    scopes: list[_Scope]
    positions: list[int] = field(default_factory=list)
    odd: dict[int, int] = field(default_factory=dict)
    """Type of those blocks that are not ENHANCED, by index in `positions`."""

    def enter(self, scope: _Scope) -> None:
        """Let `scope` hold for the blocks from its first on."""
        if self.scopes[-1].first == scope.first:
            self.scopes.pop()
        self.scopes.append(scope)


class PcapngReader:
    """Finds the frames of a pcapng file; a `FrameReader`, whose attributes are described there."""

    def __init__(self) -> None:
        self.interfaces: list[Interface] = []
        self.time_digits = 6
        self.needed = SECTION_HEADER
        self.fault: str | None = None
        self._clocks: list[Clock] = []
        self._order = "<"
        self._base = 0
        self._number = 1
        self._last_time = 0
        self._handlers: dict[int, Callable[[Window, int, int, _Blocks], None]] = {
            INTERFACE: self._take_interface,
            PACKET: self._take_odd_packet,
            SIMPLE: self._take_odd_packet,
            ENHANCED: self._take_odd_packet,
        }

    def take(self, window: Window) -> FrameBatch:
        blocks = _Blocks([self._scope(0)])
        position = window.start
        self.needed = 8
        while len(blocks.positions) < MOST_FRAMES:
            position = self._walk_enhanced(window, position, blocks.positions)
            if len(blocks.positions) >= MOST_FRAMES:
                break
            try:
                length = self._take_block(window, position, blocks)
            except _CorruptBlockError as error:
                self.fault = str(error)
                break
            if not length:
                break
            position += length
        window.start = position
        return self._batch(window, blocks)

    def _scope(self, first: int) -> _Scope:
        return _Scope(first, self._base, len(self.interfaces) - self._base, self._order == ">")

    def _walk_enhanced(self, window: Window, position: int, positions: list[int]) -> int:
        """Collect enhanced packet blocks that follow each other; returns where something else comes."""
        unpack = Struct(self._order + "II").unpack_from
        buffer, end = window.buffer, window.end
        append = positions.append
        # a header that is cut reads slack bytes, and its block ends behind `end` whatever they are
        for _ in repeat(None, MOST_FRAMES - len(positions)):
            kind, length = unpack(buffer, position)
            following = position + length
            if kind != ENHANCED or following > end or length < 32:
                break
            append(position)
            position = following
        return position

    def _take_block(self, window: Window, position: int, blocks: _Blocks) -> int:
        """Take a block of any type; returns its length, or 0 with `needed` set where it is not there in full."""
        there = window.end - position
        self.needed = 8
        if there < self.needed:
            return 0
        kind = int.from_bytes(window.buffer[position : position + 4], "little")
        if kind == SECTION:
            self.needed = SECTION_HEADER
            if there < self.needed:
                return 0
            self._begin_section(window.buffer[position : position + SECTION_HEADER], blocks)
        kind, length = Struct(self._order + "II").unpack_from(window.buffer, position)
        if length < LEAST_LENGTH.get(kind, 12) or length % 4 or length > LARGEST_BLOCK:
            raise _CorruptBlockError(f"a block of {length} bytes, which no block of its type can have")
        self.needed = length
        if there < length:
            return 0
        if Struct(self._order + "I").unpack_from(window.buffer, position + length - 4) != (length,):
            raise _CorruptBlockError("a block whose two lengths differ")
        if kind in self._handlers:
            self._handlers[kind](window, position, length, blocks)
        return int(length)

    def _begin_section(self, head: bytes | bytearray, blocks: _Blocks) -> None:
        """Forget the interfaces before: their numbers begin anew. May come again for a header that was cut."""
        fault = section_fault(head)
        if fault:
            raise _CorruptBlockError(fault)
        self._order = BYTE_ORDERS[bytes(head[8:12])]
        self._base = len(self.interfaces)
        blocks.enter(self._scope(len(blocks.positions)))

    def _take_interface(self, window: Window, position: int, length: int, blocks: _Blocks) -> None:
        if len(self.interfaces) >= MOST_INTERFACES:
            raise _CorruptBlockError(f"more than {MOST_INTERFACES} interfaces")
        link_type, snap_length = Struct(self._order + "8xHxxI").unpack_from(window.buffer, position)
        options = self._options(bytes(window.buffer[position + 16 : position + length - 4]))
        resolution = options.get(IF_TSRESOL, b"")[:1] or b"\x06"
        offset = options.get(IF_TSOFFSET, b"")[:8]
        seconds = Struct(self._order + "q").unpack(offset)[0] if len(offset) == 8 else 0
        clock = Clock(resolution[0], seconds)
        self._clocks.append(clock)
        self.time_digits = max(self.time_digits, clock.time_digits)
        name, description = (_text(options.get(code)) for code in (IF_NAME, IF_DESCRIPTION))
        self.interfaces.append(Interface(link_type, snap_length, self._order, name, description))
        blocks.enter(self._scope(len(blocks.positions)))

    def _options(self, data: bytes) -> dict[int, bytes]:
        """The first value of each option; what does not hold together is left out."""
        header = Struct(self._order + "HH")
        options: dict[int, bytes] = {}
        at = 0
        while at + 4 <= len(data):
            code, length = header.unpack_from(data, at)
            if code == 0 or at + 4 + length > len(data):
                break
            options.setdefault(code, data[at + 4 : at + 4 + length])
            at += 4 + (length + 3 & ~3)
        return options

    def _take_odd_packet(self, window: Window, position: int, _length: int, blocks: _Blocks) -> None:
        (kind,) = Struct(self._order + "I").unpack_from(window.buffer, position)
        if kind != ENHANCED:
            blocks.odd[len(blocks.positions)] = kind
        blocks.positions.append(position)

    def _batch(self, window: Window, blocks: _Blocks) -> FrameBatch:
        """The frames of blocks, up to the first that makes no sense: that one becomes the window's start."""
        fields = _fields(window, blocks, self.interfaces)
        bad = np.flatnonzero(fields.faults)
        if len(bad):
            count = int(bad[0])
            self.fault = _FAULTS[int(fields.faults[count])]
            window.start = blocks.positions[count]
        else:
            count = len(blocks.positions)
        start, captured, interface = fields.start[:count], fields.captured[:count], fields.interface[:count]
        first, self._number = self._number, self._number + count
        return FrameBatch(
            data=window.data,
            start=start,
            captured=captured,
            wire=np.maximum(fields.wire[:count], captured),
            time_ns=self._times(fields.ticks[:count], interface, blocks),
            offset=start + window.base,
            interface=interface,
            number=np.arange(first, self._number),
        )

    def _times(self, ticks: NDArray[np.uint64], interface: NDArray[np.int32], blocks: _Blocks) -> NDArray[np.int64]:
        """Nanoseconds; a simple packet block, which has no time, repeats what came before."""
        times = times_ns(ticks, interface, self._clocks)
        timeless = [row for row, kind in blocks.odd.items() if kind == SIMPLE and row < len(times)]
        if timeless:
            source = np.arange(len(times))
            source[timeless] = -1
            source = np.maximum.accumulate(source)
            times = np.where(source < 0, self._last_time, times[source])
        if len(times):
            self._last_time = int(times[-1])
        return times


@dataclass(slots=True)
class _Fields:
    """Columns of the frames of a window."""

    start: NDArray[np.int64]
    captured: NDArray[np.int64]
    wire: NDArray[np.int64]
    ticks: NDArray[np.uint64]
    interface: NDArray[np.int32]
    faults: NDArray[np.uint8]
    """Keys of _FAULTS; 0 where a frame makes sense."""


_FAULTS = {
    1: "a block whose length makes no sense",
    2: "a packet of an interface that was not announced",
    3: "a packet longer than the block it is in",
}


def _fields(window: Window, blocks: _Blocks, interfaces: list[Interface]) -> _Fields:
    """Read the header fields of all blocks at once, whatever section and byte order they are in."""
    at = np.array(blocks.positions, np.int64)
    firsts = np.array([*(scope.first for scope in blocks.scopes), len(at)])
    frames = np.diff(firsts)
    base, count = (np.repeat([getattr(s, name) for s in blocks.scopes], frames) for name in ("base", "count"))
    swapped = np.repeat([scope.swapped for scope in blocks.scopes], frames)
    words = _in_order(rows_at(window.data, at, 28), swapped)
    _, length, interface, high, low, captured, wire = words.astype(np.int64).T
    trailer = _in_order(rows_at(window.data, at + length - 4, 4), swapped)[:, 0]
    start, room = at + 28, length - 32
    for row, kind in blocks.odd.items():
        if kind == PACKET:  # 16 bits of interface, then 16 bits that count drops
            interface[row] = interface[row] >> 16 if swapped[row] else interface[row] & 0xFFFF
        else:
            snap_length = interfaces[base[row]].snap_length if count[row] else 0
            start[row], room[row] = at[row] + 12, length[row] - 16
            wire[row] = interface[row]  # the original length stands where other blocks have the interface
            captured[row] = min(wire[row], room[row], snap_length or wire[row])
            interface[row] = 0
    split = (trailer != length) | (length % 4 != 0)
    faults = np.select([split, interface >= count, captured > room], [1, 2, 3], 0).astype(np.uint8)
    return _Fields(
        start,
        captured,
        wire,
        ticks=high.astype(np.uint64) << np.uint64(32) | low.astype(np.uint64),
        interface=(base + interface).astype(np.int32),
        faults=faults,
    )


def _in_order(words: NDArray[np.uint32], swapped: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Rows of little-endian words, where `swapped` read again as big-endian."""
    if not swapped.any():
        return words
    return words.byteswap() if swapped.all() else np.where(swapped[:, None], words.byteswap(), words)


def section_fault(head: bytes | bytearray) -> str | None:
    """What is wrong with the first SECTION_HEADER bytes of a section header block, None where nothing is."""
    byte_order = BYTE_ORDERS.get(bytes(head[8:12]))
    if byte_order is None:
        return "a section header without a byte-order magic"
    major = Struct(byte_order + "H").unpack_from(head, 12)[0]
    return None if major == 1 else f"a section of pcapng version {major}, where only version 1 is known"


def _text(value: bytes | None) -> str | None:
    return value.rstrip(b"\0").decode("utf-8", "replace") if value else None
