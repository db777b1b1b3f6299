"""The lines of a ladder as rows of the packet table."""

import time

from tui.ui.model import Model
from tui.ui.tables.ladder_making import MANY_SEGMENTS, LadderMaking
from tui.ui.tables.packet_rows import PacketRows
from tui.views.ladder.ladder import Ladder

REST = 5.0
"""Seconds between two times that a ladder of many segments is made anew."""


class LadderPlaces(PacketRows):
    """A row is a line of the ladder, and stands for the first of its segments; the display filter leaves none out."""

    def __init__(self, model: Model, connection: int, ladder: Ladder) -> None:
        self.ladder = ladder
        self._making: LadderMaking | None = None
        self._not_before = 0.0
        self.is_behind = False
        """Whether the ladder is being made in the background, or has to be."""
        super().__init__(model, connection)

    def update(self) -> None:
        """Take in what the last poll found. A ladder of many segments is made in the background, and until that is
        done it stays what it was.
        """
        self._take_made()
        progress, ladder = self._model.progress, self.ladder
        is_large = ladder.all_segments >= MANY_SEGMENTS
        is_due = is_large and ladder.is_due(progress.start, progress.revision)
        if is_due and self._making is None and time.monotonic() >= self._not_before:
            self._making = LadderMaking(ladder.anew(), progress)
        self.is_behind = is_due
        if ladder.is_begun or not is_large:
            ladder.update(progress.start, progress.rows, progress.revision, may_begin=not is_large)
        self._rows = ladder.rows

    def _take_made(self) -> None:
        made = None if self._making is None else self._making.take()
        if made is not None:
            made.fold_as(self.ladder)
            self.ladder, self._making = made, None
            self._not_before = time.monotonic() + REST

    def __len__(self) -> int:
        return len(self.ladder)

    def store_row(self, place: int) -> int:
        """The row of the store of a line's first segment."""
        return int(self.ladder.rows[self.ladder.places(place).start])

    def place_among_segments(self, number: int) -> int:
        """Where a frame number stands among the connection's segments, or would."""
        rows = self.ladder.rows
        first, last = 0, len(rows)
        while first < last:
            middle = (first + last) // 2
            if self._model.frame_number(int(rows[middle])) < number:
                first = middle + 1
            else:
                last = middle
        return first

    def place_of_frame(self, number: int) -> int:
        """The line that stands for a frame, or for the next one there is."""
        return self.ladder.line_of(self.place_among_segments(number))

    def next_place(self, column: str, bits: int, place: int, direction: int) -> int | None:
        """As for the table of segments: the line of the nearest such segment that is not among those of this line."""
        if 0 <= place < len(self):
            segments = self.ladder.places(place)
            start = segments.stop - 1 if direction > 0 else segments.start
        else:
            start = -1 if place < 0 else self.ladder.segments
        found = self._next_of(self.ladder.segments, column, bits, start, direction)
        return None if found is None else self.ladder.line_of(found)
