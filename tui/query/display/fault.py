"""What is wrong with a filter, and where."""

from tui.errors import UsageError


class FilterError(UsageError):
    """A display filter that can't be understood: one sentence, and the characters that it speaks of."""

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.start = start
        """Offset of the first character, 0-based; the length of the filter where something is missing at its end."""
        self.end = end
        """Offset after the last character."""
