"""What a table shows in one place: text in one style, or several pieces of it in styles of their own."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size

from tui.ui.tables.columns import Column, Shorten, fit

Span = tuple[str, str]
"""Text that is fit to be drawn, and its kind (a name of theme.KINDS, or empty)."""


class DrawnCell(ABC):
    """A cell that draws itself in the width that it gets; equal to another one that looks the same."""

    __slots__ = ()

    @abstractmethod
    def spans(self, width: int) -> tuple[Span, ...]:
        """Spans of exactly `width` cells."""


Cell = Span | tuple[Span, ...] | DrawnCell
"""One span, any number of them side by side, or what draws itself."""

TEXT_WIDTH = 160
"""Cells in which a cell that draws itself becomes text without a screen."""


def spans_of(cell: Cell) -> tuple[Span, ...]:
    """The spans of a cell, whichever way it is written."""
    if isinstance(cell, DrawnCell):
        return cell.spans(TEXT_WIDTH)
    if cell and isinstance(cell[0], str):
        return (cell,)
    return cell


def text_of(cell: Cell) -> str:
    """The text of a cell without its styles."""
    return "".join(text for text, _ in spans_of(cell))


def fitted(cell: Cell, column: Column, width: int) -> Iterator[Span]:
    """The spans of a cell in exactly `width` cells; what does not fit is shortened, or ends in `…`."""
    if width <= 0:
        return
    if isinstance(cell, DrawnCell):
        yield from cell.spans(width)
        return
    spans = spans_of(cell)
    if len(spans) == 1:
        text, kind = spans[0]
        yield fit(text, width, column.right, column.shorten), kind
        return
    spare = width - sum(cell_len(text) for text, _ in spans)
    if spare < 0 and column.shorten is not None:
        spans, spare = _shortened(spans, column.shorten, spare)
    if column.right and spare > 0:
        yield " " * spare, ""
    if spare >= 0:
        yield from spans
        if not column.right:
            yield " " * spare, ""
        return
    room = width - 1
    for text, kind in spans:
        used = cell_len(text)
        if used > room:
            yield set_cell_size(text, room) + "…", kind
            return
        yield text, kind
        room -= used


def _shortened(spans: tuple[Span, ...], shorten: Shorten, spare: int) -> tuple[tuple[Span, ...], int]:
    """The spans with as many of them in their shorter form as it takes, the last ones first, and what is then spare."""
    kept: list[Span] = []
    for text, kind in reversed(spans):
        short = shorten(text, max(cell_len(text) + spare, 0)) if spare < 0 else text
        spare += cell_len(text) - cell_len(short)
        kept.append((short, kind))
    return tuple(reversed(kept)), spare
