"""The question what to look for, in the place of the keys."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.ui.bars.question import Question
from tui.ui.searching.wishes import EXAMPLES, Asked, Wish, kind_after
from tui.views.searching import Kind


class SearchPrompt(Question):
    """Tab chooses the kind of search, ↑ and ↓ what was looked for before, Esc gives up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "kind(1)", "Kind"),
        Binding("shift+tab", "kind(-1)", "Kind before"),
        Binding("up", "asked(1)", "Asked before"),
        Binding("down", "asked(-1)", "Asked after"),
    ]

    def __init__(self, answer: Callable[[Wish], str | None]) -> None:
        """`answer` takes the wish; it returns, or raises as a UserError, what is wrong with it."""
        super().__init__("search")
        self.kind = Kind.TEXT
        """Of the wish that is being typed."""
        self.asked = Asked()
        """What was asked for so far."""
        self._answer = answer

    def ask(self, kind: Kind) -> None:
        """Ask what to look for, at first in this way."""
        self.asked.begin()
        self._take(Wish(kind, ""))
        self.open()

    def answered(self, text: str) -> str | None:
        """What whoever searches says of the wish."""
        return self._answer(Wish(self.kind, text))

    def action_kind(self, steps: int) -> None:
        """Choose the next kind of search, or the one before."""
        self._choose(kind_after(self.kind, steps))

    def action_asked(self, steps: int) -> None:
        """Show what was asked for before, or after; nothing after the latest."""
        self._take(self.asked.go(steps) or Wish(self.kind, ""))

    def on_click(self) -> None:
        """A click on the question chooses the next kind."""
        if not self.entry.has_focus or not self.entry.is_mouse_over:
            self.action_kind(1)
            self.screen.set_focus(self.entry)

    def _take(self, wish: Wish) -> None:
        self._choose(wish.kind)
        self.fill(wish.text)

    def _choose(self, kind: Kind) -> None:
        self.kind = kind
        self.entry.placeholder = f"{EXAMPLES[kind]} · Tab: {kind_after(kind, 1).value}"
        self.put(f"Search {kind.value}")
