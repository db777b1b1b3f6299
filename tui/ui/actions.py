"""The one registry of keys: bindings, footer, help and command palette are made from it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual.binding import Binding

MOVE = "Move"
CHOOSE = "Connections and their packets"
SHOW = "The connection as a whole"
FIND = "Find"
FILTER = "Filter, mark and keep"
LOOK = "How it is shown"
LIVE = "Live capture"
COPY = "Copy to the clipboard of your terminal"
PROGRAM = "Program"
IN_STREAM = "In the stream"
INSPECT = "In the fields and the bytes"

HEADINGS = (MOVE, CHOOSE, SHOW, FIND, FILTER, LOOK, LIVE, COPY, IN_STREAM, INSPECT, PROGRAM)
"""Families of keys, in the order of the help."""

TABLES = ("connections", "packets")
INSPECTOR = ("details", "fields", "bytes")
PANES = TABLES + INSPECTOR
"""Panes of the main screen, as they are named there."""

MAIN_GROUPS = {"rows", "table", "fields", "bytes", "workbench", "app"}
"""Groups whose keys apply on the main screen; the others belong to a page of their own."""

WITH_CURSOR = {"table", "fields", "bytes"}
"""Groups whose widgets have a cursor that goes from row to row."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does."""

    group: str
    """Where it is bound: `rows` (all that has a cursor), `table`, `fields`, `bytes`, `workbench`, `page`, `help`,
    `app`; or the name of the one page that has it."""
    heading: str
    """Under which the help lists it; empty where another action tells the same."""
    name: str
    """Textual action, such as `step(1)`."""
    keys: tuple[str, ...]
    """Keys as Textual names them; none where only the command palette has it."""
    shown_keys: str
    """The keys as people read them."""
    words: str
    """A word or two for the footer and the command palette."""
    sentence: str
    """What it does, for the help."""
    importance: int = 0
    """Place among the keys of the footer where there is room for a few only, from 1; 0 leaves it out."""
    panes: tuple[str, ...] = PANES
    """Panes in focus for which the footer shows it."""
    needs: str = ""
    """What it does not apply without: `live`, `own ssh`, or `ladder`. Of one name, the first that applies is shown."""
    first: bool = False
    """Taken before anything else sees the key."""


_IN_STREAM: tuple[Action, ...] = (
    Action("stream", IN_STREAM, "to_frame", ("enter",), "⏎", "To its frame", "To the frame that has these bytes", 2),
    Action("stream", IN_STREAM, "write_as('TEXT')", ("t",), "t", "Text", "As text", 5),
    Action("stream", IN_STREAM, "write_as('HEX')", ("h",), "h", "Hex", "As a hex dump", 6),
    Action("stream", IN_STREAM, "write_as('RAW')", ("r",), "r", "Escaped", "With all that is not ASCII escaped", 7),
    Action("stream", IN_STREAM, "side('both')", ("b",), "b", "Both", "What both ends have sent", 8),
    Action("stream", IN_STREAM, "side('client')", ("c",), "c", "Client", "Only what the client has sent", 9),
    Action("stream", IN_STREAM, "side('server')", ("s",), "s", "Server", "Only what the server has sent", 10),
    Action("stream", IN_STREAM, "turn(1)", ("right_square_bracket",), "]", "Next turn", "To the next turn or gap", 11),
    Action(
        *("stream", IN_STREAM, "turn(-1)", ("left_square_bracket",), "[", "Turn before"),
        "To where this turn or gap begins, or the one before",
    ),
    Action("stream", IN_STREAM, "find", ("slash", "F", "ctrl+f"), "/", "Find", "Find a text", 4),
    Action("stream", IN_STREAM, "find_next(1)", ("n",), "n", "Find next", "To where it comes next", 12),
    Action("stream", IN_STREAM, "find_next(-1)", ("N",), "N", "Find before", "To where it came before"),
    Action("stream", IN_STREAM, "save('bytes')", ("w",), "w", "Save", "Save the bytes of what is shown to a file", 3),
    Action("stream", IN_STREAM, "save('text')", ("W",), "W", "Save as shown", "Save the lines that are shown", 13),
    Action("stream", "", "leave", ("f",), "f", "Back", "Back to the tables"),
)

ACTIONS: tuple[Action, ...] = (
    Action("rows", MOVE, "step(-1)", ("up", "k"), "↑ k", "Up", "One row up"),
    Action("rows", MOVE, "step(1)", ("down", "j"), "↓ j", "Down", "One row down"),
    Action("rows", MOVE, "page(-1)", ("pageup",), "PgUp", "Page up", "One page up"),
    Action("rows", MOVE, "page(1)", ("pagedown",), "PgDn", "Page down", "One page down"),
    Action("rows", MOVE, "half_page(-1)", ("ctrl+u",), "^u", "Half page up", "Half a page up"),
    Action("rows", MOVE, "half_page(1)", ("ctrl+d",), "^d", "Half page down", "Half a page down"),
    Action("rows", MOVE, "first", ("g", "home"), "g Home", "First", "To the first row"),
    Action("rows", MOVE, "last", ("G", "end"), "G End", "Last", "To the last row; live, new ones are then followed"),
    Action("table", MOVE, "column(-1)", ("left",), "←", "Column left", "Choose the column to the left, at last none"),
    Action("table", MOVE, "column(1)", ("right",), "→", "Column right", "Choose a column, to sort by it or to copy it"),
    Action(
        "fields", INSPECT, "fold", ("left",), "←", "Fold", "Fold the field, or go to what it belongs to", 4, ("fields",)
    ),
    Action("fields", INSPECT, "unfold", ("right",), "→", "Unfold", "Unfold the field", 3, ("fields",)),
    Action("fields", "", "fold_or_unfold", ("enter",), "⏎", "Fold", "Fold or unfold the field"),
    Action(
        "bytes",
        INSPECT,
        "byte(-1)",
        ("left",),
        "←",
        "Byte left",
        "To the byte before; its field is marked",
        4,
        ("bytes",),
    ),
    Action("bytes", INSPECT, "byte(1)", ("right",), "→", "Byte right", "To the next byte", 3, ("bytes",)),
    Action("page", "", "leave", ("escape",), "Esc", "Back", "Back to the tables", 1),
    Action("page", "", "help", ("question_mark",), "?", "Keys", "This list of keys", 1),
    Action("help", "", "scroll_up", ("up", "k"), "↑ k", "Up", "One line up"),
    Action("help", "", "scroll_down", ("down", "j"), "↓ j", "Down", "One line down"),
    Action("help", "", "page_up", ("pageup", "ctrl+u"), "PgUp", "Page up", "One page up"),
    Action("help", "", "page_down", ("pagedown", "ctrl+d"), "PgDn", "Page down", "One page down"),
    Action("help", "", "scroll_home", ("g", "home"), "g Home", "Top", "To the top"),
    Action("help", "", "scroll_end", ("G", "end"), "G End", "Bottom", "To the bottom"),
    Action("workbench", MOVE, "pane(1)", ("tab",), "Tab", "Pane", "To the next pane", 4),
    Action("workbench", MOVE, "pane(-1)", ("shift+tab",), "⇧Tab", "Pane back", "To the previous pane"),
    Action(
        *("workbench", MOVE, "details", ("i",), "i", "Details"),
        *("To the details of this row; again: back to the table", 6, (*TABLES, "details")),
    ),
    Action(
        *("workbench", CHOOSE, "choose", ("enter",), "⏎", "Unfold"),
        *("In a ladder: the segments of a run one by one; again: as one line", 3, ("packets",), "ladder"),
    ),
    Action("workbench", CHOOSE, "choose", ("enter",), "⏎", "Its packets", "Only this connection's packets", 3, TABLES),
    Action("workbench", CHOOSE, "widen", ("escape",), "Esc", "All packets", "All packets again; out of a zoom", 6),
    Action(
        *("workbench", CHOOSE, "neighbour(-1)", ("left_square_bracket",), "[", "Previous"),
        *("The packets of the previous connection", 21, TABLES),
    ),
    Action(
        *("workbench", CHOOSE, "neighbour(1)", ("right_square_bracket",), "]", "Next"),
        *("The packets of the next connection", 20, TABLES),
    ),
    Action(
        *("workbench", CHOOSE, "sort", ("s",), "s", "Sort"),
        *("Sort the connections by the chosen column; again: reversed", 12, ("connections",)),
    ),
    Action("workbench", SHOW, "ladder", ("l",), "l", "Ladder", "As a sequence diagram; again: as a table", 3, TABLES),
    Action(
        *("workbench", SHOW, "fold_all", ("L",), "L", "Unfold all"),
        *("In the ladder: all segments one by one; again: runs of ordinary ones as one line", 31, ("packets",)),
    ),
    Action(
        "workbench", SHOW, "stream", ("f",), "f", "Stream", "Follow the stream: what both ends have sent", 7, TABLES
    ),
    Action(
        *("workbench", SHOW, "diagram", ("D",), "D", "States"),
        *("The state diagram, with the path that each end has taken", 24, TABLES),
    ),
    Action(
        *("diagram", SHOW, "go", ("enter",), "⏎", "To its frame"),
        *("In the state diagram: to the frame that caused the step", 2, ()),
    ),
    Action(
        *("diagram", SHOW, "other_end", ("tab", "shift+tab"), "Tab", "Other end"),
        *("In the state diagram: to the path of the other end", 3, ()),
    ),
    Action("diagram", "", "leave", ("D",), "D", "Back", "Back to the tables"),
    *_IN_STREAM,
    Action(
        "workbench", FILTER, "filter", ("slash",), "/", "Filter", "Show only what a display filter selects", 3, TABLES
    ),
    Action(
        *("workbench", FILTER, "filter_like_cell", ("x",), "x", "Like this cell"),
        *("Show only rows like the chosen cell; of amounts, at least as much", 30, TABLES),
    ),
    Action("workbench", FILTER, "no_filter", (), "^p", "No filter", "Take the display filter away"),
    Action("workbench", FILTER, "fields", (), "^p", "Filter fields", "How a filter is written, and what it may name"),
    Action("workbench", FIND, "search", ("F", "ctrl+f"), "F ^f", "Search", "In payload, bytes or columns", 9, TABLES),
    Action(
        "workbench", FIND, "next_hit(1)", ("n",), "n", "Next hit", "To the next place where it is found", 27, TABLES
    ),
    Action("workbench", FIND, "next_hit(-1)", ("N",), "N", "Hit before", "To the previous place where it is found"),
    Action("workbench", FILTER, "mark", ("m",), "m", "Mark", "Mark this frame, or take its mark away", 28, TABLES),
    Action("workbench", FILTER, "next_mark(1)", ("apostrophe",), "'", "Next mark", "To the next marked frame"),
    Action(
        "workbench", FILTER, "next_mark(-1)", ("quotation_mark",), '"', "Mark before", "To the previous marked frame"
    ),
    Action("workbench", FILTER, "no_marks", (), "^p", "No marks", "Take all marks away"),
    Action(
        "workbench",
        FILTER,
        "export",
        ("w",),
        "w",
        "Export",
        "Write packets, objects or the story to a file",
        11,
        TABLES,
    ),
    Action("workbench", FIND, "next('handshake', 1)", ("h",), "h", "Handshake", "To the next handshake", 10, TABLES),
    Action("workbench", FIND, "next('handshake', -1)", ("H",), "H", "Handshake before", "To the previous handshake"),
    Action("workbench", FIND, "next('teardown', 1)", ("t",), "t", "Teardown", "To the next teardown", 10, TABLES),
    Action("workbench", FIND, "next('teardown', -1)", ("T",), "T", "Teardown before", "To the previous teardown"),
    Action("workbench", FIND, "next('reset', 1)", ("r",), "r", "Reset", "To the next reset", 22, TABLES),
    Action("workbench", FIND, "next('reset', -1)", ("R",), "R", "Reset before", "To the previous reset"),
    Action(
        *("workbench", FIND, "next_problem(1)", ("e",), "e", "Problem"),
        *("To the next problem: a retransmission, a zero window, a reset, …", 5, TABLES),
    ),
    Action("workbench", FIND, "next_problem(-1)", ("E",), "E", "Problem before", "To the previous problem"),
    *(
        Action(
            *("workbench", FIND if key == 1 else "", f"follow_link({key})", (str(key),), "1…9", "Named frame"),
            *("To the frame with this number in the details", 6, ("details",)),
        )
        for key in range(1, 10)
    ),
    Action(
        *("workbench", FIND, "back", ("backspace",), "⌫", "Back"),
        *("Back to where such a jump began", 7, ("details",)),
    ),
    Action("workbench", FIND, "go_to", ("colon",), ":", "Go to", "To a frame, by its number or its time"),
    Action("workbench", LOOK, "time", ("d",), "d", "Time", "Times since the start, since the row before, of day", 16),
    Action("workbench", LOOK, "numbers", ("a",), "a", "Raw numbers", "Relative seq and ack, or as on the wire", 17),
    Action("workbench", LOOK, "zoom", ("z",), "z", "Zoom", "This pane alone on the screen; again: all panes", 13),
    Action("workbench", LOOK, "layout", ("v",), "v", "Layout", "Details at the right, below, or only tables", 14),
    Action("app", LOOK, "next_theme", ("ctrl+t",), "^t", "Theme", "Other colours", first=True),
    Action("workbench", LIVE, "follow", ("space",), "␣", "Follow", "Follow new rows, or stay", 8, TABLES, "live"),
    Action(
        *("workbench", LIVE, "capture", ("p",), "p", "Stop, start"),
        *("Stop capturing; again: go on with it", 15, PANES, "live"),
    ),
    Action(
        *("workbench", LIVE, "clear", ("X",), "X", "Clear"),
        *("Give up all frames so far; it has to be pressed twice", 19, PANES, "live"),
    ),
    Action(
        *("workbench", LIVE, "own_ssh", ("S",), "S", "Own SSH"),
        *("Bring back the SSH connection we are on, or leave it out", 18, PANES, "own ssh"),
    ),
    Action("workbench", COPY, "copy_cell", ("y",), "y", "Copy cell", "The cell in the chosen column, else the row", 20),
    Action("workbench", COPY, "copy_row", ("Y",), "Y", "Copy row", "The row"),
    Action("workbench", COPY, "copy_bytes", ("ctrl+y",), "^y", "Copy bytes", "The packet's bytes, as hex digits"),
    Action("workbench", PROGRAM, "open", ("o",), "o", "Open", "Another file, interface or bundled capture", 21),
    Action("app", PROGRAM, "command_palette", ("ctrl+p",), "^p", "Commands", "Everything, by its name", first=True),
    Action("app", PROGRAM, "suspend_process", ("ctrl+z",), "^z", "Suspend", "To the shell; fg comes back", first=True),
    Action("app", PROGRAM, "redraw", ("ctrl+l",), "^l", "Redraw", "Draw the screen anew", first=True),
    Action("workbench", PROGRAM, "help", ("question_mark",), "?", "Keys", "This list of keys", 1),
    Action("app", PROGRAM, "quit", ("q",), "q", "Quit", "Leave the program", 2),
    Action("app", PROGRAM, "quit", ("ctrl+c", "ctrl+q"), "^c", "Quit", "Leave, wherever you are", first=True),
)


def bindings(group: str) -> list[Binding]:
    """The bindings of one group, to be given to the class that has its actions; with those of `rows` where it has a
    cursor.
    """
    groups = {group, "rows"} if group in WITH_CURSOR else {group}
    return [
        Binding(",".join(action.keys), action.name, action.words, key_display=action.shown_keys, priority=action.first)
        for action in ACTIONS
        if action.group in groups and action.keys
    ]


def applying(circumstances: Iterable[str]) -> Iterator[Action]:
    """The actions that are of use in such circumstances, any of those that `needs` names; each once."""
    there = {"", *circumstances}
    seen: set[str] = set()
    for action in ACTIONS:
        if action.needs in there and action.heading and action.name not in seen:
            seen.add(action.name)
            yield action


def for_footer(pane: str, circumstances: Iterable[str]) -> list[Action]:
    """What is useful while a pane has the focus, what matters most first."""
    here = (action for action in applying(circumstances) if action.group in MAIN_GROUPS)
    useful = (action for action in here if action.importance and pane in action.panes)
    return sorted(useful, key=lambda action: action.importance)
