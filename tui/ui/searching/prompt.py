"""The question what to look for, in the place of the keys."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.errors import UserError
from tui.text import printable
from tui.ui.bars.prompt import Entry, fit_in_a_line
from tui.ui.searching.wishes import EXAMPLES, Asked, Wish, kind_after
from tui.views.searching import Kind


class SearchPrompt(Horizontal):
    """Tab chooses the kind of search, ↑ and ↓ what was looked for before, Esc gives up. Hidden while not in use."""

    DEFAULT_CSS = """
    SearchPrompt {
        height: 1;
        background: $footer-background;
        color: $foreground;
        #search-question { width: auto; max-width: 50%; height: 1; text-style: bold; text-overflow: ellipsis;
                           text-wrap: nowrap; }
        #search-entry { width: 1fr; min-width: 8; height: 1; border: none; padding: 0; background: $footer-background; }
        #search-line { width: 1fr; height: 1; }
        #search-complaint { width: auto; max-width: 60%; height: 1; color: $text-error; text-style: bold; }
        &.-tall {
            layout: vertical;
            height: auto;
            #search-line { width: 100%; }
            #search-complaint { width: 100%; max-width: 100%; height: auto; max-height: 3; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("tab", "kind(1)", "Kind"),
        Binding("shift+tab", "kind(-1)", "Kind before"),
        Binding("up", "asked(1)", "Asked before"),
        Binding("down", "asked(-1)", "Asked after"),
    ]

    def __init__(self, answer: Callable[[Wish], str | None]) -> None:
        """`answer` takes the wish; it returns, or raises as a UserError, what is wrong with it."""
        super().__init__(id="search-prompt")
        self.display = False
        self.kind = Kind.TEXT
        """Of the wish that is being typed."""
        self.asked = Asked()
        """What was asked for so far."""
        self._answer = answer
        self._asked = ""
        self._question = Static(id="search-question", markup=False)
        self._entry = Entry("search-entry")
        self._complaint = Static(id="search-complaint", markup=False)
        self._back_to: Widget | None = None

    def compose(self) -> ComposeResult:
        """The question, what is typed, and what is wrong with it."""
        with Horizontal(id="search-line"):
            yield self._question
            yield self._entry
        yield self._complaint

    def ask(self, kind: Kind) -> None:
        """Ask what to look for, at first in this way."""
        if not self.display:
            self._back_to = self.screen.focused
        self.asked.begin()
        self._complain("")
        self._take(Wish(kind, ""))
        self.display = True
        self.screen.set_focus(self._entry)

    def close(self) -> None:
        """Ask no more."""
        self.display = False

    def action_cancel(self) -> None:
        """Ask no more, and go back to where the focus was."""
        self.close()
        self.screen.set_focus(self._back_to)

    def action_kind(self, steps: int) -> None:
        """Choose the next kind of search, or the one before."""
        self._choose(kind_after(self.kind, steps))

    def action_asked(self, steps: int) -> None:
        """Show what was asked for before, or after; nothing after the latest."""
        self._take(self.asked.go(steps) or Wish(self.kind, ""))

    def on_click(self) -> None:
        """A click on the question chooses the next kind."""
        if not self._entry.has_focus or not self._entry.is_mouse_over:
            self.action_kind(1)
            self.screen.set_focus(self._entry)

    def _take(self, wish: Wish) -> None:
        self._choose(wish.kind)
        self._entry.value = wish.text
        self._entry.cursor_position = len(wish.text)

    def _choose(self, kind: Kind) -> None:
        self.kind = kind
        self._asked = f" Search {kind.value}: "
        self._question.update(self._asked)
        self._entry.placeholder = f"{EXAMPLES[kind]} · Tab: {kind_after(kind, 1).value}"
        self._complain("")

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            complaint = self._answer(Wish(self.kind, event.value))
        except UserError as error:
            complaint = str(error)
        if complaint:
            self._complain(complaint)
        elif self.display:
            self.action_cancel()

    @on(Input.Changed)
    def _forgive(self, event: Input.Changed) -> None:
        event.stop()
        self._complain("")

    def _complain(self, words: str) -> None:
        """Say it behind the entry, or below it where there is no room for all of both."""
        said = f" {printable(words)} " if words else ""
        self.set_class(not fit_in_a_line(self.screen.size.width, self._asked, self._entry.value, said), "-tall")
        self._complaint.update(said)
