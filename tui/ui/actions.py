"""The one registry of keys: bindings, footer and help are made from it."""

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does."""

    group: str
    """Where it is bound: `table`, `details`, `workbench` or `app`."""
    name: str
    """Textual action, such as `move(1)`."""
    keys: tuple[str, ...]
    """Keys as Textual names them."""
    shown_keys: str
    """The keys as people read them."""
    words: str
    """A word or two for the footer."""
    sentence: str
    """What it does, for the help."""
    in_footer: bool = False
    first: bool = False
    """Taken before anything else sees the key."""


ACTIONS: tuple[Action, ...] = (
    Action("table", "step(-1)", ("up", "k"), "↑ k", "Up", "One row up"),
    Action("table", "step(1)", ("down", "j"), "↓ j", "Down", "One row down"),
    Action("table", "page(-1)", ("pageup",), "PgUp", "Page up", "One page up"),
    Action("table", "page(1)", ("pagedown",), "PgDn", "Page down", "One page down"),
    Action("table", "half_page(-1)", ("ctrl+u",), "^u", "Half page up", "Half a page up"),
    Action("table", "half_page(1)", ("ctrl+d",), "^d", "Half page down", "Half a page down"),
    Action("table", "first", ("g", "home"), "g Home", "First", "To the first row"),
    Action("table", "last", ("G", "end"), "G End", "Last", "To the last row"),
    Action("details", "scroll_up", ("up", "k"), "↑ k", "Up", "One line up"),
    Action("details", "scroll_down", ("down", "j"), "↓ j", "Down", "One line down"),
    Action("details", "page_up", ("pageup", "ctrl+u"), "PgUp", "Page up", "One page up"),
    Action("details", "page_down", ("pagedown", "ctrl+d"), "PgDn", "Page down", "One page down"),
    Action("details", "scroll_home", ("g", "home"), "g Home", "Top", "To the top"),
    Action("details", "scroll_end", ("G", "end"), "G End", "Bottom", "To the bottom"),
    Action(
        "workbench", "choose", ("enter",), "⏎", "Its packets", "Only the packets of this connection", in_footer=True
    ),
    Action("workbench", "widen", ("escape",), "Esc", "All packets", "All packets again", in_footer=True),
    Action(
        "workbench",
        "neighbour(-1)",
        ("left_square_bracket",),
        "[",
        "Previous",
        "The packets of the previous connection",
        in_footer=True,
    ),
    Action(
        "workbench",
        "neighbour(1)",
        ("right_square_bracket",),
        "]",
        "Next",
        "The packets of the next connection",
        in_footer=True,
    ),
    Action("workbench", "pane(1)", ("tab",), "Tab", "Pane", "To the next pane", in_footer=True),
    Action("workbench", "pane(-1)", ("shift+tab",), "⇧Tab", "Pane back", "To the previous pane"),
    Action("workbench", "help", ("question_mark",), "?", "Keys", "This list of keys", in_footer=True),
    Action("app", "quit", ("q",), "q", "Quit", "Leave the program", in_footer=True),
    Action("app", "quit", ("ctrl+c", "ctrl+q"), "^c", "Quit", "Leave the program, wherever you are", first=True),
)

GROUP_TITLES = {
    "table": "In a table (and in the details, by lines)",
    "workbench": "Everywhere",
    "app": "Leaving",
}
"""Headings of the help; the keys of the details are those of a table and are not listed again."""


def bindings(group: str) -> list[Binding]:
    """The bindings of one group, to be given to the class that has its actions."""
    return [
        Binding(
            ",".join(action.keys),
            action.name,
            action.words,
            show=action.in_footer,
            key_display=action.shown_keys,
            priority=action.first,
        )
        for action in ACTIONS
        if action.group == group
    ]
