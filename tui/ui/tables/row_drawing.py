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
        self._looks: dict[tuple[str, ...], tuple[Style, bool]] = {}

    def forget_styles(self) -> None:
        """Ask for all styles again, as after a change of theme."""
        self._looks.clear()

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
        base, _ = self._look(state)
        in_focus = state == "cursor"
        if in_focus:  # a visual style has no room for reverse video, which is the cursor where there are no colours
            base += self._table.get_component_styles("table--cursor").text_style
        runs = _Runs(base)
        used = 0
        for i, column_width in places:
            if used:
                runs.add(" " * GAP, base, True)
                used += GAP
            used += column_width
            for text, kind in fitted(cells[i], columns[i], column_width):
                style, blank_alike = (base, True) if in_focus or not kind else self._look(state, kind)
                if in_focus and i == chosen:
                    style, blank_alike = style + CHOSEN_CELL, False
                runs.add(text, style, blank_alike)
        runs.add(" " * (width - used), base, True)
        return Strip(runs.segments(), max(used, width)).adjust_cell_length(width, base)

    def words(self, words: str, line: int, width: int) -> Strip:
        """One line of words, which are broken where they are wider than the table."""
        lines = [part for whole in words.splitlines() for part in textwrap.wrap(whole, max(width, 1)) or [""]]
        text = lines[line] if line < len(lines) else ""
        return Strip([Segment(fit(text, width), self._style("quiet"))], width)

    def _style(self, *kinds: str) -> Style:
        return self._look(*kinds)[0]

    def _look(self, *kinds: str) -> tuple[Style, bool]:
        """The style of kinds one over the other, and whether a blank in it looks as in that of the first kind alone."""
        look = self._looks.get(kinds)
        if look is None:
            names = [f"table--{kind}" for kind in kinds if kind]
            style = self._table.get_visual_style(*names).rich_style
            for name in names:  # a visual style has no room for reverse video
                style += Style(reverse=self._table.get_component_styles(name).text_style.reverse)
            seen_on_blanks = style.underline or style.reverse
            look = style, len(kinds) < 2 or (not seen_on_blanks and style.bgcolor == self._style(kinds[0]).bgcolor)
            self._looks[kinds] = look
        return look


class _Runs:
    """The text of a row in as few segments as it takes: every one of them passes through a dozen hands."""

    def __init__(self, base: Style) -> None:
        """`base`: the style of the row, in which blanks stand that are nobody's."""
        self._segments: list[Segment] = []
        self._text = ""
        self._style = base
        self._blank_alike = True

    def add(self, text: str, style: Style, blank_alike: bool) -> None:
        """More text. `blank_alike`: blanks in this style look as they do in the style of the row."""
        if style is self._style or (blank_alike and self._blank_alike and text.isspace()):
            self._text += text
            return
        if self._text:
            self._segments.append(Segment(self._text, self._style))
        self._text, self._style, self._blank_alike = text, style, blank_alike

    def segments(self) -> list[Segment]:
        """All that was added."""
        return [*self._segments, Segment(self._text, self._style)] if self._text else self._segments
