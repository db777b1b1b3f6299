"""The command palette: every action by its name, and every theme."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.ui.actions import INSPECT, MOVE, applying
from tui.ui.themes import THEMES

ALWAYS = ("live", "own ssh")
"""The palette lists all there is; an action that does not apply says why."""

BY_HAND = (MOVE, INSPECT)
"""What nobody looks for by its name."""


class Commands(Provider):
    """Names come from the registry and are never markup."""

    async def discover(self) -> Hits:
        """All commands, in the order of the registry."""
        for name, sentence, command in self._commands():
            yield DiscoveryHit(Content(name), command, text=name, help=sentence)

    async def search(self, query: str) -> Hits:
        """The commands whose name or sentence has what was typed."""
        matcher = self.matcher(query)
        for name, sentence, command in self._commands():
            score = max(matcher.match(name), matcher.match(sentence) / 2)
            if score > 0:
                yield Hit(score, Content(name), command, text=name, help=sentence)

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        for action in applying(ALWAYS):
            if action.heading not in BY_HAND and action.name != "command_palette":
                yield action.words, action.sentence, partial(self.app.simulate_key, action.keys[0])
        for name in THEMES:
            choose = partial(self.app.run_action, f"choose_theme({name!r})")
            yield f"Theme: {name}", "Use these colours", choose
