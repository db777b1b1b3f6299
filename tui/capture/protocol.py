"""What the capture process and its caller say to each other: a JSON object a line.

Commands
    start     begin to capture: `folder`, `interfaces` (or `["any"]`), `filter`, `snap_length` and `segment_bytes` in
              bytes, `buffer_kib` (of all interfaces together where they are any), `promiscuous`
    filter    capture by another `filter` from now on
    stop      stop capturing; it may be started again
    The end of the commands ends the process.

Events
    ready      privileges were given up
    started    with the `interfaces` that are open: `name`, `link_type` (LINKTYPE_ number)
    segment    a file `name` was begun in the folder; its first `header` bytes are announcements, of which
              those of earlier files are repeated
    grown      the file's `size` in bytes, all of them complete blocks, and the frames `captured` in all files
    counts     `captured`, `received`, `dropped`, `dropped_by_interface`, in frames since the process began
    interface  `name` gives nothing from now on (`up` is false, `reason` says why), or does so again
    filtered   the other filter is in force
    failed     `kind` (see `Kind`), `reason`. Of a start: nothing was begun. Of a filter: the old one stays. Of a
               capture that runs: `stopped` follows
    stopped    all that was captured is in the files
"""

import json
import os
import select
import time
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["no-interface", "permission", "filter", "disk", "other"]
"""Why something failed, for programs."""

LONGEST_COMMAND = 1 << 20
"""Bytes of a command at most."""

PIECE = select.PIPE_BUF
"""Bytes that a pipe which is ready for writing takes without blocking."""

ALL_OF_A_FRAME = 262144
"""Snapshot length, in bytes, that cuts no frame: libpcap's largest."""

LARGEST_BUFFER = (1 << 21) - 1
"""KiB of a kernel buffer that libpcap's interface can express."""

ENDING_PATIENCE = 1.0
"""Seconds that a caller who does not read has to take the last events."""


class CaptureError(Exception):
    """What was asked for can't be done; `kind` for programs, `reason` for people."""

    def __init__(self, kind: Kind, reason: str) -> None:
        super().__init__(reason)
        self.kind: Kind = kind
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Start:
    """The command to begin a capture."""

    folder: str
    interfaces: tuple[str, ...]
    """Names without repetition; `any` for all that are up."""
    filter: str
    snap_length: int
    """Bytes of a frame that are kept."""
    buffer_kib: int
    promiscuous: bool
    segment_bytes: int


@dataclass(frozen=True, slots=True)
class Filter:
    """The command to capture by another filter."""

    filter: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The command to stop capturing."""


Command = Start | Filter | Stop


def parse_command(line: bytes) -> Command:
    """The command in a line. Raises CaptureError where it is none."""
    try:
        fields = json.loads(line)
        match fields["do"]:
            case "start":
                return _parse_start(fields)
            case "filter":
                return Filter(str(fields["filter"]))
            case "stop":
                return Stop()
            case other:
                raise CaptureError("other", f"there is no command {other!r}")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CaptureError("other", f"a command can't be understood: {error!r}") from error


def _parse_start(fields: dict[str, Any]) -> Start:
    return Start(
        folder=str(fields["folder"]),
        interfaces=tuple(dict.fromkeys(str(name) for name in fields["interfaces"])),
        filter=str(fields["filter"]),
        snap_length=min(int(fields["snap_length"]), ALL_OF_A_FRAME) or ALL_OF_A_FRAME,
        buffer_kib=min(int(fields["buffer_kib"]), LARGEST_BUFFER),
        promiscuous=bool(fields["promiscuous"]),
        segment_bytes=int(fields["segment_bytes"]),
    )


class Commands:
    """The lines of a descriptor, as they come."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.ended = False
        """Nothing will come any more."""
        self._rest = b""

    def take(self) -> list[bytes]:
        """The lines that one read completes; to be called when the descriptor is ready."""
        piece = os.read(self.descriptor, 1 << 16)
        *lines, self._rest = (self._rest + piece).split(b"\n")
        self.ended = not piece or len(self._rest) > LONGEST_COMMAND
        return lines


class Events:
    """Sends events without ever waiting for a caller who does not read them, such as one that is suspended.

    Events that a later one outdates are left out then, so that what waits stays small.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.broken = False
        """Nobody reads any more."""
        self._waiting: list[dict[str, object]] = []
        self._begun = b""
        """The rest of what was written in part."""
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    @property
    def waiting(self) -> bool:
        """Whether there is something that could not be sent yet."""
        return bool(self._waiting or self._begun)

    def send(self, event: str, **fields: object) -> None:
        """Send an event, or keep it for later."""
        outdated = event in {"grown", "counts"} and self._waiting and self._waiting[-1]["event"] == event
        if outdated:
            self._waiting.pop()
        self._waiting.append({"event": event, **fields})
        self.send_waiting()

    def failed(self, kind: Kind, reason: str) -> None:
        """Say what can't be done."""
        self.send("failed", kind=kind, reason=reason)

    def send_waiting(self) -> None:
        """Send as much as the reader takes now."""
        while self.waiting and not self.broken and self._poll.poll(0):
            if not self._begun:
                self._begun = json.dumps(self._waiting.pop(0)).encode() + b"\n"
            try:
                written = os.write(self.descriptor, self._begun[:PIECE])
            except BrokenPipeError:
                self.broken = True
                return
            self._begun = self._begun[written:]

    def flush(self) -> None:
        """Send all, if the reader takes it in ENDING_PATIENCE."""
        deadline = time.monotonic() + ENDING_PATIENCE
        while self.waiting and not self.broken and (left := deadline - time.monotonic()) > 0:
            self._poll.poll(left * 1000)
            self.send_waiting()
