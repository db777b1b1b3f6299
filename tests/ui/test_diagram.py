"""The state diagram: what it shows at every size, how one moves along the steps, and that it grows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tcp.wire import OPEN, TALK, Packet, c, read, s
from tests.ui.conftest import until
from tests.ui.screen import shown, shown_lines
from tui.files.source import open_capture
from tui.session import Session
from tui.tcp.rules.states import STATE_NAMES, State
from tui.ui.app import TcptuiApp
from tui.ui.diagram.canvas import PLAIN, UNICODE, signs_for
from tui.ui.diagram.figures import LARGE, SMALL, Figure
from tui.ui.diagram.page import StateDiagram, form_for
from tui.ui.diagram.picture import Picture, state_at
from tui.ui.diagram.stops import Stop
from tui.ui.workbench import Workbench
from tui.views import StatePaths, state_paths
from tui.views.state_paths import TRANSITIONS

CAPTURES = Path(__file__).parents[2] / "captures"


@asynccontextmanager
async def diagram(
    name: str, size: tuple[int, int] = (160, 50), keys: str = "D"
) -> AsyncIterator[tuple[Pilot[None], StateDiagram]]:
    with open_capture(str(CAPTURES / f"{name}.pcap")) as capture:
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.model.progress.over and isinstance(app.screen, Workbench))
            await pilot.press(*keys.split())
            await until(pilot, lambda: isinstance(app.screen, StateDiagram))
            assert isinstance(app.screen, StateDiagram)
            page = app.screen
            await until(pilot, lambda: page._list.region.area > 0)
            yield pilot, page


def paths_of(packets: list[Packet]) -> StatePaths:
    return state_paths(read(packets), 0)


def drawn(figure: Figure, packets: list[Packet], chosen: Stop | None = None) -> str:
    return Picture(figure, paths_of(packets), chosen, UNICODE).canvas.content().plain


FOUR = [*OPEN, *TALK, c("F.", 11, 21), s(".", 21, 12), s("F.", 21, 12), c(".", 12, 22)]


@pytest.mark.parametrize("figure", [LARGE, SMALL])
def test_a_form_has_all_states_and_arrows_in_their_place(figure: Figure) -> None:
    assert {box.state for box in figure.boxes} == set(State)
    arrows = {arrow.step for arrow in figure.arrows}
    assert {(before, after) for before, afters in TRANSITIONS.items() for after in afters} <= arrows
    for arrow in figure.arrows:
        x, y = arrow.points[-1]
        beside = [(x + dx, y + dy) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))]
        assert arrow.step[1] in {state_at(figure, point) for point in beside}, arrow
        assert arrow.label[0] + max(map(len, arrow.words), default=arrow.room) <= figure.width


@pytest.mark.parametrize("figure", [LARGE, SMALL])
def test_no_arrow_or_label_runs_over_another(figure: Figure) -> None:
    taken: dict[tuple[int, int], object] = {}
    for arrow in figure.arrows:
        cells = set()
        for (x, y), (to_x, to_y) in zip(arrow.points, arrow.points[1:], strict=False):
            columns, lines = range(min(x, to_x), max(x, to_x) + 1), range(min(y, to_y), max(y, to_y) + 1)
            cells |= {(column, line) for column in columns for line in lines}
        x, y = arrow.label
        height = len(arrow.words) + (arrow.step in {(a, b) for a, after in TRANSITIONS.items() for b in after})
        room = max(map(len, arrow.words), default=2)
        cells |= {(i, j) for i in range(x, x + room) for j in range(y, y + height)}
        cells = {cell for cell in cells if state_at(figure, cell) is None}
        for cell in cells:
            assert cell not in taken, (arrow.step, taken[cell], cell)
            taken[cell] = arrow.step


def test_what_was_gone_along_is_heavy_and_names_its_step() -> None:
    large = drawn(LARGE, FOUR)
    for words in ("C1 #1", "S2 #2", "C2 #2", "S3 #3", "C3 #7", "C4? #8", "S4 #7", "S5 #9", "C5 #9", "S6? #10"):
        assert words in large, words
    small = drawn(SMALL, FOUR)
    assert "[ SYN-RCVD ]◀───" in small, "no segment went from SYN-SENT to SYN-RECEIVED"
    assert "━━━━━━▶[CLOSE-WAIT]" in small
    assert "CTIME-WAIT ]" in small
    assert "[  CLOSED  S" in small


def test_a_reset_is_marked_where_it_ended_the_connection() -> None:
    small = drawn(SMALL, [*OPEN, c("R.", 1, 1)])
    assert "✗  ESTAB   ✗" in small
    assert "C  CLOSED  S" in small


def test_plain_characters_where_the_encoding_has_no_others() -> None:
    assert signs_for("utf-8") == UNICODE
    assert [signs_for(encoding) for encoding in ("ascii", "latin-1", None)] == [PLAIN] * 3
    for figure in (LARGE, SMALL):
        assert Picture(figure, paths_of(FOUR), None, PLAIN).canvas.content().plain.isascii()


@pytest.mark.parametrize(
    ("size", "figure", "stacked"),
    [
        ((160, 48), LARGE, False),
        ((110, 60), LARGE, True),
        ((120, 38), SMALL, False),
        ((80, 22), SMALL, False),
        ((60, 40), SMALL, True),
        ((60, 20), None, False),
        ((1, 1), None, False),
    ],
)
def test_the_form_that_there_is_room_for(size: tuple[int, int], figure: Figure | None, stacked: bool) -> None:
    assert form_for(*size) == (figure, stacked)


async def test_the_paths_stand_beside_the_figure_with_their_causes() -> None:
    async with diagram("curl-http") as (pilot, _):
        text = shown(pilot)
        assert all(name in text for name in STATE_NAMES)
        assert "client TIME-WAIT, server CLOSED?" in shown_lines(pilot)[0]
        assert "receives FIN [F.]: FIN at 79" in text
        assert "assumed until frame 3 shows it" in text
        assert "C3 #10" in text


async def test_it_fits_on_a_small_terminal_and_begins_at_the_frame_under_the_cursor() -> None:
    async with diagram("curl-http", (80, 24), "tab j D") as (pilot, page):
        assert page._list.stop == Stop(1, 1), "frame 2 is the SYN+ACK that the server sends"
        assert "[FIN-WAIT-1]" in shown(pilot)
        assert "S2  SYN-RECEIVED" in shown(pilot)
        assert max(map(len, shown_lines(pilot))) <= 80


async def test_the_keys_walk_the_steps_and_enter_goes_to_the_frame() -> None:
    async with diagram("curl-http") as (pilot, page):
        await pilot.press("g", "j", "j")
        assert page._list.stop == Stop(0, 2)
        await pilot.press("tab")
        assert page._list.stop == Stop(1, 3), "CLOSE-WAIT, at the same frame"
        await pilot.press("pagedown", "G")
        assert page._list.stop == Stop(1, 5)
        await pilot.press("pageup", "g", "j", "j", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Workbench))
        bench = pilot.app.screen
        assert isinstance(bench, Workbench)
        await until(pilot, lambda: bench.packet_table.key == 10 and bench.focused is bench.packet_table)


async def test_escape_goes_back_to_where_one_was() -> None:
    async with diagram("curl-http", keys="tab j D") as (pilot, _):
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, Workbench))
        assert isinstance(pilot.app.screen, Workbench)
        assert pilot.app.screen.packet_table.key == 2


async def test_the_mouse_chooses_a_state_and_a_step_and_goes_to_its_frame() -> None:
    async with diagram("curl-http") as (pilot, page):
        await pilot.click("#diagram", offset=(50, 19))
        assert page._list.stop == Stop(0, 1), "the client's step to ESTABLISHED"
        await pilot.click("#diagram", offset=(50, 19))
        assert page._list.stop == Stop(1, 2), "and then the server's"
        await pilot.click("#diagram", offset=(50, 32))
        assert "Neither end was in CLOSING" in page.key_line.spoken
        line = next(y for y, text in enumerate(shown_lines(pilot)) if "FIN-WAIT-1    " in text[107:])
        await pilot.click("#paths", offset=(3, line - 1))
        assert page._list.stop == Stop(0, 2)
        await pilot.click("#paths", offset=(3, line - 1), times=2)
        await until(pilot, lambda: isinstance(pilot.app.screen, Workbench))
        assert isinstance(pilot.app.screen, Workbench)
        await until(pilot, lambda: pilot.app.screen.packet_table.key == 10)  # type: ignore[attr-defined]


async def test_the_command_palette_has_it_and_its_own_commands() -> None:
    async with diagram("curl-http", keys="ctrl+p s t a t e s enter") as (pilot, page):
        await pilot.press("g", "ctrl+p", *"other")
        await until(pilot, lambda: "Other end" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: page._list.stop is not None and page._list.stop.end == 1)


async def test_no_size_crashes() -> None:
    async with diagram("simultaneous-close") as (pilot, page):
        for size in [(1, 1), (300, 100), (2, 40), (300, 2), (40, 12), (80, 24)]:
            await pilot.resize_terminal(*size)
            await pilot.press("j", "pagedown", "G", "k", "tab", "g")
        await until(pilot, lambda: "C1  SYN-SENT" in shown(pilot))
        assert page._list.stop == Stop(0, 0)


async def test_frames_that_are_gone_are_told() -> None:
    async with diagram("curl-http", (160, 60)) as (pilot, page):
        session = page.model._session
        await pilot.press("g")
        session.store.drop_before(4)
        page.model.poll()
        page.action_go()
        assert "Frame 1 is not there any more" in page.key_line.spoken
        await until(pilot, lambda: page._paths.given_up and "The first frames" in shown(pilot))
        session.clear()
        await until(pilot, lambda: "(given up)" in shown_lines(pilot)[0])
        assert "C2 #10" in shown(pilot), "what was shown stays"


async def test_live_it_grows() -> None:
    async with diagram("curl-http", (80, 24)) as (pilot, page):
        model = page.model
        states = model.column("states", 0, 12)
        late = states[9:].copy()
        states[9:] = states[8]
        page.grow()
        await until(pilot, lambda: "client ESTABLISHED, server ESTABLISHED" in shown_lines(pilot)[0])
        assert page._list.stop == Stop(1, 2), "the cursor is on the last step that is left"
        states[9:] = late
        model.progress = replace(model.progress, rows=12)
        await until(pilot, lambda: "client TIME-WAIT, server CLOSED?" in shown_lines(pilot)[0])
        assert "C3" in shown(pilot)
        assert page._list.stop == Stop(1, 2)


async def test_its_key_closes_it_and_the_help_begins_with_its_own_keys() -> None:
    async with diagram("curl-http", (80, 24)) as (pilot, page):
        await pilot.press("question_mark")
        await until(pilot, lambda: "In the state diagram: to the path of the other end" in shown(pilot))
        told = shown(pilot)
        assert told.index("to the path of the other end") < told.index("One row up")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is page)
        await pilot.press("D")
        await until(pilot, lambda: isinstance(pilot.app.screen, Workbench))
