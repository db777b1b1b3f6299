"""The list of keys."""

from itertools import groupby
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.ui import theme
from tui.ui.actions import ACTIONS, GROUP_TITLES


class Help(ModalScreen[None]):
    """All keys and what they do, made from the registry."""

    CSS = theme.HELP_CSS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q,enter", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """One text that scrolls on a small screen."""
        with VerticalScroll(id="help"):
            yield Static(key_list(), markup=False)

    def on_click(self, event: events.Click) -> None:
        """A click anywhere closes the list."""
        event.stop()
        self.dismiss()


def key_list() -> Content:
    """The registry as text: a heading for each group, then its keys."""
    heading, quiet = theme.KIND_SPANS["changed"], theme.KIND_SPANS["quiet"]
    parts: list[tuple[str, str]] = []
    listed = (action for action in ACTIONS if action.group in GROUP_TITLES)
    for group, actions in groupby(listed, key=lambda action: action.group):
        parts.append((f"{chr(10) if parts else ''}{GROUP_TITLES[group]}\n", heading))
        for action in actions:
            parts += [(f"  {action.shown_keys:<9}", heading), (f"{action.sentence}\n", quiet)]
    parts += [("\nStates on a row are those after its segment: → changed by it, ? assumed.\n", quiet)]
    return Content.assemble(*parts)
