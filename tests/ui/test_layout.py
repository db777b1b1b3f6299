"""Panes: which are shown at every size, alone or together, and that choices about them last."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from textual.pilot import Pilot

from tests.program import REDIS
from tests.ui.conftest import until
from tests.ui.screen import focused, shown, table
from tui.errors import InputError
from tui.files.source import open_capture
from tui.session import Session
from tui.settings import Settings
from tui.ui.app import TcptuiApp
from tui.ui.look.preferences import Preferences
from tui.ui.look.view_options import ViewOptions

PANES = ["connections", "packets", "details", "fields", "bytes"]


@contextmanager
def redis(preferences: Preferences | None = None, options: ViewOptions | None = None) -> Iterator[TcptuiApp]:
    with open_capture(str(REDIS)) as capture:
        yield TcptuiApp(Session(capture), options, preferences=preferences)


def visible(pilot: Pilot[None]) -> list[str]:
    """Panes that have a place on the screen."""
    return [name for name in PANES if pilot.app.screen.query_one(f"#{name}").region.area > 0]


async def ready(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: table(pilot, "packets").key is not None and focused(pilot) == "connections")


async def test_a_wide_screen_has_the_details_at_the_right_then_below_then_nowhere() -> None:
    with redis() as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await ready(pilot)
            packets, inspector = table(pilot, "packets"), app.screen.query_one("#inspector")
            assert visible(pilot) == PANES
            assert inspector.region.x > packets.region.right - 1
            await pilot.press("v")
            await until(pilot, lambda: inspector.region.y >= packets.region.bottom)
            assert visible(pilot) == PANES
            await pilot.press("v")
            await until(pilot, lambda: visible(pilot) == ["connections", "packets"])
            assert packets.region.width == 160
            await pilot.press("tab", "tab")
            assert focused(pilot) == "connections", "Tab goes where there is something to see"
            await pilot.press("v")
            await until(pilot, lambda: visible(pilot) == PANES)


async def test_a_narrow_screen_has_the_details_below_or_nowhere() -> None:
    with redis() as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot)
            assert visible(pilot)[:3] == ["connections", "packets", "details"]
            await pilot.press("v")
            await until(pilot, lambda: visible(pilot) == ["connections", "packets"])
            await pilot.press("v")
            await until(pilot, lambda: "details" in visible(pilot))


async def test_the_details_in_focus_go_and_the_focus_goes_to_a_table() -> None:
    with redis() as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot)
            await pilot.press("tab", "tab", "v")
            await until(pilot, lambda: focused(pilot) == "packets")


@pytest.mark.parametrize("size", [(160, 50), (80, 24)])
async def test_any_pane_can_have_the_screen_for_itself(size: tuple[int, int]) -> None:
    with redis() as app:
        async with app.run_test(size=size) as pilot:
            await ready(pilot)
            before = visible(pilot)
            await pilot.press("z")
            for name in PANES:
                await until(pilot, lambda name=name: visible(pilot) == [name])  # type: ignore[misc]
                assert app.screen.query_one(f"#{name}").region.width == size[0]
                await pilot.press("tab")
            await until(pilot, lambda: visible(pilot) == ["connections"])
            await pilot.press("escape")
            await until(pilot, lambda: visible(pilot) == before)
            await pilot.press("z", "z")
            await until(pilot, lambda: visible(pilot) == before)


async def test_no_size_crashes() -> None:
    with redis() as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await ready(pilot)
            for size in [(1, 1), (300, 100), (2, 40), (300, 2), (40, 12)]:
                await pilot.resize_terminal(*size)
                await pilot.press(
                    "z", "tab", "v", "z", "question_mark", "escape", "o", "escape", "colon", "escape", "tab"
                )
            await pilot.resize_terminal(160, 50)
            await until(pilot, lambda: "teardown 4/4" in shown(pilot))


async def test_choices_last_until_the_next_run() -> None:
    kept = Settings()
    with redis(Preferences(kept, lambda settings: None)) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await ready(pilot)
            await pilot.press("v", "v", "d", "d", "ctrl+t")
    assert (kept.layout, kept.time_format) == ("tables", "clock")
    preferences, options = Preferences(kept), ViewOptions()
    preferences.apply_to(options)
    with redis(preferences, options) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await ready(pilot)
            assert visible(pilot) == ["connections", "packets"]
            assert preferences.theme == kept.theme is not None
            assert app.model.options == ViewOptions("clock")


async def test_settings_that_mean_nothing_change_nothing() -> None:
    preferences, options = Preferences(Settings("no-theme", "nowhere", "sundial")), ViewOptions()
    preferences.apply_to(options)
    assert (preferences.theme, preferences.layout, options) == (None, "right", ViewOptions())


async def test_where_a_choice_cannot_be_kept_it_holds_and_the_reason_is_said() -> None:
    def refuse(settings: Settings) -> None:
        raise InputError("the settings can't be kept here")

    with redis(Preferences(keep=refuse)) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await ready(pilot)
            await pilot.press("v")
            await until(pilot, lambda: "Details below; the settings can't be kept here" in shown(pilot))
