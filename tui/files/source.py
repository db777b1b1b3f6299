"""Opening a capture: whatever it is kept in, everything above reads it through one class."""

import fcntl
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tui.errors import InputError
from tui.files.compression import decompressed, find_codec
from tui.files.foreign import foreign_format
from tui.files.frames import Damage, FrameBatch, Interface
from tui.files.pcap import FILE_HEADER, PcapReader, pcap_header
from tui.files.pcapng import SECTION, SECTION_HEADER, PcapngReader, section_fault
from tui.files.spool import Spool
from tui.files.stored_bytes import StoredBytes
from tui.files.window import FrameReader, Window
from tui.text import printable

CUT_SHORT = "cut short in the middle of a packet"
"""The reason of a damage that is only a missing end."""

INPUT_PIECE = 1 << 20
"""Bytes read at once from a pipe or a compressed file."""

LONGEST_MAGIC = 16
"""Bytes that tell every known format from all others."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What another process that reads the same capture has found since it told of it before."""

    position: int
    interfaces: list[Interface]
    """Those that were announced meanwhile."""
    time_digits: int
    damage: Damage | None


class Capture:
    """A capture that is open for reading, and may still be growing.

    One thread goes through `batches`; others may call `read_at` and look at the attributes meanwhile.
    """

    is_live = False
    """Whether it is a tui.live.capture.LiveCapture."""

    def __init__(self, name: str, stored: StoredBytes, reader: FrameReader, start: int) -> None:
        """`start`: bytes of a file header that the reader does not want to see."""
        self.name = name
        """As it was given; draw through tui.text only."""
        self.damage: Damage | None = None
        """Where reading stopped before the end, and why; None while there is no sign of that."""
        self._stored = stored
        self._reader = reader
        self._start = start
        self._position = 0
        self._told = 0
        self._followed: list[Interface] = []
        self._followed_digits = 0
        self.closed = False
        """Whether all reading has been ended."""

    @property
    def shown_name(self) -> str:
        """The name, fit to be drawn."""
        return shown_name(self.name)

    @property
    def interfaces(self) -> list[Interface]:
        """The interfaces announced so far, of all sections; it only grows."""
        return max(self._reader.interfaces, self._followed, key=len)

    @property
    def time_digits(self) -> int:
        """Decimal digits of the finest time resolution so far: 6 or 9."""
        return max(self._reader.time_digits, self._followed_digits)

    @property
    def is_file(self) -> bool:
        """Whether all of it is there from the beginning, in a file that can be read again and again."""
        return self._stored.is_file

    @property
    def size(self) -> int:
        """Bytes of the capture known so far, after decompression."""
        return self._stored.size

    @property
    def position(self) -> int:
        """Bytes of the capture that were read so far."""
        return self._position

    @property
    def growing(self) -> bool:
        """Whether bytes are still coming from a pipe or a decompressor."""
        return self._stored.growing

    def batches(self) -> Iterator[FrameBatch]:
        """All frames from the first on, in batches of at least one; waits for more while the capture is growing.

        Ends at the end of the capture, at its damage, or when it is closed. Never raises.
        """
        window = Window(self._stored, self._start)
        try:
            while True:
                batch = self._reader.take(window)
                self._position = window.offset
                if len(batch):
                    yield batch
                if self._reader.fault or (not len(batch) and not window.fill(self._reader.needed)):
                    break
        except OSError as error:
            self._note_damage(window.offset, f"the file can't be read here: {error.strerror}")
        if self._reader.fault:
            self._note_damage(window.offset, self._reader.fault)
        elif self._stored.fault:
            self._note_damage(self._stored.size, self._stored.fault)
        elif window.end > window.start:
            self._note_damage(window.offset, CUT_SHORT)

    def progress(self) -> Progress:
        """What was found since this was asked before, for another process that is to `follow`."""
        told, self._told = self._told, len(self._reader.interfaces)
        return Progress(self._position, self._reader.interfaces[told:], self._reader.time_digits, self.damage)

    def follow(self, progress: Progress) -> None:
        """Know what another process has found, as if `batches` had come as far here."""
        self._followed += progress.interfaces
        self._followed_digits = progress.time_digits
        self._position = progress.position
        if progress.damage is not None:
            self._note_damage(progress.damage.offset, progress.damage.reason)

    def read_at(self, offset: int, length: int) -> bytes:
        """`length` bytes of the capture from `offset` on; fewer where it ends, none once it is closed.

        Raises InputError where the disk fails.
        """
        try:
            return self._stored.read_at(offset, length)
        except OSError as error:
            raise self._unreadable(error) from error

    def read_many(self, offsets: Sequence[int], lengths: Sequence[int]) -> list[bytes]:
        """What `read_at` finds at each of many offsets. Raises InputError where the disk fails."""
        try:
            return self._stored.read_many(offsets, lengths)
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: OSError) -> InputError:
        return InputError(f"{self.shown_name}: can't be read any more: {error.strerror}")

    def close(self) -> None:
        """End all reading, also what waits in another thread."""
        self.closed = True
        self._stored.close()

    def _note_damage(self, offset: int, reason: str) -> None:
        if not (self.closed or self.damage):
            self.damage = Damage(offset, reason)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def shown_name(path: str) -> str:
    """How a capture is called in messages and on the screen; `-` is standard input."""
    return "standard input" if path == "-" else printable(path)


def open_capture(path: str) -> Capture:
    """Open a pcap or pcapng file, compressed or not, told by its first bytes; `-` is standard input.

    Waits for the first bytes of a pipe. Raises InputError for what is no capture.
    """
    name = shown_name(path)
    stored = _open_bytes(path, name)
    try:
        reader, start = _open_reader(stored, name)
    except BaseException:
        stored.close()
        raise
    return Capture(path, stored, reader, start)


def _open_bytes(path: str, name: str) -> StoredBytes:
    """The bytes of a file: where they are, or a spool where they come from a pipe or are compressed."""
    try:
        descriptor = os.dup(0) if path == "-" else os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:  # a name with a NUL in it is a ValueError
        raise InputError(_refusal(error, name)) from error
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise InputError(f"{name} is a folder; name a capture file in it")
        if os.isatty(descriptor):
            raise InputError(f"{name} is a terminal; give a file, or pipe a capture into it")
        seekable = stat.S_ISREG(mode) and os.lseek(descriptor, 0, os.SEEK_CUR) == 0
        head = os.pread(descriptor, LONGEST_MAGIC, 0) if seekable else _first_bytes(descriptor)
        if not head:
            raise InputError(f"{name} is empty; there is no capture in it")
        codec = find_codec(head, name)
        if seekable and codec is None:
            return StoredBytes(descriptor)
        pieces = _pieces(descriptor, b"" if seekable else head)
        return Spool(decompressed(pieces, codec) if codec else pieces)
    except OSError as error:
        os.close(descriptor)
        raise InputError(_refusal(error, name)) from error
    except BaseException:
        os.close(descriptor)
        raise


def _refusal(error: OSError | ValueError, name: str) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{name}: no such file; check the name"
    if isinstance(error, PermissionError):
        return f"{name}: permission denied; use sudo, or have the file made readable for you"
    return f"{name}: can't be read: {error.strerror if isinstance(error, OSError) else 'no file can have this name'}"


def _first_bytes(descriptor: int) -> bytes:
    """The first LONGEST_MAGIC bytes of a pipe, fewer only where it ends."""
    head = b""
    while len(head) < LONGEST_MAGIC:
        piece = os.read(descriptor, LONGEST_MAGIC - len(head))
        if not piece:
            break
        head += piece
    return head


def _pieces(descriptor: int, head: bytes) -> Iterator[bytes]:
    """`head`, then all that can still be read; the descriptor is closed in the end."""
    if sys.platform == "linux":
        with suppress(OSError):  # no pipe, or as large as an ordinary user may have it
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, INPUT_PIECE)
    try:
        yield head
        while piece := os.read(descriptor, INPUT_PIECE):
            yield piece
    finally:
        os.close(descriptor)


def _open_reader(stored: StoredBytes, name: str) -> tuple[FrameReader, int]:
    """The reader for what the first bytes say, and how many of them it does not want to see."""
    head = _head(stored, FILE_HEADER)
    if head[:4] == SECTION.to_bytes(4, "little"):
        _check(len(head) >= SECTION_HEADER, f"{name} ends inside its first block; there are no packets in it")
        fault = section_fault(head)
        _check(fault is None, f"{name} is no readable pcapng file: it begins with {fault}")
        return PcapngReader(), 0
    header = pcap_header(head.ljust(FILE_HEADER, b"\0"))
    if header is None:
        foreign = foreign_format(head)
        if foreign:
            raise InputError(f"{name} is {foreign.name}; {foreign.advice}")
        if stored.fault and not head:
            raise InputError(f"{name} can't be opened: {stored.fault}")
        raise InputError(f"{name} is no capture: neither pcap nor pcapng")
    _check(len(head) == FILE_HEADER, f"{name} ends inside its file header; there are no packets in it")
    major, minor = header.version
    _check(major == 2, f"{name} is a pcap file of version {major}.{minor}, where only version 2 is known")
    return PcapReader(header), FILE_HEADER


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise InputError(message)


def _head(stored: StoredBytes, length: int) -> bytes:
    """The first `length` bytes, fewer only where they end; waits for them."""
    head = bytearray(length)
    there = 0
    while there < length:
        got = stored.read_into(memoryview(head)[there:], there)
        if not got:
            break
        there += got
    return bytes(head[:there])
