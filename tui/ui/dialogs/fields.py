"""The list of what a display filter may name, with how one is written."""

import textwrap
from itertools import groupby
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.query.display.field import Field
from tui.query.display.fields import FIELDS
from tui.ui.dialogs.help_text import CELLS, HelpText, beside
from tui.ui.look import theme

NAME_CELLS = 32
"""Width of a field's name before the words about it."""

EXAMPLES = (
    ("tcp.port == 443 && tcp.flags.reset == 1", "resets from or to a port"),
    ('packet.roles == "handshake 1/3"', "what opens connections"),
    ('conn.verdict != "closed"', "all of every connection that did not close in order"),
    ("ip.addr == 192.0.2.0/24 && tcp.len > 0", "data of a network"),
    ("tcp.analysis.retransmission || tcp.analysis.zero_window", "what slows a transfer down"),
    ('tcp.payload matches "^(get|post) /"', "requests; small and capital letters are alike"),
)
"""Filters, and what they select."""

OPERATORS = (
    ("==  !=  >  <  >=  <=", "compare; in words: eq ne gt lt ge le"),
    ("in {80, 443, 8000..8999}", "any of these, or of a range"),
    ("contains", "holds these bytes or this text"),
    ("matches  ~", "a regular expression"),
    ("&", "any of these bits: tcp.flags & 2"),
    ("&&  ||  ^^  !  ( )", "and, or, xor, not, also as words"),
    ("tcp.payload[0:4]", "four bytes from the first"),
    ("len()  count()  lower()  upper()", "of a field"),
    ("tcp.options.mss", "a name alone: the frame has it"),
)
"""How fields are put together."""

NOTE = (
    "The syntax is Wireshark's. A field with several values fits where any does; with != no value may be equal. Every "
    "TCP segment has all flags, so write tcp.flags.syn == 1."
)


class FieldList(ModalScreen[None]):
    """Examples, operators and all fields."""

    CSS = theme.HELP_CSS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q,enter,f1", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with HelpText(id="help") as text:
            text.border_title = "Display filter"
            text.border_subtitle = "↑ ↓ scroll   Esc close"
            yield Static(Content.assemble(*field_parts()), markup=False)

    def on_click(self, event: events.Click) -> None:
        """A click anywhere closes the list."""
        event.stop()
        self.dismiss()


def field_parts() -> list[tuple[str, str]]:
    """The list as styled text; the fields are in groups by the first part of their names."""
    quiet = theme.KIND_SPANS["quiet"]
    parts = [*_titled("Examples", EXAMPLES, 2), *_titled("How it is written", OPERATORS, 1), (f"{NOTE}\n", quiet)]
    for group, fields in groupby(FIELDS.values(), key=lambda field: field.name.partition(".")[0]):
        parts.append((f"\n{group}\n", theme.KIND_SPANS["changed"]))
        for field in fields:
            parts += _field_parts(field)
    return parts


def _titled(title: str, lines: tuple[tuple[str, str], ...], height: int) -> list[tuple[str, str]]:
    """A heading and what stands under it, each entry so many lines high."""
    parts = [(f"{title}\n", theme.KIND_SPANS["changed"])]
    for written, meaning in lines:
        gap = "\n      " if height > 1 else " "
        parts += [
            (f"  {written:<{NAME_CELLS if height == 1 else 0}}", theme.KIND_SPANS["key"]),
            (f"{gap}{meaning}\n", theme.KIND_SPANS["quiet"]),
        ]
    return [*parts, ("\n", "")]


def _field_parts(field: Field) -> list[tuple[str, str]]:
    quiet = theme.KIND_SPANS["quiet"]
    several = ", several" if field.many else ""
    parts = [(f"  {field.name}", theme.KIND_SPANS["key"])]
    about, bracket, kind = _beside(field.name, f"{field.about} ({field.type.value}{several})").rpartition("(")
    parts += [(about, ""), (f"{bracket}{kind}\n", quiet)]
    if field.values:
        values = ", ".join(f'"{value}"' for value in field.values)
        filled = textwrap.fill(values, CELLS - 6, break_on_hyphens=False)
        parts.append((textwrap.indent(f"{filled}\n", "      "), quiet))
    return parts


def _beside(name: str, words: str) -> str:
    """The words in a column of their own, beside the name or, where it is too long, below it."""
    column = NAME_CELLS + 3
    gap = " " * (column - 2 - len(name)) if len(name) <= NAME_CELLS else f"\n{' ' * column}"
    return gap + beside(column, words)
