"""A picture made of characters: lines with arrowheads, and text, each in a style."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from textual.content import Content

Point = tuple[int, int]
"""Column and line, from 0."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters of a picture."""

    light: str
    """A line: horizontal, vertical, and the corners that begin right and down, left and down, right and up, left and
    up."""
    heavy: str
    """The same for what was gone along."""
    heads: str
    """Arrowheads: right, down, left, up."""
    reset: str
    """A reset has ended it here."""


UNICODE = Signs("─│┌┐└┘", "━┃┏┓┗┛", "▶▼◀▲", "✗")
PLAIN = Signs("-|++++", "=#####", ">v<^", "x")


def signs_for(encoding: str | None) -> Signs:
    """The characters that can be written in an encoding."""
    try:
        "".join((UNICODE.light, UNICODE.heavy, UNICODE.heads, UNICODE.reset)).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return UNICODE


class Canvas:
    """Characters on lines, each with a style. What lies outside is not drawn."""

    def __init__(self, width: int, height: int, signs: Signs) -> None:
        self._characters = [[" "] * width for _ in range(height)]
        self._styles = [[""] * width for _ in range(height)]
        self._signs = signs

    def write(self, x: int, y: int, text: str, style: str = "") -> None:
        """Write text whose characters take one cell each."""
        for place, character in enumerate(text, start=x):
            if 0 <= y < len(self._characters) and 0 <= place < len(self._characters[y]):
                self._characters[y][place] = character
                self._styles[y][place] = style

    def arrow(self, points: Sequence[Point], heavy: bool, style: str = "") -> None:
        """Draw a line along points, each in the column or the line of the one before, with a head at its end."""
        strokes = self._signs.heavy if heavy else self._signs.light
        for (x, y), (to_x, to_y) in pairwise(points):
            for step in range(max(abs(to_x - x), abs(to_y - y)) + 1):
                across = to_x != x
                place = (x + step * _sign(to_x - x), y + step * _sign(to_y - y))
                self.write(*place, strokes[0 if across else 1], style)
        for before, corner, after in zip(points, points[1:], points[2:], strict=False):
            self.write(*corner, strokes[2 + _corner(before, corner, after)], style)
        (x, y), (to_x, to_y) = points[-2:]
        head = (0 if to_x > x else 2) if to_y == y else (1 if to_y > y else 3)
        self.write(to_x, to_y, self._signs.heads[head], style)

    def frame(self, x: int, y: int, width: int, height: int, heavy: bool, style: str = "") -> None:
        """Draw a box."""
        across, down, *corners = list(self._signs.heavy if heavy else self._signs.light)
        self.write(x, y, corners[0] + across * (width - 2) + corners[1], style)
        for line in range(y + 1, y + height - 1):
            self.write(x, line, down, style)
            self.write(x + width - 1, line, down, style)
        self.write(x, y + height - 1, corners[2] + across * (width - 2) + corners[3], style)

    def content(self) -> Content:
        """The picture as styled text."""
        parts: list[tuple[str, str]] = []
        for characters, styles in zip(self._characters, self._styles, strict=True):
            start = 0
            for place in range(1, len(styles) + 1):
                if place == len(styles) or styles[place] != styles[start]:
                    parts.append(("".join(characters[start:place]), styles[start]))
                    start = place
            parts.append(("\n", ""))
        return Content.assemble(*parts[:-1])


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _corner(before: Point, corner: Point, after: Point) -> int:
    """Which of the four corners joins the ways to both neighbours of a point."""
    right = max(before[0], after[0]) > corner[0]
    down = max(before[1], after[1]) > corner[1]
    return (0 if down else 2) + (0 if right else 1)
