"""A list of what may stand at the cursor of an entry, some lines high."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.text import printable
from tui.ui.look import theme
from tui.ui.tables.columns import fit

MOST_LINES = 8
"""Suggestions that are seen at once."""

LONGEST_TEXT = 40
"""Cells that a suggestion gets before the words about it."""

GAP = 2
"""Cells on the left, and before the words about a suggestion."""


class Suggestion(Protocol):
    """Something that may be put in."""

    @property
    def text(self) -> str:
        """What is put in."""
        ...

    @property
    def about(self) -> str:
        """A few words about it."""
        ...


class Suggestions(Widget):
    """One of them is marked. Hidden while there are none."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"suggestions--chosen", "suggestions--about"}
    DEFAULT_CSS = theme.SUGGESTIONS_CSS

    class Picked(Message):
        """A suggestion was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, identity: str) -> None:
        super().__init__(id=identity)
        self.display = False
        self.items: Sequence[Suggestion] = ()
        self.chosen = 0
        """Place of the marked one."""
        self._top = 0

    @property
    def lines(self) -> int:
        """Lines of the list; a low screen has room for few."""
        return max(0, min(MOST_LINES, len(self.items), self.screen.size.height - 4))

    def show(self, items: Sequence[Suggestion]) -> None:
        """Suggest these from now on, and mark the first one."""
        self.items, self.chosen, self._top = items, 0, 0
        self.display = self.lines > 0
        self.refresh(layout=True)

    def step(self, rows: int) -> None:
        """Mark the next one or the one before; behind the last one comes the first."""
        self.chosen = (self.chosen + rows) % max(len(self.items), 1)
        self._top = max(min(self._top, self.chosen), self.chosen - max(self.lines, 1) + 1)
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """As many lines as there are suggestions, up to MOST_LINES."""
        return self.lines

    def render_line(self, y: int) -> Strip:
        """One suggestion and the words about it."""
        place, width = self._top + y, self.size.width
        if place >= len(self.items):
            return Strip.blank(width, self.rich_style)
        seen = self.items[self._top : self._top + self.lines]
        room = min(max(cell_len(item.text) for item in seen), LONGEST_TEXT, max(width - 2 * GAP, 1))
        item, base = self.items[place], self.rich_style
        about_style = base + self.get_component_rich_style("suggestions--about", partial=True)
        if place == self.chosen:
            base = about_style = base + self.get_component_rich_style("suggestions--chosen", partial=True)
        segments = [
            Segment(" " * GAP, base),
            Segment(fit(printable(item.text), room), base),
            Segment(" " * GAP, base),
            Segment(fit(printable(item.about), width - room - 2 * GAP), about_style),
        ]
        return Strip(segments).adjust_cell_length(width, base if place == self.chosen else Style.null())

    def on_click(self, event: events.Click) -> None:
        """A click picks a suggestion."""
        event.stop()
        if self._top + event.y < len(self.items):
            self.post_message(self.Picked(self._top + event.y))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel goes from one to the next."""
        event.stop()
        self.step(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel goes back."""
        event.stop()
        self.step(-1)
