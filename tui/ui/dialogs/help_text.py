"""A text over the main screen that scrolls."""

import textwrap
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll

from tui.ui.actions import bindings

CELLS = 71
"""Width of a line in a terminal of eighty columns or more."""


def beside(column: int, words: str) -> str:
    """The words in lines that fit beside what takes the cells before this column."""
    return f"\n{' ' * column}".join(textwrap.wrap(words, CELLS - column, break_on_hyphens=False))


class HelpText(VerticalScroll, can_focus=True):
    """Scrolls with the keys that move in a table."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("help")]
