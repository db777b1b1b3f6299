"""The pipeline: batches of decoded frames from a capture, tracked and appended to the store."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from threading import Event
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Protocol
from tui.files.frames import FrameBatch
from tui.files.source import Capture
from tui.memory import give_back
from tui.reading import BATCH_FRAMES, PairedBatch, Reading
from tui.store import ABSENT, COLUMNS, Store
from tui.tcp.examiner import Examiner
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.tracker import Tracker

if TYPE_CHECKING:
    from tui.live.capture import LiveCapture
    from tui.query.capture_filter import CaptureFilter


class Session:
    """One capture being read. Everything above the pipeline looks at a session and at nothing below it."""

    def __init__(
        self,
        capture: Capture,
        capture_filter: "CaptureFilter | None" = None,
        count: int | None = None,
        batch_frames: int = BATCH_FRAMES,
    ) -> None:
        """`count`: stop after so many selected frames. `batch_frames` changes the speed and never the result."""
        self.capture = capture
        self.live = cast("LiveCapture", capture) if capture.is_live else None
        """The capture where it is a live one."""
        self.copy_name = ""
        """Name of the file that it is written to, raw; empty where there is none."""
        self.store = Store()
        self.finished = False
        """True once everything there is was read."""
        self.most_at_once: int | None = None
        """Frames that are tracked in one step at most, where another thread is not to wait for long; any thread may
        change it.
        """
        self._ended = Event()
        self._filter = capture_filter
        self._count = count
        self._tracker = Tracker()
        self._reading = Reading(capture, capture_filter, count, batch_frames, self._tracker.pairing)
        self.connections = self._tracker.connections
        self.tuples = self._tracker.tuples
        self._examiner = Examiner(self.store, self.connections)
        self.evidence = self._examiner.evidence
        """What proves the notes."""
        self._latest_ns: int | None = None

    @property
    def origin_ns(self) -> int:
        """Time of the capture's first frame, whether it is selected or not."""
        return self._reading.origin_ns

    @property
    def copy_to(self) -> Callable[[FrameBatch], None] | None:
        """Is given every selected batch before it is looked at, to write it elsewhere."""
        return self._reading.copy_to

    @copy_to.setter
    def copy_to(self, write: Callable[[FrameBatch], None]) -> None:
        self._reading.copy_to = write

    @property
    def filter_expression(self) -> str:
        """The capture filter, raw; empty where there is none."""
        if self.live is not None:
            return self.live.filter
        return self._filter.expression if self._filter else ""

    @property
    def uncompiled(self) -> dict[int, str]:
        """LINKTYPE_ numbers whose frames are left out, as the filter can't be compiled for them: libpcap's words."""
        return self._filter.uncompiled if self._filter else {}

    @property
    def is_partial(self) -> bool:
        """Whether frames of the capture may be left out, by a filter, a count or damage."""
        return self._filter is not None or self._count is not None or self.capture.damage is not None

    @property
    def given_up(self) -> int:
        """Frames that were given up, by `clear` or because a live capture has reached its largest size."""
        return self.store.start

    def wait(self) -> None:
        """Wait, while another thread runs it, until everything there is was read, or an error has ended that."""
        self._ended.wait()

    def clear(self) -> None:
        """Give up all frames so far; their numbers are not used again. Any thread may ask for it."""
        self.store.drop_before(len(self.store))

    def run(self) -> Iterator[None]:
        """Read batch after batch; yields after each, when the store and the connections agree.

        Raises UsageError where the capture filter can't be compiled for the capture's first link type.
        """
        try:
            yield from self._run()
        finally:
            self._ended.set()

    def _run(self) -> Iterator[None]:
        for batch in self._reading.batches():
            for step in self._steps(batch):
                self._track(step)
                yield  # who looks at each batch has done so now
                self.keep_within_size()
        if self.live is not None:
            self.live.finish()
        give_back()
        self.finished = True
        yield

    def _steps(self, batch: PairedBatch) -> Iterator[PairedBatch]:
        """A batch in steps that are as large as they may be at the time."""
        start, total = 0, len(batch.decoded)
        while start < total:
            stop = min(start + (self.most_at_once or total), total)
            yield batch if stop - start == total else batch.part(start, stop)
            start = stop

    def read_ahead(self) -> None:
        """Have a second process read for `run`, where that pays and can be. To be called before any thread is there."""
        self._reading.read_ahead()

    def selected(self) -> Iterator[FrameBatch]:
        """The capture's frames that the filter selects, up to the count, in batches of at least one."""
        return self._reading.selected()

    def read_frame(self, row: int) -> bytes:
        """The captured bytes of the frame of a row, from the file."""
        return self.capture.read_at(self.store.value("offset", row), self.store.value("captured", row))

    def keep_within_size(self) -> None:
        """To be called by who reads it, when done with a batch of `selected`; `run` does so by itself.

        Let a live capture that has grown too large give up its oldest frames, and give up their rows."""
        offset = self.live.wants_to_drop() if self.live is not None else None
        if self.live is None or offset is None:
            return
        offset = min(offset, self.live.position)
        rows = range(self.store.start, len(self.store))
        self.store.drop_before(rows.start + bisect_left(rows, offset, key=lambda row: self.store.value("offset", row)))
        self.live.drop_before(offset)

    def _track(self, batch: PairedBatch) -> None:
        """Track frames, append them to the store and apply what changes in earlier rows."""
        columns, decoded = dict(batch.columns), batch.decoded
        n = len(decoded)
        rows = batch.paired.rows
        tracked = self._tracker.track(decoded, batch.paired, columns["number"], columns["time_ns"], len(self.store))
        self._examiner.examine(decoded, rows, tracked, columns["time_ns"], len(self.store))
        for name, dtype in COLUMNS.items():
            if name not in columns:
                column = np.full(n, ABSENT.get(name, 0), dtype)
                if name in tracked.columns:
                    column[rows] = tracked.columns[name]
                columns[name] = column
        columns["notes"] = columns["notes"] | self._backwards(columns["time_ns"], decoded.protocol == Protocol.TCP)
        self.store.append(columns)
        self._examiner.apply(tracked, len(self.store) - n, len(self.store))
        self._tracker.commit(tracked)

    def _backwards(self, time_ns: NDArray[np.int64], tcp: NDArray[np.bool_]) -> NDArray[np.uint64]:
        """The note of segments whose time lies before that of the frame before."""
        first = time_ns[0] if self._latest_ns is None else self._latest_ns
        earlier = np.diff(time_ns, prepend=first) < 0
        self._latest_ns = int(time_ns[-1])
        return np.where(earlier & tcp, np.uint64(Note.TIME_BACKWARDS), np.uint64(0))
