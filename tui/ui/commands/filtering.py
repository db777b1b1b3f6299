"""The key that asks for a display filter."""

from tui.ui.commands.base import Bench


class Filtering(Bench):
    """Commands of the workbench."""

    def action_filter(self) -> None:
        """Ask for a display filter, and show only what it selects."""
