"""The ladder in the packet table: the same cursor, folds, jumps, neighbours, and that it grows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.program import CAPTURES, REDIS
from tests.ui.conftest import until
from tests.ui.screen import focused, shown, shown_lines, table
from tui.files.source import open_capture
from tui.session import Session
from tui.ui.app import TcptuiApp
from tui.ui.look.view_options import ViewOptions
from tui.ui.workbench import Workbench
from tui.views.ladder.ladder import Ladder

LOSSY = str(CAPTURES / "lossy.pcap")
TEN = str(CAPTURES / "ten-connections.pcap")

FOLD_FRAME, LAST_OF_FOLD = 6, 17
"""Of the lossy download: the first fold, and its last frame."""

IDLE = str(CAPTURES / "keep-alive.pcap")


@contextmanager
def app_of(path: str) -> Iterator[TcptuiApp]:
    with open_capture(path) as capture:
        yield TcptuiApp(Session(capture))


async def in_ladder(pilot: Pilot[None], *keys: str) -> None:
    """Wait for the tables, press keys, then show the ladder."""
    await until(pilot, lambda: table(pilot, "packets").key is not None)
    await pilot.press(*keys, "l")
    await until(pilot, lambda: "as a ladder" in shown(pilot))


def cursor_line(pilot: Pilot[None]) -> str:
    """The line of the screen with the cursor of the packet table."""
    packets = table(pilot, "packets")
    y = packets.region.y + 2 + packets.cursor - round(packets.scroll_offset.y)
    return shown_lines(pilot)[y]


async def key_is(pilot: Pilot[None], key: int) -> None:
    await until(pilot, lambda: table(pilot, "packets").key == key)


@pytest.mark.parametrize(("size", "label"), [((160, 50), "P. 1:89 ack 1 len 88"), ((80, 24), "P. 1:89 ack 1 len 88")])
async def test_the_same_key_shows_the_ladder_and_the_table(size: tuple[int, int], label: str) -> None:
    with app_of(LOSSY) as app:
        async with app.run_test(size=size) as pilot:
            await in_ladder(pilot, "enter", "j", "j", "j")
            assert table(pilot, "packets").key == 4
            assert focused(pilot) == "packets"
            assert f"├── {label} ─" in cursor_line(pilot)
            assert "client 10.0.0.1:36322" in shown(pilot)
            assert "⏎ Unfold" in shown_lines(pilot)[-1]
            await pilot.press("l")
            await until(pilot, lambda: "as a ladder" not in shown(pilot))
            assert table(pilot, "packets").key == 4
            assert "Packets of connection 0" in shown(pilot)


async def test_from_the_list_it_is_the_ladder_of_the_connection_under_the_cursor() -> None:
    with app_of(TEN) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot, "j", "j")
            assert "connection 2 as a ladder" in shown(pilot)
            assert "✗ refused" in shown(pilot)
            await pilot.press("right_square_bracket")
            await until(
                pilot, lambda: "connection 3 as a ladder" in shown(pilot) and "server 10.0.0.2:443" in shown(pilot)
            )
            await pilot.press("escape")
            await until(pilot, lambda: "Packets of all connections" in shown(pilot))


async def test_a_fold_tells_what_it_holds_and_opens_and_closes() -> None:
    with app_of(LOSSY) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot, "enter", "j", "j", "j", "j")
            await pilot.press("j")
            await key_is(pilot, FOLD_FRAME)
            await until(pilot, lambda: f"Frames {FOLD_FRAME} to {LAST_OF_FOLD}" in shown(pilot))
            await pilot.press("right", "j", "j")
            await key_is(pilot, FOLD_FRAME + 2)
            await pilot.press("left")
            await key_is(pilot, FOLD_FRAME)
            assert "▸ 11 segments" in cursor_line(pilot)
            await pilot.press("enter", "j")
            await key_is(pilot, FOLD_FRAME + 1)
            await pilot.press("enter")
            await key_is(pilot, FOLD_FRAME)
            rows = len(app.screen.packet_rows)  # type: ignore[attr-defined]
            await pilot.press("L")
            await until(pilot, lambda: len(app.screen.packet_rows) == 140)  # type: ignore[attr-defined]
            await pilot.press("L")
            await until(pilot, lambda: len(app.screen.packet_rows) == rows)  # type: ignore[attr-defined]


async def test_a_second_click_opens_a_fold() -> None:
    with app_of(LOSSY) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot)
            await pilot.click("#packets", offset=(40, 1 + 6), times=2)
            await until(pilot, lambda: "▾ P. 1:190" in shown(pilot))


async def test_a_table_inside_a_fold_and_back_is_on_the_same_frame() -> None:
    with app_of(LOSSY) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot, "enter", *"jjjjjjjjjj")
            assert table(pilot, "packets").key == FOLD_FRAME
            await pilot.press("l")
            await key_is(pilot, 11)
            await pilot.press("l", "j", "l")
            await key_is(pilot, LAST_OF_FOLD + 1)


async def test_the_keys_that_jump_work_in_a_ladder() -> None:
    with app_of(LOSSY) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot)
            for key, frame in (
                ("e", 56),
                ("e", 84),
                ("t", 116),
                ("h", None),
                ("E", 108),
                ("H", 1),
                ("G", 140),
                ("g", 1),
            ):
                await pilot.press(key)
                if frame is None:
                    await until(pilot, lambda: "No further handshake below" in shown(pilot))
                else:
                    await key_is(pilot, frame)


async def test_a_frame_inside_a_fold_that_is_gone_to_is_shown() -> None:
    with app_of(LOSSY) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot)
            app.screen.show_frame(12)  # type: ignore[attr-defined]
            await key_is(pilot, 12)
            assert "P. 7430:8878" in cursor_line(pilot)


async def test_a_frame_that_the_display_filter_hides_is_shown_in_a_ladder_all_the_same() -> None:
    with open_capture(LOSSY) as capture:
        app = TcptuiApp(Session(capture), ViewOptions(display_filter="tcp.len > 0"))
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot, "enter")
            await key_is(pilot, 4)
            assert isinstance(app.screen, Workbench)
            app.screen.show_frame(3)
            await key_is(pilot, 3)


async def test_the_cursor_passes_over_silences() -> None:
    with app_of(IDLE) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot, "enter", *"jjjjjj")
            assert "1.01 s of silence" in shown(pilot)
            for keys, frame in (("j", 8), ("j", 9), ("j", 10), ("k", 9), ("k", 8), ("k", 7)):
                await pilot.press(keys)
                await key_is(pilot, frame)
                assert "silence" not in cursor_line(pilot)


async def test_raw_numbers_and_times_between_segments() -> None:
    with app_of(LOSSY) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot)
            await pilot.press("a", "d")
            await until(pilot, lambda: "seq 376379023 ack" in shown(pilot))
            await pilot.press("j", "j")
            await until(pilot, lambda: "0.020730" in cursor_line(pilot))


async def test_a_frame_of_no_connection_has_no_ladder(reference: Path) -> None:
    with app_of(str(reference / "captures" / "pcapplusplus__many-protocols.pcap")) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await until(pilot, lambda: table(pilot, "packets").key is not None and app.model.progress.over)
            other = next(row for row in range(len(app.screen.packet_rows)) if app.model.value("connection", row) < 0)  # type: ignore[attr-defined]
            app.screen.go_to(table(pilot, "packets"))  # type: ignore[attr-defined]
            table(pilot, "packets").move_to(other)
            await pilot.press("l")
            await until(pilot, lambda: "belongs to no TCP connection" in shown(pilot))


class Slow(Session):
    """Takes a step after each that it is told to."""

    step = threading.Semaphore(0)

    def run(self) -> Iterator[None]:
        for _ in super().run():
            yield
            self.step.acquire()


async def test_a_ladder_grows_and_can_be_followed() -> None:
    with open_capture(LOSSY) as capture:
        session = Slow(capture, batch_frames=10)
        session.step = threading.Semaphore(0)
        app = TcptuiApp(session)
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot)
            packets = table(pilot, "packets")
            packets.may_follow = True
            packets.follow(True)
            assert packets.key is not None
            assert "lost" not in shown(pilot)
            for _ in range(15):
                session.step.release()
            await until(pilot, lambda: packets.key == 140)
            assert "teardown 4/4" in cursor_line(pilot)
            await pilot.press("g")
            await until(pilot, lambda: "‼ lost, sent again in 56" in shown(pilot))


async def test_a_ladder_of_many_segments_is_made_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    done, update = threading.Event(), Ladder.update

    def slow_update(ladder: Ladder, start: int, stop: int, revision: int, may_begin: bool = True) -> None:
        if may_begin:
            assert threading.current_thread() is not threading.main_thread()
            assert done.wait(20)
        update(ladder, start, stop, revision, may_begin)

    monkeypatch.setattr("tui.ui.tables.ladder_places.MANY_SEGMENTS", 100)
    monkeypatch.setattr(Ladder, "update", slow_update)
    with app_of(LOSSY) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot, "enter", *"jjjjj")
            await until(pilot, lambda: "Making the ladder of 140 segments …" in shown(pilot))
            await pilot.press("j", "L", "right", "l")  # nothing to do with it yet, and back to the table
            await key_is(pilot, FOLD_FRAME)
            await pilot.press("l")
            done.set()
            await until(pilot, lambda: "▸ " in cursor_line(pilot))
            assert table(pilot, "packets").key == FOLD_FRAME
            await pilot.press("G")
            await key_is(pilot, 140)


async def test_rows_that_were_given_up_leave_the_ladder() -> None:
    with app_of(LOSSY) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot)
            app.model._session.clear()
            await until(pilot, lambda: "No segment of this connection is left." in shown(pilot))
            await pilot.press("j", "enter", "right", "L", "e", "t", "l")


async def test_no_size_and_no_key_crashes() -> None:
    with app_of(REDIS) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot)
            for size in [(1, 1), (300, 100), (40, 12)]:
                await pilot.resize_terminal(*size)
                await pilot.press("z", "j", "right", "left", "L", "L", "Y", "z", "a")
            await pilot.resize_terminal(160, 50)
            await until(pilot, lambda: "teardown 4/4" in shown(pilot))


async def test_a_terminal_without_the_signs_gets_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    can: Callable[[str | None], bool] = lambda encoding: False  # noqa: E731
    monkeypatch.setattr("tui.ui.commands.ladders.can_be_written", can)
    with app_of(REDIS) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await in_ladder(pilot)
            assert "|== S  seq 0 ===" in shown(pilot)
