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
    """One line for each piece of text with its style, then one for each stretch of background."""
    for piece in pieces(svg):
        if piece.text.strip():
            yield f"{piece.line + 1}:{piece.column + 1} {piece.text.strip()!r} {piece.style}"
    yield from sorted(" ".join(found) for found in set(BACKGROUND.findall(svg)))
