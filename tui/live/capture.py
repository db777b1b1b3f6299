"""A live capture: interfaces that a process of its own listens to, read like any capture that is still growing."""

import os
import sys
from dataclasses import dataclass, fields, replace
from threading import Condition

from tui.errors import InputError, UsageError
from tui.files.pcapng import PcapngReader
from tui.files.source import Capture
from tui.files.spool import KEPT_FREE
from tui.live.own_ssh import own_connection
from tui.live.process import (
    CaptureProcess,
    Message,
    can_start_process,
    describe_other_ways,
    release_process,
    start_process,
)
from tui.live.request import LiveRequest, chosen_names, no_such_interface
from tui.live.segments import SegmentBytes
from tui.live.spool_folder import SpoolFolder
from tui.text import printable

SEGMENT_BYTES = 64 << 20
"""Bytes after which a new segment of the spool is begun."""

LEAST_SEGMENT_BYTES = 64 << 10
"""Bytes of a segment where the whole capture may be small."""

SEGMENTS_WITHIN_SIZE = 8
"""Segments that fit into the largest size of a capture: a capture that has reached it gives up an eighth at once."""

BUFFER_KIB = 16 << 10
"""Kernel's buffer where nothing else is asked for: libpcap's 2 MiB is full after 30 large frames of lo."""

START_SECONDS = 10.0
"""How long the capture process may take to open the interfaces."""

STOP_SECONDS = 3.0
"""How long it may take to write what it has, and stop."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Frames since the capture was opened, as tcpdump counts them."""

    captured: int = 0
    """Written to the capture."""
    received: int = 0
    """Seen by the filter in the kernel."""
    dropped: int = 0
    """Lost in the kernel, as its buffer was full."""
    dropped_by_interface: int = 0
    """Lost in the interface or its driver."""


class LiveCapture(Capture):
    """A capture that is running, or can be started again; all of it may be called from any thread.

    `batches` waits for more while frames may still come, also while capturing is stopped; it ends after `close`, after
    `finish`, or when the capture has failed for good.
    """

    is_live = True

    def __init__(self, request: LiveRequest, names: tuple[str, ...], folder: SpoolFolder) -> None:
        """`names`: of the interfaces. Raises OSError where the folder can't be read."""
        self._segments = SegmentBytes(folder.path)
        super().__init__(", ".join(names), self._segments, PcapngReader(), 0)
        self.filter = request.filter
        """The capture filter that was asked for, raw; empty where there is none."""
        self.max_size = request.max_size
        """Most bytes that are to be kept on disk; None where the disk alone is the limit."""
        self._request = request
        self._names = names
        self._folder = folder
        self._keep_folder = False
        self._own = own_connection()
        self._left_out = self._own is not None and not request.include_own_ssh
        self._changed = Condition()
        self._process: CaptureProcess | None = None
        self._counts = Counts()
        self._waiting: dict[str, str] = {}
        self._fault: str | None = None
        self._failure: Message | None = None
        self._wanted = self._running = self._finishing = self._begun = False
        self._filter_in_use = ""

    @property
    def counts(self) -> Counts:
        """What was captured and lost so far; final after `close`, and where `wait_stopped` says so."""
        return self._counts

    @property
    def running(self) -> bool:
        """Whether frames are being captured now."""
        return self._running

    @property
    def wanted(self) -> bool:
        """Whether it was started and not stopped since; the capture process may be about to obey."""
        return self._wanted

    @property
    def waiting(self) -> dict[str, str]:
        """Interfaces that give nothing now, by name: why, such as `is down`. Both are fit to be drawn."""
        with self._changed:
            return dict(self._waiting)

    @property
    def fault(self) -> str | None:
        """Why the capture has ended for good, a sentence that is fit to be drawn; None while it has not."""
        return self._fault

    @property
    def own_ssh(self) -> str | None:
        """The SSH connection that we are used over, such as `192.0.2.7:51522 → 192.0.2.1:22`; None without one."""
        return printable(self._own.words) if self._own else None

    @property
    def own_ssh_left_out(self) -> bool:
        """Whether that connection is not captured."""
        return self._left_out

    @property
    def spool_path(self) -> str:
        """The folder that holds the frames, raw."""
        return str(self._folder.path)

    @property
    def kept_bytes(self) -> int:
        """Bytes of the capture that are on disk."""
        return self._segments.size_kept

    def set_own_ssh_left_out(self, left_out: bool) -> None:
        """Leave our own SSH connection out from now on, or bring it back; nothing happens where there is none."""
        with self._changed:
            if self._own is not None:
                self._left_out = left_out
                self._apply_filter()

    def stop(self) -> None:
        """Capture no more, until `start`."""
        with self._changed:
            if self._wanted:
                self._wanted = False
                self._send({"do": "stop"})

    def start(self) -> None:
        """Capture again; what comes now goes on behind what was captured before."""
        with self._changed:
            if self._wanted or self._finishing or self._fault or self.closed:
                return
            self._wanted = True
            self._filter_in_use = self._effective_filter()
            request = self._request
            command: Message = {
                "do": "start",
                "folder": str(self._folder.path),
                "interfaces": list(self._names),
                "filter": self._filter_in_use,
                "snap_length": request.snap_length,
                "buffer_kib": request.buffer_kib or BUFFER_KIB,
                "promiscuous": request.promiscuous,
                "segment_bytes": _segment_bytes(self.max_size),
            }
            self._send(command)

    def finish(self) -> None:
        """Stop for good: `batches` gives what was captured, and ends. Does not wait; a signal handler may call it."""
        with self._changed:
            self._finishing = True
            if self._wanted:
                self.stop()
            elif not self._running:
                self._segments.end()

    def wait_stopped(self, seconds: float = STOP_SECONDS) -> bool:
        """Wait until nothing is captured any more, after `stop` or `finish`; the counts are final then.

        False where that takes too long.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not (self._running or self._wanted), seconds)

    def wants_to_drop(self) -> int | None:
        """Before which offset the oldest segments have to go now; None while there is room.

        There is none where the capture is larger than `max_size`, or the disk is nearly full.
        """
        excess = 0 if self.max_size is None else self.kept_bytes - self.max_size
        try:
            disk = os.statvfs(self._folder.path)
        except OSError:
            pass  # the folder is gone: the capture process will say so
        else:
            excess = max(excess, KEPT_FREE - disk.f_bavail * disk.f_frsize)
        return self._segments.droppable(excess) if excess > 0 else None

    def drop_before(self, offset: int) -> int:
        """Give up the segments that end at or before an offset; returns the bytes that are free now.

        Reading them gives nothing from now on. Raises InputError where they can't be deleted.
        """
        try:
            return self._segments.drop_before(offset)
        except OSError as error:
            place = printable(str(self._folder.path))
            raise InputError(f"old packets in {place} can't be deleted: {error.strerror}") from error

    def keep_spool(self) -> str:
        """Let `close` keep the frames on disk, for `--recover`; returns where they are, fit to be drawn."""
        self._keep_folder = True
        return printable(str(self._folder.path))

    def close(self) -> None:
        """End the capture and delete its frames, unless `keep_spool` was called. Takes a few seconds at most."""
        self.finish()
        if self._process is not None:
            self.wait_stopped()
            release_process(self._process)
            self._process = None
        super().close()
        if self._keep_folder:
            self._folder.close()
        else:
            self._folder.remove()

    def free_process(self) -> None:
        """Make way for the next capture where no other capture process can be started; this one is over then."""
        if self._process is not None and not can_start_process():
            self.finish()
            self.wait_stopped()
            release_process(self._process)
            self._process = None

    def open_interfaces(self) -> None:
        """Start the capture process, and capture. Raises InputError or UsageError where that can't be done."""
        other_ways = describe_other_ways(self._names[0], self.filter)
        self._process = start_process(self._take_event, self._process_ended, other_ways)
        with self._changed:
            self.start()
            self._changed.wait_for(lambda: self._begun or self._waiting or self._failure, START_SECONDS)
            failure = None if self._begun else self._failure  # what begins and fails at once is told as a fault
            if failure is None and not (self._begun or self._waiting):
                failure = {"kind": "other", "reason": "the capture process gives no answer"}
        if failure is not None:
            raise _refusal(failure, self._names, other_ways)

    def _effective_filter(self) -> str:
        """The filter that was asked for, without our own SSH connection where that is left out."""
        own = f"not ({self._own.filter})" if self._own and self._left_out else ""
        if not self.filter.strip():
            return own
        return f"({self.filter}) and {own}" if own else self.filter

    def _apply_filter(self) -> None:
        """Have the capture process use another filter, where it uses one."""
        expression = self._effective_filter()
        if self._running and self._wanted and expression != self._filter_in_use:
            self._filter_in_use = expression
            self._send({"do": "filter", "filter": expression})

    def _send(self, command: Message) -> None:
        if self._process is not None:
            self._process.send(command)

    def _take_event(self, event: Message) -> None:
        """What the capture process tells, in the thread that listens to it."""
        with self._changed:
            match event["event"]:
                case "started":
                    self._running = self._begun = True
                    self._apply_filter()
                case "stopped":
                    self._note_stop()
                case "segment":
                    self._segments.begin(event["name"], event["header"])
                case "grown":
                    self._segments.grow(event["size"])
                    self._counts = replace(self._counts, captured=event["captured"])
                case "counts":
                    self._counts = Counts(**{field.name: int(event[field.name]) for field in fields(Counts)})
                case "interface":
                    self._note_interface(printable(event["name"]), event["up"], printable(event["reason"]))
                case "failed":
                    self._note_failure(event)
            self._changed.notify_all()

    def _note_stop(self) -> None:
        self._running = False
        self._waiting = {}
        if self._finishing or self._fault:
            self._segments.end()

    def _note_interface(self, name: str, up: bool, reason: str) -> None:
        if up:
            self._waiting.pop(name, None)
        else:
            self._waiting[name] = reason

    def _note_failure(self, event: Message) -> None:
        if event["kind"] == "filter" and self._running:  # the filter before is still in use
            self._left_out = not self._left_out
            return
        self._failure = event
        self._fail(f"capturing has ended: {printable(str(event['reason']))}")
        if not self._running:  # else it says that it has stopped, when all that it has is written
            self._segments.end()

    def _process_ended(self, reason: str) -> None:
        """The capture process is gone, in the thread that listened to it."""
        with self._changed:
            self._failure = self._failure or {"kind": "other", "reason": reason}
            self._fail(f"capturing has ended: {printable(reason)}; all that was captured before is here")
            self._note_stop()
            self._segments.end()
            self._changed.notify_all()

    def _fail(self, fault: str) -> None:
        """There will be no more frames, and nobody has asked for that."""
        self._wanted = False
        if not (self._finishing or self.closed or self._fault):
            self._fault = fault


def open_live(request: LiveRequest) -> LiveCapture:
    """Start capturing. A password that is needed for it is asked for on the terminal, before this returns.

    Raises InputError where that can't be done, UsageError with libpcap's words for a filter that can't be compiled.
    """
    if sys.platform != "linux":
        name = request.interfaces[0] if request.interfaces else "INTERFACE"
        raise InputError(f"live capture needs Linux; {describe_other_ways(name, request.filter)}")
    names = chosen_names(request.interfaces)
    folder = SpoolFolder.create(", ".join(names), request.filter)
    try:
        capture = LiveCapture(request, names, folder)
    except OSError as error:
        folder.remove()
        raise InputError(f"{printable(str(folder.path))} can't be read: {error.strerror}") from error
    try:
        capture.open_interfaces()
    except BaseException:
        capture.close()
        raise
    return capture


def _refusal(failure: Message, names: tuple[str, ...], other_ways: str) -> InputError | UsageError:
    """The error that tells why a capture could not be started."""
    reason = printable(str(failure["reason"]))
    match failure["kind"]:
        case "filter":
            return UsageError(reason)
        case "no-interface":
            return InputError(no_such_interface(printable(", ".join(names))))
        case "permission":
            return InputError(f"{printable(', '.join(names))} can't be captured on: {reason}; {other_ways}")
    return InputError(f"{printable(', '.join(names))} can't be captured on: {reason}")


def _segment_bytes(max_size: int | None) -> int:
    if max_size is None:
        return SEGMENT_BYTES
    return max(LEAST_SEGMENT_BYTES, min(SEGMENT_BYTES, max_size // SEGMENTS_WITHIN_SIZE))
