"""A connection as a ladder in the packet table: one row a line of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tui.ui.look.quantities import counted
from tui.ui.model import Model
from tui.ui.tables.cells import Cell, DrawnCell, Span
from tui.ui.tables.columns import Column
from tui.ui.tables.ladder_places import LadderPlaces
from tui.ui.tables.packets import GIVEN_UP, FrameRows
from tui.views import FrameView
from tui.views.ladder.drawing import draw, heading
from tui.views.ladder.labels import fold_sentences
from tui.views.ladder.ladder import Ladder
from tui.views.ladder.rung import Rung
from tui.views.ladder.steps import StepKind

LEAST_LADDER = 30
"""Cells of a ladder that has any use."""

FRAME_PLACE, TIME_PLACE = 0, 1
"""Where the columns of the packet table have the frame number and the time, which the ladder has as well."""


@dataclass(frozen=True, slots=True)
class LadderCell(DrawnCell):
    """A line of the ladder, which divides itself by the width that it gets."""

    rung: Rung
    absolute: bool
    ascii_only: bool

    def spans(self, width: int) -> tuple[Span, ...]:
        """The line in exactly `width` cells."""
        return draw(self.rung, width, self.absolute, self.ascii_only)


class LadderRows(FrameRows):
    """Lines of a ladder; the key is the number of the frame, of a fold that of its first one.

    A line about what comes before a segment has that segment's key.
    """

    def __init__(self, model: Model, connection: int, ascii_only: bool = False) -> None:
        self._ascii_only = ascii_only
        self._made_for: tuple[Sequence[Column], str, str] | None = None
        self._ladder_columns: Sequence[Column] = ()
        self._places = LadderPlaces(model, connection, model.ladder(connection))
        super().__init__(model, connection, self._places)

    @property
    def ladder(self) -> Ladder:
        """The lines; another one after one that was made in the background."""
        return self._places.ladder

    @property
    def is_behind(self) -> bool:
        """Whether the ladder is being made in the background, or has to be."""
        return self._places.is_behind

    @property
    def columns(self) -> Sequence[Column]:
        """Frame and time as in the packet table, then the ladder with both endpoints over it."""
        of_packets = super().columns
        view = self._model.connection(self._places.connection or 0)
        ends = ("", "") if view is None else (view.client, view.server)
        made_for = (of_packets, *ends)
        if made_for != self._made_for:
            self._made_for = made_for
            ladder = Column("", LEAST_LADDER, LEAST_LADDER, flexible=True, heading=partial(heading, *ends))
            self._ladder_columns = (of_packets[FRAME_PLACE], of_packets[TIME_PLACE], ladder)
        return self._ladder_columns

    def subject(self, row: int) -> FrameView | str:
        """The segment of a row; what a fold holds, in words."""
        if self.ladder.kind(row) == StepKind.FOLD:
            rung = self.ladder.rung(row)
            if rung is not None and rung.fold is not None:
                return f"{fold_sentences(rung, rung.fold)} ⏎ or → shows them one by one, L does so everywhere."
        return super().subject(row)

    def cells_of(self, rows: Sequence[int]) -> list[Sequence[Cell]]:
        """Frame, time and line of several rows."""
        return [self._line_cells(row) for row in rows]

    def _line_cells(self, row: int) -> Sequence[Cell]:
        rung = self.ladder.rung(row)
        if rung is None:
            return [("", ""), ("", ""), (GIVEN_UP, "other")]
        frame = time = ""
        if rung.kind in (StepKind.SEGMENT, StepKind.FOLD):
            frame, time = str(rung.segment.number), self._time(row, rung.segment)
        cell = LadderCell(rung, self._model.options.absolute_numbers, self._ascii_only)
        return [self.number_cell(int(frame or 0)), (time, "quiet"), cell]

    def _time_before(self, row: int) -> int | None:
        place = self.ladder.places(row).start
        return self._model.value("time_ns", int(self.ladder.rows[place - 1])) if place else None

    def words_when_empty(self) -> str:
        """Why there is no line."""
        if self.is_behind:
            return f"Making the ladder of {counted(self.ladder.all_segments, 'segment')} …"
        return "No segment of this connection is left."

    def is_within(self, row: int, frame: int) -> bool:
        """Whether a row stands for a frame."""
        place = self._places.place_among_segments(frame)
        return place in self.ladder.places(row) and self._model.frame_number(int(self.ladder.rows[place])) == frame

    def unfold(self, frame: int) -> bool:
        """Show the fold that has a frame one by one; false where there is nothing to unfold."""
        return self.ladder.unfold(self._places.place_among_segments(frame))

    def fold(self, frame: int) -> bool:
        """Fold the run that a frame belongs to; false where there is nothing to fold."""
        return self.ladder.fold(self._places.place_among_segments(frame))
