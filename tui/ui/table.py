"""A table of any number of rows, which asks for the cells of a row only when it draws that row."""

import time
from collections.abc import Sequence
from typing import ClassVar, Protocol

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.ui import theme
from tui.ui.actions import bindings
from tui.ui.columns import GAP, Column, arrange, fit

Cell = tuple[str, str]
"""Text that is fit to be drawn, and its kind (a name of theme.KINDS, or empty)."""

HEADER_LINES = 1

GROWTH_PAUSE = 0.5
"""Seconds between two changes of the scroll bar while rows arrive out of sight."""


class Rows(Protocol):
    """What a table shows. Rows have keys that ascend and that stay when rows are added."""

    columns: Sequence[Column]

    def __len__(self) -> int: ...

    def key(self, row: int) -> int:
        """The key of a row, such as a frame number."""
        ...

    def find(self, key: int) -> int:
        """The row of a key, or of the next one there is."""
        ...

    def cells(self, row: int) -> Sequence[Cell]:
        """One cell for each column."""
        ...

    def words_when_empty(self) -> str:
        """What to say where there are no rows."""
        ...


class Table(ScrollView, can_focus=True):
    """Rows with a cursor. The cursor holds on to a key, so that rows arriving or leaving never move it elsewhere."""

    COMPONENT_CLASSES: ClassVar[set[str]] = theme.TABLE_CLASSES
    DEFAULT_CSS = theme.TABLE_CSS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("table")]

    class Moved(Message):
        """The cursor has come to another row."""

        def __init__(self, table: "Table") -> None:
            super().__init__()
            self.table = table

    class Chosen(Message):
        """The row under the cursor was chosen with a second click."""

        def __init__(self, table: "Table") -> None:
            super().__init__()
            self.table = table

    def __init__(self, rows: Rows, identity: str) -> None:
        self._styles: dict[tuple[str, ...], Style] = {}
        super().__init__(id=identity, classes="pane")
        self._rows = rows
        self._count = 0
        self._empty_words = ""
        self._drawn: dict[int, Sequence[Cell]] = {}
        self._columns: list[tuple[int, int]] = []
        self._arranged_width = -1
        self._settled = 0.0
        self.cursor = 0
        """Row of the cursor; 0 also where there are no rows."""
        self.key: int | None = None
        """Key of the row under the cursor; None where there are no rows."""

    @property
    def lines(self) -> int:
        """Rows that are visible at once, at least 1."""
        return max(1, self.scrollable_content_region.height - HEADER_LINES)

    def show(self, rows: Rows) -> None:
        """Show other rows, keeping the cursor on its key where it is among them; else it goes to the first row."""
        self._rows = rows
        if self.key is not None:
            row = rows.find(self.key)
            if row >= len(rows) or rows.key(row) != self.key:
                self.key, self.cursor = None, 0
        self._drawn.clear()
        self._count = -1
        self._arranged_width = -1
        self.update_rows()
        self.settle(at_once=True)
        self._reveal()
        self.refresh()

    def update_rows(self) -> None:
        """Take in what has changed, and draw again only the lines that now look different."""
        count = len(self._rows)
        self._count = count
        self.settle(at_once=count <= 2 * self.lines)
        self._hold_cursor()
        words = self._rows.words_when_empty() if count == 0 else ""
        if words != self._empty_words:
            self._empty_words = words
            self.refresh()
        top = round(self.scroll_offset.y)
        for row in range(top, min(top + self.lines, count)):
            cells = self._rows.cells(row)
            if self._drawn.get(row) != cells:
                self._drawn[row] = cells
                self._refresh_row(row)

    def settle(self, at_once: bool = False) -> None:
        """Let the scroll bar know how many rows there are; that draws the whole table, so only every GROWTH_PAUSE."""
        size = Size(0, self._count + HEADER_LINES if self._count > 0 else 0)
        now = time.monotonic()
        if size != self.virtual_size and (at_once or now - self._settled >= GROWTH_PAUSE):
            self._settled = now
            self.virtual_size = size

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, or on the nearest one there is, and bring it into view."""
        if self._count <= 0:
            return
        before, self.cursor = self.cursor, max(0, min(row, self._count - 1))
        self.key = self._rows.key(self.cursor)
        self._reveal()
        if before != self.cursor:
            self._refresh_row(before)
            self._refresh_row(self.cursor)
            self.post_message(self.Moved(self))

    def move_to_key(self, key: int) -> None:
        """Put the cursor on the row of a key."""
        self.move_to(self._rows.find(key))

    def _hold_cursor(self) -> None:
        """Bring the cursor back to its key; where rows came before it, the view moves along."""
        if self._count == 0:
            self.cursor, self.key = 0, None
            return
        before, key_before = self.cursor, self.key
        self.cursor = 0 if self.key is None else min(self._rows.find(self.key), self._count - 1)
        self.key = self._rows.key(self.cursor)
        if self.cursor != before:
            self._drawn.clear()
            self.settle(at_once=True)
            self.scroll_to(y=self.scroll_offset.y + self.cursor - before, animate=False, immediate=True)
            self.refresh()
        if self.key != key_before:
            self.post_message(self.Moved(self))

    def _reveal(self) -> None:
        """Scroll as little as brings the cursor into view."""
        top, lines = round(self.scroll_offset.y), self.lines
        wanted = min(max(top, self.cursor - lines + 1), self.cursor)
        if wanted != top:
            self.settle(at_once=True)
            self.scroll_to(y=wanted, animate=False, immediate=True)

    def _refresh_row(self, row: int) -> None:
        y = row - round(self.scroll_offset.y) + HEADER_LINES
        if HEADER_LINES <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, a row, or nothing."""
        width = self.scrollable_content_region.width
        if width != self._arranged_width:
            self._arranged_width = width
            self._columns = arrange(self._rows.columns, width)
        if y < HEADER_LINES:
            return self._header(width)
        row = round(self.scroll_offset.y) + y - HEADER_LINES
        if row < self._count:
            return self._row(row, width)
        words = self._empty_words if y == HEADER_LINES and self._count <= 0 else ""
        return Strip([Segment(fit(words, width), self._style("quiet"))], width)

    def _header(self, width: int) -> Strip:
        columns = self._rows.columns
        titles = (fit(columns[i].title, column_width, columns[i].right) for i, column_width in self._columns)
        return Strip([Segment(fit((" " * GAP).join(titles), width), self._style("header"))], width)

    def _row(self, row: int, width: int) -> Strip:
        cells = self._drawn.get(row)
        if cells is None:
            cells = self._drawn[row] = self._rows.cells(row)
            if len(self._drawn) > 4 * self.lines:
                self._drawn = {row: cells}
        in_focus = row == self.cursor and self.has_focus
        state = "cursor" if in_focus else "resting-cursor" if row == self.cursor else ""
        base = self._style(state)
        if in_focus:  # a visual style has no room for reverse video, which is the cursor where there are no colours
            base += self.get_component_styles("table--cursor").text_style
        gap = Segment(" " * GAP, base)
        segments: list[Segment] = []
        for place, (i, column_width) in enumerate(self._columns):
            text, kind = cells[i]
            if place:
                segments.append(gap)
            style = base if in_focus or not kind else self._style(state, kind)
            segments.append(Segment(fit(text, column_width, self._rows.columns[i].right), style))
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, *kinds: str) -> Style:
        style = self._styles.get(kinds)
        if style is None:
            style = self.get_visual_style(*(f"table--{kind}" for kind in kinds if kind)).rich_style
            self._styles[kinds] = style
        return style

    def notify_style_update(self) -> None:
        """Forget the styles of another theme."""
        self._styles.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        if self._count > 0:
            self._reveal()

    def on_click(self, event: events.Click) -> None:
        """Select the row that was clicked; a second click chooses it."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < HEADER_LINES:
            return
        row = round(self.scroll_offset.y) + offset.y - HEADER_LINES
        if row < self._count:
            self.move_to(row)
            if event.chain > 1:
                self.post_message(self.Chosen(self))

    def action_step(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self.cursor + rows)

    def action_page(self, direction: int) -> None:
        """Move the cursor by a page."""
        self.move_to(self.cursor + direction * self.lines)

    def action_half_page(self, direction: int) -> None:
        """Move the cursor by half a page."""
        self.move_to(self.cursor + direction * max(1, self.lines // 2))

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """Move the cursor to the last row there is now."""
        self.move_to(self._count - 1)
