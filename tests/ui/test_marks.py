"""Marked frames: where they are seen, how one goes from one to the next, and when they go."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui.conftest import until
from tests.ui.screen import shown, shown_lines, status
from tui.files.source import open_capture
from tui.session import Session
from tui.ui.app import TcptuiApp
from tui.ui.marks import SIGN, Marks
from tui.ui.workbench import Workbench

CAPTURES = Path(__file__).parents[2] / "captures"


@asynccontextmanager
async def opened(name: str, size: tuple[int, int] = (120, 40)) -> AsyncIterator[tuple[Pilot[None], Workbench]]:
    with open_capture(str(CAPTURES / f"{name}.pcap")) as capture:
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.model.progress.over)
            assert isinstance(app.screen, Workbench)
            yield pilot, app.screen


def test_marks_are_frames_in_order() -> None:
    marks = Marks()
    for frame in (9, 3, 5, 3, 12):
        marks.toggle(frame)
    assert marks.frames.tolist() == [5, 9, 12]
    assert 5 in marks
    assert 3 not in marks
    assert len(marks) == 3
    marks.forget_before(9)
    assert marks.frames.tolist() == [9, 12]
    assert (marks.clear(), len(marks)) == (2, 0)


async def test_a_mark_is_seen_counted_and_taken_away() -> None:
    async with opened("curl-http", (80, 24)) as (pilot, bench):
        bench.go_to(bench.packet_table)
        await pilot.press("j", "m")
        await until(pilot, lambda: f"{SIGN}2 " in shown(pilot))
        assert [line.index("0.00") for line in shown_lines(pilot) if "0.000020" in line or "0.000035" in line] == [6, 6]
        assert "Frame 2 is marked" in bench.key_line.spoken
        assert "1 marked" in status(pilot)
        await pilot.press("m")
        await until(pilot, lambda: SIGN not in shown(pilot))
        assert "Frame 2 is marked no more" in bench.key_line.spoken
        assert "marked" not in status(pilot)


async def test_the_keys_go_from_mark_to_mark_and_stop_at_the_last() -> None:
    async with opened("curl-http") as (pilot, bench):
        bench.go_to(bench.packet_table)
        for frame in (2, 7, 11):
            bench.marks.toggle(frame)
        seen = []
        for key in ("apostrophe", "apostrophe", "apostrophe", "apostrophe", "quotation_mark"):
            await pilot.press(key)
            seen.append(bench.packet_table.key)
        assert seen == [2, 7, 11, 11, 7]
        assert bench.key_line.spoken == "Frame 7, mark 2 of 3"
        await pilot.press("quotation_mark", "quotation_mark")
        assert bench.key_line.spoken == "No further mark above"


async def test_marks_that_are_not_shown_are_kept_and_told() -> None:
    async with opened("ten-connections") as (pilot, bench):
        mine = bench.model.rows_of(1, 0, bench.model.progress.rows)
        other = bench.model.rows_of(2, 0, bench.model.progress.rows)
        for row in (*mine[:2], *other[:2]):
            bench.marks.toggle(bench.model.frame_number(int(row)))
        bench.narrow(1)
        bench.go_to(bench.packet_table)
        await pilot.press("g", "apostrophe")
        assert bench.packet_table.key == bench.model.frame_number(int(mine[1]))
        assert bench.key_line.spoken.endswith("mark 2 of 2; 2 marked are not shown here")
        await pilot.press("apostrophe")
        assert bench.key_line.spoken == "No further mark below; 2 marked are not shown here"
        bench.narrow(None)
        assert len(bench.marks) == 4


async def test_in_the_connection_list_the_first_frame_of_the_connection_is_marked() -> None:
    async with opened("ten-connections") as (pilot, bench):
        await pilot.press("j", "m")
        number = bench.connection_table.key
        assert number is not None
        first = bench.model.frame_number(int(bench.model.rows_of(number, 0, bench.model.progress.rows)[0]))
        assert bench.marks.frames.tolist() == [first]
        assert bench.key_line.spoken.startswith(f"Frame {first}, the first of connection {number}, is marked")


async def test_without_marks_the_keys_say_how_to_make_one() -> None:
    async with opened("curl-http") as (pilot, bench):
        await pilot.press("apostrophe")
        assert bench.key_line.spoken == "No frame is marked; m marks the one under the cursor"


async def test_the_command_palette_takes_all_marks_away() -> None:
    async with opened("curl-http") as (pilot, bench):
        for frame in (2, 7):
            bench.marks.toggle(frame)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: bool(pilot.app.screen.query(Input)))
        await pilot.press(*"no marks")
        await until(pilot, lambda: "Take all marks away" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: len(bench.marks) == 0)
        await until(pilot, lambda: "2 marks taken away" in bench.key_line.spoken)


async def test_marks_go_with_the_frames_that_are_given_up() -> None:
    async with opened("curl-http") as (pilot, bench):
        for frame in (2, 7):
            bench.marks.toggle(frame)
        bench.session.store.drop_before(5)
        await until(pilot, lambda: bench.marks.frames.tolist() == [7])
        bench.session.clear()
        await until(pilot, lambda: len(bench.marks) == 0)
