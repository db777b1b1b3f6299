"""The line at the bottom: the keys most worth knowing, as many as there is room for."""

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tui.ui import theme
from tui.ui.actions import ACTIONS

KEYS = tuple((action.shown_keys, action.words) for action in ACTIONS if action.in_footer)
"""Keys and their words, from the registry."""


class KeyLine(Widget):
    """Keys from the registry. Unlike Textual's Footer it is not composed anew whenever the focus moves."""

    def __init__(self) -> None:
        super().__init__(id="keys")

    def render(self) -> Content:
        """The keys that fit; where room is short those at the end stay, which help and leave."""
        return Content.assemble(*key_parts(self.size))


def key_parts(size: Size) -> list[tuple[str, str]]:
    """Keys and words as styled text, not wider than `size`."""
    parts: list[tuple[str, str]] = []
    room = size.width
    for key, words in reversed(KEYS):
        room -= len(key) + len(words) + 3
        if room < 0:
            break
        parts = [(f" {key} ", theme.KIND_SPANS["key"]), (f"{words} ", ""), *parts]
    return parts
