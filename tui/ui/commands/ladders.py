"""The keys that show a connection as a sequence diagram, and fold and unfold it."""

import sys

from tui.ui.commands.base import Bench
from tui.ui.tables.ladder_rows import LadderRows
from tui.ui.tables.packets import FrameRows
from tui.views.ladder.signs import can_be_written


class Ladders(Bench):
    """Commands of the workbench. The packet table has the ladder: its cursor is on the same frame in both."""

    def on_mount(self) -> None:
        """The frame of the table that the cursor came from, which one line of the ladder stands for."""
        self._frame_in_table: int | None = None

    @property
    def ladder_rows(self) -> LadderRows | None:
        """What the packet table shows where it is a ladder."""
        return self.packet_rows if isinstance(self.packet_rows, LadderRows) else None

    def rows_of(self, connection: int | None) -> FrameRows:
        """A ladder where one is shown now and a connection is meant."""
        if connection is None or self.ladder_rows is None:
            return FrameRows(self.model, connection)
        return self._ladder_of(connection)

    def _ladder_of(self, connection: int) -> LadderRows:
        return LadderRows(self.model, connection, not can_be_written(getattr(sys.__stderr__, "encoding", None)))

    def action_ladder(self) -> None:
        """Show the connection as a sequence diagram, or as a table again."""
        number, rows = self.chosen_connection(), self.ladder_rows
        if rows is not None and number in (None, rows.connection):
            self._show_table(rows)
        elif number is not None:
            self._show_ladder(number)
        elif len(self.packet_rows) and self.subject_table is self.packet_table:
            self.say("This frame belongs to no TCP connection")
        else:
            self.say("There is no TCP connection here")

    def _show_ladder(self, number: int) -> None:
        frame = self.packet_table.key if self.subject_table is self.packet_table else None
        if frame is not None:
            self.connection_table.move_to_key(number)
        self._frame_in_table = frame
        self.show_packets(self._ladder_of(number))
        if frame is not None:
            self.packet_table.move_to_key(frame)
        self.go_to(self.packet_table)

    def take_ladder(self) -> None:
        """Show a ladder that was made in the background, once it is done."""
        rows = self.ladder_rows
        if rows is None or not rows.is_behind:
            return
        was_empty, ladder = not len(rows), rows.ladder
        rows.update()
        if rows.ladder is not ladder:
            self.packet_table.redraw()
            frame = self._frame_in_table
            line = len(rows) if frame is None or not was_empty else rows.find(frame)
            if frame is not None and line < len(rows) and rows.is_within(line, frame):
                self.packet_table.move_to_key(frame)
            self.show_details()

    def _show_table(self, rows: LadderRows) -> None:
        """The table again, on the frame that it was on where the line of the cursor stands for that one, too."""
        line, frame, before = self.packet_table.cursor, self.packet_table.key, self._frame_in_table
        if before is not None and (frame is None or (line < len(rows) and rows.is_within(line, before))):
            frame = before
        self.show_packets(FrameRows(self.model, rows.connection))
        if frame is not None:
            self.packet_table.move_to_key(frame)

    def take_sideways_keys(self) -> None:
        """In a ladder the keys to the left and to the right fold and unfold."""
        self.packet_table.sideways = None if self.ladder_rows is None else self.fold_or_unfold

    def reveal(self, frame: int) -> None:
        """Unfold the run of segments that has a frame."""
        rows = self.ladder_rows
        if rows is not None and frame != self.packet_table.key and rows.unfold(frame):
            self.packet_table.redraw()

    def fold_or_unfold(self, direction: int) -> None:
        """Unfold the line under the cursor (1), or fold the run that it belongs to (-1)."""
        rows, frame = self.ladder_rows, self.packet_table.key
        if rows is None or frame is None:
            return
        if direction > 0 and not rows.unfold(frame):
            self.say("There is nothing to unfold here")
        elif direction < 0 and not rows.fold(frame):
            self.say("There is nothing to fold here")
        else:
            self._take_lines()

    def toggle_fold(self) -> bool:
        """Unfold or fold where the cursor is in the ladder; false where it is not in a ladder."""
        rows, frame = self.ladder_rows, self.packet_table.key
        if rows is None or frame is None:
            return False
        if rows.unfold(frame) or rows.fold(frame):
            self._take_lines()
        return True

    def action_fold_all(self) -> None:
        """Unfold everything, or fold everything again."""
        rows = self.ladder_rows
        if rows is None:
            self.say("Only a ladder unfolds; l shows one")
            return
        rows.ladder.unfold_all(not rows.ladder.all_unfolded)
        self._take_lines()
        self.say("All segments one by one" if rows.ladder.all_unfolded else "Runs of ordinary segments are folded")

    def _take_lines(self) -> None:
        self.packet_table.redraw()
        self.packet_table.settle(at_once=True)
        self.packet_table.move_to(self.packet_table.cursor)
        self.show_details()
