"""A question of one line, in the place of the keys."""

import re
from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.errors import UserError
from tui.text import printable
from tui.ui.look import theme

PLAIN_TEXT = r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*"
"""What may be typed or pasted into an entry: nothing that would steer the terminal."""


def fit_in_a_line(width: int, asked: str, typed: str, complaint: str) -> bool:
    """Whether a question, what was typed, the cursor behind it, and what is wrong with it fit in so many cells."""
    return cell_len(asked) + cell_len(typed) + 1 + cell_len(complaint) <= width


class Entry(Input):
    """A field of one line without a frame."""

    def __init__(self, identity: str, placeholder: str = "", suggester: Suggester | None = None) -> None:
        super().__init__(
            id=identity,
            placeholder=placeholder,
            suggester=suggester,
            restrict=PLAIN_TEXT,
            compact=True,
            select_on_focus=False,
        )

    def validate_value(self, value: str) -> str:
        """What is put in by the program is as harmless as what is typed."""
        return value if re.fullmatch(PLAIN_TEXT, value) else printable(value)

    async def _on_key(self, event: events.Key) -> None:
        """Obey the entry's own keys at once: what is typed right after one must not come before it.

        Textual would look for them only when the event has gone through the queues of all widgets around the entry.
        """
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return


class Prompt(Horizontal):
    """Asks one thing at a time; hidden while there is nothing to ask."""

    DEFAULT_CSS = theme.PROMPT_CSS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self.display = False
        self._question = Static(id="prompt-question", markup=False)
        self._entry = Entry("prompt-entry")
        self._complaint = Static(id="prompt-complaint", markup=False)
        self._asked = ""
        self._answer: Callable[[str], str | None] | None = None
        self._back_to: Widget | None = None

    def compose(self) -> ComposeResult:
        """The question, what is typed, and what is wrong with it."""
        with Horizontal(id="prompt-line"):
            yield self._question
            yield self._entry
        yield self._complaint

    def ask(self, question: str, answer: Callable[[str], str | None], initial: str = "") -> None:
        """Ask; `answer` takes what was typed, and returns or raises as a UserError what is wrong with it."""
        if not self.display:
            self._back_to = self.screen.focused
        self._answer = answer
        self._asked = f" {printable(question)}: "
        self._question.update(self._asked)
        self._entry.value = initial
        self._complain("")
        self._entry.cursor_position = len(initial)
        self.display = True
        self.screen.set_focus(self._entry)

    def close(self) -> None:
        """Ask no more."""
        self.display = False
        self._answer = None

    def action_cancel(self) -> None:
        """Ask no more, and go back to where the focus was."""
        back_to = self._back_to
        self.close()
        self.screen.set_focus(back_to)

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        event.stop()
        if self._answer is None:
            return
        asked = self._answer
        try:
            complaint = asked(event.value)
        except UserError as error:
            complaint = str(error)
        if complaint:
            self._complain(complaint)
        elif self._answer is asked:
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
