"""The screen at every size, while a capture loads, and when there is little to show."""

import time

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from tests.ui.conftest import application, until
from tests.ui.fakes import PERIOD, FakeCapture, FakeDamage, FakeSession
from tests.ui.screen import focused, shown, shown_lines, status, table
from tui.errors import InputError
from tui.ui.pipeline import Pipeline, Progress
from tui.ui.tables.table import Table

pytestmark = pytest.mark.usefixtures("fake_views")


async def arrived(pilot: Pilot[None], name: str = "connections") -> None:
    await until(pilot, lambda: table(pilot, name).key is not None)


async def test_a_wide_screen_shows_three_panes_with_every_column() -> None:
    app, _ = application(PERIOD * 30)
    async with app.run_test(size=(160, 50)) as pilot:
        await arrived(pilot)
        await until(pilot, lambda: "Connection 0: closed" in shown(pilot))
        text = shown(pilot)
        for words in [
            *["message.pcap", "330 frames", "30 connections", "complete", "Connections", "Details"],
            *["Packets of all connections", "client → server", "opening ··· closing", "seconds", "payload", "seq"],
            *["▲ handshake 1/3", "● data", "· ack", "▼ teardown 2+3/4", "→LISTEN?", "→TIME-WAIT", "UDP", "GET /me"],
            *["How connection 0 went.", "three-segment by the client", "2023-11-14 22:13:20"],
        ]:
            assert words in text, words


async def test_eighty_by_twenty_four_is_fully_usable() -> None:
    app, _ = application(PERIOD * 30)
    async with app.run_test(size=(80, 24)) as pilot:
        await arrived(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "What frame 1 means." in shown(pilot))
        lines = shown_lines(pilot)
        assert all(len(line) <= 80 for line in lines)
        text = "\n".join(lines)
        for words in ["closed", "→SYN-RECEIVED", "▼ teardown 2+3/4", "Details", "q Quit", "LISTEN?"]:
            assert words in text, words


def lines_drawn(of: Table, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that every line of a table is added to when it is drawn from now on."""
    drawn: list[int] = []
    draw = of.render_line

    def noting(y: int) -> Strip:
        drawn.append(y)
        return draw(y)

    monkeypatch.setattr(of, "render_line", noting)
    return drawn


@pytest.mark.parametrize("size", [(20, 5), (40, 12)])
async def test_no_size_crashes_and_each_pane_can_be_reached(size: tuple[int, int]) -> None:
    app, _ = application(PERIOD * 30)
    async with app.run_test(size=size) as pilot:
        await arrived(pilot)
        for pane in ["packets", "details", "fields", "bytes", "connections"]:
            await pilot.press("tab")
            await until(pilot, lambda pane=pane: focused(pilot) == pane)  # type: ignore[misc]
            assert app.screen.query_one(f"#{pane}").size.height >= 1
        await pilot.press("j", "G", "enter", "question_mark", "escape")
        assert app.is_running


async def test_the_screen_follows_when_its_size_changes() -> None:
    app, _ = application(PERIOD * 30)
    async with app.run_test(size=(80, 24)) as pilot:
        await arrived(pilot)
        assert "duration" not in shown(pilot)
        for size in [(300, 100), (20, 5), (1, 1), (160, 50)]:
            await pilot.resize_terminal(*size)
        await until(pilot, lambda: "duration" in shown(pilot))


async def test_rows_arrive_while_the_selection_stays() -> None:
    app, fake = application(PERIOD * 20 + 5, ending=False)
    async with app.run_test(size=(160, 50)) as pilot:
        await arrived(pilot)
        assert "loading 50%" in shown(pilot)
        await pilot.press("G")
        connections, packets = table(pilot, "connections"), table(pilot, "packets")
        packets.move_to(7)
        assert (connections.key, packets.key) == (20, 15)
        await until(pilot, lambda: "Connection 20: open" in shown(pilot))
        top = packets.scroll_offset.y
        fake.store.rows = PERIOD * 5000
        fake.step.release()
        await until(pilot, lambda: "55,000 frames" in shown(pilot))
        assert (connections.key, packets.key) == (20, 15)
        assert packets.scroll_offset.y == top
        await until(pilot, lambda: "Connection 20: closed" in shown(pilot))
        fake.ending = True
        fake.step.release()
        await until(pilot, lambda: "complete" in shown(pilot))


async def test_rows_that_arrive_out_of_sight_draw_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.ui.tables.table.GROWTH_PAUSE", 1000)
    app, fake = application(PERIOD * 300, ending=False)
    async with app.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: "3,300 frames" in shown(pilot))
        await pilot.pause(0.3)
        packets = table(pilot, "packets")
        drawn = lines_drawn(packets, monkeypatch)
        fake.store.rows = PERIOD * 4000
        fake.step.release()
        await until(pilot, lambda: "44,000 frames" in status(pilot))
        assert drawn == []
        packets.action_last()
        assert packets.cursor == PERIOD * 4000 - 1, "all that has arrived can be reached"
        await until(pilot, lambda: str(packets.key) in shown(pilot))


async def test_a_narrowed_table_takes_in_new_segments_of_its_connection() -> None:
    app, fake = application(PERIOD + 3, ending=False)
    async with app.run_test(size=(160, 50)) as pilot:
        await arrived(pilot)
        await pilot.press("j", "enter")
        await until(pilot, lambda: "handshake 3/3" in shown(pilot))
        assert "teardown" not in shown(pilot)
        fake.store.rows = PERIOD * 3
        fake.step.release()
        await until(pilot, lambda: "teardown 4/4" in shown(pilot))
        assert "Packets of connection 1" in shown(pilot)


async def test_the_details_follow_once_the_cursor_rests() -> None:
    app, _ = application(PERIOD * 30)
    async with app.run_test(size=(160, 50)) as pilot:
        await arrived(pilot)
        await pilot.press("tab")
        await until(pilot, lambda: "What frame 1 means" in shown(pilot))
        table(pilot, "packets").move_to(8)
        await until(pilot, lambda: "What frame 17 means" in shown(pilot))
        text = shown(pilot)
        for words in ["LAST-ACK", "FIN-WAIT-1 → TIME-WAIT", "raw 4000000008", "FIN, ACK"]:
            assert words in text, words
        await pilot.press("j", "j")
        await until(pilot, lambda: "90 bytes" in shown(pilot))


@pytest.mark.parametrize(
    ("rows", "parts", "words"),
    [
        (0, {}, ["No frames in this capture. o opens another one, q leaves."]),
        (0, {"ending": False}, ["Reading … no TCP connection so far.", "Reading … no frame so far."]),
        (
            0,
            {"capture": FakeCapture(damage=FakeDamage(24, "cut short in the middle of a packet"))},
            ["damaged: cut short in the middle of a packet at byte 24", "damaged before its first frame"],
        ),
        (
            PERIOD,
            {"capture": FakeCapture(name="-", damage=FakeDamage(4242, "the length makes no sense"))},
            ["at byte 4,242", "standard input", "read up to the damage", "teardown 4/4"],
        ),
        (
            PERIOD,
            {"ending": False, "capture": FakeCapture(growing=True)},
            ["reading, ", "11 frames", "1 connection │"],
        ),
    ],
)
async def test_every_state_of_a_capture_is_said_plainly(rows: int, parts: dict[str, object], words: list[str]) -> None:
    app, _ = application(rows, **parts)
    async with app.run_test(size=(160, 30)) as pilot:
        await until(pilot, lambda: all(w in shown(pilot) for w in words))
        await pilot.press("G", "enter", "right_square_bracket")
        assert app.is_running


async def test_a_long_path_leaves_room_for_the_rest_of_the_status_line() -> None:
    app, _ = application(PERIOD, capture=FakeCapture(name="/very" * 30 + "/message.pcap"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "complete" in shown_lines(pilot)[0])
        assert "/message.pcap │ 11 frames │ 1 connection │ complete" in shown_lines(pilot)[0]


async def test_a_capture_without_tcp_says_so_and_lists_its_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.ui.fakes.SCRIPT", [])
    monkeypatch.setattr("tests.ui.fakes.PERIOD", 1)
    monkeypatch.setattr("tests.ui.fakes.FakeViews.connection_numbers", lambda session: np.empty(0, np.int64))
    app, _ = application(40, protocol="ICMPv6")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "No TCP in this capture" in shown(pilot))
        assert "ICMPv6" in shown(pilot)


async def test_an_error_of_the_pipeline_is_shown_and_kept() -> None:
    app, fake = application(PERIOD, ending=False)
    fake.error = InputError("x.pcap: can't be read any more; copy it to a sound disk")
    async with app.run_test(size=(160, 30)) as pilot:
        await arrived(pilot)
        fake.step.release()
        await until(pilot, lambda: "stopped: x.pcap: can't be read any more" in shown(pilot))
        assert "teardown 4/4" in shown(pilot), "what was read stays"
    assert app.model.pipeline.error is fake.error


def test_a_pipeline_stops_between_batches_when_it_is_told_to() -> None:
    fake = FakeSession(rows=PERIOD)
    pipeline = Pipeline(fake.session, lambda over: Progress(over=over))
    pipeline.start()
    pipeline.leave()
    fake.step.release()
    pipeline.join(5)
    assert not pipeline.is_alive()
    assert not fake.finished


def test_reading_waits_for_the_screen_but_not_for_long() -> None:
    fake = FakeSession(rows=PERIOD)
    pipeline = Pipeline(fake.session, lambda over: Progress(rows=PERIOD, over=over))
    pipeline.answer_key()
    assert fake.session.most_at_once is not None, "the next key shall be answered soon"
    fake.ending = True
    pipeline.start()
    pipeline.join(5)
    assert not pipeline.is_alive(), "nothing was drawn, and everything was read all the same"
    assert fake.finished


async def test_a_million_rows_open_at_once_and_answer_every_key_at_once() -> None:
    app, _ = application(1_000_000)
    started = time.process_time()
    async with app.run_test(size=(160, 50)) as pilot:
        await arrived(pilot, "packets")
        await until(pilot, lambda: "1,000,000 frames" in shown(pilot))
        assert time.process_time() - started < 2
        packets = table(pilot, "packets")
        packets.focus()
        for move in [packets.action_last, packets.action_first, lambda: packets.action_page(1), packets.action_last]:
            began = time.process_time()
            move()
            assert f"{packets.key} " in "\n".join(
                "".join(segment.text for segment in packets.render_line(y)) for y in range(packets.size.height)
            )
            assert time.process_time() - began < 0.1
        assert packets.cursor == 999_999


async def test_an_idle_screen_draws_nothing_and_a_cursor_move_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = application(PERIOD * 300)
    async with app.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: "complete" in shown(pilot))
        await pilot.pause(0.3)
        packets = table(pilot, "packets")
        drawn = lines_drawn(packets, monkeypatch)
        await pilot.pause(0.35)
        assert drawn == []
        packets.action_step(1)
        await pilot.pause()
        assert len(drawn) == 2, "a cursor move draws the two lines it concerns"
