"""The line on top, at every width and in every state of a capture."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region

from tests.ui.fakes import FakeCapture, FakeDamage, FakeLive, FakeSession
from tui.live.capture import Counts
from tui.ui.bars import sparkline
from tui.ui.bars.sparkline import BARS, PLAIN_BARS, WIDTH, Sparkline, bars, bars_for
from tui.ui.bars.status import Item, Status, with_room
from tui.ui.model import Model
from tui.ui.pipeline import Progress


class StatusApp(App[None]):
    """Only the line."""

    CSS = "#status { height: 1; }"

    def __init__(self, fake: FakeSession) -> None:
        super().__init__()
        self.model = Model(fake.session)
        self.line = Status(self.model)

    def compose(self) -> ComposeResult:
        yield self.line


@asynccontextmanager
async def line_of(fake: FakeSession, width: int, progress: Progress | None = None) -> AsyncIterator[Status]:
    app = StatusApp(fake)
    async with app.run_test(size=(width, 2)):
        app.model.progress = progress or Progress(rows=fake.rows)
        app.line.update_line()
        yield app.line


def text(line: Status) -> str:
    return str(line.render())


LIVE = FakeLive(
    name="ens33",
    counts=Counts(captured=1234, received=1300, dropped=37, dropped_by_interface=2),
    waiting={"veth0": "is down"},
    own_ssh="192.0.2.7:51522 → 192.0.2.1:22",
)


async def test_a_live_capture_says_everything_where_there_is_room() -> None:
    fake = FakeSession(rows=1234, capture=LIVE, filter_expression="port 80")
    async with line_of(fake, 260, Progress(rows=1334, start=100)) as line:
        line.follows = lambda: True
        line.update_line()
        assert (
            text(line)
            .rstrip()
            .startswith(
                "● live │ ens33 │ filter port 80 │ 1,234 frames │ 0 connections │ 37 dropped by the kernel │ "
                "2 dropped by the interface │ 1,300 received │ veth0 is down; waiting │ 100 given up │ "
                "following │ own SSH left out (S)"
            )
        )
        assert "▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁" in text(line)
        line.follows = lambda: False
        LIVE.own_ssh_left_out = False
        line.update_line()
        LIVE.own_ssh_left_out = True
        assert "paused" in text(line)
        assert "own SSH shown (S)" in text(line)


@pytest.mark.parametrize(
    ("width", "there", "gone"),
    [
        (120, ["● live", "ens33", "port 80", "1,234 frames", "37 dropped by the kernel"], ["own SSH", "received"]),
        (80, ["● live", "ens33", "port 80", "37 dropped by the kernel"], ["own SSH", "given up"]),
        (30, ["● live", "ens33"], ["frames", "dropped"]),
    ],
)
async def test_what_matters_least_goes_first(width: int, there: list[str], gone: list[str]) -> None:
    fake = FakeSession(rows=1234, capture=LIVE, filter_expression="port 80")
    async with line_of(fake, width) as line:
        assert all(words in text(line) for words in there), text(line)
        assert not any(words in text(line) for words in gone), text(line)
        assert cell_len(text(line)) <= width


@pytest.mark.parametrize(
    ("capture", "progress", "words"),
    [
        (FakeLive(), Progress(), "● live"),
        (FakeLive(running=False), Progress(), "○ stopped │ lo"),
        (FakeLive(running=False, fault="the disk is full"), Progress(over=True), "stopped: the disk is full │ lo"),
        (FakeCapture(), Progress(over=True), "complete"),
        (FakeCapture(), Progress(rows=10), "loading 50%"),
        (FakeCapture(growing=True), Progress(rows=10), "reading, "),
        (
            FakeCapture(damage=FakeDamage(24, "cut short\x1b[m")),
            Progress(over=True),
            "damaged: cut short␛[m at byte 24",
        ),
    ],
)
async def test_every_state_is_told_in_its_words(capture: FakeCapture, progress: Progress, words: str) -> None:
    async with line_of(FakeSession(capture=capture), 120, progress) as line:
        line.follows = lambda: True
        line.update_line()
        assert words in text(line)
        assert ("following" in text(line)) == (words == "● live"), "where nothing comes there is nothing to follow"
        assert "complete" not in text(line) or words == "complete"


async def test_loading_tells_its_speed_and_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeSession(capture=FakeCapture(position=20, size=100))
    app = StatusApp(fake)
    clock = app.line._started
    monkeypatch.setattr("tui.ui.bars.status.time.monotonic", lambda: clock + 2.0)
    async with app.run_test(size=(120, 2)):
        app.model.progress = Progress(rows=2_400_000)
        app.line.update_line()
        assert "loading 20%, 1.2M frames/s, ~8 s left" in text(app.line)


@pytest.mark.parametrize("width", range(0, 60, 7))
def test_the_line_is_never_wider_than_the_screen_where_that_is_possible(width: int) -> None:
    items = [
        Item("stopped: 日本語日本語日本語日本語日本語", 0, "error", 4),
        Item("/very/long/name.pcap", 2, "changed", 6),
        Item("12 frames", 5),
    ]
    shown = "".join(part for part, _ in with_room(items, width))
    assert cell_len(shown) <= max(width, 4)


def test_the_sparkline_has_a_bar_for_each_second() -> None:
    line = Sparkline(0.0, "utf-8")
    line.look(0, 0.5)
    before = str(line)
    line.look(4, 1.0)
    line.look(4, 1.5)
    line.look(84, 2.0)
    line.look(84, 3.0)
    assert before == "▁" * 20 + "     0/s"
    assert str(line) == "▁" * 17 + "▂█▁" + "     0/s"
    assert cell_len(str(line)) == WIDTH


def test_a_single_frame_is_no_peak_and_still_seen() -> None:
    assert bars([0, 1, 8], BARS) == "▁▂█"
    assert bars([0, 1, 1_000_000], BARS) == "▁▂█"
    assert bars([0, 1, 8], PLAIN_BARS) == "_.#"


def test_a_terminal_without_block_elements_gets_plain_signs() -> None:
    assert bars_for("utf-8") == BARS
    assert [bars_for(encoding) for encoding in ("ascii", "latin-1", None, "no-such-encoding")] == [PLAIN_BARS] * 4


async def test_an_idle_live_capture_draws_nothing_and_the_rate_only_its_own_cells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = FakeSession(rows=100, capture=FakeLive())
    now = [1000.0]
    monkeypatch.setattr("tui.ui.bars.status.time.monotonic", lambda: now[0])
    async with line_of(fake, 120, Progress(rows=0)) as line:
        drawn: list[tuple[Region, ...]] = []
        monkeypatch.setattr(line, "refresh", lambda *regions: drawn.append(regions))
        for _ in range(30):
            now[0] += 0.5
            line.update_line()
        assert drawn == []
        line._model.progress = Progress(rows=50)
        line.update_line()
        assert drawn == [()], "the count of frames has changed"
        now[0] += sparkline.INTERVAL
        line.update_line()
        assert drawn[1:] == [(Region(120 - WIDTH, 0, WIDTH, 1),)]


async def test_a_loopback_interface_is_not_told_to_have_received_twice_as_much() -> None:
    live = FakeLive(name="lo", counts=Counts(captured=10, received=20, dropped=0))
    async with line_of(FakeSession(rows=10, capture=live), 160) as line:
        assert "10 received, none dropped" in text(line)
