"""The key that goes to a frame by its number, its time, its distance or its share, and what it takes for which."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.ui.conftest import application, until
from tests.ui.fakes import FakeSession
from tests.ui.screen import shown
from tui.files.source import open_capture
from tui.session import Session
from tui.store import COLUMNS, Store
from tui.ui.app import TcptuiApp
from tui.ui.destinations import (
    EXAMPLES,
    Destination,
    Elapsed,
    FrameNumber,
    FramesFromHere,
    Share,
    TimeOfDay,
    destination,
)
from tui.ui.look import formats
from tui.ui.model import Model
from tui.ui.pipeline import Progress
from tui.ui.workbench import Workbench

CAPTURES = Path(__file__).parents[2] / "captures"
NS = 1_000_000_000


@asynccontextmanager
async def opened(name: str) -> AsyncIterator[tuple[Pilot[None], Workbench]]:
    with open_capture(str(CAPTURES / name)) as capture:
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: app.model.progress.over)
            yield pilot, workbench(app)


def workbench(app: TcptuiApp) -> Workbench:
    assert isinstance(app.screen, Workbench)
    return app.screen


async def typed_into(pilot: Pilot[None], text: str) -> None:
    await pilot.press("colon", *text, "enter")
    await pilot.pause()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("42", FrameNumber(42)),
        (" 1,234 ", FrameNumber(1234)),
        ("#7", FrameNumber(7)),
        ("+100", FramesFromHere(100)),
        ("-1,000", FramesFromHere(-1000)),
        ("50%", Share(0.5)),
        ("12.5", Elapsed(12_500_000_000)),
        ("12s", Elapsed(12 * NS)),
        (".25", Elapsed(NS // 4)),
        ("12.", Elapsed(12 * NS)),
        ("0.006202", Elapsed(6_202_000)),
        ("250ms", Elapsed(NS // 4)),
        ("1.5m", Elapsed(90 * NS)),
        ("1:02.5", Elapsed(62_500_000_000)),
        ("14:03", Elapsed(843 * NS)),
        ("14:03:22", TimeOfDay(None, 14, 3, 22, 0)),
        ("14:03:22.123", TimeOfDay(None, 14, 3, 22, 123_000_000)),
        ("11-21 00:00:01.5", TimeOfDay((11, 21), 0, 0, 1, NS // 2)),
        *((text, None) for text in ("", ".", "s", "+", "x", "٣", "1 2", "101%", "25:00:00", "13-40 1:00:00")),
        ("9" * 13, None),
        ("9" * 5000, None),
    ],
)
def test_what_is_taken_for_what(typed: str, meant: Destination | None) -> None:
    assert destination(typed) == meant


PLACES = [
    ("7", 7, ""),
    (" 1,2 ", 12, ""),
    ("0.006", 6, "Frame 6, at 0.006202 s, is the first from 0.006000 s on"),
    ("6ms", 6, "is the first from 0.006000 s on"),
    ("0.", 1, "Frame 1, at 0.000000 s, is the first from 0.000000 s on"),
    ("+4", 5, "Frame 5, at 0.000573 s, 4 frames down"),
    ("-3", 2, "3 frames up"),
    ("+400", 12, "the last one: only 10 frames away"),
    ("0%", 1, "0% down what is shown"),
    ("50%", 7, "50% down"),
]


async def test_every_kind_of_place() -> None:
    async with opened("curl-http.pcap") as (_, bench):
        for typed, frame, words in PLACES:
            bench.key_line.fall_silent()
            assert bench._go_to_typed(typed) is None
            assert (bench.packet_table.key, bench.focused) == (frame, bench.packet_table), typed
            assert words in bench.key_line.spoken
            assert bool(words) == bool(bench.key_line.spoken)


COMPLAINTS = [
    ("13", "The frames shown here are 1 to 12."),
    ("0", "The frames shown here are 1 to 12."),
    ("", EXAMPLES),
    ("٣", EXAMPLES),
    ("5s", "No frame is from 5.000000 s or later; the last is from 0.009916 s."),
    ("99-99 12:00:00", EXAMPLES),
]


async def test_what_leads_nowhere_is_told_and_can_be_put_right() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        for typed, complaint in COMPLAINTS:
            assert bench._go_to_typed(typed) == complaint
        await typed_into(pilot, "13")
        assert bench.prompt.display
        assert "The frames shown here are 1 to 12." in shown(pilot)
        assert bench.packet_table.key == 1
        await pilot.press("backspace", "2", "enter")
        await until(pilot, lambda: bench.packet_table.key == 12 and bench.focused is bench.packet_table)
        assert not bench.prompt.display


async def test_the_time_of_day_as_the_table_shows_it() -> None:
    async with opened("curl-http.pcap") as (_, bench):
        for frame in (4, 10):
            clock = formats.clock(bench.model.value("time_ns", frame - 1), dated=False)
            assert bench._go_to_typed(clock) is None
            assert bench.packet_table.key == frame
            assert clock in bench.key_line.spoken
        early = formats.clock(bench.model.origin_ns - 2 * NS, dated=False)
        assert bench._go_to_typed(early) is None
        assert bench.packet_table.key == 1


def test_a_time_of_day_before_the_start_is_of_the_next_day_where_the_capture_lasts_so_long() -> None:
    evening, next_noon = datetime(2026, 3, 1, 22, 0), datetime(2026, 3, 2, 12, 0)
    first_ns, last_ns = (int(moment.timestamp()) * NS for moment in (evening, next_noon))
    half_past_one = int(datetime(2026, 3, 2, 1, 30).timestamp()) * NS
    assert TimeOfDay(None, 1, 30, 0, 5).first_in(first_ns, last_ns) == half_past_one + 5
    assert TimeOfDay(None, 23, 0, 0, 0).first_in(first_ns, last_ns) == int(datetime(2026, 3, 1, 23).timestamp()) * NS
    assert TimeOfDay(None, 13, 0, 0, 0).first_in(first_ns, last_ns) == int(datetime(2026, 3, 1, 13).timestamp()) * NS
    assert TimeOfDay((3, 2), 13, 0, 0, 0).first_in(first_ns, last_ns) == int(datetime(2026, 3, 2, 13).timestamp()) * NS
    new_year = int(datetime(2026, 12, 31, 23).timestamp()) * NS
    assert TimeOfDay((1, 1), 0, 0, 0, 0).first_in(new_year, new_year) == int(datetime(2027, 1, 1).timestamp()) * NS
    assert TimeOfDay((2, 30), 0, 0, 0, 0).first_in(first_ns, last_ns) is None
    assert TimeOfDay(None, 1, 0, 0, 0).first_in(2**62, 2**62) is not None


@pytest.mark.usefixtures("fake_views")
async def test_the_nearest_frame_where_the_number_is_not_shown() -> None:
    app, _ = application(100)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: workbench(app).packet_table.key is not None)
        await pilot.press("colon", "4", "2", "enter")
        await until(pilot, lambda: workbench(app).packet_table.key == 43)  # a filter has left out the even numbers
        assert "Frame 42 is not shown here; this is the nearest one." in shown(pilot)


async def test_where_the_clock_was_set_back_it_is_the_first_frame_from_then_on() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        times = bench.model.column("time_ns", 0, 12)
        times[:] = bench.model.origin_ns + np.array([0, 5, 1, 2, 9, 3, 3, 3, 3, 3, 3, 4]) * NS
        for typed, frame in [("2s", 2), ("5.5", 5)]:
            await typed_into(pilot, typed)
            assert bench.packet_table.key == frame


def test_a_time_is_found_among_a_million_frames_at_once() -> None:
    store = Store()
    count = 1_000_000
    columns = {name: np.zeros(count, dtype) for name, dtype in COLUMNS.items()}
    columns["number"] = np.arange(1, count + 1).astype(np.uint32)
    columns["time_ns"] = np.arange(count) * 1_000_000
    store.append(columns)
    session = FakeSession()
    session.store = store  # type: ignore[assignment]
    model = Model(session.session)
    model.progress = Progress(rows=count)
    bench = Workbench.__new__(Workbench)
    bench.model = model
    began = time.process_time()
    found = bench._by_time(999_000 * 1_000_000, np.arange(count))
    assert time.process_time() - began < 0.1
    assert found[0] == 999_000
