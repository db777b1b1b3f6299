"""Bytes of a stream as lines: as text, as a hex dump, or with everything unprintable escaped."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

from tui.text import printable, printable_bytes
from tui.views.streams.passages import Passage, Passages

BLOCK = 4096
"""Bytes of a passage that are laid out at once; a multiple of the bytes of a line of digits."""

REACH = 256
"""Bytes from the border of a block on in which a line that begins before it may end."""

TAB = 8
"""Cells between two tab stops."""

NO_WRAP = 1 << 30
"""A width that no line reaches."""

LINE_BYTES = (16, 8, 4)
"""Bytes of a line of digits, as there is room."""

Cells = Callable[[str], int]
"""Tells how many cells a text takes."""


class Form(Enum):
    """How bytes are written."""

    TEXT = "text"
    """UTF-8 where it is that; `·` for other bytes, pictures for control characters."""
    HEX = "hex dump"
    RAW = "escaped bytes"
    """ASCII, and escapes as in C for all else: nothing is left to guess."""


class Line(NamedTuple):
    """A line of the screen."""

    start: int
    """Offset in the passage of its first byte."""
    stop: int
    text: str
    """Fit to be drawn."""


def block_count(length: int) -> int:
    """Blocks of a passage of so many bytes; one of what is no data."""
    return max(1, -(-length // BLOCK))


def block_lines(
    passages: Passages, passage: Passage, block: int, form: Form, width: int, cells: Cells
) -> list[Line] | None:
    """The lines of one block of a passage of data. None where its bytes are gone.

    Borders of blocks are moved behind the next end of a line where there is one near.
    """
    start = block * BLOCK
    length = min(BLOCK + REACH, passage.length - start)
    data = passages.read(passage.number, start, length)
    if data is None:
        return None
    if form is Form.HEX:
        return list(_digits(data[:BLOCK], start, passage.position, width))
    first = _border(data[:REACH]) if block else 0
    last = BLOCK + _border(data[BLOCK:]) if length > BLOCK else length
    return list(lay_out(data[first:last], start + first, form, width, cells))


def lay_out(data: bytes, offset: int, form: Form, width: int, cells: Cells = len) -> Iterator[Line]:
    """Lines of at most `width` cells, each broken behind its line feed; `offset`: of the first byte."""
    at = 0
    while at < len(data):
        stop = data.find(b"\n", at) + 1 or len(data)
        line = data[at:stop]
        pieces = _escaped(line, width) if form is Form.RAW else _as_text(line, width, cells)
        for begin, end, text in pieces:
            yield Line(offset + at + begin, offset + at + end, text)
        at = stop


def _border(data: bytes) -> int:
    """Where to move the border that `data` begins at: behind a line feed, else behind the rest of a character."""
    feed = data.find(b"\n")
    if feed >= 0:
        return feed + 1
    return next((place for place, byte in enumerate(data[:4]) if byte & 0xC0 != 0x80), 0)


def _as_text(line: bytes, width: int, cells: Cells) -> Iterator[tuple[int, int, str]]:
    """Pieces of a line as first byte, the byte behind the last, and text."""
    ending = 2 if line.endswith(b"\r\n") else line.endswith(b"\n")
    body = line[: len(line) - ending]
    if body.isascii() and b"\t" not in body:
        text = printable(body.decode("ascii"))
        for at in range(0, max(len(text), 1), width):
            stop = at + width if at + width < len(text) else len(line)
            yield at, stop, text[at : at + width]
        return
    characters = body.decode("utf-8", "surrogateescape")
    start = at = used = 0
    shown: list[str] = []
    for character, drawn in zip(characters, printable(characters), strict=True):
        size = 1 if "\udc80" <= character <= "\udcff" else len(character.encode("utf-8"))
        if character == "\t":
            drawn = " " * (min(TAB - used % TAB, max(width - used, 1)))  # noqa: PLW2901 - what is drawn in its place
        room = cells(drawn)
        if used + room > width and shown:
            yield start, at, "".join(shown)
            start, used, shown = at, 0, []
        shown.append(drawn if room <= width else "·")
        used += min(room, width)
        at += size
    yield start, len(line), "".join(shown)


def _escapes() -> list[str]:
    names = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r", 0x5C: "\\\\"}
    return [names.get(byte, chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}") for byte in range(256)]


_ESCAPES = _escapes()


def _escaped(line: bytes, width: int) -> Iterator[tuple[int, int, str]]:
    start = used = 0
    shown: list[str] = []
    for at, byte in enumerate(line):
        text = _ESCAPES[byte]
        if used + len(text) > width and shown:
            yield start, at, "".join(shown)
            start, used, shown = at, 0, []
        shown.append(text[:width])
        used += len(text)
    yield start, len(line), "".join(shown)


def _digits(data: bytes, offset: int, position: int, width: int) -> Iterator[Line]:
    """Lines of a hex dump; the offsets count what the sender has sent."""
    digits = max(8, len(f"{position + offset:x}"))
    count = next((count for count in LINE_BYTES if digits + 5 + 4 * count <= width), LINE_BYTES[-1])
    for at in range(0, len(data), count):
        piece = data[at : at + count]
        half = piece[:8].hex(" ") + ("  " + piece[8:].hex(" ") if len(piece) > 8 else "")
        room = 3 * count - 1 + (count > 8)
        text = f"{position + offset + at:0{digits}x}  {half:<{room}}  {printable_bytes(piece, count)}"
        yield Line(offset + at, offset + at + len(piece), text)
