"""The registry of keys and everything made from it: footer, help, command palette, README."""

import os
import re
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input

from tests.program import PROJECT, REDIS
from tests.ui.conftest import application, until
from tests.ui.fakes import FakeLive
from tests.ui.screen import focused, shown, shown_lines, table
from tui.files.source import open_capture
from tui.opening import LiveSource, Opener, Terms
from tui.session import Session
from tui.ui.actions import ACTIONS, HEADINGS, PANES, WITH_CURSOR, for_footer
from tui.ui.app import TcptuiApp
from tui.ui.dialogs.help import HISTORY, SIGNS, Help, listed
from tui.ui.workbench import Workbench
from tui.views.wording.roles import ROLES

TEN_CONNECTIONS = Path(REDIS).with_name("ten-connections.pcap")


@contextmanager
def redis() -> Iterator[TcptuiApp]:
    with open_capture(str(REDIS)) as capture:
        yield TcptuiApp(Session(capture))


async def ready(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: table(pilot, "packets").key is not None and focused(pilot) == "connections")


def footer(pilot: Pilot[None]) -> str:
    return shown_lines(pilot)[-1]


def test_no_key_does_two_things_in_one_place() -> None:
    for place in [*(("rows", group) for group in WITH_CURSOR), ("details",), ("workbench",), ("page",), ("app",)]:
        done = {(key, action.name) for action in ACTIONS if action.group in place for key in action.keys}
        pressed = Counter(key for key, _ in done)
        assert [key for key, times in pressed.items() if times > 1] == []


def test_every_action_can_be_found_in_the_help() -> None:
    told = {action.words for action in ACTIONS if action.heading}
    assert {action.heading for action in ACTIONS if action.heading} == set(HEADINGS)
    assert all(action.words in told or action.group in ("help", "fields") for action in ACTIONS)
    glyphs = {words.glyph for words in ROLES.values()}
    assert glyphs <= {sign for sign, _, _ in SIGNS}, "every glyph of a role is explained"


@pytest.mark.parametrize("pane", PANES)
def test_help_and_quit_come_first_in_every_pane(pane: str) -> None:
    assert [action.shown_keys for action in for_footer(pane, ())[:2]] == ["?", "q"]


async def test_the_footer_names_what_is_of_use_in_the_pane_in_focus() -> None:
    with redis() as app:
        async with app.run_test(size=(240, 50)) as pilot:
            await ready(pilot)
            await until(pilot, lambda: "s Sort" in footer(pilot))
            assert "? Keys" in footer(pilot)
            assert "Follow" not in footer(pilot), "a file has nothing to follow"
            await pilot.press("tab")
            await until(pilot, lambda: "Sort" not in footer(pilot) and "h Handshake" in footer(pilot))
            await pilot.press("tab", "tab")
            await until(pilot, lambda: "→ Unfold" in footer(pilot) and "Handshake" not in footer(pilot))


async def test_a_live_capture_has_keys_of_its_own(fake_views: None) -> None:
    app, _ = application(50, capture=FakeLive())
    async with app.run_test(size=(260, 30)) as pilot:
        await until(pilot, lambda: focused(pilot) == "packets")
        await until(pilot, lambda: all(words in footer(pilot) for words in ("Follow", "Stop, start", "X Clear")))


async def test_a_key_in_the_footer_can_be_clicked() -> None:
    with redis() as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await ready(pilot)
            await pilot.click("#keys", offset=(footer(pilot).index("? Keys") + 3, 0))
            await until(pilot, lambda: isinstance(app.screen, Help))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("p", "Only a live capture can be stopped"),
        ("S", "Only a live capture leaves our own SSH connection out"),
        ("X", "Only a live capture can be cleared"),
        ("s", "Choose a column"),
        ("o", "Nothing else can be opened from here"),
    ],
)
async def test_a_key_that_does_not_apply_says_why(key: str, words: str) -> None:
    with redis() as app:
        async with app.run_test(size=(120, 30)) as pilot:
            await ready(pilot)
            await pilot.press(key)
            await until(pilot, lambda: words in footer(pilot))


async def test_what_is_said_gives_way_to_the_keys_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.ui.bars.key_line.SPOKEN_SECONDS", 0.2)
    with redis() as app:
        async with app.run_test(size=(120, 30)) as pilot:
            await ready(pilot)
            await pilot.press("d")
            await until(pilot, lambda: "Times are seconds since the row above" in footer(pilot))
            await until(pilot, lambda: "? Keys" in footer(pilot))


@pytest.mark.usefixtures("fake_views")
async def test_words_in_an_empty_table_change_with_their_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = application(0)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "No frames in this capture" in shown(pilot))
        assert isinstance(app.screen, Workbench)
        monkeypatch.setattr(app.screen.packet_rows, "words_when_empty", lambda: "Another reason.")
        await until(pilot, lambda: "Another reason." in shown(pilot))


def test_the_help_explains_every_letter_of_a_history() -> None:
    told = {letter for letter, _ in HISTORY}
    assert told == {*"SHADFRIQTW^"}


async def test_the_help_scrolls_with_the_keys_of_a_table() -> None:
    with redis() as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot)
            await pilot.press("question_mark")
            await until(pilot, lambda: "One row up" in shown(pilot))
            text = app.screen.query_one("#help")
            for key, moved in [("j", 1), ("k", 0), ("pagedown", text.size.height), ("g", 0)]:
                await pilot.press(key)
                await until(pilot, lambda moved=moved: text.scroll_y == moved)  # type: ignore[misc]
            await pilot.press("G")
            await until(pilot, lambda: "the ends were exchanged" in shown(pilot))
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, Workbench))


async def test_the_command_palette_does_what_a_key_does() -> None:
    with redis() as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(pilot)
            await pilot.press("ctrl+p")
            await until(pilot, lambda: isinstance(app.screen, CommandPalette))
            await until(pilot, lambda: "Only this connection's packets" in shown(pilot))
            app.screen.query_one(Input).value = "high-contrast"
            await until(pilot, lambda: "Theme: high-contrast" in shown(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: app.theme == "high-contrast")
            await pilot.press("ctrl+p", *"layout")
            await until(pilot, lambda: "Details at the right, below, or only tables" in shown(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: "Only the tables" in footer(pilot))


async def test_a_command_of_the_palette_is_never_typed_into_a_field() -> None:
    with redis() as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(pilot)
            await pilot.press("colon")
            await until(pilot, lambda: focused(pilot) == "prompt-entry")
            await pilot.press("ctrl+p", *"zoom")
            await until(pilot, lambda: "This pane alone on the screen" in shown(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: app.screen.has_class("-zoomed"))
            assert app.screen.query_one("#prompt-entry", Input).value == ""


async def test_the_palette_offers_over_the_help_only_what_can_be_done_there() -> None:
    with redis() as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(pilot)
            await pilot.press("question_mark", "ctrl+p")
            await until(pilot, lambda: isinstance(app.screen, CommandPalette) and "Leave the program" in shown(pilot))
            assert "Only this connection's packets" not in shown(pilot)


async def test_the_palette_has_room_for_commands_on_a_low_screen() -> None:
    with redis() as app:
        async with app.run_test(size=(60, 10)) as pilot:
            await until(pilot, lambda: table(pilot, "connections").key is not None)
            await pilot.press("ctrl+p", *"zoom")
            await until(pilot, lambda: "zoom" in shown_lines(pilot)[0] and "This pane alone" in shown(pilot))


async def test_enter_on_a_frame_without_a_connection_says_so() -> None:
    with open_capture(str(TEN_CONNECTIONS)) as capture:
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(pilot)
            await pilot.press("tab", "enter")
            await until(pilot, lambda: "This frame belongs to no TCP connection" in footer(pilot))
            assert "Packets of all connections" in shown(pilot)


async def test_a_question_takes_the_place_of_the_keys_until_it_is_answered_or_left() -> None:
    with redis() as app:
        async with app.run_test(size=(120, 30)) as pilot:
            await ready(pilot)
            bench = app.screen
            assert isinstance(bench, Workbench)
            answers: list[str] = []

            def answer(text: str) -> str | None:
                answers.append(text)
                return None if text == "q7" else "that is no [b]answer[/b]"

            bench.ask("Which", answer, initial="q")
            await until(pilot, lambda: "Which: q" in footer(pilot))
            await pilot.press("x", "enter")
            await until(pilot, lambda: "that is no [b]answer[/b]" in footer(pilot))
            await pilot.press("backspace", "7")
            await until(pilot, lambda: "that is no" not in footer(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: focused(pilot) == "connections" and "? Keys" in footer(pilot))
            assert answers == ["qx", "q7"]
            bench.ask("Which", answer)
            await until(pilot, lambda: "Which:" in footer(pilot))
            await pilot.press("escape")
            await until(pilot, lambda: focused(pilot) == "connections")
            assert len(answers) == 2


async def test_nothing_that_steers_a_terminal_can_be_pasted_into_a_question() -> None:
    with redis() as app:
        async with app.run_test(size=(120, 30)) as pilot:
            await ready(pilot)
            await pilot.press("colon")
            entry = app.screen.query_one("#prompt-entry", Input)
            for hostile in ("\x1b[31m", "\x9b", "\u202e", "\x00"):
                entry.insert_text_at_cursor(hostile)
            entry.insert_text_at_cursor("12")
            assert re.fullmatch("12", entry.value)


def order(pilot: Pilot[None]) -> list[int]:
    """Numbers of the connections, from the top of the list."""
    rows = table(pilot, "connections")._rows
    return [rows.key(row) for row in range(len(rows))]


async def test_a_key_and_a_click_on_a_title_sort_and_the_selection_stays() -> None:
    with open_capture(str(TEN_CONNECTIONS)) as capture:
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=(160, 50)) as pilot:
            await until(pilot, lambda: app.model.progress.over and table(pilot, "connections").key is not None)
            as_captured = order(pilot)
            assert len(as_captured) > 1
            await pilot.press("j")
            connections = table(pilot, "connections")
            chosen = connections.key
            await pilot.press("right", "s")
            assert order(pilot) == as_captured[::-1]
            assert connections.key == chosen
            assert connections.cursor == as_captured[::-1].index(chosen or 0)
            await pilot.press("escape")
            await pilot.click("#connections", offset=(3, 1))
            await until(pilot, lambda: order(pilot) == as_captured)


async def test_a_second_click_narrows_to_the_connection_of_a_packet() -> None:
    with redis() as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await ready(pilot)
            await pilot.click("#packets", offset=(10, 4))
            await until(pilot, lambda: focused(pilot) == "packets" and table(pilot, "packets").cursor == 2)
            assert "Packets of all connections" in shown(pilot)
            await pilot.click("#packets", offset=(10, 4), times=2)
            await until(pilot, lambda: "Packets of connection 0" in shown(pilot))


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="captures on lo, which only root may")
async def test_a_live_capture_is_stopped_started_and_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    for seconds in ("commands.capturing.CONFIRM_SECONDS", "bars.key_line.SPOKEN_SECONDS"):
        monkeypatch.setattr(f"tui.ui.{seconds}", 60.0)  # the test may be slower than a finger
    opener = Opener(Terms(filter="port 9"))
    app = TcptuiApp(opener.open(LiveSource(("lo",))), opener=opener.open)
    try:
        async with app.run_test(size=(160, 50)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, Workbench))
            live = app.model.live
            assert live is not None
            await until(pilot, lambda: live.running)
            await pilot.press("X")
            await until(pilot, lambda: "There is nothing to clear" in footer(pilot))
            with socket.socket() as closed, suppress(ConnectionRefusedError):
                closed.connect(("127.0.0.1", 9))
            await until(pilot, lambda: "refused" in shown(pilot))
            await pilot.press("p")
            await until(pilot, lambda: not live.running and "Capturing stopped" in footer(pilot))
            await pilot.press("p")
            await until(pilot, lambda: live.running and "Capturing goes on" in footer(pilot))
            await pilot.press("X")
            await until(pilot, lambda: "X again clears 2 frames" in footer(pilot))
            await pilot.press("X")
            await until(pilot, lambda: app.model.frames == 0 and "2 frames cleared" in footer(pilot))
            await until(pilot, lambda: "refused" not in shown(pilot))
            await pilot.press("S")
            await until(pilot, lambda: "SSH" in footer(pilot))
    finally:
        opener.close()


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="captures on lo, which only root may")
async def test_a_capture_that_has_all_its_frames_does_not_pretend_to_go_on() -> None:
    opener = Opener(Terms(filter="port 9", count=2))
    app = TcptuiApp(opener.open(LiveSource(("lo",))), opener=opener.open)
    try:
        async with app.run_test(size=(160, 50)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, Workbench))
            live = app.model.live
            assert live is not None
            await until(pilot, lambda: live.running)
            with socket.socket() as closed, suppress(ConnectionRefusedError):
                closed.connect(("127.0.0.1", 9))
            await until(pilot, lambda: app.model.progress.over and not live.running)
            await pilot.press("p")
            await until(pilot, lambda: "The capture is complete" in footer(pilot))
    finally:
        opener.close()


def test_the_readme_names_every_key() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    table = text.partition("| keys | what they do |")[2].partition("\n\n")[0]
    named = set(re.findall(r"[^\s|`,]+", table))
    assert {key for actions in listed().values() for action in actions for key in action.shown_keys.split()} <= named
