"""The key that opens something else."""

from tui.ui.commands.base import Bench
from tui.ui.dialogs.open import OpenDialog, OpenSource


class Opening(Bench):
    """Commands of the workbench."""

    open_source: OpenSource | None

    def action_open(self) -> None:
        """Choose another file, interface or bundled capture."""
        if self.open_source is None:
            self.say("Nothing else can be opened from here")
            return
        unsaved = 0
        if self.session.live is not None and self.session.copy_to is None:
            unsaved = len(self.session.store) - self.session.store.start
        self.app.push_screen(OpenDialog(self.open_source, unsaved))
