"""Writing pcap (draft-ietf-opsawg-pcap)."""

from collections.abc import Sequence
from struct import Struct
from typing import BinaryIO

import numpy as np

from tui.errors import InputError
from tui.files.frames import FrameBatch
from tui.files.pcap import FILE_HEADER, TRUSTED_LENGTH, VARIANTS
from tui.files.source import Capture

MAGIC = {variant.time_digits: magic for magic, variant in VARIANTS.items() if variant.record_header == 16}
"""Magic number by decimal digits of the times."""

SNAP_LENGTH_AT = 16
"""Where the snap length stands in the file header."""

WRITE_PCAPNG = "write pcapng instead: give a name that ends in .pcapng"


class PcapWriter:
    """A `FormatWriter` for one link type; records have the byte order of the host that captured."""

    def __init__(self, file: BinaryIO, source: Capture, seekable: bool) -> None:
        self._file = file
        self._source = source
        self._seekable = seekable
        self._kind: tuple[int, str] | None = None
        self._time_digits = 6
        self._snap_length = 0
        self._longest = 0

    def write(self, batch: FrameBatch, comments: Sequence[str] = ()) -> None:
        if comments:
            raise InputError(f"a pcap file holds no comments; {WRITE_PCAPNG}")
        if not len(batch):
            return
        self._longest = max(self._longest, int(batch.captured.max()))
        for index in np.unique(batch.interface):
            interface = self._source.interfaces[index]
            kind = (interface.link_type, interface.byte_order)
            if self._kind is None:
                self._begin(*kind, interface.snap_length)
            elif kind != self._kind:
                raise InputError(f"a pcap file holds frames of one link type and byte order only; {WRITE_PCAPNG}")
        nanoseconds = 10 ** (9 - self._time_digits)
        seconds, fraction = np.divmod(batch.time_ns, 10**9)
        if seconds.min() < 0 or seconds.max() >= 1 << 32 or (fraction % nanoseconds).any():
            raise InputError(f"a pcap file can't hold the times of these frames; {WRITE_PCAPNG}")
        assert self._kind is not None
        columns = (seconds, fraction // nanoseconds, batch.captured, batch.wire)
        headers = memoryview(np.stack(columns, axis=1).astype(self._kind[1] + "u4").tobytes())
        data = batch.data.data
        parts: list[memoryview] = []
        header = 0
        for start, captured in zip(batch.start.tolist(), batch.captured.tolist(), strict=True):
            parts += (headers[header : header + 16], data[start : start + captured])
            header += 16
        self._file.write(b"".join(parts))

    def finish(self) -> None:
        if self._kind is None:
            first = self._source.interfaces[0] if self._source.interfaces else None
            self._begin(*((first.link_type, first.byte_order, first.snap_length) if first else (1, "<", 0)))
        if self._longest > self._snap_length and self._seekable and self._kind:
            self._file.seek(SNAP_LENGTH_AT)
            self._file.write(Struct(self._kind[1] + "I").pack(self._longest))

    def _begin(self, link_type: int, byte_order: str, snap_length: int) -> None:
        if link_type >= 1 << 16:
            raise InputError(f"a pcap file can't hold link type {link_type}; {WRITE_PCAPNG}")
        self._kind = (link_type, byte_order)
        self._time_digits = self._source.time_digits
        self._snap_length = max(snap_length or TRUSTED_LENGTH, self._longest)
        header = Struct(byte_order + "IHHiIII")
        assert header.size == FILE_HEADER
        self._file.write(header.pack(MAGIC[self._time_digits], 2, 4, 0, 0, self._snap_length, link_type))
