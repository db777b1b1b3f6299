"""The key that writes to a file."""

from tui.ui.commands.base import Bench


class Exporting(Bench):
    """Commands of the workbench."""

    def action_export(self) -> None:
        """Ask what to write and where to."""
