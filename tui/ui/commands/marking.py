"""The keys that mark frames, and go from mark to mark."""

from tui.ui.commands.base import Bench
from tui.ui.look.quantities import counted
from tui.ui.marks import Marks


class Marking(Bench):
    """Commands of the workbench. Marks are of frames: in the connection list, of the connection's first one."""

    @property
    def marks(self) -> Marks:
        """The marked frames."""
        return self.model.marks

    def action_mark(self) -> None:
        """Mark the frame under the cursor, or take its mark away."""
        if self.subject_table is self.connection_table:
            self._mark_connection()
        elif self.packet_table.key is None:
            self.say("There is no frame to mark")
        else:
            self._mark(self.packet_table.key, "")

    def _mark_connection(self) -> None:
        number = self.connection_table.key
        progress = self.model.progress
        if number is None:
            self.say("There is no frame to mark")
            return
        rows = self.model.rows_of(number, progress.start, progress.rows)
        if len(rows):
            self._mark(self.model.frame_number(int(rows[0])), f", the first of connection {number},")
        else:
            self.say(f"No frame of connection {number} is left")

    def _mark(self, frame: int, which: str) -> None:
        marked = self.marks.toggle(frame)
        self._show_marks()
        count = len(self.marks)
        if marked:
            further = "' and \" go from mark to mark" if count == 1 else f"{count:,} are marked"
            self.say(f"Frame {frame:,}{which} is marked; {further}")
        else:
            self.say(f"Frame {frame:,}{which} is marked no more; {count:,} {'is' if count == 1 else 'are'}")

    def action_no_marks(self) -> None:
        """Take all marks away."""
        count = self.marks.clear()
        self._show_marks()
        self.say(f"{counted(count, 'mark')} taken away" if count else "No frame is marked")

    def action_next_mark(self, direction: int) -> None:
        """Go to the next marked frame below, or above where `direction` is -1."""
        frames = self.marks.frames.tolist()
        if not frames:
            self.say("No frame is marked; m marks the one under the cursor")
            return
        shown = [frame for frame in frames if self._is_shown(frame)]
        hidden = len(frames) - len(shown)
        besides = f"; {hidden:,} marked {'is' if hidden == 1 else 'are'} not shown here" if hidden else ""
        here = self.packet_table.key or 0
        ahead = [frame for frame in shown if (frame - here) * direction > 0]
        if not ahead:
            self.say(f"No further mark {'below' if direction > 0 else 'above'}{besides}")
            return
        frame = ahead[0] if direction > 0 else ahead[-1]
        self.packet_table.jump_to(self.packet_rows.find(frame))
        self.go_to(self.packet_table)
        self.say(f"Frame {frame:,}, mark {shown.index(frame) + 1:,} of {len(shown):,}{besides}")

    def _is_shown(self, frame: int) -> bool:
        """Whether a frame is among those of the packet table."""
        place = self.packet_rows.find(frame)
        return place < len(self.packet_rows) and self.packet_rows.key(place) == frame

    def _show_marks(self) -> None:
        self.packet_rows.update()
        self.packet_table.redraw()
        self.status.update_line()
