"""The keys that go to the frames which an explanation names, and back."""

from collections import deque
from dataclasses import dataclass

from textual import on
from textual.widget import Widget

from tui.ui.commands.base import Bench
from tui.ui.inspector.details import Details
from tui.ui.tables.ladder_rows import LadderRows
from tui.ui.tables.table import Table
from tui.views import SegmentView

MOST_STEPS_BACK = 100
"""Jumps that can be taken back."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where someone was before a jump."""

    pane: Widget
    subject: Table
    """The table whose row the details spoke of."""
    narrowed: int | None
    """The connection whose packets were shown; None for all."""
    connection: int | None
    """The connection under the cursor of the list."""
    frame: int | None
    """The frame under the cursor of the packet table."""
    top: int
    """The first line of the explanation that was seen."""


class FollowingLinks(Bench):
    """Commands of the workbench."""

    def on_mount(self) -> None:
        """Nobody has gone anywhere yet."""
        self._places: deque[Place] = deque(maxlen=MOST_STEPS_BACK)

    def action_follow_link(self, key: int) -> None:
        """Go to the frame that the explanation names with this number."""
        frames = self.inspector.named_frames
        if key <= len(frames):
            self.show_frame(frames[key - 1])
        else:
            self.say(f"No frame has the number [{key}] in the details")

    @on(Details.Followed)
    def _follow_click(self, message: Details.Followed) -> None:
        self.show_frame(message.frame)

    def show_frame(self, frame: int) -> None:
        """Go to a frame; where it is not among the packets shown, to those of its connection."""
        row = self.model.row_of_frame(frame)
        if row is None:
            self.say(f"Frame {frame:,} is not there any more")
            return
        view = self.model.frame(row)
        connection = view.connection if isinstance(view, SegmentView) else None
        in_ladder = isinstance(self.packet_rows, LadderRows) and self.packet_rows.connection == connection
        if not in_ladder and not self.model.is_selected(row):
            self.say(f"The display filter hides frame {frame:,}; / and an empty line show it")
            return
        here = self._place()
        if in_ladder:
            self.reveal(frame)
        rows = self.packet_rows
        place = rows.find(frame)
        if place >= len(rows) or rows.key(place) != frame:
            self.narrow(connection)
        self._places.append(here)
        self.packet_table.jump_to(self.packet_rows.find(frame))
        self.go_to(self.packet_table)

    def _place(self) -> Place:
        return Place(
            self.current_pane,
            self.subject_table,
            self.packet_rows.connection,
            self.connection_table.key,
            self.packet_table.key,
            self.inspector.details_top,
        )

    def action_back(self) -> None:
        """Go back to where the last jump began."""
        if not self._places:
            self.say("No frame was jumped to: there is nowhere to go back to")
            return
        place = self._places.pop()
        self.narrow(place.narrowed)
        for table, key in ((self.connection_table, place.connection), (self.packet_table, place.frame)):
            if key is not None:
                table.move_to_key(key)
        self.go_to(place.subject)
        self.show_details()
        self.inspector.scroll_details(place.top)
        self.go_to(place.pane)
