"""A question of one line, in the place of the keys."""

from collections.abc import Callable

from tui.ui.bars.question import Question


class Prompt(Question):
    """Asks one thing at a time."""

    def __init__(self) -> None:
        super().__init__("prompt")
        self._answer: Callable[[str], str | None] | None = None

    def ask(self, question: str, answer: Callable[[str], str | None], initial: str = "") -> None:
        """Ask; `answer` takes what was typed, and returns or raises as a UserError what is wrong with it."""
        self._answer = answer
        self.fill(initial)
        self.put(question)
        self.open()

    def answered(self, text: str) -> str | None:
        """What whoever asked says of it."""
        return None if self._answer is None else self._answer(text)
