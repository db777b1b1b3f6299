"""What was asked for: a kind of search and what is sought, and those that were asked before."""

from dataclasses import dataclass

from tui.views.searching import Kind

KINDS: tuple[tuple[Kind, str], ...] = (
    (Kind.TEXT, "any case unless it has a capital; across segments"),
    (Kind.BYTES, "of the payload: 47 45 54; or x:474554 as text"),
    (Kind.PATTERN, "inside one payload; or /GET .*png/ as text"),
    (Kind.COLUMNS, "roles, states, whole numbers, times; or =reset"),
    (Kind.CONNECTIONS, "any column; the first where the list is in use"),
)
"""The kinds in the order in which one key goes through them, and a few words about each, for the help."""

EXAMPLES = {
    Kind.TEXT: "such as host: example",
    Kind.BYTES: "such as 47 45 54",
    Kind.PATTERN: "such as (?i)host: .*org",
    Kind.COLUMNS: "such as retransmission",
    Kind.CONNECTIONS: "such as refused",
}
"""What may be typed for each kind."""

MOST_REMEMBERED = 50
"""Wishes that can be asked for again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What someone looks for."""

    kind: Kind
    text: str


def kind_after(kind: Kind, steps: int) -> Kind:
    """The kind so many places further round."""
    kinds = [known for known, _ in KINDS]
    return kinds[(kinds.index(kind) + steps) % len(kinds)]


class Asked:
    """Wishes, the latest first; a cursor goes through them from the empty line on."""

    def __init__(self) -> None:
        self._wishes: list[Wish] = []
        self._place = -1

    def remember(self, wish: Wish) -> None:
        """Keep a wish as the latest one."""
        self._wishes = [wish, *(other for other in self._wishes if other != wish)][:MOST_REMEMBERED]

    def begin(self) -> None:
        """Stand on the empty line."""
        self._place = -1

    def go(self, steps: int) -> Wish | None:
        """So many wishes further back, or forth where negative; None on the empty line."""
        self._place = max(-1, min(self._place + steps, len(self._wishes) - 1))
        return self._wishes[self._place] if self._place >= 0 else None
