"""A table of any number of rows, which asks for the cells of a row only when it draws that row."""

import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.ui.actions import bindings
from tui.ui.look import theme
from tui.ui.tables.cells import Cell, text_of
from tui.ui.tables.columns import GAP, Column, arrange
from tui.ui.tables.row_drawing import RowDrawing
from tui.ui.tables.rows import Rows

HEADER_LINES = 1

GROWTH_PAUSE, LONGEST_GROWTH_PAUSE = 0.5, 5.0
"""Seconds between two changes of the scroll bar while rows arrive out of sight; the longer one where they are so few
beside those there are that it would hardly look different."""

HARDLY = 50
"""One more for so many rows: a growth by which the bar moves by less than a cell."""

EIGHTHS = 8
"""Steps of the scroll bar in one cell."""


class Table(ScrollView, can_focus=True):
    """Rows with a cursor. The cursor holds on to a key, so that rows arriving or leaving never move it elsewhere.

    Where `may_follow` is set, a cursor that is put on the last row follows: it goes to every row that comes after it,
    until it is moved away.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = theme.TABLE_CLASSES
    DEFAULT_CSS = theme.TABLE_CSS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("table")]

    virtual_size = Reactive(Size(0, 0))
    """Lines of the header and all rows. Other than in any other widget the layout of the screen does not depend on it,
    but for the scroll bar that comes and goes.
    """

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

    class HeaderChosen(Message):
        """The title of a column was clicked."""

        def __init__(self, table: "Table", column: int) -> None:
            super().__init__()
            self.table = table
            self.column = column
            """Index of the column in the rows' columns."""

    def __init__(self, rows: Rows, identity: str) -> None:
        self._drawing = RowDrawing(self)
        super().__init__(id=identity, classes="pane")
        self._rows = rows
        self._count = 0
        self._empty_words = ""
        self._drawn: dict[int, Sequence[Cell]] = {}
        self._columns: Sequence[Column] = ()
        self._places: list[tuple[int, int]] = []
        self._arranged_width = -1
        self._settled = 0.0
        self.sideways: Callable[[int], None] | None = None
        """Takes the keys to the left (-1) and to the right (1) where they do not choose a column."""
        self.may_follow = False
        """Rows arrive as they happen, so that following them makes sense."""
        self.following = False
        """The cursor goes to every new last row."""
        self.cursor = 0
        """Row of the cursor; 0 also where there are no rows."""
        self.key: int | None = None
        """Key of the row under the cursor; None where there are no rows."""
        self.column: int | None = None
        """The chosen column, by its index in the rows' columns; None where none is chosen."""

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
        self.column = None
        self._count = -1
        self.redraw()
        self.settle(at_once=True)
        self._reveal()

    def redraw(self) -> None:
        """Draw everything again, as after a change of how values are written."""
        self._drawn.clear()
        self.update_rows()
        self.refresh()

    def update_rows(self) -> None:
        """Take in what has changed, and draw again only the lines that now look different."""
        self._count = count = len(self._rows)
        top = round(self.scroll_offset.y)
        self.settle(at_once=count <= 2 * self.lines)
        if self._rows.columns is not self._columns and self._rows.columns != self._columns:
            self.refresh()
        self._hold_cursor(top)
        if self.following and self._rows.arrival_order and self.cursor != count - 1:
            self._put_cursor(count - 1)
        words = self._rows.words_when_empty() if count == 0 else ""
        if words != self._empty_words:
            self._empty_words = words
            self.refresh()
        seen = self._rows_in_view()
        for row, cells in zip(seen, self._rows.cells_of(seen), strict=True):
            if self._drawn.get(row) != cells:
                self._drawn[row] = cells
                self._refresh_row(row)

    def settle(self, at_once: bool = False) -> None:
        """Let the scroll bar know how many rows there are; that draws the whole table, so only now and then."""
        size = Size(0, self._count + HEADER_LINES if self._count > 0 else 0)
        now = time.monotonic()
        few = abs(size.height - self.virtual_size.height) * HARDLY < size.height
        pause = LONGEST_GROWTH_PAUSE if few else GROWTH_PAUSE
        if size != self.virtual_size and (at_once or now - self._settled >= pause):
            self._settled = now
            self.virtual_size = size

    def watch_virtual_size(self, size: Size) -> None:
        """Give the scroll bar its length, and let it come or go."""
        self._scroll_update(size)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the rows in view, and the scroll bar only where it looks different: it has as many lines as they."""
        if self.show_vertical_scrollbar:
            bar = self.vertical_scrollbar
            if self._thumb_place(bar.position) != self._thumb_place(new_value):
                bar.position = new_value
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)

    def _thumb_place(self, position: float) -> int:
        """Where the scroll bar begins to be full when so many rows are above the view, in eighths of a cell."""
        height, rows = self.vertical_scrollbar.size.height, self.virtual_size.height - self.lines
        thumb = max(1.0, height * self.lines / max(self.virtual_size.height, 1))
        return int(EIGHTHS * (height - thumb) * position / rows) if rows > 0 else 0

    def jump_to(self, row: int) -> None:
        """Put the cursor on a row from afar: also what is around it comes into view, a third of a page on each side."""
        self.move_to(row, self.lines // 3)

    def move_to(self, row: int, context: int = 0) -> None:
        """Put the cursor on a row, or on the nearest one there is, and bring it into view with some rows around it."""
        if self._count <= 0:
            return
        before = self.cursor
        self._put_cursor(self._past_captions(max(0, min(row, self._count - 1))), context)
        if self.cursor != before:
            self.following = self.may_follow and self._rows.arrival_order and self.cursor == self._count - 1

    def _past_captions(self, row: int) -> int:
        """The nearest row on which a cursor that comes to `row` can stand: one that has the key of the row below it is
        a caption of that one.
        """
        direction = -1 if row < self.cursor else 1
        while row >= 0 and self._is_caption(row):
            row += direction
        return row if row >= 0 else self._past_captions_down()

    def _past_captions_down(self) -> int:
        row = 0
        while self._is_caption(row):
            row += 1
        return row

    def _is_caption(self, row: int) -> bool:
        return row + 1 < self._count and self._rows.key(row) == self._rows.key(row + 1)

    def move_to_key(self, key: int) -> None:
        """Put the cursor on the row of a key."""
        self.move_to(self._rows.find(key))

    def hold(self, key: int) -> None:
        """Bring the cursor to the row of a key, or to the next one there is, as if it had been there all the time."""
        self.key = key
        self.update_rows()

    def follow(self, on: bool) -> None:
        """Go to the last row and to every one that comes after it, or stop doing so."""
        self.following = on and self.may_follow
        if self.following and self._rows.arrival_order:
            self._put_cursor(self._count - 1)

    def copy_text(self, column: int | None) -> str:
        """The text of one column in the row under the cursor, or of all columns with tabs between; empty without rows.

        Values are whole, however little of them the screen has room for.
        """
        if self.key is None:
            return ""
        cells = self._rows.cells(self.cursor)
        chosen = cells if column is None else cells[column : column + 1]
        return "\t".join(text_of(cell).strip() for cell in chosen)

    def _put_cursor(self, row: int, context: int = 0) -> None:
        """Put the cursor on a row that there is."""
        if row < 0:
            return
        before, self.cursor = self.cursor, row
        key_before, self.key = self.key, self._rows.key(row)
        self._reveal(context)
        if before != row:
            self._refresh_row(before)
            self._refresh_row(row)
        if before != row or self.key != key_before:
            self.post_message(self.Moved(self))

    def _hold_cursor(self, top: int) -> None:
        """Bring the cursor back to its key; where rows came or went before it, the view moves along.

        `top`: the first row that was in view.
        """
        if self._count == 0:
            self.cursor, self.key = 0, None
            return
        before, key_before = self.cursor, self.key
        self.cursor = 0 if self.key is None else min(self._rows.find(self.key), self._count - 1)
        self.key = self._rows.key(self.cursor)
        if self.cursor != before:
            self._drawn.clear()
            self.settle(at_once=True)
            self.scroll_to(y=top + self.cursor - before, animate=False, immediate=True, force=True)
            self.refresh()
        if self.key != key_before:
            self.post_message(self.Moved(self))

    def _reveal(self, context: int = 0) -> None:
        """Scroll as little as brings the cursor into view, with so many rows around it as far as there are any."""
        top, lines = round(self.scroll_offset.y), self.lines
        wanted = min(max(top, self.cursor - lines + 1 + context), self.cursor - context)
        if context:
            wanted = max(0, min(wanted, self._count - lines))
        if wanted != top:
            self.settle(at_once=True)
            self.scroll_to(y=wanted, animate=False, immediate=True, force=True)

    def _refresh_row(self, row: int) -> None:
        y = row - round(self.scroll_offset.y) + HEADER_LINES
        if HEADER_LINES <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _arrange(self, width: int) -> None:
        """Give the columns their places, where the width or the columns are others than before."""
        columns = self._rows.columns
        if width == self._arranged_width and (columns is self._columns or columns == self._columns):
            return
        self._arranged_width, self._columns = width, columns
        self._places = arrange(columns, width)
        if self.column not in [i for i, _ in self._places]:
            self.column = None

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, a row, or nothing."""
        width = self.scrollable_content_region.width
        self._arrange(width)
        if self._count <= 0 and y >= HEADER_LINES:
            return self._drawing.words(self._empty_words, y - HEADER_LINES, width)
        if y < HEADER_LINES:
            return self._drawing.header(self._columns, self._places, self.column, width)
        row = round(self.scroll_offset.y) + y - HEADER_LINES
        if row >= self._count:
            return self._drawing.words("", 0, width)
        cells = self._drawn.get(row)
        if cells is None:
            self._make_cells()
            cells = self._drawn.get(row) or self._rows.cells(row)
        state = "" if row != self.cursor else "cursor" if self.has_focus else "resting-cursor"
        return self._drawing.row(cells, self._columns, self._places, self.column, state, width)

    def _rows_in_view(self) -> range:
        top = round(self.scroll_offset.y)
        return range(top, min(top + self.lines, self._count))

    def _make_cells(self) -> None:
        """Have the cells of all rows in view, as after a page."""
        seen = self._rows_in_view()
        if len(self._drawn) > 4 * self.lines:
            self._drawn = {row: self._drawn[row] for row in seen if row in self._drawn}
        missing = [row for row in seen if row not in self._drawn]
        self._drawn.update(zip(missing, self._rows.cells_of(missing), strict=True))

    def notify_style_update(self) -> None:
        """Forget the styles of another theme."""
        self._drawing.forget_styles()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        if self._count > 0:
            self._reveal()

    def on_click(self, event: events.Click) -> None:
        """Select the row that was clicked, a second click chooses it; a click on the header chooses a column."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < HEADER_LINES:
            column = self._column_at(offset.x)
            if column is not None:
                self.post_message(self.HeaderChosen(self, column))
            return
        row = round(self.scroll_offset.y) + offset.y - HEADER_LINES
        if row < self._count:
            self.move_to(row)
            if event.chain > 1:
                self.post_message(self.Chosen(self))

    def _column_at(self, x: int) -> int | None:
        """The column in a cell of the table's lines; a gap belongs to the column before it."""
        for i, width in self._places:
            if x < width + GAP:
                return i
            x -= width + GAP
        return None

    def on_mouse_scroll_up(self) -> None:
        """Who looks back wants the rows to stay."""
        self.following = False

    def on_key(self, event: events.Key) -> None:
        """Escape leaves the chosen column first."""
        if event.key == "escape" and self.column is not None:
            event.stop()
            self.choose_column(None)

    def choose_column(self, column: int | None) -> None:
        """Choose a column, or none."""
        if column != self.column:
            self.column = column
            self.refresh()

    def action_column(self, direction: int) -> None:
        """Choose the next column to the right or to the left; to the left of the first none is chosen."""
        if self.sideways is not None:
            self.sideways(direction)
            return
        shown = [i for i, _ in self._places]
        place = shown.index(self.column) if self.column in shown else -1
        place = min(place + direction, len(shown) - 1)
        self.choose_column(shown[place] if place >= 0 else None)

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
        """Move the cursor to the last row there is now, and follow those that come where that makes sense."""
        self.move_to(self._count - 1)
        self.follow(self.may_follow)
