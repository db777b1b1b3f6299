"""The way to the terminal, on which what is there already is left out, and no more is sent than a line bears."""

import asyncio
import os
import signal
import sys
import time
from types import FrameType
from typing import Any, ClassVar

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.ui.terminal.budget import Budget
from tui.ui.terminal.lasting_file import LastingFile
from tui.ui.terminal.plain_signs import writer_for
from tui.ui.terminal.shown_cells import ShownCells, is_harmless

RESIZING = 1.0
"""Seconds after a change of size in which everything is sent: terminals move text then, each in its way."""

BYTES_A_SECOND = 50_000
"""What is sent for long, as when a key is held: frames that would be more are drawn together."""

BYTES_AT_ONCE = 8_000
"""What is sent before that counts: a page or two."""

UNASKED_BYTES_A_SECOND, UNASKED_BYTES_AT_ONCE = 25_000, 8_000
"""The same of what changes by itself, as while rows arrive."""

LONGEST_ANSWER = 0.2
"""Seconds after which a key that has changed nothing counts as answered."""

BEGIN_FRAME, END_FRAME = "\x1b[?2026h", "\x1b[?2026l"
"""What is between them appears at once, in terminals that say they know them."""


class Driver(LinuxDriver):
    """Sends the cells that change."""

    in_use: ClassVar["Driver | None"] = None
    """The one that draws on this process's terminal."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        Driver.in_use = self
        if self._file is not None:
            self._file = LastingFile(self._file)  # type: ignore[assignment]  # has all that Textual asks of it
        self._writable = writer_for(getattr(sys.__stderr__, "encoding", None))
        self._shown = ShownCells()
        self._settled_at = 0.0
        self._marks_frames = False
        self._line = Budget(BYTES_A_SECOND, BYTES_AT_ONCE)
        self.unasked = Budget(UNASKED_BYTES_A_SECOND, UNASKED_BYTES_AT_ONCE)
        """Tells when something may be drawn that no key asked for."""
        self._later: asyncio.TimerHandle | None = None
        self._asked_until = 0.0

    @property
    def asked(self) -> bool:
        """Whether a key waits for its answer: what changes by itself is drawn after that."""
        return time.monotonic() < self._asked_until

    def answered(self) -> None:
        """What the last key has changed is drawn."""
        self._asked_until = 0.0

    def process_message(self, message: Message) -> None:
        """Take what is typed, in the thread that listens to the terminal."""
        if isinstance(message, events.Key):
            self._asked_until = time.monotonic() + LONGEST_ANSWER
        super().process_message(message)

    def write(self, data: str) -> None:
        """Send what changes something, at once or soon."""
        if data in (BEGIN_FRAME, END_FRAME):
            self._marks_frames = True
        elif time.monotonic() < self._settled_at:
            self._shown.forget()
            self._put(data)
        elif self._shown.draw(data):
            if self._later is None:
                self._send_when_due()
        else:
            self._send()
            self._put(data)
            if not is_harmless(data):
                self._shown.forget()

    def forget(self) -> None:
        """Somebody else has written on the terminal: what is drawn from now on is sent whole."""
        self._shown.forget()

    def _sigcont_application(self, *_: object) -> None:
        """Come back from a stop. A terminal that vanishes sends this signal too, and has nothing to be taken again."""
        if not os.isatty(self.fileno):
            return
        if self._must_signal_resume:
            super()._sigcont_application()
        elif self._auto_restart:
            self._loop.call_soon_threadsafe(self._return_from_hard_stop)

    def _return_from_hard_stop(self) -> None:
        """After a stop that could not be caught the terminal was never given back; it is given back and taken anew,
        unless the program is leaving.
        """
        if self._key_thread is not None and self._key_thread.is_alive():
            self.suspend_application_mode()
            self.resume_application_mode()
            self._app.refresh(layout=True)

    def _put(self, data: str) -> None:
        """Have something written, unless nobody would take it: that would fill a queue, and then wait for ever."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data if self._writable is None else self._writable(data))

    def _send_when_due(self) -> None:
        wait = self._line.wait(time.monotonic())
        if wait <= 0:
            self._send()
        else:
            self._later = asyncio.get_running_loop().call_later(wait, self._send)

    def _send(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        changes = self._shown.changes()
        if changes:
            self._line.add(len(changes))
            self.unasked.add(len(changes))
            self._put(f"{BEGIN_FRAME}{changes}{END_FRAME}" if self._marks_frames else changes)

    def start_application_mode(self) -> None:
        """Take the terminal, and listen for changes of its size."""
        self._shown.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        tell_textual = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            self._settled_at = time.monotonic() + RESIZING
            if callable(tell_textual):
                tell_textual(number, frame)

        signal.signal(signal.SIGWINCH, resized)
