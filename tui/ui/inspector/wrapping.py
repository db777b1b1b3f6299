"""Styled text broken into lines of a given width, with the lines of a value below its first."""

import re

from rich.cells import cell_len, chop_cells

Part = tuple[str, str]
"""Text that is fit to be drawn, and its kind (a name of theme.KINDS, or empty)."""


def wrapped(parts: list[Part], width: int, label_width: int) -> list[list[Part]]:
    """The lines of a text, which `\\n` ends; a line that begins with a label goes on at `label_width`."""
    lines: list[list[Part]] = [[]]
    for text, kind in parts:
        first, *others = text.split("\n")
        lines[-1].append((first, kind))
        lines += [[(other, kind)] for other in others]
    return [piece for line in lines for piece in _broken(line, max(width, 1), label_width)]


def _broken(line: list[Part], width: int, label_width: int) -> list[list[Part]]:
    text = "".join(part for part, _ in line)
    if cell_len(text) <= width:
        return [line]
    has_label = len(line) > 1 and next(len(part) for part, _ in line if part) == label_width
    indent = label_width if has_label and label_width < width else 0
    lines: list[list[Part]] = [[]]
    used = 0
    for piece, kind in _pieces(line, width - indent):
        cells = cell_len(piece)
        if used + cells > width:
            if piece.isspace():
                continue
            lines.append([(" " * indent, "")])
            used = indent
        elif piece.isspace() and used == indent and len(lines) > 1:
            continue
        lines[-1].append((piece, kind))
        used += cells
    return lines


def _pieces(line: list[Part], longest: int) -> list[Part]:
    """Words and the spaces between them, none longer than a line."""
    return [
        (piece, kind)
        for text, kind in line
        for word in re.findall(r"\s+|\S+", text)
        for piece in chop_cells(word, longest)
    ]
