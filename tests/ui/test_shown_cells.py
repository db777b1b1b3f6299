"""What is sent of a frame: little, and enough for the terminal to show the frame."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from tui.ui.terminal.shown_cells import Look, ShownCells, is_harmless, look_of

SEQUENCE = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[(\d+)C|\x1b\[([\d;]+)m|(\n)|([^\x1b])")
"""What a terminal is sent here: go to, go forward, style, end of a line, a character."""

ENDS = {"22": "12", "23": "3", "24": "4", "25": "5", "27": "7", "29": "9"}
"""The attributes that each parameter ends."""

WIDTH, HEIGHT = 24, 3


class ReferenceTerminal:
    """Obeys sequences one after the other, with a style that lasts until it is changed, as terminals do."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], tuple[str, Look]] = {}
        self._row = self._column = 0
        self._attributes: set[str] = set()
        self._colours = ["39", "49"]

    def obey(self, data: str) -> None:
        """Take what is sent."""
        for row, column, forward, style, end, character in SEQUENCE.findall(data):
            if row:
                self._row, self._column = int(row) - 1, int(column) - 1
            elif forward:
                self._column += int(forward)
            elif style:
                self._style(style.split(";"))
            elif end:
                self._row, self._column = self._row + 1, 0
            else:
                self._write(character)

    def _style(self, parameters: list[str]) -> None:
        while parameters:
            first = parameters.pop(0)
            if first in ("38", "48"):
                count = 4 if parameters[0] == "2" else 2
                self._colours[first == "48"] = ";".join([first, *parameters[:count]])
                del parameters[:count]
            elif first == "0":
                self._attributes, self._colours = set(), ["39", "49"]
            elif first in ENDS:
                self._attributes -= set(ENDS[first])
            elif len(first) == 1:
                self._attributes.add(first)
            else:
                self._colours[first.startswith(("4", "10"))] = first

    def _write(self, character: str) -> None:
        look = Look(frozenset(self._attributes), self._colours[0], self._colours[1])
        if character == " " and not self._attributes & {"4", "7", "9"}:
            look = Look(frozenset(), "39", look.background)  # nothing else can be seen
        self.cells[self._row, self._column] = character, look
        for more in range(1, cell_len(character)):
            self.cells[self._row, self._column + more] = "", look
        self._column += cell_len(character)


def sent(shown: ShownCells, frame: str) -> str:
    """What is sent of a frame."""
    assert shown.draw(frame)
    return shown.changes()


def segment(text: str, style: str) -> str:
    """Text as Textual sends it: in all of its style, which ends with it."""
    return Style.parse(style).render(text, color_system=ColorSystem.TRUECOLOR)


STYLES = [
    "",
    "bold red",
    "bold",
    "underline",
    "reverse on #102030",
    "#405060 on #102030",
    "dim color(99) on color(200)",
]

styles = st.sampled_from(["red", "bright_blue on bright_red", *STYLES[1:]])
pieces = st.tuples(st.text("ab ·→", min_size=1, max_size=8), styles).map(lambda piece: segment(*piece))
rows = st.tuples(st.integers(1, HEIGHT), st.integers(1, WIDTH), st.lists(pieces, min_size=1, max_size=4)).map(
    lambda row: f"\x1b[{row[0]};{row[1]}H{''.join(row[2])}\n"
)
frames = st.lists(rows, min_size=1, max_size=4).map(lambda lines: "".join(lines) + "\x1b[1;1H")


@settings(deadline=None)
@given(st.lists(st.lists(frames, min_size=1, max_size=3), min_size=1, max_size=4))
def test_the_terminal_shows_what_was_drawn(batches: list[list[str]]) -> None:
    shown, expected, actual = ShownCells(), ReferenceTerminal(), ReferenceTerminal()
    for batch in batches:
        for frame in batch:
            expected.obey(frame)
            assert shown.draw(frame)
        actual.obey(shown.changes())
        assert actual.cells == expected.cells


def test_what_is_there_is_not_sent_again() -> None:
    shown = ShownCells()
    row = "\x1b[3;2H" + segment("frame 12", "red") + segment("  handshake", "bold #405060 on #102030") + "\x1b[1;1H"
    assert "handshake" in sent(shown, row)
    assert sent(shown, row) == ""
    assert sent(shown, row.replace("12", "13")) == "\x1b[3;9H\x1b[31m3\x1b[1;1H\x1b[0m"
    shown.forget()
    assert "handshake" in sent(shown, row), "it may be anything by now"


def test_a_style_that_changes_is_sent_in_part() -> None:
    row = "\x1b[1;1H" + segment("a", "bold red on #102030") + segment("b", "bold blue on #102030")
    assert sent(ShownCells(), row).startswith("\x1b[1;1H\x1b[1;31;48;2;16;32;48ma\x1b[34mb")


def test_wide_characters_are_sent_whole_and_never_left_in_halves() -> None:
    shown, terminal = ShownCells(), ReferenceTerminal()
    terminal.obey(sent(shown, "\x1b[1;1H" + segment("a日本z", "red")))
    assert "日本" in sent(shown, "\x1b[1;1H" + segment("a日本z", "red")), "terminals disagree about widths"
    terminal.obey(sent(shown, "\x1b[1;2H" + segment("b", "red")))
    terminal.obey(sent(shown, "\x1b[1;3H" + segment(" ", "red")))
    assert [terminal.cells[0, column][0] for column in range(6)] == ["a", "b", " ", "本", "", "z"]


def test_marks_of_no_width_stay_with_their_character() -> None:
    assert "e\u0301x" in sent(ShownCells(), "\x1b[1;1H" + segment("e\u0301x", "red"))


@pytest.mark.parametrize(
    "data", ["\x1b[?1049h", "\x1b[2J", "text from nowhere", "\x1b[1;1H\x1b[38mtext", "\x1b[1;1Hx\ty"]
)
def test_what_may_change_any_cell_is_no_frame(data: str) -> None:
    assert not ShownCells().draw(data)
    assert not is_harmless(data)


@pytest.mark.parametrize("data", ["\x1b[?25l", "\x1b]52;c;dGV4dA==\x07", "\x1b]22;pointer\x1b\\", "\x07"])
def test_what_changes_no_cell_is_no_frame_either(data: str) -> None:
    assert not ShownCells().draw(data)
    assert is_harmless(data)


def test_colours_of_all_kinds_are_understood() -> None:
    assert look_of("1;4;91;104") == Look(frozenset("14"), "91", "104")
    assert look_of("38;5;99;48;2;1;2;3") == Look(frozenset(), "38;5;99", "48;2;1;2;3")
    assert look_of("38;2;1;2") is None
    assert look_of("58;5;1") is None
