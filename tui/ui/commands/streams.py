"""The key that follows the stream of a connection."""

from tui.ui.commands.base import Bench


class Streams(Bench):
    """Commands of the workbench."""

    def action_stream(self) -> None:
        """Show what both ends have sent."""
