"""The pipeline: batches of frames from a capture, decoded, tracked and appended to the store."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.decode.batch import decode_batch
from tui.decode.columns import Decoded, Protocol
from tui.files.frames import FrameBatch
from tui.files.source import Capture
from tui.live.capture import LiveCapture
from tui.query.capture_filter import CaptureFilter
from tui.store import ABSENT, COLUMNS, Store
from tui.tcp.examiner import Examiner
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.tracker import Tracker

BATCH_FRAMES = 24_000
"""Frames that are tracked at once where they are there: enough to pay for the vector operations of a batch, few enough
to stay in the processor's cache."""

_FROM_FRAMES = ("number", "time_ns", "offset", "captured", "wire", "interface")
_FROM_DECODING = (
    *("protocol", "tcp_offset", "header_length", "flags", "length", "window", "ip_id", "ttl", "tsval", "tsecr"),
)


@dataclass(slots=True)
class _Waiting:
    """Frames that are decoded and not yet tracked."""

    columns: dict[str, NDArray[Any]]
    decoded: Decoded


class Session:
    """One capture being read. Everything above the pipeline looks at a session and at nothing below it."""

    def __init__(
        self,
        capture: Capture,
        capture_filter: CaptureFilter | None = None,
        count: int | None = None,
        batch_frames: int = BATCH_FRAMES,
    ) -> None:
        """`count`: stop after so many selected frames. `batch_frames` changes the speed and never the result."""
        self.capture = capture
        self.live = capture if isinstance(capture, LiveCapture) else None
        """The capture where it is a live one."""
        self.copy_to: Callable[[FrameBatch], None] | None = None
        """Is given every selected batch before it is looked at, to write it elsewhere."""
        self.copy_name = ""
        """Name of the file that it is written to, raw; empty where there is none."""
        self.store = Store()
        self.finished = False
        """True once everything there is was read."""
        self._ended = Event()
        self._filter = capture_filter
        self._count = count
        self._batch_frames = batch_frames
        self._tracker = Tracker()
        self.connections = self._tracker.connections
        self.tuples = self._tracker.tuples
        self._examiner = Examiner(self.store, self.connections)
        self.evidence = self._examiner.evidence
        """What proves the notes."""
        self._latest_ns: int | None = None
        self.origin_ns = 0
        """Time of the capture's first frame, whether it is selected or not."""

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
        waiting: list[_Waiting] = []
        size = 0
        for batch in self.selected():
            for piece in self._pieces(batch):
                waiting.append(self._decode(piece))
                size += len(piece)
                if size >= self._batch_frames or self.capture.growing or not len(self.store):
                    self._track(waiting)
                    waiting, size = [], 0
                    yield  # who looks at each batch has done so now
                    self.keep_within_size()
        if waiting:
            self._track(waiting)
        if self.live is not None:
            self.live.finish()
        self.finished = True
        yield

    def selected(self) -> Iterator[FrameBatch]:
        """The capture's frames that the filter selects, up to the count, in batches of at least one."""
        remaining = self._count
        begun = False
        for batch in self.capture.batches():
            if not begun:
                self.origin_ns, begun = int(batch.time_ns[0]), True
            chosen = batch
            if self._filter is not None:
                chosen = batch.select(self._filter.select(batch, self.capture.interfaces))
            if remaining is not None:
                chosen = chosen.select(np.arange(len(chosen)) < remaining)
                remaining -= len(chosen)
            if len(chosen):
                if self.copy_to is not None:
                    self.copy_to(chosen)
                yield chosen
            if remaining == 0:
                return

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

    def _pieces(self, batch: FrameBatch) -> Iterator[FrameBatch]:
        """A batch cut so that no piece is longer than is tracked at once."""
        if len(batch) <= self._batch_frames:
            yield batch
            return
        places = np.arange(len(batch)) // self._batch_frames
        for piece in range(int(places[-1]) + 1):
            yield batch.select(places == piece)

    def _decode(self, batch: FrameBatch) -> _Waiting:
        decoded = decode_batch(batch, self.capture.interfaces)
        columns: dict[str, NDArray[Any]] = {name: getattr(batch, name) for name in _FROM_FRAMES}
        columns |= {name: getattr(decoded, name) for name in _FROM_DECODING}
        return _Waiting(columns, decoded)

    def _track(self, waiting: list[_Waiting]) -> None:
        """Track decoded frames, append them to the store and apply what changes in earlier rows."""
        columns = {name: np.concatenate([part.columns[name] for part in waiting]) for name in waiting[0].columns}
        decoded = Decoded.concatenate([part.decoded for part in waiting])
        n = len(decoded)
        rows = np.flatnonzero(decoded.protocol == Protocol.TCP)
        tracked = self._tracker.track(
            decoded, rows, columns["number"], columns["time_ns"], columns["interface"], len(self.store)
        )
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
