"""What a picture shows, read from the SVG that rich has written: lines of text, and the style of each piece of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from rich.cells import cell_len

CELL_WIDTH = 12.2
"""Width of a cell in a picture."""

TEXT = re.compile(r'<text class="[\w-]+-(r\d+)" x="([\d.]+)" [^>]*clip-path="url\(#[\w-]+-line-(\d+)\)">(.*?)</text>')
BACKGROUND = re.compile(r'<rect fill="(#\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]*/>')
STYLE = re.compile(r"\.[\w-]+-(r\d+) \{ (.*?) \}")


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """A text in one style."""

    line: int
    column: int
    """Of its first cell, from 0."""
    text: str
    style: str
    """As CSS."""


def pieces(svg: str) -> list[Piece]:
    """All texts of a picture, from the top left to the bottom right."""
    styles = dict(STYLE.findall(svg))
    return sorted(
        Piece(int(line), round(float(x) / CELL_WIDTH), unescape(text).replace("\xa0", " "), styles[style])
        for style, x, line, text in TEXT.findall(svg)
    )


def lines(svg: str) -> list[str]:
    """The lines of a picture, without what is blank at their ends."""
    shown: dict[int, str] = {}
    for piece in pieces(svg):
        before = shown.get(piece.line, "")
        shown[piece.line] = before + " " * (piece.column - cell_len(before)) + piece.text
    return [shown.get(line, "").rstrip() for line in range(max(shown, default=-1) + 1)]


def styled(svg: str) -> Iterator[str]:
    """One line for each word with its style, then one for each stretch of background.

    Into how many pieces the screen has cut what looks alike makes no difference.
    """
    for word in words(svg):
        yield f"{word.line + 1}:{word.column + 1} {word.text!r} {word.style}"
    yield from backgrounds(svg)


def words(svg: str) -> list[Piece]:
    """What stands between blanks, in one style."""
    found: list[Piece] = []
    for piece in pieces(svg):
        for word in re.finditer(r"\S+", piece.text):
            column = piece.column + cell_len(piece.text[: word.start()])
            last = found[-1] if found else Piece(-1, 0, "", "")
            if (last.line, last.column + cell_len(last.text), last.style) == (piece.line, column, piece.style):
                found[-1] = Piece(last.line, last.column, last.text + word[0], last.style)
            else:
                found.append(Piece(piece.line, column, word[0], piece.style))
    return found


def backgrounds(svg: str) -> list[str]:
    """Colour, place and width of each stretch of background; those that touch are one."""
    stretches: list[tuple[float, str, float, float]] = []
    found = {(float(y), colour, float(x), float(width)) for colour, x, y, width in BACKGROUND.findall(svg)}
    for y, colour, x, width in sorted(found):
        line, fill, start, length = stretches[-1] if stretches else (-1.0, "", 0.0, 0.0)
        if (line, fill) == (y, colour) and x <= start + length + CELL_WIDTH / 2:
            stretches[-1] = y, colour, start, max(length, x + width - start)
        else:
            stretches.append((y, colour, x, width))
    return [f"{colour} {x:.0f} {y:.0f} {width:.0f}" for y, colour, x, width in stretches]
