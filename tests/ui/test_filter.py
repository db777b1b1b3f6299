"""The display filter on the screen, on real captures: what it hides, what stays, how it is typed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.conftest import until
from tests.ui.filters import Every
from tests.ui.screen import focused, shown, status, table
from tui import views
from tui.errors import InputError
from tui.files.source import open_capture
from tui.query.display import FIELDS
from tui.session import Session
from tui.settings import Settings
from tui.ui.app import TcptuiApp
from tui.ui.dialogs.fields import FieldList
from tui.ui.filtering import evaluation, selecting
from tui.ui.filtering.filter_prompt import FilterPrompt
from tui.ui.filtering.like_cell import PACKET_COLUMNS, filter_of_connection, filter_of_frame
from tui.ui.filtering.suggestions import Suggestions
from tui.ui.look.preferences import Preferences
from tui.ui.look.view_options import ViewOptions
from tui.ui.model import Model
from tui.ui.tables.connection_cells import SORT_KEYS
from tui.ui.workbench import Workbench
from tui.views import SegmentView, compile_filter

CAPTURES = Path(__file__).parents[2] / "captures"


@asynccontextmanager
async def opened(
    name: str, size: tuple[int, int] = (120, 30), settings: Settings | None = None, expression: str = ""
) -> AsyncIterator[tuple[Pilot[None], Workbench]]:
    """A capture that was read to its end."""
    with open_capture(str(CAPTURES / f"{name}.pcap")) as capture:
        preferences = Preferences(settings)
        app = TcptuiApp(Session(capture), ViewOptions(display_filter=expression), preferences=preferences)
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.model.progress.over and isinstance(app.screen, Workbench))
            assert isinstance(app.screen, Workbench)
            yield pilot, app.screen


async def type_filter(pilot: Pilot[None], expression: str, enter: bool = True) -> None:
    """Put a filter in the place of the one before."""
    await pilot.press("slash")
    await until(pilot, lambda: focused(pilot) == "filter-entry")
    entry = pilot.app.screen.query_one("#filter-entry", Input)
    entry.value = expression
    entry.cursor_position = len(expression)
    await until(pilot, lambda: pilot.app.screen.query_one(FilterPrompt)._judged == expression)
    if enter:
        await pilot.press("enter")


def frames(bench: Workbench) -> list[int]:
    """Numbers of the frames in the packet table."""
    return [bench.packet_rows.key(row) for row in range(len(bench.packet_rows))]


def segments(bench: Workbench) -> list[SegmentView]:
    """The TCP segments in the packet table."""
    views = (bench.packet_rows.view(row) for row in range(len(bench.packet_rows)))
    return [view for view in views if isinstance(view, SegmentView)]


def connections(bench: Workbench) -> list[int]:
    """Numbers of the connections in the list."""
    return [bench.connection_rows.key(row) for row in range(len(bench.connection_rows))]


async def test_a_filter_hides_frames_and_connections_and_an_empty_one_brings_them_back() -> None:
    async with opened("ten-connections", (160, 50)) as (pilot, bench):
        everything, every_connection, every_segment = frames(bench), connections(bench), segments(bench)
        await type_filter(pilot, "tcp.flags.reset == 1")
        await until(pilot, lambda: len(frames(bench)) < len(everything))
        resets = [view for view in every_segment if "R" in view.flags]
        assert frames(bench) == [view.number for view in resets]
        owners = {view.connection for view in resets}
        assert connections(bench) == sorted(owners)
        assert f"{len(resets)} of {len(everything)} frames" in status(pilot)
        assert f"{len(owners)} of {len(every_connection)} connections" in status(pilot)
        assert "display tcp.flags.reset == 1" in status(pilot)
        assert "that pass tcp.flags.reset == 1" in shown(pilot)
        await type_filter(pilot, "")
        await until(pilot, lambda: frames(bench) == everything)
        assert connections(bench) == every_connection
        assert "display" not in status(pilot)


async def test_what_is_selected_stays_or_the_next_one_after_it_is() -> None:
    async with opened("curl-http") as (pilot, bench):
        bench.go_to(bench.packet_table)
        bench.packet_table.move_to_key(4)
        await type_filter(pilot, "frame.number != 3")
        assert bench.packet_table.key == 4
        await type_filter(pilot, "frame.number > 5")
        assert bench.packet_table.key == 6
        await type_filter(pilot, "frame.number < 3")
        assert bench.packet_table.key == 2, "there is none after it"
        assert focused(pilot) == "packets"


async def test_jumps_and_sorting_and_neighbours_know_only_what_is_shown() -> None:
    async with opened("ten-connections") as (pilot, bench):
        await type_filter(pilot, "tcp.stream in {2, 5, 7} && tcp.flags.syn == 1")
        assert connections(bench) == [2, 5, 7]
        bench.go_to(bench.packet_table)
        await pilot.press("g", "t")
        assert "No further teardown" in bench.key_line.spoken
        bench.go_to(bench.connection_table)
        await pilot.press("right", "s", "s")
        assert connections(bench) in ([7, 5, 2], [2, 5, 7])
        await type_filter(pilot, "tcp.stream in {2, 5}")
        assert sorted(connections(bench)) == [2, 5], "a sorted list is narrowed at once, too"
        await pilot.press("g", "enter")
        number = bench.packet_rows.connection
        assert {view.connection for view in segments(bench)} == {number}
        await type_filter(pilot, f"tcp.stream == {number} && tcp.flags.syn == 1")
        flags = [view.flags for view in segments(bench)]
        assert flags[0] == "S"
        assert all("S" in letters for letters in flags)
        await pilot.press("escape")
        assert bench.packet_rows.connection is None
        assert bench.model.display_filter, "Esc leaves the filter"


async def test_where_it_selects_nothing_both_tables_say_how_to_go_on() -> None:
    async with opened("curl-http", (80, 24)) as (pilot, bench):
        bench.packet_table.move_to_key(5)
        await type_filter(pilot, "tcp.port == 81")
        text = " ".join(shown(pilot).split())
        assert "No frame passes the display filter `tcp.port == 81`." in text
        assert "No connection passes" in text
        assert "/ and an empty line show everything again" in text
        assert bench.packet_table.key is None
        await pilot.press("x")
        assert "no row" in bench.key_line.spoken
        await type_filter(pilot, "")
        assert bench.packet_table.key == 5, "where the cursor was before"


async def test_a_filter_that_makes_no_sense_is_told_and_changes_nothing() -> None:
    async with opened("curl-http") as (pilot, bench):
        everything = frames(bench)
        await type_filter(pilot, "tcp.prot == 80 && tcp.len", enter=False)
        await until(pilot, lambda: "✗" in shown(pilot))
        assert "tcp.port" in shown(pilot), "the nearest name is offered"
        entry = bench.filter_prompt._entry
        assert entry.fault is not None
        assert (entry.fault.start, entry.fault.end) == (0, 8)
        await pilot.press("enter")
        assert focused(pilot) == "filter-entry"
        assert frames(bench) == everything
        await pilot.press("escape")
        assert focused(pilot) == "connections"
        assert not bench.filter_prompt.display
        await pilot.press("slash", *"tcp.len")
        await until(pilot, lambda: "✓" in shown(pilot))


async def test_tab_completes_fields_operators_and_values() -> None:
    async with opened("curl-http") as (pilot, bench):
        await pilot.press("slash", *"conn.verd")
        prompt, suggestions = bench.filter_prompt, bench.query_one(Suggestions)
        await until(pilot, lambda: suggestions.display)
        assert FIELDS["conn.verdict"].about in shown(pilot)
        await pilot.press("tab")
        await until(pilot, lambda: prompt._entry.value == "conn.verdict ")
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: prompt._judged == "conn.verdict !")
        await pilot.press("equals_sign", "space", "quotation_mark", "c")
        await until(pilot, lambda: '"closed"' in shown(pilot))
        texts = [item.text for item in suggestions.items]
        await pilot.press("down")
        assert suggestions.chosen == 1
        await pilot.press("enter")
        await until(pilot, lambda: prompt._entry.value.rstrip().endswith(texts[1].rstrip()))
        assert bench.model.selection is None, "Enter took the suggestion that was chosen"
        await pilot.press("enter")
        await until(pilot, lambda: bench.model.display_filter.startswith("conn.verdict !="))


async def test_a_click_takes_a_suggestion_and_on_the_key_opens_the_prompt() -> None:
    async with opened("curl-http") as (pilot, bench):
        await pilot.press("slash", *"tcp.flags.s")
        suggestions = bench.query_one(Suggestions)
        await until(pilot, lambda: suggestions.display and suggestions.region.height > 0)
        wanted = suggestions.items[0].text.strip()
        await pilot.click(Suggestions, offset=(3, 0))
        await until(pilot, lambda: bench.filter_prompt._entry.value.strip() == wanted)
        assert focused(pilot) == "filter-entry"
        await pilot.click("#packets", offset=(5, 3))
        assert not bench.filter_prompt.display


async def test_filters_used_before_come_back_also_in_the_next_run() -> None:
    settings = Settings(display_filters=["tcp.len > 0", "bad \x1b[31m", "tcp.len > 0", "udp"])
    async with opened("curl-http", settings=settings) as (pilot, bench):
        await type_filter(pilot, "tcp.flags.syn")
        assert settings.display_filters == ["tcp.flags.syn", "tcp.len > 0", "udp"]
        await pilot.press("slash")
        assert bench.filter_prompt._entry.value == "tcp.flags.syn", "the filter in use is there to be edited"
        await pilot.press("up")
        await until(pilot, lambda: bench.filter_prompt._entry.value == "tcp.len > 0")
        await pilot.press("up", "up", "down")
        await until(pilot, lambda: bench.filter_prompt._entry.value == "tcp.len > 0")
        await pilot.press("enter")
        await until(pilot, lambda: bench.model.display_filter == "tcp.len > 0")
        assert settings.display_filters == ["tcp.len > 0", "tcp.flags.syn", "udp"]


async def test_a_filter_given_at_the_start_holds_from_the_first_frame_on() -> None:
    async with opened("curl-http", expression="tcp.flags.syn == 1") as (pilot, bench):
        await until(pilot, lambda: len(frames(bench)) == 2)
        assert "display tcp.flags.syn == 1" in status(pilot)


async def test_commands_take_it_away_and_list_the_fields() -> None:
    async with opened("curl-http", expression="udp") as (pilot, bench):
        bench.action_no_filter()
        assert frames(bench)
        assert "gone" in bench.key_line.spoken
        bench.action_no_filter()
        assert "There is no display filter" in bench.key_line.spoken
        for keys in (["question_mark", "slash"], ["slash", "f1"]):
            await pilot.press(*keys)
            await until(pilot, lambda: isinstance(pilot.app.screen, FieldList))
            await until(pilot, lambda: "tcp.port == 443" in shown(pilot))
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is bench)
        assert focused(pilot) == "filter-entry"


async def test_a_hidden_frame_is_not_jumped_to_but_told_of() -> None:
    async with opened("curl-http", expression="tcp.len > 0") as (_, bench):
        before = bench.packet_table.key
        bench.show_frame(1)
        assert "hides frame 1;" in bench.key_line.spoken
        assert bench.packet_table.key == before


@pytest.mark.parametrize("name", ["curl-http", "lossy", "reset-abort", "ten-connections", "simultaneous-close"])
def test_rows_like_a_cell_are_always_that_row_as_well(name: str) -> None:
    with open_capture(str(CAPTURES / f"{name}.pcap")) as capture:
        session = Session(capture)
        model = Model(session)
        model.pipeline.run()
        model.poll()
        made = set()
        rows = range(min(model.frames, 60))
        for row in rows:
            for column in (None, *range(len(PACKET_COLUMNS))):
                term = filter_of_frame(model, model.frame(row), column, narrowed=False)
                if term is not None and term not in made:
                    made.add(term)
                    assert row in compile_filter(term).rows(session, 0, model.frames), (row, column, term)
        for number in model.connection_numbers.tolist():
            view = model.connection(number)
            assert view is not None
            for order in (None, *range(len(SORT_KEYS))):
                term = filter_of_connection(model, view, order)
                if term is not None:
                    owners = model.gather("connection", compile_filter(term).rows(session, 0, model.frames))
                    assert number in owners, (number, order, term)
        assert len(made) > 20


async def test_a_key_filters_by_the_chosen_cell_and_again_narrows_further() -> None:
    async with opened("ten-connections") as (pilot, bench):
        bench.go_to(bench.packet_table)
        await pilot.press("h", "x")
        await until(pilot, lambda: bench.model.display_filter == "tcp.stream == 0")
        bench.packet_table.choose_column(PACKET_COLUMNS.index("direction"))
        await pilot.press("x")
        await until(pilot, lambda: bench.model.display_filter == 'tcp.stream == 0 && packet.from == "client"')
        assert {view.from_client for view in segments(bench)} == {True}
        await type_filter(pilot, "udp or tcp.stream == 0")
        await pilot.press("x")
        await until(pilot, lambda: bench.model.display_filter.startswith("(udp or tcp.stream == 0) && "))
        await pilot.press("slash")
        assert bench.filter_prompt._entry.value == bench.model.options.display_filter


async def test_a_long_evaluation_shows_how_far_it_is_and_esc_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Every(lambda rows: rows % 2 == 0)
    monkeypatch.setattr(selecting, "FAR_BEHIND", 0)
    monkeypatch.setattr(evaluation, "FIRST_PIECE_ROWS", 10)
    async with opened("lossy") as (pilot, bench):
        bench.go_to(bench.packet_table)
        await pilot.press("G")
        last = bench.packet_table.key
        monkeypatch.setattr(views, "compile_filter", lambda expression: slow)
        await type_filter(pilot, "tcp.payload matches x")
        await until(pilot, lambda: "0% (Esc stops)" in status(pilot))
        assert "Looking for what passes the display filter" in " ".join(shown(pilot).split())
        await pilot.press("escape")
        await until(pilot, lambda: "stopped at 0%" in status(pilot))
        assert "Stopped" in bench.key_line.spoken
        slow.go.set()
        await type_filter(pilot, "again")
        await until(pilot, lambda: len(frames(bench)) == (last or 0) // 2 + (last or 0) % 2)
        assert "Esc" not in status(pilot)
        assert bench.packet_table.key is not None
        assert (last or 0) - bench.packet_table.key <= 1, "the cursor came back as soon as that was known"


async def test_what_ends_an_evaluation_is_said_and_the_frames_before_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Every(lambda rows: rows % 2 == 0, error=InputError("The expression takes too long at frame 11."))
    failing.go.set()
    monkeypatch.setattr(evaluation, "FIRST_PIECE_ROWS", 10)
    async with opened("lossy", (160, 40)) as (pilot, bench):
        monkeypatch.setattr(views, "compile_filter", lambda expression: failing)
        await type_filter(pilot, "tcp.payload matches x")
        await until(pilot, lambda: "takes too long at frame 11" in bench.key_line.spoken)
        assert frames(bench) == [1, 3, 5, 7, 9]
        assert "ended at" in status(pilot)


async def test_no_size_crashes_while_a_filter_is_typed() -> None:
    async with opened("curl-http") as (pilot, _):
        for size in [(1, 1), (2, 40), (200, 3)]:
            await pilot.resize_terminal(*size)
            await pilot.press("slash", *"t.", "down", "tab", "escape", "question_mark", "slash", "G", "escape")
        await pilot.resize_terminal(80, 24)
        await type_filter(pilot, "tcp.", enter=False)
        await until(pilot, lambda: "tcp." in shown(pilot))
        assert table(pilot, "packets").key == 1


async def test_keys_that_come_at_once_are_obeyed_in_their_order() -> None:
    async with opened("ten-connections", expression="tcp.len > 0") as (pilot, workbench):
        await pilot.press("slash")
        await until(pilot, lambda: focused(pilot) == "filter-entry")
        for key in ("ctrl+u", *"udpx", "backspace", "enter"):  # as a terminal sends what is pasted or typed ahead
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: workbench.model.options.display_filter != "tcp.len > 0")
        assert workbench.model.options.display_filter == "udp"


async def test_what_is_wrong_is_told_in_full_on_a_narrow_screen() -> None:
    async with opened("curl-http", size=(80, 24)) as (pilot, _):
        await type_filter(pilot, "conn.problems contains zero window")
        await until(pilot, lambda: "several words stands in double quotes." in shown(pilot))


async def test_a_long_filter_is_judged_while_one_types_on() -> None:
    async with opened("curl-http") as (pilot, workbench):
        long = " || ".join(["tcp.port == 80"] * 200)
        prompt = workbench.filter_prompt
        await type_filter(pilot, f"{long} || tcp.prot", enter=False)
        await until(pilot, lambda: "“tcp.prot” is not a field" in str(prompt._verdict.content))
        await type_filter(pilot, f"{long} && tcp.prot", enter=False)
        await pilot.press(*["backspace"] * 4, *"port")
        await until(pilot, lambda: "applies" in str(prompt._verdict.content))
        await pilot.press("enter")
        assert workbench.model.options.display_filter == f"{long} && tcp.port"


async def test_a_filter_of_the_command_line_can_not_steer_the_terminal() -> None:
    async with opened("curl-http", expression='frame contains "\x1b[2J"') as (pilot, _):
        await pilot.press("slash")
        await until(pilot, lambda: focused(pilot) == "filter-entry")
        await until(pilot, lambda: shown(pilot).count('frame contains "␛[2J"') > 1)
        assert "\x1b" not in shown(pilot)
