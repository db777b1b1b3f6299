"""The application: its screen, its signals, and the thread that reads."""

import asyncio
import os
import signal
from typing import ClassVar

from textual.app import App
from textual.binding import BindingType

from tui.session import Session
from tui.ui.actions import bindings
from tui.ui.model import Model
from tui.ui.workbench import Workbench

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the program in order, with the terminal as it was before."""

SIGNAL_STATUS = 128
"""A run that a signal ended exits with this plus the signal's number, as shells count."""

SIXTEEN_COLOUR_THEME = "ansi-dark"
"""For terminals of 16 colours: the terminal's own, instead of the nearest to colours it does not have."""


class TcptuiApp(App[None]):
    """The terminal application over one session."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "tcptui"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]

    def __init__(self, session: Session, absolute_numbers: bool = False) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        if self.console.color_system == "standard":
            self.theme = SIXTEEN_COLOUR_THEME
        self.animation_level = "none"
        self.model = Model(session, absolute_numbers)
        self.ended_by: signal.Signals | None = None
        """The signal that ended the program."""

    def on_mount(self) -> None:
        """Start reading, and show what is read."""
        loop = asyncio.get_running_loop()
        for number in ENDING_SIGNALS:
            loop.add_signal_handler(number, self._end_by, number)
        self.model.pipeline.start()
        self.push_screen(Workbench(self.model))

    def _end_by(self, number: signal.Signals) -> None:
        self.ended_by = number
        self.exit()


def run(session: Session, absolute_numbers: bool = False) -> None:
    """Show a session until the user leaves, with relative sequence numbers or those on the wire.

    Reads the session in a thread of its own. Raises what ended the reading before its time (a UserError where it is
    the user's to know), after the terminal is as it was; SystemExit where a signal ended the program.
    """
    app = TcptuiApp(session, absolute_numbers)
    app.run()
    app.model.pipeline.leave()
    if app.ended_by is not None:
        raise SystemExit(SIGNAL_STATUS + app.ended_by)
    if app.return_code:
        raise SystemExit(app.return_code)
    if app.model.pipeline.error is not None:
        raise app.model.pipeline.error
