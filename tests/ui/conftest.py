"""What the tests of the screen share."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.ui.fakes import FakeSession, FakeViews
from tui.ui import model
from tui.ui.app import TcptuiApp

DEADLINE = 1000
"""Turns of the event loop after which a condition is not going to come true."""


@pytest.fixture
def fake_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen looks at fake sessions."""
    monkeypatch.setattr(model, "views", FakeViews)


def application(rows: int, **parts: object) -> tuple[TcptuiApp, FakeSession]:
    """An app over a fake session that is read to its end at once."""
    fake = FakeSession(rows=rows)
    for name, value in parts.items():
        setattr(fake, name, value)
    fake.ending = "ending" not in parts
    return TcptuiApp(fake.session), fake


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app work until a condition holds."""
    for _ in range(DEADLINE):
        if condition():
            return
        await pilot.pause(0.02)
    raise AssertionError("the app did not come to what was waited for")
