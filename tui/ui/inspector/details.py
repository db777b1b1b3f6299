"""The explanation of one segment or one connection, in words."""

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from tui.ui.inspector.descriptions import Description, describe
from tui.ui.inspector.labels import LABEL_WIDTH, MARK_WIDTH
from tui.ui.inspector.lines import Lines
from tui.ui.inspector.links import LINK, frame_of
from tui.ui.inspector.wrapping import Part, wrapped
from tui.ui.look import theme
from tui.ui.told import NOTHING, Told
from tui.views import ConnectionView, FrameView

Subject = FrameView | ConnectionView | str
"""What there is to tell about: a frame, a connection, or a sentence that stands alone."""

MARGIN = 1
"""Cells that are left free at the left."""


class Details(Lines):
    """What is known about the row that the cursor rests on."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"details--{kind}" for kind in theme.KINDS),
        "details--warning",
        "details--link",
    }
    DEFAULT_CSS = (
        "Details {\n"
        + "".join(f"    & > .details--{kind} {{ {style} text-style: bold; }}\n" for kind, style in theme.KINDS.items())
        + f"    & > .details--problem {{ {theme.KINDS['problem']} }}\n"
        + "    & > .details--quiet { text-style: none; }\n"
        + "    & > .details--link { color: $text-primary; text-style: underline; }\n"
        + "    & > .details--warning { color: $text-warning; text-style: bold; }\n"
        + "}\n"
    )

    class Followed(Message):
        """A frame that the text names was clicked."""

        def __init__(self, frame: int) -> None:
            super().__init__()
            self.frame = frame

    def __init__(self) -> None:
        super().__init__("details", "Details")
        self._shown: tuple[Subject, Told] | None = None
        self._description = Description([])
        self._wrapped: tuple[int, list[list[Part]]] = (-1, [])

    @property
    def frames(self) -> tuple[int, ...]:
        """The frames that the text names and that have a key, that of key 1 first."""
        return self._description.frames

    @property
    def line_count(self) -> int:
        """Lines of the text at this width."""
        return len(self._lines())

    def show(self, subject: Subject, told: Told = NOTHING, frame: bytes = b"") -> None:
        """Show a frame, a connection or a sentence; nothing happens where it is shown already.

        `told`: what is known of it beside its values; `frame`: the captured bytes of a frame, for its TCP options.
        """
        if (subject, told) == self._shown:
            return
        same = self._shown is not None and identity(subject) == identity(self._shown[0])
        self._shown = subject, told
        self._description = describe(subject, told, frame)
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

    def on_click(self, event: events.Click) -> None:
        """A click on a frame number goes there."""
        offset = event.get_content_offset(self)
        lines = self._lines()
        if offset is None or self.top + offset.y >= len(lines):
            return
        right = MARGIN
        for text, kind in lines[self.top + offset.y]:
            left, right = right, right + cell_len(text)
            frame = frame_of(text) if kind == LINK and left <= offset.x < right else None
            if frame is not None:
                self.post_message(self.Followed(frame))

    def _lines(self) -> list[list[Part]]:
        width = self.line_width - MARGIN
        if self._wrapped[0] != width:
            self._wrapped = (width, wrapped(self._description.parts, width, (LABEL_WIDTH, MARK_WIDTH)))
        return self._wrapped[1]


def identity(subject: Subject | None) -> tuple[str, int]:
    """What stays the same while more becomes known about a subject."""
    if isinstance(subject, ConnectionView):
        return "connection", subject.connection
    if isinstance(subject, FrameView):
        return "frame", subject.row
    return "", 0
