"""The bytes of a frame in hexadecimal digits and as text, with a cursor and the bytes of a field marked."""

from itertools import groupby
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message

from tui.text import printable_bytes
from tui.ui.actions import bindings
from tui.ui.inspector.lines import Lines

GAP = 2
"""Cells between offset, digits and text."""

GROUP = 8
"""Bytes after which the digits stand a cell further apart."""


class BytesView(Lines):
    """A hex dump, 16, 8 or 4 bytes a line as there is room."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("bytes")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"bytes--offset", "bytes--digits", "bytes--text"}
    DEFAULT_CSS = """
    BytesView {
        & > .bytes--offset { color: $text-muted; }
        & > .bytes--digits { color: $foreground; }
        & > .bytes--text { color: $text-secondary; }
    }
    """

    class Moved(Message):
        """The cursor has come to another byte."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    def __init__(self) -> None:
        super().__init__("bytes", "Bytes")
        self._data = b""
        self._cursor = 0
        self._marked = range(0)
        self._is_new = False
        """Nothing has been marked yet in the bytes that are shown."""
        self._is_moved = False
        """What is seen was chosen since they were marked, and stays."""

    @property
    def data(self) -> bytes:
        """The bytes that are shown."""
        return self._data

    @property
    def marked(self) -> range:
        """Offsets of the bytes that are marked."""
        return self._marked

    @property
    def cursor(self) -> int:
        """Offset of the byte under the cursor."""
        return self._cursor

    @property
    def a_line(self) -> int:
        """Bytes in a line: as many as there is room for."""
        width = self.line_width
        return next((count for count in (16, 8) if _line_width(count, self._digits) <= width), 4)

    @property
    def line_count(self) -> int:
        """Lines of bytes."""
        return -(-len(self._data) // self.a_line)

    @property
    def line_to_keep(self) -> int:
        """Line of the cursor."""
        return self._cursor // self.a_line

    def show(self, data: bytes, words: str = "") -> None:
        """Show the bytes of a frame, or a sentence in their place. What is marked stays so until other bytes are."""
        self.say(words)
        self._data = data
        self._cursor = max(0, min(self._cursor, len(data) - 1))
        self._is_new = True
        self.scroll_to_line(self.top)
        self.redraw()

    def mark(self, marked: range) -> None:
        """Mark the bytes of a field and bring them into view, with the cursor on the first of them.

        What is seen of new bytes depends on them alone, not on the frames before: as much of their beginning as can be.
        """
        marked = range(min(marked.start, len(self._data)), min(marked.stop, len(self._data)))
        if self._is_new:
            self._is_new = self._is_moved = False
            self.scroll_to_line(0)
        elif marked == self._marked:
            return
        else:
            self._is_moved = True
        self._marked = marked
        if marked:
            self._cursor = marked.start
            self._reveal_marked()
        self.redraw()

    def keep_in_view(self) -> None:
        """After a change of size, show what a view of that size would have shown."""
        if self._marked and not self._is_moved:
            self.scroll_to_line(0)
            self._reveal_marked()
        else:
            super().keep_in_view()

    def scroll_by(self, lines: int) -> None:
        """Show what is further down, or up; the cursor stays."""
        self._is_moved = True
        super().scroll_by(lines)

    def _reveal_marked(self) -> None:
        self.reveal((self._marked.stop - 1) // self.a_line)
        self.reveal(self._marked.start // self.a_line)

    def move_to(self, offset: int) -> None:
        """Put the cursor on a byte, or the nearest one there is, and tell so."""
        if not self._data:
            return
        self._cursor = max(0, min(offset, len(self._data) - 1))
        self._is_moved = True
        self.reveal(self.line_to_keep)
        self.redraw()
        self.post_message(self.Moved(self._cursor))

    def mark_around_cursor(self, marked: range) -> None:
        """Mark the bytes of the field under the cursor, which stays where it is."""
        self._marked = marked
        self.redraw()

    def move_by_lines(self, lines: int) -> None:
        """Move the cursor up or down; at the ends, to the first or the last byte."""
        target = self._cursor + lines * self.a_line
        if not 0 <= target < len(self._data) and abs(lines) == 1 and self.line_to_keep in (0, self.line_count - 1):
            target = self._cursor
        self.move_to(target)

    def action_byte(self, count: int) -> None:
        """Move the cursor by bytes."""
        self.move_to(self._cursor + count)

    def on_click(self, event: events.Click) -> None:
        """Choose the byte under the mouse, in the digits or in the text."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        count = self.a_line
        text_at = _line_width(count, self._digits) - count
        column = offset.x - self._digits - GAP
        if offset.x >= text_at:
            place = offset.x - text_at
        else:
            place = next((i for i in reversed(range(count)) if column >= _digits_at(i)), -1)
        at = (self.top + offset.y) * count + place
        if 0 <= place < count and at < len(self._data):
            self.move_to(at)

    def draw_line(self, line: int) -> list[Segment]:
        """Offset, digits and text of the bytes of one line."""
        count = self.a_line
        start = line * count
        data = self._data[start : start + count]
        kinds = [self._kind(start + place) for place in range(len(data))]
        digits: list[tuple[str, str]] = []
        for place, byte in enumerate(data):
            if place:
                between = kinds[place] if kinds[place] == kinds[place - 1] == "lines--marked" else ""
                digits.append((" " * (_digits_at(place) - _digits_at(place - 1) - 2), between))
            digits.append((f"{byte:02x}", kinds[place]))
        used = _digits_at(len(data) - 1) + 2
        parts = [(f"{start:0{self._digits}x}", "bytes--offset"), (" " * GAP, "")]
        parts += [(text, kind or "bytes--digits") for text, kind in digits]
        parts.append((" " * (_digits_at(count - 1) + 2 - used + GAP), ""))
        parts += [(text, kind or "bytes--text") for text, kind in zip(printable_bytes(data, count), kinds, strict=True)]
        return [
            Segment("".join(text for text, _ in run), self.style(kind))
            for kind, run in groupby(parts, key=lambda part: part[1])
        ]

    @property
    def _digits(self) -> int:
        """Digits of an offset."""
        return max(4, len(f"{max(len(self._data) - 1, 0):x}"))

    def _kind(self, offset: int) -> str:
        if offset == self._cursor and self.has_focus:
            return "lines--cursor"
        return "lines--marked" if offset in self._marked else ""


def _digits_at(place: int) -> int:
    """Cells before the digits of a byte in its line."""
    return 3 * place + place // GROUP


def _line_width(count: int, offset_digits: int) -> int:
    return offset_digits + GAP + _digits_at(count - 1) + 2 + GAP + count
