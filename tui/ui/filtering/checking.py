"""Whether what is typed is a display filter, where it stops being one, and how it may go on."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from tui.query.display import FilterError, completions, parse
from tui.ui.filtering.suggestions import Suggestion


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a filter, and its first character and the one after its last, counted from 0."""

    start: int
    end: int
    words: str


def fault_of(text: str) -> Fault | None:
    """What is wrong with a filter; None where nothing is, or where nothing was typed yet."""
    if not text.strip():
        return None
    try:
        parse(text)
    except FilterError as error:
        return Fault(error.start, error.end, str(error))
    return None


class Judgement:
    """Looks for the fault of a filter in a daemon thread: a long one takes some tenths of a second."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.fault: Fault | None = None
        self.done = False
        """Whether `fault` is known."""
        threading.Thread(target=self._work, name="display filter's fault", daemon=True).start()

    def _work(self) -> None:
        self.fault = fault_of(self.text)
        self.done = True


def load_language() -> None:
    """Load the grammar, which takes some tenths of a second, so that nobody waits for it when it is needed."""
    Judgement("tcp")


def suggestions_for(text: str, cursor: int) -> tuple[int, int, Sequence[Suggestion]]:
    """What may stand at the cursor, and the first character that it replaces and the one after the last.

    Nothing, where the only word that fits is there already.
    """
    found = completions(text, cursor)
    items = found.items
    if len(items) == 1 and items[0].text.strip() == text[found.start : found.end].strip():
        items = ()
    return found.start, found.end, items


def completed(text: str, start: int, end: int, word: str) -> tuple[str, int]:
    """The text with a word put in and a blank behind it, and the place of the cursor after that."""
    after = text[end:]
    blank = "" if word.endswith(" ") else " "
    after = after.removeprefix(" ")
    return text[:start] + word + blank + after, start + len(word + blank)
