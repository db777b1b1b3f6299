"""The key that shows the state diagram of a connection."""

from tui.ui.commands.base import Bench


class Diagrams(Bench):
    """Commands of the workbench."""

    def action_diagram(self) -> None:
        """Show the path that each end has taken through the states."""
        number = self.chosen_connection()
        if number is None:
            self.say("Choose a connection, or a packet of one: there is none under the cursor")
            return
        paths = self.model.state_paths(number)
        if paths is None:
            self.say(f"Connection {number} is not there any more")
            return
        from tui.ui.diagram.page import StateDiagram  # noqa: PLC0415 - not before it is asked for: the first rows do not wait for it

        frame = self.packet_table.key if self.subject_table is self.packet_table else None
        self.app.push_screen(StateDiagram(self.model, paths, frame), self._leave_diagram)

    def _leave_diagram(self, frame: int | None) -> None:
        if frame is not None:
            self.show_frame(frame)
