"""The capture process as its caller sees it, and what it has written as our reader does."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.program import PROJECT
from tui.files.source import open_capture

HELPER = PROJECT / "tui" / "capture" / "helper.py"
"""The program."""

COMMAND = [sys.executable, "-I", str(HELPER)]

PATIENCE = 10.0
"""Seconds that anything may take."""

Event = dict[str, Any]


class CaptureProcess:
    """A process that captures, and the events that it has sent."""

    def __init__(self, prefix: list[str], environment: dict[str, str] | None = None) -> None:
        self.events: list[Event] = []
        """All that were waited for or passed over."""
        self.reads = threading.Event()
        """Whether the events are read at all."""
        self.reads.set()
        self._coming: queue.Queue[Event | None] = queue.Queue()
        self.process = subprocess.Popen(
            prefix + COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"]} | (environment or {}),
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.reads.wait(PATIENCE)
            self._coming.put(json.loads(line))
        self._coming.put(None)

    def send(self, **command: object) -> None:
        """Send a command."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def start(self, folder: Path, *interfaces: str, **changed: object) -> None:
        """Send the command to start."""
        usual = {"filter": "", "snap_length": 0, "buffer_kib": 4096, "promiscuous": True, "segment_bytes": 1 << 26}
        self.send(do="start", folder=str(folder), interfaces=interfaces, **(usual | changed))

    def started(self, folder: Path, *interfaces: str, **changed: object) -> Event:
        """Start, and wait until it has."""
        self.start(folder, *interfaces, **changed)
        return self.wait("started")

    def wait(self, kind: str, condition: Callable[[Event], bool] = lambda event: True) -> Event:
        """The next event of a kind that meets a condition."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                event = self._coming.get(timeout=max(deadline - time.monotonic(), 0))
            except queue.Empty:
                raise AssertionError(f"no such {kind} among {self.events}") from None
            assert event, f"it ended without {kind} after {self.events}"
            self.events.append(event)
            if event["event"] == kind and condition(event):
                return event

    def wait_captured(self, frames: int) -> None:
        """Wait until so many frames are in the files."""
        if max((event.get("captured", 0) for event in self.events), default=0) < frames:
            self.wait("grown", lambda event: bool(event["captured"] >= frames))

    def stop(self) -> Event:
        """Stop capturing; the counters."""
        self.send(do="stop")
        self.wait("stopped")
        return next(event for event in reversed(self.events) if event["event"] == "counts")

    def ends(self) -> int:
        """Wait for its end: the exit status; all events that were left have come then."""
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        while event := self._coming.get(timeout=PATIENCE):
            self.events.append(event)
        return status

    def kinds(self) -> list[str]:
        """What the events were."""
        return [event["event"] for event in self.events]

    def __enter__(self) -> Self:
        self.wait("ready")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()


class Recorded:
    """A segment as our reader reads it."""

    def __init__(self, path: Path) -> None:
        self.frames: list[bytes] = []
        self.wire_lengths: list[int] = []
        self.times: list[int] = []
        """Nanoseconds since the epoch."""
        self.interface_of: list[str] = []
        """The name of each frame's interface."""
        self.link_types: list[int] = []
        """Of the interfaces, in the order in which they are announced."""
        with open_capture(str(path)) as capture:
            for batch in capture.batches():
                for start, captured in zip(batch.start.tolist(), batch.captured.tolist(), strict=True):
                    self.frames.append(batch.data[start : start + captured].tobytes())
                self.wire_lengths += batch.wire.tolist()
                self.times += batch.time_ns.tolist()
                self.interface_of += [capture.interfaces[number].name or "" for number in batch.interface.tolist()]
            self.names = [interface.name for interface in capture.interfaces]
            """Of the interfaces, in the order in which they are announced."""
            self.link_types = [interface.link_type for interface in capture.interfaces]
            self.damage = capture.damage


def segments(folder: Path) -> list[Recorded]:
    """All segments in a folder, in order."""
    return [Recorded(path) for path in sorted(folder.glob("*.pcapng"))]


def frames_in(folder: Path) -> list[bytes]:
    """The frames of all segments."""
    return [frame for segment in segments(folder) for frame in segment.frames]
