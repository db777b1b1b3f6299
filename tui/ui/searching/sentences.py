"""What is said of a search."""

from tui.text import printable
from tui.ui.look.quantities import counted
from tui.ui.searching.wishes import Wish
from tui.views.searching import Kind, Match

SHOWN_TEXT = 30
"""Characters of what is sought that are repeated."""

LOOKED_AT = {
    Kind.TEXT: "payload",
    Kind.BYTES: "payload",
    Kind.PATTERN: "payload",
    Kind.COLUMNS: "columns",
    Kind.CONNECTIONS: "columns",
}
"""What each kind looks at."""


def sought(wish: Wish) -> str:
    """What is sought, in quotation marks."""
    text = wish.text if len(wish.text) <= SHOWN_TEXT else f"{wish.text[: SHOWN_TEXT - 1]}…"
    return f"“{printable(text)}”"


def under_way(wish: Wish, share: float) -> str:
    """How far a search is."""
    return f"Searching {sought(wish)} … {share:.0%}, Esc stops"


def where_found(kind: Kind, key: int, match: Match, passed: str, only: bool) -> str:
    """Where it was found: `key` is the number of a frame, or of a connection; `passed` the end of the list that the
    search came round, empty where it came round none; `only`: it is nowhere else.
    """
    subject = f"Connection {key:,}" if kind is Kind.CONNECTIONS else f"Frame {key:,}"
    if LOOKED_AT[kind] == "columns":
        place = "found"
    elif match.before:
        place = f"found: its payload continues what begins {counted(match.before, 'byte')} before it"
    else:
        place = f"found at offset {match.start:,} of {'its payload' if match.skipped else 'the frame'}"
    if only:
        return f"{subject}: {place}; nowhere else"
    return f"{subject}: {place}{f', past the {passed}' if passed else ''}; n next, N before"


def not_found(wish: Wish, entries: int, cut: int, more_to_come: bool) -> str:
    """That it is nowhere among so many packets or connections; `cut`: packets of which not all bytes were captured."""
    among = counted(entries, "connection" if wish.kind is Kind.CONNECTIONS else "packet")
    missing = f"; {cut:,} of them were not captured in full" if cut else ""
    shown = "so far" if more_to_come else "shown"
    return f"{sought(wish)} is not in the {LOOKED_AT[wish.kind]} of the {among} {shown}{missing}."
