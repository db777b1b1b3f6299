"""What is copied reaches the terminal's clipboard, and it is said."""

import base64
import re

from textual.pilot import Pilot

from tests.program import REDIS
from tests.ui.conftest import until
from tests.ui.screen import shown, table
from tests.ui.terminal import Terminal
from tui.files.source import open_capture
from tui.session import Session
from tui.ui.app import TcptuiApp

CLIPBOARD = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
"""The sequence by which a terminal is told what its clipboard holds (OSC 52)."""


async def at_first_packet(app: TcptuiApp, pilot: Pilot[None]) -> None:
    await until(pilot, lambda: app.model.progress.over and table(pilot, "packets").key is not None)
    await pilot.press("tab")


async def test_a_cell_a_row_and_the_bytes_of_a_packet() -> None:
    with open_capture(str(REDIS)) as capture:
        session = Session(capture)
        app = TcptuiApp(session)
        async with app.run_test(size=(160, 50)) as pilot:
            await at_first_packet(app, pilot)
            await pilot.press("Y")
            row = app.clipboard
            assert "handshake 1/3" in row
            assert "\t" in row
            await until(pilot, lambda: "Copied 1" in shown(pilot))
            await pilot.press("y")
            assert app.clipboard == row, "without a chosen column it is the row"
            await pilot.press("right", "y")
            assert app.clipboard == "1"
            await pilot.press("j", "ctrl+y")
            assert app.clipboard == session.read_frame(1).hex()
            await until(pilot, lambda: "of frame 2 as hex digits" in shown(pilot))


async def test_a_field_and_its_bytes() -> None:
    with open_capture(str(REDIS)) as capture:
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=(160, 50)) as pilot:
            await at_first_packet(app, pilot)
            await until(pilot, lambda: "Source port" in shown(pilot))
            await pilot.press("tab", "tab")
            await until(pilot, lambda: getattr(app.screen.focused, "id", "") == "fields")
            await pilot.press("j", "y")
            name, _, port = app.clipboard.partition(": ")
            assert name == "Source port"
            await pilot.press("tab", "y")
            assert app.clipboard == int(port).to_bytes(2, "big").hex()


def test_the_terminal_is_told_and_only_with_printable_text() -> None:
    with Terminal("tui", str(REDIS)) as terminal:
        terminal.read_until("teardown 4/4")
        terminal.press("\tY")
        terminal.read_until("Copied")
        terminal.press("q")
        assert terminal.end() == 0
        (copied,) = CLIPBOARD.findall(terminal.written)
        text = base64.b64decode(copied).decode()
        assert "handshake 1/3" in text
        assert text.replace("\t", " ").isprintable()
