"""Which of the display filters that were used last are kept."""

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
