"""The only door by which bytes from outside become text: nothing that leaves it can steer a terminal.

One scheme of stand-ins, each one cell wide:

- C0 controls and DEL become their control pictures, such as `␛` for ESC and `␊` for a line feed (Unicode block
  Control Pictures, U+2400 to U+2421).
- Everything else that is invisible, steers the layout or has no meaning becomes `·`: C1 controls, bidi marks,
  overrides and isolates, zero-width characters, surrogates, private and unassigned code points, line and paragraph
  separators, and the letters that Unicode defines as blank.
- Spaces of every width become the plain space.
- More than three combining marks in a row become `·`, so that they can't stack into the lines above.
"""

import unicodedata
from functools import lru_cache

STAND_IN = "·"
"""What stands for a character that can't be shown and has no control picture."""

MARKS_IN_A_ROW = 3
"""Combining marks that may follow each other on one base character."""

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARK_CATEGORIES = frozenset({"Mn", "Me"})
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5\ufffc")
"""Letters and marks drawn as nothing: Hangul fillers, the empty Braille cell, the grapheme joiner, Khmer vowels."""
_JOINING_JAMO = frozenset([*range(0x1161, 0x1200), *range(0xD7B0, 0xD7FC)])
"""Hangul vowels and final consonants: zero cells wide, as they join the letter before them."""
_VARIATION_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x1810)])


def printable(text: str) -> str:
    """`text` with a visible stand-in of one cell for every character that is not plainly shown.

    ASCII, accented letters, CJK and emoji stay as they are. The result has no line breaks and no tabs. A joined
    emoji falls apart into its parts, as its joiner is an invisible character like any other.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = MARKS_IN_A_ROW  # a mark that opens the text has no base of its own, and would join what is drawn before
    for character in text:
        stand_in, is_mark = _shown(character)
        marks = marks + 1 if is_mark else 0
        shown.append(STAND_IN if marks > MARKS_IN_A_ROW else stand_in)
    return "".join(shown)


def printable_bytes(data: bytes, limit: int) -> str:
    """The first `limit` bytes, one cell a byte: printable ASCII as it is, all else `·`."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else STAND_IN for byte in data[:limit])


@lru_cache(maxsize=4096)
def _shown(character: str) -> tuple[str, bool]:
    """What is drawn for one character, and whether it is a combining mark that stays."""
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code), False
    if code == 0x7F:
        return "␡", False
    category = unicodedata.category(character)
    if category in _HIDDEN_CATEGORIES or character in _BLANK_LETTERS or code in _VARIATION_SELECTORS:
        return STAND_IN, False
    if category == "Zs":
        return " ", False
    return character, category in _MARK_CATEGORIES or code in _JOINING_JAMO
