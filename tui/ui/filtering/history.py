"""The display filters that were used last: which of them are kept, and how one walks through them."""

from collections.abc import Sequence

MOST = 50
"""Filters that are kept."""

MOST_BYTES = 16 << 10
"""Bytes of all that are kept, in UTF-8: few enough for the file of the settings, which may not become too large."""


def bounded(expressions: Sequence[str]) -> list[str]:
    """The filters that are kept, in their order: each once, and only what is fit to be drawn."""
    kept: list[str] = []
    room = MOST_BYTES
    for expression in dict.fromkeys(expressions):
        if len(kept) == MOST:
            break
        size = len(expression.encode(errors="replace"))
        if expression.strip() and size <= room and expression.isprintable():
            kept.append(expression)
            room -= size
    return kept


class Walk:
    """A walk through earlier filters, from what is being typed back to the oldest."""

    def __init__(self, earlier: Sequence[str], typed: str) -> None:
        self._stops = [typed, *(expression for expression in earlier if expression != typed)]
        self._place = 0

    def step(self, further: int) -> str | None:
        """The next older filter (1), or the next younger one (-1); None where there is none."""
        place = self._place + further
        if not 0 <= place < len(self._stops):
            return None
        self._place = place
        return self._stops[place]
