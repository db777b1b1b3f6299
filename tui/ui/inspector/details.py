"""The explanation of one segment or one connection, in words."""

from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment

from tui.ui.inspector.descriptions import LABEL_WIDTH, describe
from tui.ui.inspector.lines import Lines
from tui.ui.inspector.wrapping import Part, wrapped
from tui.ui.look import theme
from tui.views import ConnectionView, FrameView

Subject = FrameView | ConnectionView | str
"""What there is to tell about: a frame, a connection, or a sentence that stands alone."""

MARGIN = 1
"""Cells that are left free at the left."""


class Details(Lines):
    """What is known about the row that the cursor rests on."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"details--{kind}" for kind in theme.KINDS), "details--warning"}
    DEFAULT_CSS = (
        "Details {\n"
        + "".join(f"    & > .details--{kind} {{ {style} text-style: bold; }}\n" for kind, style in theme.KINDS.items())
        + "    & > .details--quiet { text-style: none; }\n"
        + "    & > .details--warning { color: $text-warning; text-style: bold; }\n"
        + "}\n"
    )

    def __init__(self, meaning: Callable[[FrameView | ConnectionView], str]) -> None:
        """`meaning`: what a segment or a connection means, in sentences."""
        super().__init__("details", "Details")
        self._meaning = meaning
        self._shown: Subject | None = None
        self._parts: list[Part] = []
        self._wrapped: tuple[int, list[list[Part]]] = (-1, [])

    @property
    def line_count(self) -> int:
        """Lines of the text at this width."""
        return len(self._lines())

    def show(self, subject: Subject, frame: bytes = b"") -> None:
        """Show a frame, a connection or a sentence; nothing happens where it is shown already.

        `frame`: the captured bytes of a frame, for its TCP options.
        """
        if subject == self._shown:
            return
        same = identity(subject) == identity(self._shown)
        self._shown = subject
        meaning = "" if isinstance(subject, str) else self._meaning(subject)
        self._parts = describe(subject, meaning, frame)
        self._wrapped = (-1, [])
        self.scroll_to_line(self.top if same else 0)
        self.redraw()

    def move_by_lines(self, lines: int) -> None:
        """Show what is further up or down."""
        self.scroll_to_line(self.top + lines)
        self.redraw()

    def draw_line(self, line: int) -> list[Segment]:
        """One line of the text."""
        parts = [(" " * MARGIN, ""), *self._lines()[line]]
        return [Segment(text, self.style(f"details--{kind}" if kind else "")) for text, kind in parts]

    def _lines(self) -> list[list[Part]]:
        width = self.line_width - MARGIN
        if self._wrapped[0] != width:
            self._wrapped = (width, wrapped(self._parts, width, LABEL_WIDTH))
        return self._wrapped[1]


def identity(subject: Subject | None) -> tuple[str, int]:
    """What stays the same while more becomes known about a subject."""
    if isinstance(subject, ConnectionView):
        return "connection", subject.connection
    if isinstance(subject, FrameView):
        return "frame", subject.row
    return "", 0
