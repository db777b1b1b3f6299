"""The keys that search, and go to the next or the previous place where something was found."""

from tui.ui.commands.base import Bench


class Searching(Bench):
    """Commands of the workbench."""

    def action_search(self) -> None:
        """Ask what to look for."""

    def action_next_hit(self, direction: int) -> None:
        """Go to the next place where it is found below, or above where `direction` is -1."""
