"""Columns of a table: which ones a screen of a given width has room for, and how wide each one is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len, set_cell_size

GAP = 1
"""Cells between two columns."""

Shorten = Callable[[str, int], str]
"""Makes a value shorter that does not fit into so many cells; what it gives may still be too long."""


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
    """0 is always shown; the others come by their ranks, those of one rank together, as far as they fit."""
    grows: int | None = None
    """It gets all of its width before columns of this rank are shown; None: once all that fit are shown."""
    flexible: bool = False
    """Takes the room that is left over; the last such column does, where there are several."""
    shorten: Shorten | None = None
    """How a value is written that is too long for the column."""
    heading: Callable[[int], str] | None = None
    """Makes the title for a width; without it the title is always the same."""


def arrange(columns: Sequence[Column], room: int) -> list[tuple[int, int]]:
    """The columns that fit into `room` cells, as pairs of index and width, in their order."""
    kept = _kept(columns, room)
    widths = {i: columns[i].minimum for i in kept}
    spare = room - sum(width + GAP for width in widths.values()) + GAP
    for _, group in groupby(sorted(kept, key=lambda i: _turn(columns[i])), key=lambda i: _turn(columns[i])):
        alike = sorted(group, key=lambda i: columns[i].width - columns[i].minimum)
        for place, i in enumerate(alike):
            more = max(0, min(columns[i].width - columns[i].minimum, spare // (len(alike) - place)))
            widths[i] += more
            spare -= more
    flexible = [i for i in kept if columns[i].flexible]
    if flexible:
        widths[flexible[-1]] += max(0, spare)
    return [(i, widths[i]) for i in kept]


def _turn(column: Column) -> tuple[bool, int]:
    """When a column that is shown gets more than its minimum."""
    return column.grows is None, column.rank


def _kept(columns: Sequence[Column], room: int) -> list[int]:
    """The columns whose minimum there is room for; a rank that does not fit may be followed by a narrower one."""
    kept: list[int] = []
    used = -GAP
    ranks = {column.rank for column in columns} | {column.grows for column in columns if column.grows is not None}
    for rank in sorted(ranks):
        for grown in (columns[i] for i in kept if columns[i].grows == rank):
            used += max(0, min(grown.width - grown.minimum, room - used))
        group = [i for i, column in enumerate(columns) if column.rank == rank]
        needed = sum(columns[i].minimum + GAP for i in group)
        if rank == 0 or used + needed <= room:
            kept += group
            used += needed
    return sorted(kept)


def fit(text: str, width: int, right: bool = False, shorten: Shorten | None = None) -> str:
    """`text` in exactly `width` cells; what does not fit is shortened, or ends in `…`."""
    if width <= 0:
        return ""
    used = _cells(text)
    if used > width and shorten is not None:
        text = shorten(text, width)
        used = _cells(text)
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


def _cells(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)
