"""Draws the pictures with the real app; the same from one time to the next, on any machine."""

import os
import re
import tempfile
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from textual.pilot import Pilot
from textual.widgets import Input

from tests.files.build import frames_of
from tests.screenshots.live import INTERFACES, live_capture, sparkline
from tests.screenshots.pictures import PICTURES, WHOLE, Picture
from tests.ui.conftest import until
from tests.ui.screen import shown
from tui.files.source import Capture, open_capture
from tui.query.capture_filter import CaptureFilter
from tui.session import Session
from tui.settings import Settings
from tui.ui import workbench
from tui.ui.app import TcptuiApp
from tui.ui.bars import status
from tui.ui.dialogs import choices
from tui.ui.inspector.details import identity
from tui.ui.look.preferences import Preferences
from tui.ui.look.themes import DEFAULT
from tui.ui.workbench import Workbench
from tui.views import FrameView

TOP = Path(__file__).resolve().parents[2]

FOLDER = TOP / "screenshots"

TITLE = "tcptui"

RANDOM_NAME = re.compile(r"terminal-\d+")
"""What rich begins the names in a picture with."""


def path_of(name: str) -> Path:
    """Where a picture is kept."""
    return FOLDER / f"{name}.svg"


async def draw(name: str) -> str:
    """The SVG of a picture: the program runs without a terminal, the keys are pressed, and what it shows is kept."""
    picture = PICTURES[name]
    with _surroundings(picture), _capture(picture) as capture:
        session = Session(capture, CaptureFilter(picture.filter) if picture.filter and not picture.live else None)
        app = TcptuiApp(
            session,
            theme=picture.theme or DEFAULT,
            preferences=Preferences(Settings(layout=picture.layout)),
            opener=lambda source: session,
        )
        async with app.run_test(size=picture.size) as pilot:
            await until(pilot, lambda: _is_read(app))
            for keys in picture.keys:
                await pilot.press(*keys.split())
                await until(pilot, lambda: _is_settled(pilot))
            await until(pilot, lambda: all(words in shown(pilot) for words in picture.shows))
            return RANDOM_NAME.sub(TITLE, app.export_screenshot(title=TITLE))


@contextmanager
def _surroundings(picture: Picture) -> Iterator[None]:
    """The same machine, clock and terminal every time."""
    frames = len(frames_of(_file(picture))) if picture.live and picture.capture else 0
    colours = {} if picture.colours else {"NO_COLOR": "1"}
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | colours
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(workbench, "REST", 0.01),
        patch.object(status, "time", types.SimpleNamespace(monotonic=lambda: 0.0)),
        patch.object(status, "Sparkline", lambda now, encoding: sparkline(frames)),
        patch.object(choices, "interfaces", lambda: INTERFACES),
        patch.object(Input, "cursor_blink", False),
    ):
        yield


@contextmanager
def _capture(picture: Picture) -> Iterator[Capture]:
    if picture.live:
        frames = frames_of(_file(picture)) if picture.capture else []
        with live_capture("lo" if frames else "ens33", picture.filter, frames, over_ssh=not frames) as capture:
            yield capture
        return
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, f"{picture.capture}.pcap")
        content = _file(picture).read_bytes()
        path.write_bytes(content if picture.share == WHOLE else content[: int(len(content) * picture.share)])
        with open_capture(str(path)) as capture:
            capture.name = f"captures/{path.name}"
            yield capture


def _file(picture: Picture) -> Path:
    return TOP / "captures" / f"{picture.capture}.pcap"


def _is_read(app: TcptuiApp) -> bool:
    progress, live = app.model.progress, app.model.live
    return progress.over if live is None else progress.rows == live.counts.captured


def _is_settled(pilot: Pilot[None]) -> bool:
    """Whether the details, the fields and the bytes have followed the cursor."""
    bench = next(screen for screen in pilot.app.screen_stack if isinstance(screen, Workbench))
    inspector, table = bench.inspector, bench.subject_table
    if table.key is None:
        return True
    if table is bench.connection_table:
        return identity(inspector._subject) == ("connection", table.key)
    return isinstance(inspector._subject, FrameView) and (
        inspector._subject.number == table.key and inspector._answered == inspector._asked
    )
