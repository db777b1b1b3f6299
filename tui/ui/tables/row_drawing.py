"""How the lines of a table look: its header, its rows, and the words that stand in place of rows."""

import textwrap
from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.tables.cells import Cell, fitted
from tui.ui.tables.columns import GAP, Column, fit

Places = Sequence[tuple[int, int]]
"""The columns that are shown, each by its index and its width."""

CHOSEN = Style(reverse=True)
"""Added to the title of the chosen column."""

CHOSEN_CELL = Style(underline=True)
"""Added to the cell that would be copied."""


class RowDrawing:
    """Draws lines with the component styles of a table, which it keeps until they are forgotten."""

    def __init__(self, table: Widget) -> None:
        self._table = table
        self._styles: dict[tuple[str, ...], Style] = {}

    def forget_styles(self) -> None:
        """Ask for all styles again, as after a change of theme."""
        self._styles.clear()

    def header(self, columns: Sequence[Column], places: Places, chosen: int | None, width: int) -> Strip:
        """The titles, that of the chosen column in reverse."""
        base = self._style("header")
        segments: list[Segment] = []
        for i, column_width in places:
            column = columns[i]
            style = base + CHOSEN if i == chosen else base
            title = column.title if column.heading is None else column.heading(column_width)
            segments += [Segment(fit(title, column_width, column.right), style), Segment(" " * GAP, base)]
        return Strip(segments[:-1]).adjust_cell_length(width, base)

    def row(
        self,
        cells: Sequence[Cell],
        columns: Sequence[Column],
        places: Places,
        chosen: int | None,
        state: str,
        width: int,
    ) -> Strip:
        """One row. `state`: `cursor` under the cursor, `resting-cursor` where the focus is elsewhere, or empty."""
        base = self._style(state)
        in_focus = state == "cursor"
        if in_focus:  # a visual style has no room for reverse video, which is the cursor where there are no colours
            base += self._table.get_component_styles("table--cursor").text_style
        gap = Segment(" " * GAP, base)
        segments: list[Segment] = []
        for i, column_width in places:
            for text, kind in fitted(cells[i], columns[i], column_width):
                style = base if in_focus or not kind else self._style(state, kind)
                segments.append(Segment(text, style + CHOSEN_CELL if in_focus and i == chosen else style))
            segments.append(gap)
        return Strip(segments[:-1]).adjust_cell_length(width, base)

    def words(self, words: str, line: int, width: int) -> Strip:
        """One line of words, which are broken where they are wider than the table."""
        lines = [part for whole in words.splitlines() for part in textwrap.wrap(whole, max(width, 1)) or [""]]
        text = lines[line] if line < len(lines) else ""
        return Strip([Segment(fit(text, width), self._style("quiet"))], width)

    def _style(self, *kinds: str) -> Style:
        style = self._styles.get(kinds)
        if style is None:
            names = [f"table--{kind}" for kind in kinds if kind]
            style = self._table.get_visual_style(*names).rich_style
            for name in names:  # a visual style has no room for reverse video
                style += Style(reverse=self._table.get_component_styles(name).text_style.reverse)
            self._styles[kinds] = style
        return style
