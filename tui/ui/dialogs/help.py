"""The list of keys and of the signs on the screen."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.ui.actions import ACTIONS, HEADINGS, Action
from tui.ui.dialogs.fields import FieldList
from tui.ui.dialogs.help_text import HelpText, beside
from tui.ui.look import theme
from tui.ui.searching.wishes import KINDS

KEY_CELLS = 10
"""Width of the keys before what they do."""

SIGNS = (
    ("▲", "handshake", "handshake: SYN, SYN+ACK, ACK"),
    ("▼", "teardown", "teardown: FIN, and the ACK of a FIN"),
    ("◆", "simultaneous", "simultaneous open or close"),
    ("✗", "reset", "reset, and a connection that was refused"),
    ("‼", "problem", "a problem: sent again, lost, overtaken, zero window, …"),
    ("●", "data", "data"),
    ("·", "ack", "acknowledgement without data"),
    ("!", "malformed", "a segment that makes no sense"),
    ("→", "changed", "before a state: this segment has changed it"),
    ("?", "quiet", "behind a state: assumed, as no segment of that end has proved it"),
    ("12[1]", "link", "frame 12: the key 1 goes there, as does a click"),
    ("…", "quiet", "something was left out for want of room"),
)
"""Signs of the tables, the kinds whose colour they have, and what they mean."""

HISTORY = (
    ("S", "SYN"),
    ("H", "SYN+ACK"),
    ("A", "ACK without data"),
    ("D", "data"),
    ("F", "FIN"),
    ("R", "RST"),
    ("T", "sent again, at the first, the tenth, the hundredth time, …"),
    ("W", "window 0, at the same times"),
    ("I", "FIN and RST in one segment"),
    ("Q", "SYN with FIN or RST in one segment"),
    ("^", "the ends were exchanged: the first segment came from the server"),
)
"""Letters of the history of a connection, as Zeek writes it, and what they mean."""

HISTORY_TITLE = "Zeek's history of a connection, in the order of what happened: capitals of the client"

SEARCH_TITLE = "Kinds of search: Tab goes through them, ↑ through earlier searches"

KIND_CELLS = 20
"""Width of the names of kinds of search."""

NOTE = "States on a row are those after its segment. Click selects, a second click narrows, a title sorts."


class Help(ModalScreen[None]):
    """All keys and what they do, made from the registry."""

    CSS = theme.HELP_CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close"),
        Binding("slash", "fields", "Fields"),
    ]

    def __init__(self, page: str = "") -> None:
        """`page`: the group of keys (tui.ui.actions) whose headings come first, as they apply where the help is
        asked for.
        """
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        """One text that scrolls on a small screen."""
        with HelpText(id="help") as text:
            text.border_title = "Keys"
            text.border_subtitle = "↑ ↓ scroll   / filter fields   Esc close"
            yield Static(Content.assemble(*help_parts(self._page)), markup=False)

    def action_fields(self) -> None:
        """List the fields of display filters in the place of the keys."""
        self.app.switch_screen(FieldList())

    def on_click(self, event: events.Click) -> None:
        """A click anywhere closes the list."""
        event.stop()
        self.dismiss()


def help_parts(page: str = "") -> list[tuple[str, str]]:
    """The registry as styled text, a heading for each family of keys; then the signs and Zeek's letters."""
    heading, quiet = theme.KIND_SPANS["changed"], theme.KIND_SPANS["quiet"]
    parts: list[tuple[str, str]] = []
    for title, actions in listed(page).items():
        parts.append((f"{title}\n", heading))
        for action in actions:
            parts += _entry(action.shown_keys, "key", action.sentence)
        parts.append(("\n", ""))
    parts.append(("Signs\n", heading))
    for sign, kind, meaning in SIGNS:
        parts += _entry(sign, kind, meaning)
    parts.append((f"\n{SEARCH_TITLE}\n", heading))
    for searched, about in KINDS:
        parts += [(f"  {searched.value:<{KIND_CELLS}}", theme.KIND_SPANS["key"]), (f"{about}\n", quiet)]
    parts.append((f"\n{HISTORY_TITLE}\n", heading))
    for letter, meaning in HISTORY:
        parts += _entry(letter, "key", meaning)
    return [*parts, (f"\n{NOTE}", quiet)]


def _entry(sign: str, kind: str, words: str) -> list[tuple[str, str]]:
    """A sign or keys in the colour of their kind, and beside them what they mean."""
    told = beside(KEY_CELLS + 2, words)
    return [(f"  {sign:<{KEY_CELLS}}", theme.KIND_SPANS[kind]), (f"{told}\n", theme.KIND_SPANS["quiet"])]


def listed(page: str = "") -> dict[str, list[Action]]:
    """The actions of each heading, and before all others the headings that have keys of this page."""
    found = {heading: [action for action in ACTIONS if action.heading == heading] for heading in HEADINGS}
    first = sorted(HEADINGS, key=lambda heading: all(action.group != page for action in found[heading]))
    return {heading: found[heading] for heading in first}
