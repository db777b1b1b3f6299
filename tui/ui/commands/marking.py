"""The keys that mark frames, and go from mark to mark."""

from tui.ui.commands.base import Bench


class Marking(Bench):
    """Commands of the workbench."""

    def action_mark(self) -> None:
        """Mark the frame under the cursor, or take its mark away."""

    def action_next_mark(self, direction: int) -> None:
        """Go to the next marked frame below, or above where `direction` is -1."""
