"""What the terminal shows, so that of a frame that is drawn only the cells that change are sent.

Textual sends a changed row from the left edge of its pane on, each segment with all of its style. Compared with what is
there already, a tenth of that is left, which is felt where the terminal is at the far end of a slow line.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

TOKENS = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H|\x1b\[(?P<style>[\d;]+)m|(?P<text>[^\x00-\x1f\x7f]+)|(?P<end>\n)|(?P<other>.)",
    re.DOTALL,
)
"""What frames are made of (ECMA-48): positions that count from 1, styles, text, ends of lines; and anything else."""

HARMLESS = re.compile(r"(?:\x1b\[\?(?:25|1000|1003|1004|1006|1015|2004)[hl]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\))+|\x07")
"""Sequences that leave every cell as it is: cursor, mouse, focus, paste, and those of windows; and the bell."""

COLOUR, BACKGROUND = "39", "49"
"""The terminal's own colours, in the parameters of SGR (ECMA-48, 8.3.117)."""

EXTENDED = {"2": 5, "5": 3}
"""Parameters of a colour of its own (ISO 8613-6): 24 bits, or one of 256."""

OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}
"""What ends each attribute."""

SEEN_ON_BLANKS = frozenset({"4", "7", "9"})
"""Underlined, reverse, crossed out."""

BRIDGE = 5
"""Unchanged cells between two changes that are sent again: to pass over them costs as much."""


class Look(NamedTuple):
    """A style, in the parameters of SGR."""

    attributes: frozenset[str]
    colour: str
    background: str


PLAIN = Look(frozenset(), COLOUR, BACKGROUND)

Cell = tuple[str, Look]
"""A character and its style. The second cell of a wide character is empty."""


class ShownCells:
    """The cells of a terminal's screen, as they are when the changes have been sent; unknown at first."""

    def __init__(self) -> None:
        self._lines: dict[int, list[Cell | None]] = {}
        self._changed: dict[int, list[tuple[int, int]]] = {}
        self._cursor = self._cursor_sent = (-1, 0)

    def forget(self) -> None:
        """Nothing is known any more, as after something else was drawn, and nothing waits to be sent."""
        self._lines.clear()
        self._changed.clear()
        self._cursor_sent = self._cursor

    def draw(self, frame: str) -> bool:
        """Take what a frame draws; False where it is something else as well, which is to be sent as it is."""
        row, column, look = -1, 0, PLAIN
        for token in TOKENS.finditer(frame):
            kind = token.lastgroup
            if kind == "text" and row >= 0:
                column = self._put(row, column, token["text"], look)
            elif kind == "style" and (known := look_of(token["style"])) is not None:
                look = known
            elif kind == "column":
                row, column = int(token["row"]) - 1, int(token["column"]) - 1
            elif kind == "end":
                row = -1
            else:
                return False
        self._cursor = row, column
        return True

    def changes(self) -> str:
        """What is to be sent for all that was drawn since the last time; empty where the terminal shows it already."""
        pen = _Pen()
        for row, spans in sorted(self._changed.items()):
            line = self._lines[row]
            for first, stop in _joined(spans, line):
                pen.go(row, first)
                pen.write(line[first:stop])
        self._changed.clear()
        if self._cursor[0] >= 0 and (pen.sent or self._cursor != self._cursor_sent):
            self._cursor_sent = self._cursor
            pen.go(*self._cursor)
        return pen.all()

    def _put(self, row: int, first: int, text: str, look: Look) -> int:
        """Text from one cell on; returns the cell after it."""
        line = self._lines.setdefault(row, [])
        simple = text.isascii() or all(cell_len(character) == 1 for character in text)
        blank = _blank(look)
        cells = [(c, blank if c == " " else look) for c in text] if simple else _wide_cells(text, look)
        stop = first + len(cells)
        line += [None] * (stop - len(line))
        before = line[first:stop]
        if before == cells and simple:
            return stop
        line[first:stop] = cells
        _forget_halves(line, first, stop)
        spans = self._changed.setdefault(row, [])
        if simple:
            spans += _differences(before, cells, first)
        else:
            spans.append((first, stop))  # whole, as terminals disagree about the width of some characters
        return stop


class _Pen:
    """Where the terminal writes and how, and what was sent to have it so."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._at = (-1, 0)
        self._look = PLAIN

    def go(self, row: int, column: int) -> None:
        if self._at != (row, column):
            forward = column - self._at[1]
            near = self._at[0] == row and forward > 0
            self.sent.append(f"\x1b[{forward}C" if near else f"\x1b[{row + 1};{column + 1}H")
            self._at = row, column

    def write(self, cells: list[Cell | None]) -> None:
        """Write cells that are known."""
        look = self._look
        for character, cell_look in filter(None, cells):
            if cell_look is not look and not (character == " " and _blank(look) is cell_look):
                self.sent.append(_change(look, cell_look))
                look = cell_look
            self.sent.append(character)
        self._look = look
        self._at = self._at[0], self._at[1] + len(cells)

    def all(self) -> str:
        return "".join(self.sent) + ("" if self._look is PLAIN else "\x1b[0m")


def _differences(before: list[Cell | None], after: list[Cell], first: int) -> list[tuple[int, int]]:
    """Spans of cells that differ, counted from `first`."""
    spans: list[tuple[int, int]] = []
    start = stop = -1
    for place, (old, new) in enumerate(zip(before, after, strict=True), first):
        if old != new:
            if place != stop:
                if start >= 0:
                    spans.append((start, stop))
                start = place
            stop = place + 1
    return [*spans, (start, stop)] if start >= 0 else spans


def _joined(spans: list[tuple[int, int]], line: list[Cell | None]) -> list[tuple[int, int]]:
    """The spans in their order, those joined that overlap or are near each other."""
    joined: list[tuple[int, int]] = []
    for first, stop in sorted(spans):
        if joined and first - joined[-1][1] <= BRIDGE and None not in line[joined[-1][1] : first]:
            joined[-1] = joined[-1][0], max(stop, joined[-1][1])
        else:
            joined.append((first, stop))
    return joined


def is_harmless(data: str) -> bool:
    """Whether it leaves every cell as it is."""
    return HARMLESS.fullmatch(data) is not None


@lru_cache(maxsize=4096)
def look_of(parameters: str) -> Look | None:
    """The style that parameters of SGR make of the plain one; None where they are not understood."""
    attributes: set[str] = set()
    colour, background = COLOUR, BACKGROUND
    rest = parameters.split(";")
    while rest:
        first = rest[0]
        length = EXTENDED.get(rest[1] if len(rest) > 1 else "", 0) if first in ("38", "48") else 1
        if not 0 < length <= len(rest):
            return None
        value, rest = ";".join(rest[:length]), rest[length:]
        if first in ("", "0"):
            attributes, colour, background = set(), COLOUR, BACKGROUND
        elif first in OFF:
            attributes.add(first)
        elif first[0] in "39" and len(first) == 2:
            colour = value
        elif (first[0] == "4" and len(first) == 2) or (first[:2] == "10" and len(first) == 3):
            background = value
        else:
            return None
    return _one(Look(frozenset(attributes), colour, background))


@lru_cache(maxsize=4096)
def _one(look: Look) -> Look:
    """The same object for looks that are equal."""
    return PLAIN if look == PLAIN else look


@lru_cache(maxsize=4096)
def _blank(look: Look) -> Look:
    """What is seen of a style where there is no character."""
    if look.attributes & SEEN_ON_BLANKS:
        return look
    return _one(Look(frozenset(), COLOUR, look.background))


def _wide_cells(text: str, look: Look) -> list[Cell]:
    """The cells of text with characters of no width, which belong to the one before, or of two cells."""
    cells: list[Cell] = []
    for character in text:
        width = cell_len(character)
        if width == 0 and cells:
            place = max(i for i, cell in enumerate(cells) if cell[0])
            cells[place] = cells[place][0] + character, cells[place][1]
        elif width:
            cells += [(character, _blank(look) if character == " " else look), *[("", look)] * (width - 1)]
    return cells


def _forget_halves(line: list[Cell | None], first: int, stop: int) -> None:
    """What is left beside new cells of wide characters that they have cut in two is up to the terminal."""
    if stop < len(line) and (after := line[stop]) is not None and not after[0]:
        line[stop] = None
    if first > 0 and (before := line[first - 1]) is not None and cell_len(before[0]) > 1:
        line[first - 1] = None


@lru_cache(maxsize=4096)
def _change(before: Look, after: Look) -> str:
    """The shortest way from one style to another."""
    ended = {OFF[attribute] for attribute in before.attributes - after.attributes}
    begun = {a for a in after.attributes if a not in before.attributes or OFF[a] in ended}
    parameters = [*sorted(ended), *sorted(begun)]
    if before.colour != after.colour:
        parameters.append(after.colour)
    if before.background != after.background:
        parameters.append(after.background)
    return "\x1b[0m" if after == PLAIN else f"\x1b[{';'.join(parameters)}m"
