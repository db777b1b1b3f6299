"""The signs that a ladder is drawn with, and what stands for them where there is only ASCII."""

_PLAIN = {
    **dict.fromkeys("─┄", "-"),
    **dict.fromkeys("━", "="),
    **dict.fromkeys("═", "#"),
    **dict.fromkeys("╌", "~"),
    **dict.fromkeys("┈·…⋯", "."),
    **dict.fromkeys("│├┤", "|"),
    **dict.fromkeys("┊", ":"),
    **dict.fromkeys("▶→", ">"),
    **dict.fromkeys("◀←", "<"),
    **dict.fromkeys("✗×", "x"),
    **dict.fromkeys("▲", "^"),
    **dict.fromkeys("▼", "v"),
    **dict.fromkeys("●◆", "*"),
    **dict.fromkeys("‼", "!"),
    **dict.fromkeys("▸", "+"),
    **dict.fromkeys("▾–", "-"),
    **dict.fromkeys("µ", "u"),
}

_TABLE = str.maketrans(_PLAIN)

HEAVY, LIGHT, DOUBLE, BROKEN, DOTTED, FOLDED = "━", "─", "═", "╌", "┈", "┄"
"""Lines of arrows: of what opens and closes a connection, data, data sent again, data that comes late, pure
acknowledgements and what was not captured, and folded segments.
"""

TO_SERVER, TO_CLIENT = "▶", "◀"
LOST = "✗"
LIFE, NO_LIFE = "│", "┊"
LEAVES_CLIENT, LEAVES_SERVER = "├", "┤"
CLOSED_FOLD, OPEN_FOLD = "▸", "▾"


def plain(text: str) -> str:
    """The same in ASCII, cell for cell."""
    return text.translate(_TABLE)


def can_be_written(encoding: str | None) -> bool:
    """Whether a terminal with this encoding has all the signs."""
    try:
        "".join(_PLAIN).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
