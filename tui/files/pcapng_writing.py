"""Writing pcapng (draft-ietf-opsawg-pcapng): enhanced packet blocks in as many sections as there are byte orders."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from struct import Struct
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tui.files.frames import FrameBatch
from tui.files.pcapng import ENHANCED, IF_DESCRIPTION, IF_NAME, IF_TSRESOL, INTERFACE, SECTION
from tui.files.source import Capture

BYTE_ORDER_MAGIC = 0x1A2B3C4D
UNKNOWN_LENGTH = -1
"""Length of a section that does not say where it ends."""

COMMENT = 1
"""Option of any block: text in UTF-8 (opt_comment)."""

LONGEST_OPTION = 0xFFFF
"""Bytes of an option's value at most."""


class PcapngWriter:
    """A `FormatWriter` for all link types. Times before 1970, which the format can't hold, become its beginning."""

    def __init__(self, file: BinaryIO, source: Capture) -> None:
        self._file = file
        self._source = source
        self._order = ""
        self._local: dict[int, int] = {}
        """Number in the section that is being written, by index in the source's interfaces."""
        self._nanoseconds: dict[int, int] = {}
        """Nanoseconds of a tick, by index in the source's interfaces."""

    def write(self, batch: FrameBatch, comments: Sequence[str] = ()) -> None:
        if not len(batch):
            return
        big = np.array([interface.byte_order == ">" for interface in self._source.interfaces])[batch.interface]
        turns = [0, *(np.flatnonzero(np.diff(big)) + 1).tolist(), len(batch)]
        for first, stop in pairwise(turns):
            order = ">" if big[first] else "<"
            self._begin(order, np.unique(batch.interface[first:stop]).tolist() if self._order else self._all(order))
            self._write_run(batch, first, stop, [self._comment(text) for text in comments[first:stop]])

    def finish(self) -> None:
        if not self._order:
            order = self._source.interfaces[0].byte_order if self._source.interfaces else "<"
            self._begin(order, self._all(order))

    def _all(self, order: str) -> list[int]:
        """The interfaces of a byte order known so far. Only the first section has them all: a capture may change its
        byte order with every frame, and announce an interface with each."""
        return [index for index, interface in enumerate(self._source.interfaces) if interface.byte_order == order]

    def _begin(self, order: str, interfaces: Iterable[int]) -> None:
        """Have a section of this byte order, in which these interfaces of it are announced."""
        if order != self._order:
            self._order = order
            self._local.clear()
            self._write_block(SECTION, Struct(order + "IHHq").pack(BYTE_ORDER_MAGIC, 1, 0, UNKNOWN_LENGTH))
        for index in interfaces:
            if index in self._local:
                continue
            interface = self._source.interfaces[index]
            self._local[index] = len(self._local)
            digits = self._source.time_digits
            self._nanoseconds[index] = 10 ** (9 - digits)
            options = [
                (IF_NAME, (interface.name or "").encode()),
                (IF_DESCRIPTION, (interface.description or "").encode()),
                (IF_TSRESOL, bytes([digits])),
            ]
            fixed = Struct(order + "HHI").pack(interface.link_type, 0, interface.snap_length)
            self._write_block(INTERFACE, fixed + b"".join(self._option(*option) for option in options) + bytes(4))

    def _option(self, code: int, value: bytes) -> bytes:
        value = value[:LONGEST_OPTION]
        return Struct(self._order + "HH").pack(code, len(value)) + value + bytes(-len(value) % 4) if value else b""

    def _comment(self, text: str) -> bytes:
        """The options of a packet with this comment; none where it is empty."""
        whole_letters = text.encode(errors="replace")[:LONGEST_OPTION].decode(errors="ignore").encode()
        return self._option(COMMENT, whole_letters) + bytes(4) if text else b""

    def _write_block(self, kind: int, body: bytes) -> None:
        length = 12 + len(body)
        self._file.write(Struct(self._order + "II").pack(kind, length) + body + Struct(self._order + "I").pack(length))

    def _write_run(self, batch: FrameBatch, first: int, stop: int, options: Sequence[bytes]) -> None:
        """Write frames `first` to `stop`, which are of one byte order, as one join of headers, frames, options (of
        all of them, or none) and trailers.
        """
        captured = batch.captured[first:stop]
        headers, trailers = self._headers(batch, first, stop, np.array(list(map(len, options)) or [0]))
        data = batch.data.data
        padding = (-captured % 4).tolist()
        parts: list[bytes | memoryview] = []
        header, trailer = 0, 3
        for start, length, pad in zip(batch.start[first:stop].tolist(), captured.tolist(), padding, strict=True):
            parts += (
                headers[header : header + 28],
                data[start : start + length],
                trailers[trailer - pad : trailer + 4],
            )
            header += 28
            trailer += 7
        if options:
            parts = self._with_options(parts, options)
        self._file.write(b"".join(parts))

    @staticmethod
    def _with_options(parts: list[bytes | memoryview], options: Sequence[bytes]) -> list[bytes | memoryview]:
        """The three parts of each frame, with its options before the length that ends it."""
        frames = zip(parts[::3], parts[1::3], parts[2::3], options, strict=True)
        return [
            part for head, data, tail, own in frames for part in (head, data, tail[: len(tail) - 4], own, tail[-4:])
        ]

    def _headers(
        self, batch: FrameBatch, first: int, stop: int, options: NDArray[np.int64]
    ) -> tuple[memoryview, memoryview]:
        """28 bytes before and 3 + 4 behind every frame (three zeros to pad with, the length again).

        `options`: bytes of each frame's options, or one number for all.
        """
        rows = slice(first, stop)
        interface, captured = batch.interface[rows], batch.captured[rows]
        used = np.unique(interface)
        where = np.searchsorted(used, interface)
        local = np.array([self._local[int(index)] for index in used])[where]
        nanoseconds = np.array([self._nanoseconds[int(index)] for index in used])[where]
        ticks = np.maximum(batch.time_ns[rows], 0) // nanoseconds
        lengths = 32 + captured + -captured % 4 + options
        kind = np.full(len(captured), ENHANCED)
        columns = (kind, lengths, local, ticks >> 32, ticks & 0xFFFFFFFF, captured, batch.wire[rows])
        words = np.stack(columns, axis=1).astype(self._order + "u4")
        tails = np.zeros((len(captured), 7), np.uint8)
        tails[:, 3:] = lengths.astype(self._order + "u4").view(np.uint8).reshape(-1, 4)
        return memoryview(words.tobytes()), memoryview(tails.tobytes())
