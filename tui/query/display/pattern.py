"""Regular expressions of display filters: like Perl's, and blind to case unless they say `(?-i)`, as in tshark."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LARGEST = 1 << 16
"""Characters of a regular expression at most, each counted as often as a repetition asks for it at least: the memory
that compiling takes grows with them.
"""

_PART = re.compile(r"\\.|\{(?P<least>\d+)(?:,\d*)?\}|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, checked when the filter was parsed, and compiled when it is first asked for."""

    text: str
    of_bytes: bool
    """Whether it is searched in bytes; `text` then holds each of them as the character of that number."""

    def compiled(self) -> Any:
        """A pattern of the package regex, whose `search` takes a timeout in seconds."""
        return _compiled(self.text, self.of_bytes)


@lru_cache(maxsize=64)
def _compiled(text: str, of_bytes: bool) -> Any:
    import regex  # noqa: PLC0415 - takes its time, and only this operator needs it

    if of_bytes:
        return regex.compile(text.encode("latin-1"), regex.IGNORECASE)
    return regex.compile(text, regex.IGNORECASE)


def fault_of(text: str, of_bytes: bool) -> tuple[str, int | None] | None:
    """Why a text is no regular expression, in the words of regex, and the offset it speaks of if it does; None where
    it is one.
    """
    import regex  # noqa: PLC0415 - as above

    if _size(text) > LARGEST:
        return "its repetitions make it too large", None
    try:
        _compiled(text, of_bytes)
    except regex.error as error:
        return error.msg, error.pos
    except (OverflowError, RecursionError):
        return "it is too large", None
    return None


def _size(text: str) -> int:
    """Characters of a regular expression as LARGEST counts them, or more; not above LARGEST + 1 or so."""
    totals = [0]  # of what each open parenthesis holds
    last = 0  # of what a repetition would repeat
    for part in _PART.finditer(text):
        if part["least"]:
            times = min(max(int(part["least"]), 1), LARGEST + 1)
            totals[-1] = min(totals[-1] + last * (times - 1), LARGEST + 1)
            last = min(last * times, LARGEST + 1)
        elif part[0] == "(":
            totals.append(0)
        elif part[0] == ")":
            last = totals.pop()
            if totals:
                totals[-1] += last
            else:
                totals.append(last)
        else:
            totals[-1] += 1
            last = 1
    return sum(totals)
