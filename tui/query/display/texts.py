"""What stands between quotes in a filter: texts with escapes, raw texts and single characters."""

import re

from tui.query.display.fault import FilterError

_ESCAPES = {
    "'": b"'",
    '"': b'"',
    "\\": b"\\",
    "a": b"\a",
    "b": b"\b",
    "f": b"\f",
    "n": b"\n",
    "r": b"\r",
    "t": b"\t",
    "v": b"\v",
}
_PART = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<short>[0-9A-Fa-f]{4})|U(?P<long>[0-9A-Fa-f]{8})"
    r"|(?P<simple>.))|(?P<plain>[^\\]+)",
    re.DOTALL,
)
_GREATEST_CODE_POINT = 0x10FFFF


def content_of(text: str, start: int) -> bytes:
    """The bytes of a text in double quotes, raw or not, in UTF-8; `start`: where it stands in the filter.

    Raises FilterError where an escape means nothing.
    """
    if text.startswith("r"):
        return _encoded(text[2:-1])
    return b"".join(_part(match, start + 1) for match in _PART.finditer(text[1:-1]))


def character_of(text: str, start: int) -> int:
    """The number of a character in single quotes, 0 to 255. Raises FilterError where it is not a single one."""
    content = b"".join(_part(match, start + 1) for match in _PART.finditer(text[1:-1]))
    if len(content) != 1:
        sentence = "Single quotes hold one character of one byte; put a text in double quotes."
        raise FilterError(sentence, start, start + len(text))
    return content[0]


def _part(match: re.Match[str], start: int) -> bytes:
    kind, value = match.lastgroup, match[match.lastgroup or 0]
    if kind == "plain":
        return _encoded(value)
    if kind in ("octal", "hex"):
        number = int(value, 8 if kind == "octal" else 16)
        if number <= 0xFF:
            return bytes([number])
    elif kind in ("short", "long"):
        if int(value, 16) <= _GREATEST_CODE_POINT:
            return _encoded(chr(int(value, 16)))
    elif value in _ESCAPES:
        return _ESCAPES[value]
    sentence = f'{match[0]} is not an escape; in a text that begins with r" a backslash means itself.'
    raise FilterError(sentence, start + match.start(), start + match.end())


def _encoded(text: str) -> bytes:
    """UTF-8; bytes that a terminal sent and that are none come back as they were."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
