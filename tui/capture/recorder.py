"""The loop of the capture process: commands in, frames from the interfaces to the files, events out."""

import math
import os
import select
import signal
import time

from tui.capture.devices import Received, check_filter
from tui.capture.protocol import CaptureError, Commands, Events, Filter, Start, Stop, parse_command
from tui.capture.run import Run
from tui.capture.segments import SegmentWriter

COUNTS_INTERVAL = 0.25
"""Seconds between two events with counters."""

TERMINAL_SIGNALS = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP)
"""What a terminal sends to all processes of a group, meaning another one."""


class Recorder:
    """Does what the commands say until they end, nobody reads the events, or SIGTERM comes."""

    def __init__(self, commands: Commands, events: Events) -> None:
        self._commands = commands
        self._events = events
        self._writer = SegmentWriter(events)
        self._run: Run | None = None
        self._earlier = Received()
        """Counters of runs that are over."""
        self._counts: dict[str, int] = {}
        """As they were sent last."""
        self._counts_due = math.inf

    def run(self) -> None:
        """Work until it is over."""
        wakeup = _catch_signals()
        self._events.send("ready")
        while not (self._commands.ended or self._events.broken):
            ready = self._wait(wakeup)
            if wakeup in ready or ready.get(self._events.descriptor, 0) & (select.POLLERR | select.POLLNVAL):
                break
            self._events.send_waiting()
            if self._commands.descriptor in ready:
                for line in self._commands.take():
                    self._obey(line)
            self._go_on()
        if self._run:
            self._stop()
            self._events.send("stopped")
        self._events.flush()

    def _wait(self, wakeup: int) -> dict[int, int]:
        """Wait for something to do: events of poll(2) by descriptor."""
        poll = select.poll()
        poll.register(wakeup, select.POLLIN)
        poll.register(self._commands.descriptor, select.POLLIN)
        poll.register(self._events.descriptor, select.POLLOUT if self._events.waiting else 0)
        due = self._counts_due
        if self._run:
            for descriptor in self._run.descriptors():
                poll.register(descriptor, select.POLLIN)
            due = min(due, self._run.due)
        seconds = due - time.monotonic()
        return dict(poll.poll(None if math.isinf(seconds) else max(seconds * 1000, 0)))

    def _obey(self, line: bytes) -> None:
        try:
            match parse_command(line):
                case Start() as start:
                    self._start(start)
                case Filter(expression):
                    self._set_filter(expression)
                case Stop():
                    self._stop()
                    self._events.send("stopped")
        except CaptureError as error:
            self._events.failed(error.kind, error.reason)

    def _start(self, start: Start) -> None:
        if self._run:
            raise CaptureError("other", "a capture runs already; it has to be stopped before")
        run = Run(start, self._writer, self._events)
        run.begin()
        self._run = run

    def _set_filter(self, expression: str) -> None:
        if self._run:
            self._run.set_filter(expression)
        else:
            check_filter(expression)
        self._events.send("filtered")

    def _go_on(self) -> None:
        """Read and write what there is, and say so."""
        if not self._run:
            return
        try:
            if self._run.read(time.monotonic()):
                self._counts_due = min(self._counts_due, time.monotonic() + COUNTS_INTERVAL)
        except CaptureError as error:
            self._events.failed(error.kind, error.reason)
            self._end_run()
            self._events.send("stopped")
            return
        if time.monotonic() >= self._counts_due:
            self._report_counts()

    def _stop(self) -> None:
        """Have all frames that have arrived so far in the files, and the interfaces closed."""
        if not self._run:
            return
        try:
            self._run.read_last()
        except CaptureError as error:
            self._events.failed(error.kind, error.reason)
        self._end_run()

    def _end_run(self) -> None:
        if self._run:
            self._earlier += self._run.end()
            self._run = None
        self._report_counts()

    def _report_counts(self) -> None:
        received = self._earlier + self._run.received() if self._run else self._earlier
        counts = {
            "captured": self._writer.captured,
            "received": received.received,
            "dropped": received.dropped,
            "dropped_by_interface": received.dropped_by_interface,
        }
        if counts != self._counts:
            self._counts = counts
            self._events.send("counts", **counts)
        self._counts_due = math.inf


def _catch_signals() -> int:
    """Ignore what a terminal sends; a descriptor that becomes readable when SIGTERM comes."""
    for ignored in TERMINAL_SIGNALS:
        signal.signal(ignored, signal.SIG_IGN)
    wakeup, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGTERM, lambda *_: None)
    return wakeup
