"""Styled text broken into lines of a given width, with the lines of a value below its first."""

import re
from collections.abc import Collection, Iterator

from rich.cells import cell_len, chop_cells

Part = tuple[str, str]
"""Text that is fit to be drawn, and its kind (a name of theme.KINDS, or empty)."""


def wrapped(parts: list[Part], width: int, label_widths: Collection[int]) -> list[list[Part]]:
    """The lines of a text, which `\\n` ends.

    A line that begins with a label, which is a part of one of these widths that ends in a blank, goes on below what
    follows it.
    """
    lines: list[list[Part]] = [[]]
    for text, kind in parts:
        first, *others = text.split("\n")
        lines[-1].append((first, kind))
        lines += [[(other, kind)] for other in others]
    return [piece for line in lines for piece in _broken(line, max(width, 1), label_widths)]


def _broken(line: list[Part], width: int, label_widths: Collection[int]) -> list[list[Part]]:
    filled = [part for part in line if part[0]]
    if sum(cell_len(text) for text, _ in filled) <= width:
        return [line]
    label = filled[0][0] if len(filled) > 1 else ""
    indent = len(label) if len(label) in label_widths and label.endswith(" ") and len(label) < width else 0
    lines: list[list[Part]] = [[]]
    used = 0
    for word in _words(filled, width - indent):
        blank = word[0][0].isspace()
        cells = sum(cell_len(text) for text, _ in word)
        if used + cells > width:
            if blank:
                continue
            lines.append([(" " * indent, "")])
            used = indent
        elif blank and used == indent and len(lines) > 1:
            continue
        lines[-1] += word
        used += cells
    return lines


def _words(line: list[Part], longest: int) -> Iterator[list[Part]]:
    """Words, which may have several kinds, and the blanks between them; none longer than a line."""
    word: list[Part] = []
    for text, kind in line:
        for piece in re.findall(r"\s+|\S+", text):
            if word and (piece.isspace() or word[-1][0].isspace()):
                yield from _chopped(word, longest)
                word = []
            word.append((piece, kind))
    yield from _chopped(word, longest)


def _chopped(word: list[Part], longest: int) -> Iterator[list[Part]]:
    """A word as it is, or, where it is longer than a line, in pieces."""
    if sum(cell_len(text) for text, _ in word) <= longest:
        yield word
        return
    for text, kind in word:
        for piece in chop_cells(text, longest):
            yield [(piece, kind)]
