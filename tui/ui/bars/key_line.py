"""The line at the bottom: the keys most worth knowing, as many as there is room for, or a sentence for a while."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from tui.text import printable
from tui.ui.actions import ACTIONS, Action
from tui.ui.look import theme
from tui.ui.tables.columns import fit

SPOKEN_SECONDS = 3.0
"""How long a sentence stays."""

PLACES = {action: place for place, action in enumerate(ACTIONS)}


class KeyLine(Widget):
    """Keys from the registry. Unlike Textual's Footer it is not composed anew whenever the focus moves."""

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._keys: list[Action] = []
        self._spoken = ""
        self._silence: Timer | None = None

    @property
    def spoken(self) -> str:
        """The sentence that is shown now; empty where the keys are."""
        return self._spoken

    def show_keys(self, actions: Sequence[Action]) -> None:
        """Show these keys from now on; those that come first matter most."""
        if self._keys != actions:
            self._keys = list(actions)
            if not self._spoken:
                self.refresh()

    def say(self, text: str) -> None:
        """Show a sentence in the place of the keys for a few seconds."""
        self._spoken = printable(text)
        if self._silence is not None:
            self._silence.stop()
        self._silence = self.set_timer(SPOKEN_SECONDS, self.fall_silent)
        self.refresh()

    def fall_silent(self) -> None:
        """Show the keys again."""
        if self._spoken:
            self._spoken = ""
            self.refresh()

    def render(self) -> Content:
        """The sentence, or the keys that fit; those that matter least are left out."""
        if self._spoken:
            return Content.assemble((f" {fit(self._spoken, self.size.width - 1)}", theme.KIND_SPANS["changed"]))
        parts: list[tuple[str, str]] = []
        for action in self._fitting():
            parts += [(f" {action.shown_keys} ", theme.KIND_SPANS["key"]), (f"{action.words} ", "")]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """A click on a key is a press of that key."""
        if self._spoken:
            self.fall_silent()
            return
        right = 0
        for action in self._fitting():
            right += _width(action)
            if event.x < right:
                self.app.simulate_key(action.keys[0])
                return

    def _fitting(self) -> list[Action]:
        """The keys that there is room for, in the order of the registry."""
        room = self.size.width
        kept: list[Action] = []
        for action in self._keys:
            room -= _width(action)
            if room < 0:
                break
            kept.append(action)
        return sorted(kept, key=PLACES.__getitem__)


def _width(action: Action) -> int:
    return cell_len(action.shown_keys) + cell_len(action.words) + 3
