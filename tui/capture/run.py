"""A capture from its start to its stop: frames go from the interfaces to the files, in the order of their times."""

import math
import time
from collections.abc import Iterable

from tui.capture.coverage import Coverage, EveryInterface, NamedInterfaces
from tui.capture.devices import FRAMES_AT_ONCE, Device, ReadError, Received, Settings
from tui.capture.frames import BLOCK_TIMEOUT, Frame
from tui.capture.merging import Merger
from tui.capture.protocol import CaptureError, Events, Start
from tui.capture.segments import Announced, SegmentWriter

LAST_FRAMES = (BLOCK_TIMEOUT + 15) / 1000
"""Seconds that frames which have arrived need at most to become readable."""

LONGEST_END = 0.5
"""Seconds after a stop in which frames that wait in the kernel's buffer are taken, even if more and more come."""

PAUSE = BLOCK_TIMEOUT / 4000
"""Seconds between two looks where the last frames, or those of another interface, are waited for."""


class Run:
    """One capture."""

    def __init__(self, start: Start, writer: SegmentWriter, events: Events) -> None:
        every = "any" in start.interfaces
        # As with tcpdump, all interfaces together are never promiscuous.
        settings = Settings(start.filter, start.snap_length, start.buffer_kib, start.promiscuous and not every)
        self._coverage: Coverage = EveryInterface(settings) if every else NamedInterfaces(start.interfaces, settings)
        self._start = start
        self._writer = writer
        self._events = events
        self._merger = Merger()
        self._unread = False
        """Whether an interface had more frames than were taken at once."""
        self._said: dict[str, str] = {}
        """The interfaces that give nothing, and why, as it was said last."""

    def begin(self) -> None:
        """Open the interfaces and a file. Raises CaptureError, nothing having been begun then."""
        try:
            self._coverage.open()
            self._writer.begin(self._start.folder, self._start.segment_bytes)
            self._announce()
        except CaptureError:
            self.end()
            raise
        opened = self._coverage.devices.values()
        interfaces = [{"name": device.name, "link_type": device.link_type} for device in opened]
        self._events.send("started", interfaces=interfaces)
        self._writer.report_begun()
        self._say_what_waits()

    def descriptors(self) -> Iterable[int]:
        """What becomes readable when there are frames."""
        return [device.fileno() for device in self._coverage.devices.values()]

    @property
    def due(self) -> float:
        """When `read` has something to do even if no frame arrives, in seconds of the monotonic clock."""
        if self._unread:
            return 0
        held = time.monotonic() + PAUSE if self._merger.holding else math.inf
        return min(self._coverage.next_check, held)

    def received(self) -> Received:
        """The counters of its interfaces."""
        return self._coverage.received()

    def read(self, now: float) -> bool:
        """Look at the interfaces if it is time, and write the frames that are there; whether there were any.

        `now`: seconds of the monotonic clock. Raises CaptureError where the frames can't be written.
        """
        if now >= self._coverage.next_check:
            self._coverage.check(now)
            self._announce()
        there = self._read_devices(now)
        self._say_what_waits()
        return there

    def read_last(self) -> None:
        """Write all frames that have arrived. Raises CaptureError."""
        self._read_what_has_arrived()
        self._writer.write(self._merger.take_all())

    def set_filter(self, expression: str) -> None:
        """Change the filter. Frames that have arrived so far were selected by the old one. Raises CaptureError."""
        self._read_what_has_arrived()
        self._coverage.set_filter(expression)

    def end(self) -> Received:
        """Close the interfaces and the file; the counters."""
        self._coverage.close()
        self._writer.end()
        return self.received()

    def _announce(self) -> None:
        """Give numbers to devices that are new."""
        for device in self._coverage.devices.values():
            if device.number < 0:
                interface = Announced(device.name, device.link_type, device.snap_length)
                device.number = self._writer.announce(interface)

    def _read_what_has_arrived(self) -> None:
        """Wait until the kernel has handed over all frames that it has now."""
        begun = now = time.monotonic()
        while now < begun + LAST_FRAMES or (self._unread and now < begun + LONGEST_END):
            self._read_devices(now)
            if not self._unread:
                time.sleep(PAUSE)
            now = time.monotonic()

    def _read_devices(self, now: float) -> bool:
        """Read every device once, and write what is in order; whether there were frames."""
        read_at = time.time_ns() // 1000
        devices = list(self._coverage.devices.values())
        batches = [self._read_device(device, now) for device in devices]
        behind = [frames[-1][0] for frames in batches if len(frames) >= FRAMES_AT_ONCE]
        self._unread = bool(behind)
        if len(devices) == 1 and not self._merger.holding:
            frames = batches[0]
        else:
            for batch in batches:
                self._merger.add(batch)
            frames = self._merger.take(read_at, min(behind, default=None))
        self._writer.write(frames)
        return bool(frames)

    def _read_device(self, device: Device, now: float) -> list[Frame]:
        try:
            frames = device.read()
        except ReadError as error:
            self._coverage.lost(device, error, now)
            return []
        if frames and device.name in self._coverage.waiting:
            self._coverage.next_check = now
        return frames

    def _say_what_waits(self) -> None:
        """Tell what has changed since the last time."""
        waiting = dict(self._coverage.waiting)
        if waiting == self._said:
            return
        for name, reason in waiting.items():
            if self._said.get(name) != reason:
                self._events.send("interface", name=name, up=False, reason=reason)
        for name in self._said:
            if name not in waiting:
                self._events.send("interface", name=name, up=True, reason="")
        self._said = waiting
