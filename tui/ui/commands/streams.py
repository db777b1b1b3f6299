"""The key that follows the stream of a connection."""

from tui.ui.commands.base import Bench


class Streams(Bench):
    """Commands of the workbench."""

    def action_stream(self) -> None:
        """Show what both ends have sent; the cursor begins on the bytes of the packet under that of the table."""
        connection = self.chosen_connection()
        if connection is None:
            self.say("Choose a connection, or a packet of one, to follow its stream")
            return
        from tui.ui.stream.page import StreamPage  # noqa: PLC0415 - not before it is asked for: the first rows do not wait for it

        frame = self.packet_table.key if self.subject_table is self.packet_table else None
        self.app.push_screen(StreamPage(self.model, connection, frame), self._leave_stream)

    def _leave_stream(self, frame: int | None) -> None:
        if frame is not None:
            self.show_frame(frame)
