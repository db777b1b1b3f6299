"""The application: what is open, its screens, its signals, and the thread that reads."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import App, SuspendNotSupported
from textual.binding import BindingType
from textual.command import Provider
from textual.message import Message
from textual.widgets import Input

from tui.errors import UsageError, UserError
from tui.opening import LiveSource, Source
from tui.session import Session
from tui.settings import load_settings, store_settings
from tui.ui.actions import bindings
from tui.ui.commands.base import Bench
from tui.ui.dialogs.open import OpenDialog
from tui.ui.dialogs.palette import Commands, Palette
from tui.ui.look.preferences import Preferences
from tui.ui.look.themes import DEFAULT, TERMINAL, THEMES, next_theme
from tui.ui.look.view_options import ViewOptions
from tui.ui.model import Model
from tui.ui.terminal.driver import Driver
from tui.ui.workbench import Workbench

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end the program in order, with the terminal as it was before."""

SIGNAL_STATUS = 128
"""A run that a signal ended exits with this plus the signal's number, as shells count."""

Opener = Callable[[Source], Session]
"""Opens a source in the place of the one before, which it closes. Raises UserError."""


class TcptuiApp(App[None]):
    """The terminal application over one session at a time."""

    TITLE = "tcptui"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]

    @dataclass
    class Opened(Message):
        """Another source is open."""

        session: Session

    @dataclass
    class Failed(Message):
        """Another source could not be opened."""

        reason: str
        complain: Callable[[str], None]

    def __init__(
        self,
        session: Session | None,
        options: ViewOptions | None = None,
        theme: str | None = None,
        opener: Opener | None = None,
        preferences: Preferences | None = None,
        greeting: str | None = None,
    ) -> None:
        """Without a session the program begins with the choice of one.

        `theme`: a name of THEMES; it outranks the one that is preferred. `greeting`: is said at the start.
        """
        super().__init__(driver_class=Driver, ansi_color=True if "NO_COLOR" in os.environ else None)
        for known in THEMES.values():
            self.register_theme(known)
        self._preferences = preferences or Preferences()
        sixteen_colours = self.console.color_system == "standard"
        self.theme = theme or (TERMINAL if sixteen_colours else self._preferences.theme or DEFAULT)
        self.animation_level = "none"
        self._options = options or ViewOptions()
        self._opener = opener
        self._greeting = greeting
        self._session = session
        self._model = Model(session, self._options) if session is not None else None
        self.ended_by: signal.Signals | None = None
        """The signal that ended the program."""

    @property
    def model(self) -> Model:
        """What the main screen looks at; there has to be something open."""
        assert self._model is not None
        return self._model

    @property
    def reading_error(self) -> BaseException | None:
        """What ended the reading of what is open before its time."""
        return self._model.pipeline.error if self._model is not None else None

    async def on_mount(self) -> None:
        """Start reading, and show what is read."""
        loop = asyncio.get_running_loop()
        for number in ENDING_SIGNALS:
            loop.add_signal_handler(number, self._end_by, number)
        if self._session is None:
            await self.push_screen(OpenDialog(self.open, at_start=True))
        else:
            await self._show_session(self._session)

    async def on_event(self, event: events.Event) -> None:
        """A key ends what was said about the one before, and is answered before anything else is done."""
        if not (isinstance(event, events.Key) and isinstance(self.screen, Workbench)):
            await super().on_event(event)
            return
        self.screen.key_line.fall_silent()
        workbench, done = self.screen, event.is_forwarded  # to the pane in focus, and has come back from there
        workbench.begin_answer()
        await super().on_event(event)
        if done:
            workbench.call_after_refresh(workbench.end_answer)

    def on_key(self, event: events.Key) -> None:
        """What was typed before a question had come up, and so was sent elsewhere, is part of the answer."""
        entry = self.focused
        if isinstance(entry, Input) and event.character is not None and event.is_printable:
            event.prevent_default()
            entry.insert_text_at_cursor(event.character)

    def read(self) -> None:
        """Start reading what is open while the screen is still being made."""
        if self._model is not None:
            self._model.pipeline.begin(hold=True)

    async def _show_session(self, session: Session) -> None:
        if self._model is None or session is not self._session:
            self.leave_session()
            self._session, self._model = session, Model(session, self._options)
        self._model.pipeline.begin()
        workbench = Workbench(session, self._model, self._preferences, self.open if self._opener is not None else None)
        while isinstance(self.screen, OpenDialog):
            await self.pop_screen()
        if isinstance(self.screen, Workbench):
            await self.switch_screen(workbench)
        else:
            await self.push_screen(workbench)
        if self._greeting:
            workbench.say(self._greeting)
            self._greeting = None

    def action_redraw(self) -> None:
        """Draw everything anew, as after a message to all users that stands on the screen."""
        if Driver.in_use is not None:
            Driver.in_use.forget()
        self.refresh(layout=True)

    def leave_session(self) -> None:
        """Stop reading what is open, except where it is copied meanwhile, which goes on to its end."""
        if self._model is not None and self._session is not None and self._session.copy_to is None:
            self._model.pipeline.leave()
            self._model.stop_selecting()

    def open(self, source: Source, complain: Callable[[str], None]) -> None:
        """Open a source in the background and show it; `complain` is given the reason where that can't be done.

        A live capture by a user is opened in the foreground, with the terminal as it was, as sudo may ask there.
        """
        opener = self._opener
        if opener is None:
            complain("Nothing else can be opened from here.")
        elif isinstance(source, LiveSource) and os.geteuid() != 0 and not self.is_headless:
            self._open_outside(opener, source, complain)
        else:
            threading.Thread(target=self._try_to_open, args=(opener, source, complain), daemon=True).start()

    def _try_to_open(self, opener: Opener, source: Source, complain: Callable[[str], None]) -> None:
        try:
            self.post_message(self.Opened(opener(source)))
        except UserError as error:
            self.post_message(self.Failed(str(error), complain))

    def _open_outside(self, opener: Opener, source: Source, complain: Callable[[str], None]) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_signal_handler(signal.SIGINT)  # Ctrl+C at the question for a password refuses, and ends nothing
        try:
            with self.suspend():
                self._try_to_open(opener, source, complain)
        except (KeyboardInterrupt, SuspendNotSupported):
            complain("The capture was not started.")
        finally:
            loop.add_signal_handler(signal.SIGINT, self._end_by, signal.SIGINT)

    async def on_tcptui_app_opened(self, message: Opened) -> None:
        """Show what was opened."""
        await self._show_session(message.session)

    def on_tcptui_app_failed(self, message: Failed) -> None:
        """Say why it could not be opened, also where nobody waits for it any more."""
        message.complain(message.reason)
        if not any(isinstance(screen, OpenDialog) for screen in self.screen_stack):
            self._say(message.reason)

    def action_command_palette(self) -> None:
        """Offer everything by its name."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def action_next_theme(self) -> None:
        """Show everything in other colours."""
        self.action_choose_theme(next_theme(self.theme))

    def action_choose_theme(self, name: str) -> None:
        """Show everything in the colours of a theme, also next time."""
        self.theme = name
        complaint = self._preferences.choose_theme(name)
        words = f"Theme: {name}{', without colours as NO_COLOR is set' if 'NO_COLOR' in os.environ else ''}"
        self._say(f"{words}; {complaint}" if complaint else words)

    def action_suspend_process(self) -> None:
        """Stop the whole job, as the terminal's own Ctrl+Z does, so that the shell sees every part of it stopped."""
        if self.is_headless:
            return
        if os.getpgrp() == os.getsid(0):
            self._say("There is no shell to go back to")
            return
        own = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        os.killpg(os.getpgrp(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, own)
        super().action_suspend_process()

    def _say(self, words: str) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Bench):
                screen.say(words)

    def _end_by(self, number: signal.Signals) -> None:
        self.ended_by = number
        self.exit()


def run(
    session: Session | None, options: ViewOptions | None = None, theme: str | None = None, opener: Opener | None = None
) -> None:
    """Show a session until the user leaves; without one, begin with the choice of what to open.

    Reads in a thread of its own. `theme` is a name of THEMES, None for the user's own; UsageError for any other.
    Raises what ended the reading before its time (a UserError where it is the user's to know), after the terminal is
    as it was; SystemExit where a signal ended the program.
    """
    if theme is not None and theme not in THEMES:
        raise UsageError(f"there is no theme {theme}; the themes are {', '.join(THEMES)}")
    settings, greeting = load_settings()
    preferences = Preferences(settings, store_settings)
    options = options or ViewOptions()
    preferences.apply_to(options)
    app = TcptuiApp(session, options, theme, opener, preferences, greeting)
    app.read()
    app.run()
    app.leave_session()
    if app.ended_by is not None:
        raise SystemExit(SIGNAL_STATUS + app.ended_by)
    if app.return_code:
        raise SystemExit(app.return_code)
    if app.reading_error is not None:
        raise app.reading_error
