"""What questions of one line have in common: how they look, and how they complain of an answer."""

from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.errors import UserError
from tui.text import printable
from tui.ui.bars.entry import Entry
from tui.ui.look import theme


class Question(Horizontal):
    """Words, an entry behind them, and what is wrong with what was typed; hidden while there is nothing to ask."""

    DEFAULT_CSS = theme.QUESTION_CSS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, name: str) -> None:
        """`name`: of the identities of this widget and its parts."""
        super().__init__(id=name)
        self.display = False
        self.entry = Entry(f"{name}-entry")
        self._question = Static(classes="question", markup=False)
        self._complaint = Static(classes="complaint", markup=False)
        self._words = ""
        self._asked = 0
        """How many times something was asked."""
        self._back_to: Widget | None = None

    def answered(self, text: str) -> str | None:
        """Take what was typed; returns, or raises as a UserError, what is wrong with it."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The question, what is typed, and what is wrong with it."""
        with Horizontal():
            yield self._question
            yield self.entry
        yield self._complaint

    def put(self, words: str) -> None:
        """Show the question in these words, and complain of nothing."""
        self._words = f" {printable(words)}: "
        self._question.update(self._words)
        self.complain("")

    def fill(self, text: str) -> None:
        """Have a text in the entry, with the cursor behind it."""
        self.entry.value = text
        self.entry.cursor_position = len(text)

    def open(self) -> None:
        """Ask, and remember where the focus was."""
        if not self.display:
            self._back_to = self.screen.focused
        self._asked += 1
        self.display = True
        self.screen.set_focus(self.entry)

    def close(self) -> None:
        """Ask no more."""
        self.display = False

    def action_cancel(self) -> None:
        """Ask no more, and go back to where the focus was."""
        self.close()
        self.screen.set_focus(self._back_to)

    def complain(self, words: str) -> None:
        """Say what is wrong behind the entry, or below it where there is no room for all of both."""
        said = f" {printable(words)} " if words else ""
        cells = cell_len(self._words) + cell_len(self.entry.value) + 1 + cell_len(said)
        self.set_class(cells > self.screen.size.width, "-tall")
        self._complaint.update(said)

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        asked = self._asked
        try:
            complaint = self.answered(event.value)
        except UserError as error:
            complaint = str(error)
        if complaint:
            self.complain(complaint)
        elif self.display and self._asked == asked:  # the answer may have led to another question
            self.action_cancel()

    @on(Input.Changed)
    def _forgive(self, event: Input.Changed) -> None:
        event.stop()
        self.complain("")
