"""The conversation as lines that are made as they are looked at."""

from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.message import Message

from tui.ui.inspector.lines import Lines
from tui.ui.stream.rows import GUTTER, Place, Row, Rows
from tui.views.streams import CLIENT, GUTTERS, Form, Kind, Passages

FIRST: Place = (0, 0)


class StreamView(Lines):
    """A cursor goes from line to line; where it is stays in view, and is found again when anything else changes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("stream--client", "stream--server", "stream--client-heading", "stream--server-heading"),
        *("stream--missing", "stream--end"),
    }
    DEFAULT_CSS = """
    StreamView {
        height: 1fr;
        & > .stream--client { color: $text-primary; }
        & > .stream--server { color: $text-success; }
        & > .stream--client-heading { color: $text-primary; text-style: bold reverse; }
        & > .stream--server-heading { color: $text-success; text-style: bold reverse; }
        & > .stream--missing { color: $text-warning; text-style: bold reverse; }
        & > .stream--end { color: $text-muted; text-style: bold; }
    }
    """

    class Moved(Message):
        """The cursor has come to another line."""

    class Chosen(Message):
        """A second click has chosen the line under the cursor."""

    def __init__(self) -> None:
        super().__init__("stream", "")
        self.form = Form.TEXT
        self.following = False
        """Whether the cursor stays on the last line while lines come."""
        self._rows: Rows | None = None
        self._cursor = FIRST
        self._upper = FIRST

    @property
    def rows(self) -> Rows | None:
        """What is shown; None before there is anything."""
        return self._rows

    @property
    def row(self) -> Row | None:
        """The line under the cursor."""
        return self._rows.at(self._cursor) if self._rows is not None else None

    @property
    def line_count(self) -> int:
        """Blocks there are, which are no less than one where there is a line."""
        return self._rows.blocks if self._rows is not None else 0

    @property
    def frame_row(self) -> int:
        """Row of the frame whose bytes the line under the cursor begins with; -1 where there is none."""
        row = self.row
        if row is None or self._rows is None:
            return -1
        return self._rows.passages.row_at(row.passage, row.start)

    def show(self, passages: Passages) -> None:
        """Show other passages: of another side, or with what has come meanwhile."""
        self._arrange(passages, self.form)

    def write_as(self, form: Form) -> None:
        """Write the bytes in another form."""
        self.form = form
        if self._rows is not None:
            self._arrange(self._rows.passages, form)

    def move_to(self, place: Place) -> None:
        """Put the cursor on a line and bring it into view."""
        self._cursor = place
        self._reveal()
        self.redraw()
        self.post_message(self.Moved())

    def move_to_byte(self, passage: int, offset: int) -> None:
        """Put the cursor on the line of a byte."""
        if self._rows is not None:
            self.following = False
            self.move_to(self._rows.find(passage, offset))

    def move_by_lines(self, lines: int) -> None:
        """Move the cursor up or down."""
        if self._rows is not None:
            self.following = False
            self.move_to(self._rows.moved(self._cursor, lines))

    def action_first(self) -> None:
        """To the first line."""
        if self._rows is not None:
            self.following = False
            self.move_to(FIRST)

    def action_last(self) -> None:
        """To the last line; what comes is followed."""
        if self._rows is not None:
            self.following = True
            self.move_to(self._rows.last)

    def move_by_turns(self, direction: int) -> bool:
        """Go to where the next turn or gap begins, or the one before; false where there is none."""
        place = self._rows.turn(self._cursor, direction) if self._rows is not None else None
        if place is None:
            return False
        self.following = False
        self.move_to(place)
        return True

    def scroll_by(self, lines: int) -> None:
        """Show what is further down, or up; the cursor stays."""
        if self._rows is not None:
            self._upper = min(self._rows.moved(self._upper, lines), self._lowest_top())

    def keep_in_view(self) -> None:
        """After a change of width the lines are others."""
        if self._rows is not None and self._rows.width != self.line_width:
            self._arrange(self._rows.passages, self.form)
        else:
            self._reveal()

    def _reveal(self) -> None:
        """Bring the cursor into view, scrolling as little as that takes."""
        if self._rows is None or not self._rows.blocks:
            return
        lowest = self._rows.moved(self._cursor, 1 - self.visible_lines)
        self._upper = max(min(self._upper, self._cursor), lowest)
        self._upper = min(self._upper, self._lowest_top())

    def draw_lines(self, height: int) -> list[list[Segment]]:
        """The lines that are seen."""
        if self._rows is None:
            return []
        return [self._draw_row(row, place == self._cursor) for place, row in self._rows.seen(self._upper, height)]

    def thumb(self, height: int) -> range:
        """The part of the scroll bar that tells where in the blocks it is."""
        rows = self._rows
        if rows is None:
            return range(0)
        seen = rows.seen(self._upper, height)
        last = rows.last
        if not seen or (self._upper == FIRST and seen[-1][0] == last):
            return range(0)
        (block, row), (stop_block, stop_row) = self._upper, seen[-1][0]
        first = (block + row / max(len(rows.of(block)), 1)) / rows.blocks
        stop = (stop_block + (stop_row + 1) / max(len(rows.of(stop_block)), 1)) / rows.blocks
        top = min(int(first * height), height - 1)
        return range(top, max(round(stop * height), top + 1))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line under the mouse; a click on the line of the cursor chooses it."""
        offset = event.get_content_offset(self)
        if offset is None or self._rows is None:
            return
        seen = self._rows.seen(self._upper, offset.y + 1)
        if len(seen) <= offset.y:
            return
        if seen[offset.y][0] == self._cursor:
            self.post_message(self.Chosen())
        else:
            self.following = False
            self.move_to(seen[offset.y][0])

    def _arrange(self, passages: Passages, form: Form) -> None:
        """Make the rows anew, with the cursor and the first line seen at the bytes where they were."""
        before = self._rows
        rows = Rows(passages, form, self.line_width)
        self._rows = rows
        if before is None or not rows.blocks:
            self._cursor = self._upper = FIRST
        elif self.following:
            self._cursor = rows.last
            self._upper = rows.moved(self._cursor, 1 - self.visible_lines)
        else:
            self._cursor, self._upper = (_same_place(place, before, rows) for place in (self._cursor, self._upper))
        if rows.blocks:
            self._reveal()
        self.redraw()
        self.post_message(self.Moved())

    def _lowest_top(self) -> Place:
        """The first line seen where the last one is at the bottom."""
        rows = self._rows
        return FIRST if rows is None else rows.moved(rows.last, 1 - self.visible_lines)

    def _draw_row(self, row: Row, is_cursor: bool) -> list[Segment]:
        width = self.line_width
        side = "client" if row.side == CLIENT else "server"
        cursor = ("lines--cursor" if self.has_focus else "lines--resting-cursor") if is_cursor else ""
        if row.kind == "data":
            gutter = Segment(f"{GUTTERS[row.side]} "[:width], self.style("lines--quiet", cursor))
            text = set_cell_size(row.text, max(width - GUTTER, 0))
            return [gutter, Segment(text, self.style(f"stream--{side}", cursor))]
        text = set_cell_size(row.text, width)
        if row.kind == "heading":
            return [Segment(text, self.style(f"stream--{side}-heading", cursor))]
        is_end = self._rows is not None and self._rows.passages[row.passage].kind >= Kind.FIN
        return [Segment(text, self.style("stream--end" if is_end else "stream--missing", cursor))]


def _same_place(place: Place, before: Rows, rows: Rows) -> Place:
    """Where what was at a place is now."""
    row = before.at(place)
    if row is None:
        return FIRST
    if before.passages is rows.passages:
        return rows.find(row.passage, row.start, row.kind)
    of = before.passages
    store_row = of.row_at(row.passage, row.start)
    found = rows.passages.find(store_row, of.offset_in_segment(row.passage, row.start)) if store_row >= 0 else None
    if found is None:
        return rows.find(min(row.passage, len(rows.passages) - 1), 0, row.kind)
    return rows.find(*found, "data" if found[1] or row.kind == "notice" else row.kind)
