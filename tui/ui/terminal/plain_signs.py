"""What stands for the signs of the screen in terminals whose encoding does not have them."""

import re
from collections.abc import Callable
from functools import lru_cache

from rich.cells import cell_len

from tui.views.ladder.signs import plain

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("╭╮╰╯┌┐└┘┏┓┗┛", "+"),
        **dict.fromkeys("┃║▐▌█", "|"),
        **dict.fromkeys("▁▂▃▄▅▆▇", "_"),
        **dict.fromkeys("▔", "-"),
        **dict.fromkeys("↑⇧", "^"),
        **dict.fromkeys("↓", "v"),
        **dict.fromkeys("⏎⌫", "<"),
        **dict.fromkeys("␣", "_"),
        **dict.fromkeys("✱", "*"),
        **dict.fromkeys("✓", "+"),
        **dict.fromkeys("“”", '"'),
        **dict.fromkeys("§", "S"),
        **dict.fromkeys("…", "~"),
    }
)
"""Signs that the ladder does not have, or has in another sense."""


def writer_for(encoding: str | None) -> Callable[[str], str] | None:
    """What makes text writable in an encoding, cell for cell; none where all of it is."""
    name = encoding or "ascii"
    try:
        "▐⏎✱“".encode(name)
    except (UnicodeEncodeError, LookupError):
        return lambda text: _NOT_ASCII.sub(lambda found: _written(found.group(), name), text)
    return None


@lru_cache(maxsize=4096)
def _written(sign: str, encoding: str) -> str:
    try:
        sign.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        stand_in = plain(sign.translate(_SIGNS))
        return stand_in if stand_in.isascii() else "?" * cell_len(sign)
    return sign
