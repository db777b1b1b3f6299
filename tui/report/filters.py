"""The display filter of a command line, and where it can't be understood, the place."""

import unicodedata

from tui.errors import UsageError
from tui.query.display.fault import FilterError
from tui.text import printable
from tui.views import DisplayFilter, compile_filter

SHOWN = 72
"""Characters of a filter that are shown around the place of a fault."""

_BEFORE = SHOWN * 2 // 3
_INDENT = "  "


def understood(text: str) -> DisplayFilter | None:
    """The display filter that a text is, None for an empty one.

    Raises UsageError whose `detail` is the filter, and under it a mark at the place of the fault.
    """
    if not text.strip():
        return None
    try:
        return compile_filter(text)
    except FilterError as error:
        told = UsageError(f"-Y: {str(error).removesuffix('.')}")
        told.detail = pointed_out(text, error.start, error.end)
        raise told from error


def pointed_out(text: str, start: int, end: int) -> tuple[str, str]:
    """A filter, or what is around the place of its fault, and a line that marks the characters `start` to `end`."""
    begin = max(start - _BEFORE, 0) if len(text) > SHOWN else 0
    stop = min(begin + SHOWN, len(text))
    left, right = "…" if begin else "", "…" if stop < len(text) else ""
    shown = printable(text[begin:stop])
    before, marked = shown[: start - begin], shown[start - begin : max(min(end, stop), start) - begin]
    mark = "^" + "~" * (_cells(marked) - 1)
    return f"{_INDENT}{left}{shown}{right}", f"{_INDENT}{' ' * _cells(left + before)}{mark}"


def _cells(text: str) -> int:
    """How many cells of a terminal a printable text takes."""
    wide = sum(unicodedata.east_asian_width(character) in ("W", "F") for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
