"""Every key does what the footer and the help say."""

import pytest
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from tests.ui.conftest import application, until
from tests.ui.fakes import PERIOD
from tests.ui.screen import focused, shown, table

pytestmark = pytest.mark.usefixtures("fake_views")

ROWS = PERIOD * 300


async def ready(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: focused(pilot) == "connections" and table(pilot, "connections").key is not None)


async def test_every_key_that_moves_the_cursor() -> None:
    app, _ = application(ROWS)
    async with app.run_test(size=(100, 24)) as pilot:
        await ready(pilot)
        connections = table(pilot, "connections")
        page, last = connections.lines, ROWS // PERIOD - 1
        for key, row in [
            *[("up", 0), ("down", 1), ("j", 2), ("k", 1), ("home", 0)],
            *[("pagedown", page), ("ctrl+d", page + page // 2), ("ctrl+u", page), ("pageup", 0)],
            *[("G", last), ("j", last), ("g", 0), ("end", last)],
        ]:
            await pilot.press(key)
            assert connections.cursor == row, key


async def test_the_cursor_is_always_in_view() -> None:
    app, _ = application(ROWS)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        connections = table(pilot, "connections")
        for key in ["G", "pageup", "g", "pagedown", "ctrl+d"]:
            await pilot.press(key)
            top = round(connections.scroll_offset.y)
            assert top <= connections.cursor < top + connections.lines
            await until(pilot, lambda: f" {connections.key} 19" in shown(pilot))


async def test_tab_goes_round_the_panes_in_both_directions() -> None:
    app, _ = application(ROWS)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        for key, pane in [
            *[("tab", "packets"), ("tab", "details"), ("tab", "fields"), ("tab", "bytes"), ("tab", "connections")],
            *[("shift+tab", "bytes"), ("shift+tab", "fields"), ("shift+tab", "details"), ("shift+tab", "packets")],
        ]:
            await pilot.press(key)
            await until(pilot, lambda pane=pane: focused(pilot) == pane)  # type: ignore[misc]


async def test_enter_narrows_and_escape_widens() -> None:
    app, _ = application(ROWS)
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(pilot)
        await pilot.press("j", "j", "enter")
        await until(pilot, lambda: focused(pilot) == "packets")
        assert "Packets of connection 2" in shown(pilot)
        assert "UDP" not in shown(pilot)
        packets = table(pilot, "packets")
        first_frame = 2 * (2 * PERIOD) + 1
        assert packets.key == first_frame
        await pilot.press("G")
        assert packets.key == first_frame + 2 * 9
        await pilot.press("escape")
        assert packets.key == first_frame + 2 * 9, "the chosen frame stays chosen among all"
        await until(pilot, lambda: "Packets of all connections" in shown(pilot) and "UDP" in shown(pilot))


async def test_escape_leaves_the_chosen_column_before_it_widens() -> None:
    app, _ = application(ROWS)
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(pilot)
        await pilot.press("enter", "right", "right", "escape")
        assert table(pilot, "packets").column is None
        assert "Packets of connection 0" in shown(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "Packets of all connections" in shown(pilot))


async def test_enter_on_a_packet_narrows_to_its_connection() -> None:
    app, _ = application(ROWS)
    async with app.run_test(size=(100, 24)) as pilot:
        await ready(pilot)
        table(pilot, "packets").move_to(PERIOD - 1)
        await pilot.press("tab", "enter")
        assert "Packets of all connections" in shown(pilot), "a frame without connection narrows to nothing"
        table(pilot, "packets").move_to(PERIOD + 4)
        await pilot.press("enter")
        await until(pilot, lambda: "Packets of connection 1" in shown(pilot))
        assert table(pilot, "packets").key == 2 * (PERIOD + 4) + 1
        assert table(pilot, "connections").key == 1


async def test_brackets_walk_through_the_connections() -> None:
    app, _ = application(ROWS)
    async with app.run_test(size=(100, 24)) as pilot:
        await ready(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: focused(pilot) == "packets")
        for key, number in [("]", 1), ("]", 2), ("[", 1), ("[", 0), ("[", 0)]:
            await pilot.press({"[": "left_square_bracket", "]": "right_square_bracket"}[key])
            await until(pilot, lambda number=number: f"Packets of connection {number}" in shown(pilot))  # type: ignore[misc]
            assert table(pilot, "connections").key == number


@pytest.mark.parametrize("keys", [["q"], ["ctrl+c"], ["question_mark", "ctrl+c"]])
async def test_quitting(keys: list[str]) -> None:
    app, _ = application(ROWS)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


async def test_a_click_selects_and_a_second_chooses() -> None:
    app, _ = application(ROWS)
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(pilot)
        await pilot.click("#connections", offset=(10, 5))
        assert table(pilot, "connections").cursor == 3
        await pilot.click("#packets", offset=(10, 1))
        assert table(pilot, "packets").cursor == 0, "the header is no row"
        await pilot.click("#connections", offset=(10, 7), times=2)
        await until(pilot, lambda: "Packets of connection 5" in shown(pilot))


async def test_the_wheel_scrolls_and_leaves_the_cursor_alone() -> None:
    app, _ = application(ROWS)
    async with app.run_test(size=(100, 24)) as pilot:
        await ready(pilot)
        packets = table(pilot, "packets")
        at_packets = {"widget": packets, "x": 5, "y": 5, "delta_x": 0, "delta_y": 0, "button": 0}
        held = {"shift": False, "meta": False, "ctrl": False}
        packets.post_message(MouseScrollDown(**at_packets, **held))  # type: ignore[arg-type]
        await until(pilot, lambda: packets.scroll_offset.y > 0)
        assert packets.cursor == 0
