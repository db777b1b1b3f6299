"""The command palette: every action by its name, and every theme."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode

from tui.ui.actions import INSPECT, MOVE, applying
from tui.ui.commands.base import Bench
from tui.ui.look.themes import THEMES
from tui.ui.pages import Page

ALWAYS = ("live", "own ssh")
"""The palette lists all there is; an action that does not apply says why."""

BY_HAND = (MOVE, INSPECT)
"""What nobody looks for by its name."""


class Palette(CommandPalette):
    """Textual's, which on a low screen leaves no line to its list, and then ends the program at a page key."""

    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-least"), (6, "-low"), (20, "-tall")]  # noqa: RUF012
    DEFAULT_CSS = """
    Palette {
        & CommandList { min-width: 12; }
        & SearchIcon { display: none; }
        &.-least, &.-low {
            & > Vertical { margin-top: 0; }
            & #--input, & CommandInput { border: none; height: 1; }
            & #--input Label { margin-top: 0; }
            & CommandList { border: none; max-height: 80vh; }
        }
        &.-least CommandList { max-height: 3; }
    }
    """


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
        """Those of a screen only over that screen. They are no key presses: a field may have the focus."""
        for action in applying(ALWAYS):
            namespace = self._namespace(action.group)
            if namespace is not None and action.heading not in BY_HAND and action.name != "command_palette":
                yield action.words, action.sentence, partial(self.app.run_action, action.name, namespace)
        for name in THEMES:
            choose = partial(self.app.run_action, f"choose_theme({name!r})")
            yield f"Theme: {name}", "Use these colours", choose

    def _namespace(self, group: str) -> DOMNode | None:
        """What has the actions of a group; None where it is not on the screen."""
        if group == "app":
            return self.app
        screen = self.screen
        if isinstance(screen, Page):
            return screen if group in ("page", screen.KEYS) else None
        return screen if isinstance(screen, Bench) and group == "workbench" else None
