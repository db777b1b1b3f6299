"""A text over the main screen that scrolls."""

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll

from tui.ui.actions import bindings


class HelpText(VerticalScroll, can_focus=True):
    """Scrolls with the keys that move in a table."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("help")]
