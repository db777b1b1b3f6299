"""The key that shows a connection as a sequence diagram."""

from tui.ui.commands.base import Bench


class Ladders(Bench):
    """Commands of the workbench."""

    def action_ladder(self) -> None:
        """Show the connection as a sequence diagram, or as a table again."""
