"""The rows of a stream on the screen: made block by block, as far as they are looked at."""

from collections import OrderedDict
from typing import NamedTuple

import numpy as np
from rich.cells import cell_len

from tui.views.streams import BLOCK, Form, Kind, Passages, block_lines, gone, heading, notice

MOST_KEPT = 64
"""Blocks whose rows are kept."""

MOST_ROWS = 1 << 30
"""More than there are rows in a block."""

GUTTER = 2
"""Cells before a line: the sign of its side, and a blank."""

Place = tuple[int, int]
"""A block of all that is shown, and a row in it."""


class Row(NamedTuple):
    """A line of the screen."""

    kind: str
    """`heading`, `notice`, or `data`."""
    side: int
    passage: int
    start: int
    """Offset in the passage of the first byte."""
    stop: int
    text: str


class Rows:
    """All rows of the passages, in blocks; there is at least one block where there is any passage."""

    def __init__(self, passages: Passages, form: Form, width: int) -> None:
        """`width`: cells of a row, its gutter included."""
        self.passages = passages
        self.form = form
        self.width = width
        self._kept: OrderedDict[int, list[Row]] = OrderedDict()
        lengths = np.diff(passages.offsets)
        counts = np.maximum(-(-lengths // BLOCK), 1)
        counts[passages.kinds() != Kind.DATA] = 1
        self._first_block = np.concatenate(([0], np.cumsum(counts)))
        self.blocks = int(self._first_block[-1])
        """How many there are."""

    def of(self, block: int) -> list[Row]:
        """The rows of a block; the last line of a block before may have taken all that was in it."""
        rows = self._kept.get(block)
        if rows is None:
            rows = self._kept[block] = self._made(block)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(block)
        return rows

    def at(self, place: Place) -> Row | None:
        """The row of a place; None where there is nothing."""
        rows = self.of(place[0]) if place[0] < self.blocks else []
        return rows[place[1]] if place[1] < len(rows) else None

    def moved(self, place: Place, count: int) -> Place:
        """The place so many rows further down, or up; the last or the first one where there are not so many."""
        block, row = place[0], place[1] + count
        while row < 0:
            before = self._block_with_rows(block, -1)
            if before is None:
                return block, 0
            block = before
            row += len(self.of(block))
        while row >= len(self.of(block)):
            behind = self._block_with_rows(block, 1)
            if behind is None:
                if not self.of(block):
                    block = self._block_with_rows(block, -1) or 0
                return block, max(len(self.of(block)) - 1, 0)
            row -= len(self.of(block))
            block = behind
        return block, row

    @property
    def last(self) -> Place:
        """The last row."""
        return self.moved((max(self.blocks - 1, 0), 0), MOST_ROWS) if self.blocks else (0, 0)

    def seen(self, place: Place, count: int) -> list[tuple[Place, Row]]:
        """At most so many rows from a place on, with their places."""
        found: list[tuple[Place, Row]] = []
        block: int | None = place[0]
        skipped = place[1]
        while block is not None and block < self.blocks and len(found) < count:
            rows = self.of(block)
            found += [((block, at), rows[at]) for at in range(skipped, min(len(rows), skipped + count - len(found)))]
            block, skipped = self._block_with_rows(block, 1), 0
        return found

    def find(self, passage: int, offset: int, kind: str = "data") -> Place:
        """The place of a byte, or of a row that is no data, in a passage."""
        first, stop = int(self._first_block[passage]), int(self._first_block[passage + 1])
        block = first if kind != "data" else min(first + offset // BLOCK, stop - 1)
        for near in (block, max(block - 1, first)):
            for at, row in enumerate(self.of(near)):
                if row.passage == passage and (row.start <= offset < row.stop if kind == "data" else row.kind == kind):
                    return near, at
        return block, 0

    def turn(self, place: Place, direction: int) -> Place | None:
        """The first row of the next passage below, or of this one or the one before it above."""
        row = self.at(place)
        if row is None:
            return None
        passage = row.passage + direction
        if direction < 0 and place != (int(self._first_block[row.passage]), 0):
            passage = row.passage
        if not 0 <= passage < len(self.passages):
            return None
        return int(self._first_block[passage]), 0

    def _block_with_rows(self, block: int, direction: int) -> int | None:
        block += direction
        while 0 <= block < self.blocks:
            if self.of(block):
                return block
            block += direction
        return None

    def _made(self, block: int) -> list[Row]:
        number = int(np.searchsorted(self._first_block, block, "right")) - 1
        passage = self.passages[number]
        inside = block - int(self._first_block[number])
        if passage.kind != Kind.DATA:
            return [Row("notice", passage.side, number, 0, 0, notice(self.passages, passage))]
        rows: list[Row] = []
        if inside == 0 and passage.headed:
            rows.append(Row("heading", passage.side, number, 0, 0, heading(self.passages, passage)))
        width = max(self.width - GUTTER, 1)
        lines = block_lines(self.passages, passage, inside, self.form, width, cell_len)
        if lines is None:
            start = inside * BLOCK
            rows.append(Row("notice", passage.side, number, start, start + BLOCK, gone(passage)))
        else:
            rows += [Row("data", passage.side, number, *line) for line in lines]
        return rows
