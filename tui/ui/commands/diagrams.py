"""The key that shows the state diagram of a connection."""

from tui.ui.commands.base import Bench


class Diagrams(Bench):
    """Commands of the workbench."""

    def action_diagram(self) -> None:
        """Show the path that each end has taken through the states."""
