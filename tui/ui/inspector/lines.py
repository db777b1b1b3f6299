"""A pane of lines of which only the visible ones are made, and only the cells that have changed are drawn again."""

import textwrap
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.actions import bindings

WHEEL_LINES = 3
"""Lines that one turn of the mouse wheel scrolls."""


class Lines(Widget, can_focus=True):
    """Lines, or a sentence in their place. It scrolls by itself: a scroll bar of Textual's is laid out anew whenever
    the number of lines changes, and that draws everything.

    Who inherits it counts the lines, draws them, moves its cursor, and calls `redraw` when they may look different.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("rows")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("lines--quiet", "lines--cursor", "lines--resting-cursor", "lines--marked", "lines--thumb")
    }
    DEFAULT_CSS = """
    Lines {
        & > .lines--quiet { color: $text-muted; }
        & > .lines--thumb { color: $scrollbar; }
        & > .lines--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold;
        }
        & > .lines--resting-cursor { background: $surface-lighten-2; }
        & > .lines--marked { color: $text-accent; background: $surface-lighten-2; text-style: underline; }
        &:nocolor > .lines--cursor { text-style: reverse; }
        &:nocolor > .lines--resting-cursor { text-style: underline; }
        &:nocolor > .lines--marked { text-style: bold underline; }
        &:ansi > .lines--cursor { color: ansi_default; background: ansi_default; text-style: reverse; }
        &:ansi > .lines--resting-cursor { background: ansi_default; text-style: underline; }
        &:ansi > .lines--marked { color: ansi_cyan; background: ansi_default; text-style: bold underline; }
    }
    """

    def __init__(self, identity: str, title: str) -> None:
        self._styles: dict[tuple[str, ...], Style] = {}
        super().__init__(id=identity, classes="pane")
        self.border_title = title
        self._words = ""
        self._top = 0
        self._drawn: list[Strip] = []

    @property
    def line_count(self) -> int:
        """Lines there are."""
        raise NotImplementedError

    def move_by_lines(self, lines: int) -> None:
        """Move the cursor, or what is seen, by so many lines or as far as there are any."""
        raise NotImplementedError

    def draw_line(self, line: int) -> list[Segment]:
        """One line, in no more than `line_width` cells."""
        raise NotImplementedError

    def draw_lines(self, height: int) -> list[list[Segment]]:
        """The lines that are seen, at most `height`."""
        return [self.draw_line(line) for line in range(self._top, min(self._top + height, self.line_count))]

    def thumb(self, height: int) -> range:
        """The part of `height` lines that the scroll bar marks; empty where all lines are seen."""
        count = self.line_count
        if count <= height:
            return range(0)
        first = self._top * height // count
        return range(first, max(-(-(self._top + height) * height // count), first + 1))

    def scroll_by(self, lines: int) -> None:
        """Show what is further down, or up; the cursor stays. Call `redraw` after it."""
        self.scroll_to_line(self._top + lines)

    @property
    def line_width(self) -> int:
        """Cells of a line; the last column of the pane shows where in the lines it is."""
        return max(self.content_region.width - 1, 1)

    @property
    def visible_lines(self) -> int:
        """Lines that are visible at once, at least 1."""
        return max(1, self.content_region.height)

    @property
    def top(self) -> int:
        """The first line that is seen."""
        return self._top

    @property
    def line_to_keep(self) -> int:
        """The line that stays in view when the size changes."""
        return self._top

    def say(self, words: str) -> None:
        """Show a sentence of our own where there are no lines. Call `redraw` after it."""
        self._words = words

    def scroll_to_line(self, line: int) -> None:
        """Have a line at the top, as far as there are enough below it. Call `redraw` after it."""
        self._top = max(0, min(line, self.line_count - self.visible_lines))

    def reveal(self, line: int) -> None:
        """Scroll as little as brings a line into view. Call `redraw` after it."""
        self.scroll_to_line(min(max(self._top, line - self.visible_lines + 1), line))

    def keep_in_view(self) -> None:
        """After a change of size, have in view what was there before."""
        self.reveal(self.line_to_keep)

    def redraw(self) -> None:
        """Have drawn what looks different now."""
        before, self._drawn = self._drawn, self._draw()
        if len(before) != len(self._drawn):
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._drawn, strict=True)):
            first, stop = _difference(old, new)
            if first < stop:
                self.refresh(Region(first, y, stop - first, 1))

    def style(self, *kinds: str) -> Style:
        """The style of component classes, one over the other."""
        style = self._styles.get(kinds)
        if style is None:
            names = [kind for kind in kinds if kind]
            style = self.get_visual_style(*names).rich_style
            for name in names:  # a visual style has no room for reverse video
                style += Style(reverse=self.get_component_styles(name).text_style.reverse)
            self._styles[kinds] = style
        return style

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        if y < len(self._drawn):
            return self._drawn[y]
        return Strip.blank(self.content_region.width, self.style())

    def _draw(self) -> list[Strip]:
        height, width = self.content_region.height, self.content_region.width
        if height < 1 or width < 1 or not self.is_attached:
            return []
        plain = self.style()
        if self.line_count:
            lines = self.draw_lines(height)
        else:
            words = textwrap.wrap(self._words, max(width - 2, 1))[:height]
            lines = [[Segment(f" {line}", self.style("lines--quiet"))] for line in words]
        lines += [[] for _ in range(height - len(lines))]
        strips = [Strip(line).adjust_cell_length(width - 1, plain) for line in lines]
        thumb = self.thumb(height)
        return [Strip(_joined([*strip, self._margin(y, thumb)]), width) for y, strip in enumerate(strips)]

    def _margin(self, y: int, thumb: range) -> Segment:
        """The last cell of a line, which is the scroll bar's where not all lines are seen."""
        if not thumb:
            return Segment(" ", self.style())
        return Segment("▐" if y in thumb else " ", self.style("lines--thumb"))

    def notify_style_update(self) -> None:
        """Forget the styles of another theme."""
        self._styles.clear()
        self._drawn = self._draw()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Keep in view what was looked at."""
        self.keep_in_view()
        self._drawn = self._draw()
        self.refresh()

    def on_focus(self) -> None:
        """The cursor looks different."""
        self.redraw()

    def on_blur(self) -> None:
        """The cursor looks different."""
        self.redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Show what is further down; the cursor stays."""
        event.stop()
        self.scroll_by(WHEEL_LINES)
        self.redraw()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Show what is further up; the cursor stays."""
        event.stop()
        self.scroll_by(-WHEEL_LINES)
        self.redraw()

    def action_step(self, lines: int) -> None:
        """Move by lines."""
        self.move_by_lines(lines)

    def action_page(self, direction: int) -> None:
        """Move by a page."""
        self.move_by_lines(direction * self.visible_lines)

    def action_half_page(self, direction: int) -> None:
        """Move by half a page."""
        self.move_by_lines(direction * max(1, self.visible_lines // 2))

    def action_first(self) -> None:
        """Move to the first line."""
        self.move_by_lines(-self.line_count)

    def action_last(self) -> None:
        """Move to the last line."""
        self.move_by_lines(self.line_count)


def _joined(segments: list[Segment]) -> list[Segment]:
    """The segments, with those that look alike made one: each costs some forty bytes on the terminal."""
    joined: list[Segment] = []
    for segment in segments:
        if joined and _alike(joined[-1].style, segment):
            joined[-1] = Segment(joined[-1].text + segment.text, joined[-1].style)
        elif joined and _alike(segment.style, joined[-1]):
            joined[-1] = Segment(joined[-1].text + segment.text, segment.style)
        elif segment.text:
            joined.append(segment)
    return joined


def _alike(style: Style | None, segment: Segment) -> bool:
    """Whether a segment looks the same in another style: blanks show their background only."""
    if style is None or segment.style is None or style == segment.style:
        return style == segment.style
    drawn_on_blanks = style.underline or style.reverse or segment.style.underline or segment.style.reverse
    return segment.text.isspace() and not drawn_on_blanks and style.bgcolor == segment.style.bgcolor


def _difference(old: Strip, new: Strip) -> tuple[int, int]:
    """The cells from the first to the last that differ, as their first and the one after them."""
    if old == new:
        return 0, 0
    before, after = _cells(old), _cells(new)
    if len(before) != len(after):
        return 0, new.cell_length
    places = [place for place, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    return (places[0], places[-1] + 1) if places else (0, 0)


def _cells(strip: Strip) -> list[tuple[str, Style | None]]:
    """The cells of a strip; a character of two cells stands in both, one without width with the cell before it."""
    cells: list[tuple[str, Style | None]] = []
    for segment in strip:
        for character in segment.text:
            width = cell_len(character)
            if width == 0 and cells:
                cells[-1] = (cells[-1][0] + character, segment.style)
            cells += [(character, segment.style)] * width
    return cells
