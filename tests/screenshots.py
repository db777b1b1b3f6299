"""Draws the pictures in screenshots/ from the captures in captures/:

TEXTUAL_COLOR_SYSTEM=truecolor python -m tests.screenshots
"""

import asyncio
from pathlib import Path

from tests.ui.conftest import until
from tests.ui.screen import shown
from tui.files.source import open_capture
from tui.session import Session
from tui.ui.app import TcptuiApp

TOP = Path(__file__).parent.parent

PICTURES = {
    "first-screen": ("captures/curl-http.pcap", (150, 32), ["enter", *"j" * 10], "comes along"),
    "small-terminal": ("captures/redis-ping.pcap", (80, 24), ["enter", "j", "j"], "handshake is complete"),
    "refused": ("captures/refused.pcap", (110, 24), ["enter", "j"], "nothing listens"),
}
"""Name of each picture: capture, size in cells, keys pressed, and words that its details then show."""


async def draw(name: str) -> None:
    """Run the program without a terminal, press the keys and keep what the screen shows."""
    path, size, keys, words = PICTURES[name]
    with open_capture(str(TOP / path)) as capture:
        capture.name = path
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.model.progress.over)
            await pilot.press(*keys)
            await until(pilot, lambda: words in shown(pilot))
            (TOP / "screenshots" / f"{name}.svg").write_text(app.export_screenshot(title="tcptui"), encoding="utf-8")


if __name__ == "__main__":
    for picture in PICTURES:
        asyncio.run(draw(picture))
