"""The field tree of a frame: headers and their fields, which fold."""

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message

from tui.dissection import FieldNode
from tui.ui.actions import bindings
from tui.ui.inspector.lines import Lines
from tui.ui.tables.columns import fit

NAME_WIDTH = 18
"""Cells of indentation and name, as long as the name is not longer."""

INDENT = 2
FOLDED, UNFOLDED, LEAF = "▸ ", "▾ ", "  "

FOLDED_AT_FIRST = frozenset(
    {
        *("Ether", "Dot3", "LLC", "SNAP", "Dot1Q", "Dot1AD", "CookedLinux", "CookedLinuxV2", "Loopback"),
        *("LoopbackOpenBSD", "PPP", "HDLC", "PPPoE", "IP", "IPv6"),
    }
)
"""Headers whose summary is enough until someone asks for more."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A node that is not folded away."""

    node: FieldNode
    depth: int
    parent: int
    """Row of the node it belongs to; -1 for a header of the frame."""


class Fields(Lines):
    """A tree with a cursor. What is folded stays folded in the next frame, and the cursor stays on its field."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("fields")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"fields--header", "fields--name", "fields--value", "fields--fold"}
    DEFAULT_CSS = """
    Fields {
        & > .fields--header { color: $foreground; text-style: bold; }
        & > .fields--name { color: $text-secondary; }
        & > .fields--value { color: $foreground; }
        & > .fields--fold { color: $text-muted; }
    }
    """

    class Chosen(Message):
        """The cursor has come to a field."""

        def __init__(self, node: FieldNode) -> None:
            super().__init__()
            self.node = node

    def __init__(self) -> None:
        super().__init__("fields", "Fields")
        self._layers: tuple[FieldNode, ...] = ()
        self._folded = set(FOLDED_AT_FIRST)
        self._rows: list[_Row] = []
        self._cursor = 0
        self._wanted: tuple[str, ...] = ("TCP",)

    @property
    def line_count(self) -> int:
        """Rows that are not folded away."""
        return len(self._rows)

    @property
    def line_to_keep(self) -> int:
        """Row of the cursor."""
        return self._cursor

    @property
    def current(self) -> FieldNode | None:
        """The node under the cursor; None where there is no tree."""
        return self._rows[self._cursor].node if self._rows else None

    def show(self, layers: tuple[FieldNode, ...], words: str = "") -> None:
        """Show the tree of a frame, or a sentence in its place."""
        self.say(words)
        self._layers = layers
        self._lay_out()
        self._cursor = self._find_wanted()
        self.reveal(self._cursor)
        self.redraw()

    def mark_byte(self, offset: int) -> FieldNode | None:
        """Put the cursor on the innermost field of a byte of the frame, and give it; None where no field has it."""
        path = _path_to(self._layers, offset)
        if not path:
            return None
        self._folded -= {node.key for node in path[:-1]}
        self._rebuild()
        place = next((place for place, row in enumerate(self._rows) if row.node is path[-1]), self._cursor)
        self._place_cursor(place)
        return path[-1]

    def move_by_lines(self, lines: int) -> None:
        """Move the cursor, and tell which field it has come to."""
        if self._rows:
            self._place_cursor(max(0, min(self._cursor + lines, len(self._rows) - 1)))
            self.post_message(self.Chosen(self._rows[self._cursor].node))

    def action_fold(self) -> None:
        """Fold the node under the cursor; go to the one it belongs to where it is none that folds."""
        if not self._rows:
            return
        row = self._rows[self._cursor]
        if row.node.children and row.node.key not in self._folded:
            self._folded.add(row.node.key)
            self._rebuild()
        elif row.parent >= 0:
            self.move_by_lines(row.parent - self._cursor)

    def action_unfold(self) -> None:
        """Unfold the node under the cursor; go to its first field where it is unfolded."""
        node = self.current
        if node is None or not node.children:
            return
        if node.key in self._folded:
            self._folded.discard(node.key)
            self._rebuild()
        else:
            self.move_by_lines(1)

    def action_fold_or_unfold(self) -> None:
        """Fold or unfold the node under the cursor."""
        node = self.current
        if node is not None and node.children:
            self._folded ^= {node.key}
            self._rebuild()

    def on_click(self, event: events.Click) -> None:
        """Choose a field; a click on its arrow, or a second one anywhere, folds or unfolds it."""
        offset = event.get_content_offset(self)
        line = self.top + offset.y if offset is not None else -1
        if offset is None or not 0 <= line < len(self._rows):
            return
        self.move_by_lines(line - self._cursor)
        if event.chain > 1 or offset.x // INDENT == self._rows[line].depth:
            self.action_fold_or_unfold()

    def draw_line(self, line: int) -> list[Segment]:
        """An arrow where it folds, the name, the value, and what is said beside it."""
        row = self._rows[line]
        node = row.node
        under = "" if line != self._cursor else "lines--cursor" if self.has_focus else "lines--resting-cursor"
        fold = (FOLDED if node.key in self._folded else UNFOLDED) if node.children else LEAF
        name = f"{node.name}  " if row.depth == 0 else f"{node.name:<{NAME_WIDTH - INDENT * row.depth}}  "
        parts = [
            (" " * INDENT * row.depth + fold, "fields--fold"),
            (name, "fields--header" if row.depth == 0 else "fields--name"),
            (node.value, "fields--value"),
            (f"  {node.remark}" if node.remark else "", "lines--quiet"),
        ]
        return self._fitted(parts, under)

    def _fitted(self, parts: list[tuple[str, str]], under: str) -> list[Segment]:
        segments: list[Segment] = []
        room = self.line_width
        for text, kind in parts:
            segment = Segment(text, self.style(under, "" if under == "lines--cursor" else kind))
            if segment.cell_length > room:
                segments.append(Segment(fit(text, room), segment.style))
                return segments
            segments.append(segment)
            room -= segment.cell_length
        return [*segments, Segment(" " * room, self.style(under))]

    def _place_cursor(self, place: int) -> None:
        self._cursor = place
        self._wanted = tuple(row.node.key for row in self._rows_down_to(place))
        self.reveal(place)
        self.redraw()

    def _rebuild(self) -> None:
        """Lay the rows out again after something was folded or unfolded."""
        current = self.current
        before = self._rows
        self._lay_out()
        if self._rows != before:
            self._cursor = next((place for place, row in enumerate(self._rows) if row.node is current), 0)
            self.reveal(self._cursor)
            self.redraw()

    def _lay_out(self) -> None:
        self._rows = []
        for layer in self._layers:
            self._add(layer, 0, -1)

    def _add(self, node: FieldNode, depth: int, parent: int) -> None:
        place = len(self._rows)
        self._rows.append(_Row(node, depth, parent))
        if node.key not in self._folded:
            for child in node.children:
                self._add(child, depth + 1, place)

    def _rows_down_to(self, place: int) -> list[_Row]:
        """The row at a place and those it belongs to, the outermost first."""
        path: list[_Row] = []
        while place >= 0:
            path.insert(0, self._rows[place])
            place = self._rows[place].parent
        return path

    def _find_wanted(self) -> int:
        """Where the field is that the cursor was on in the frame before, or what comes nearest to it."""
        best, found = 0, 0
        for place in range(len(self._rows)):
            keys = [row.node.key for row in self._rows_down_to(place)]
            alike = len(keys) if keys == list(self._wanted[: len(keys)]) else 0
            if alike > best:
                best, found = alike, place
        return found


def _path_to(nodes: tuple[FieldNode, ...], offset: int) -> list[FieldNode]:
    """The nodes that hold a byte, the outermost first."""
    for node in nodes:
        if node.start is not None and node.end is not None and node.start <= offset < node.end:
            return [node, *_path_to(node.children, offset)]
    return []
