"""A page: a full screen over the main one that speaks of one connection."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui.text import printable
from tui.ui.actions import ACTIONS, bindings
from tui.ui.bars.key_line import KeyLine
from tui.ui.bars.prompt import Prompt
from tui.ui.commands.base import Answer
from tui.ui.look import theme
from tui.ui.model import Model

LOOK = 0.1
"""Seconds between two looks at what has changed."""


class Page(Screen[int | None]):
    """A title, a body and the line of keys. Esc goes back to the tables; `dismiss` with the number of a frame goes to
    that frame. While the capture grows, `grow` is called whenever there is more.

    A subclass names the group of its own keys (tui.ui.actions) in `KEYS`.
    """

    DEFAULT_CSS = theme.PAGE_CSS
    KEYS: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("page")]

    def __init__(self, model: Model, connection: int) -> None:
        super().__init__()
        self.model = model
        self.connection = connection
        self.key_line = KeyLine()
        self.prompt = Prompt()
        self._heading = Static(id="page-title", markup=False)
        self._seen = model.progress

    def body(self) -> Widget:
        """What fills the page."""
        raise NotImplementedError

    def title_words(self) -> str:
        """What the page is about, for its first line."""
        raise NotImplementedError

    def grow(self) -> None:
        """Take in what the capture has more now."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Title, body, keys."""
        yield self._heading
        yield self.body()
        yield self.key_line
        yield self.prompt

    def on_mount(self) -> None:
        """Show the title and the keys, and look at the model from now on."""
        self.update_title()
        keys = [action for action in ACTIONS if action.group in ("page", self.KEYS) and action.importance]
        self.key_line.show_keys(sorted(keys, key=lambda action: action.importance))
        self.set_interval(LOOK, self._look)

    def _look(self) -> None:
        if self.model.progress is not self._seen:
            self._seen = self.model.progress
            self.grow()

    def update_title(self) -> None:
        """Say anew what the page is about."""
        self._heading.update(Content(printable(self.title_words())))

    def say(self, text: str) -> None:
        """Show a sentence in the line at the bottom for a few seconds."""
        self.key_line.say(text)

    def ask(self, prompt: str, answer: Answer, initial: str = "") -> None:
        """Ask for a line of text in the place of the keys. Esc cancels; what `answer` finds wrong is shown there."""
        self.key_line.fall_silent()
        self.prompt.ask(prompt, answer, initial)

    def action_help(self) -> None:
        """List the keys, those of the page first."""
        from tui.ui.dialogs.help import Help  # noqa: PLC0415 - not before it is asked for: the first rows do not wait for it

        self.app.push_screen(Help(self.KEYS))

    def action_leave(self) -> None:
        """Back to the tables."""
        self.dismiss(None)
