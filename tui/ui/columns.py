"""Columns of a table: how wide each one is on a screen of a given width, and how a value fits into it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

GAP = 1
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; widths are in cells."""

    title: str
    width: int
    """Enough for every usual value."""
    minimum: int
    """Below this the column is of no use."""
    right: bool = False
    """Values stand at the right edge."""
    rank: int = 0
    """0 is always shown; where there's no room, the columns of the highest rank go first, together."""
    flexible: bool = False
    """Takes the room that is left over."""


def arrange(columns: Sequence[Column], room: int) -> list[tuple[int, int]]:
    """The columns that fit into `room` cells, as pairs of index and width, in their order."""
    kept = list(range(len(columns)))
    while len(kept) > 1 and sum(columns[i].minimum + GAP for i in kept) - GAP > room:
        rank = max(columns[i].rank for i in kept)
        if rank == 0:
            break
        kept = [i for i in kept if columns[i].rank != rank]
    widths = {i: columns[i].minimum for i in kept}
    spare = room - sum(width + GAP for width in widths.values()) + GAP
    for i in sorted(kept, key=lambda i: columns[i].rank):
        more = max(0, min(spare, columns[i].width - columns[i].minimum))
        widths[i] += more
        spare -= more
    for i in kept:
        if columns[i].flexible and spare > 0:
            widths[i] += spare
            break
    return [(i, widths[i]) for i in kept]


def fit(text: str, width: int, right: bool = False) -> str:
    """`text` in exactly `width` cells; what does not fit ends in `…`."""
    if width <= 0:
        return ""
    used = len(text) if text.isascii() else cell_len(text)
    if used > width:
        return set_cell_size(text, width - 1) + "…"
    padding = " " * (width - used)
    return padding + text if right else text + padding


def fit_end(text: str, width: int) -> str:
    """`text` in at most `width` cells; what does not fit is left out at its beginning, which is then `…`."""
    if cell_len(text) <= width:
        return text
    text = text[-4 * width :] if width > 0 else ""  # no more than three marks without width on each character
    while text and cell_len(text) > width - 1:
        text = text[1:]
    return "…" + text if width > 0 else ""
