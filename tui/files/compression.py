"""Compressed captures: told by their first bytes, decompressed piece by piece within bounded memory."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from tui.errors import InputError
from tui.files.spool import BrokenStreamError

MOST_OUTPUT = 1 << 20
"""Bytes that one step may decompress to at once, where the library can be told."""

MEMORY_LIMIT = 256 << 20
"""Bytes that an xz or zstd stream may ask for as its dictionary or window."""

LEAST_FED, MOST_FED = 32, 1024
"""Compressed bytes fed in one step. What a step yields before an error is lost, so steps are small at the start."""

CUT_SHORT = "the compressed data is cut short"
BROKEN = "the compressed data is broken from here on"


class Decompressor(Protocol):
    """One member of a compressed stream, in the manner of `bz2.BZ2Decompressor`."""

    @property
    def eof(self) -> bool:
        """The member's end was reached."""

    @property
    def unused_data(self) -> bytes:
        """What followed the member's end."""

    @property
    def needs_input(self) -> bool:
        """Nothing more comes out of what was fed so far."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Feed `data`; returns what comes out."""


class _Gzip:
    """zlib's object in the manner of bz2's."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        output = self._stream.decompress(self._stream.unconsumed_tail + data, max(max_length, 0))
        self.needs_input = not self._stream.unconsumed_tail and len(output) < max_length
        return output


class _Zstandard:
    """zstandard's object in the manner of bz2's. It can't bound its output, but 1 kB never gives more than 45 MB."""

    needs_input = True

    def __init__(self) -> None:
        import zstandard  # noqa: PLC0415  an optional package

        self._error: type[Exception] = zstandard.ZstdError
        self._stream: Any = zstandard.ZstdDecompressor(max_window_size=MEMORY_LIMIT).decompressobj()

    @property
    def eof(self) -> bool:
        return bool(self._stream.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._stream.unused_data)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:  # noqa: ARG002  the protocol's signature
        try:
            return bytes(self._stream.decompress(data))
        except self._error as error:
            raise BrokenStreamError(BROKEN) from error


@dataclass(frozen=True, slots=True)
class Codec:
    """A compressed format."""

    magic: bytes
    """The first bytes of every member."""
    decompressor: Callable[[], Decompressor]
    package: str | None = None
    """The optional package that reads it, and the extra that installs it."""


CODECS = (
    Codec(b"\x1f\x8b\x08", _Gzip),
    Codec(b"\xfd7zXZ\x00", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY_LIMIT)),
    Codec(b"BZh", bz2.BZ2Decompressor),
    Codec(b"\x28\xb5\x2f\xfd", _Zstandard, "zstandard"),
)
"""RFC 1952 (with deflate), the .xz file format 1.2, bzip2, RFC 8878."""


def find_codec(head: bytes, name: str) -> Codec | None:
    """The codec of a file that begins with `head`, None where it is not compressed.

    Raises InputError, with the file's `name`, where reading it takes a package that is not there.
    """
    for codec in CODECS:
        if head.startswith(codec.magic):
            if codec.package:
                try:
                    __import__(codec.package)
                except ImportError as error:
                    raise InputError(
                        f"{name} is compressed with zstd; install what reads it with: pip install zstandard"
                    ) from error
            return codec
    return None


def decompressed(pieces: Iterator[bytes], codec: Codec) -> Iterator[bytes]:
    """What compressed pieces hold, all members of them. Raises BrokenStreamError after everything that is good."""
    member: Decompressor | None = None
    fed = 0
    for piece in pieces:
        output = bytearray()
        at = 0
        while at < len(piece):
            if member is None:
                if not piece[at]:  # members may be padded with zeros
                    at = len(piece) - len(piece[at:].lstrip(b"\0"))
                    continue
                member = codec.decompressor()
            step = piece[at : at + min(max(LEAST_FED, fed // 16), MOST_FED)]
            at += len(step)
            fed += len(step)
            try:
                for part in _steps(member, step):
                    output += part
                    if len(output) >= MOST_OUTPUT:
                        yield bytes(output)
                        output.clear()
            except BrokenStreamError:
                yield bytes(output)
                raise
            if member.eof:
                at -= len(member.unused_data)
                member = None
        yield bytes(output)
    if member is not None:
        raise BrokenStreamError(CUT_SHORT)


def _steps(member: Decompressor, data: bytes) -> Iterator[bytes]:
    """Everything that comes out of a member after it was fed `data`, at most MOST_OUTPUT bytes at once."""
    try:
        yield member.decompress(data, MOST_OUTPUT)
        while not (member.eof or member.needs_input):
            yield member.decompress(b"", MOST_OUTPUT)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        raise BrokenStreamError(BROKEN) from error
