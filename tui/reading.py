"""Reading a capture: the frames that a filter selects, decoded and paired, in batches that are tracked at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tui.ahead import Ahead
from tui.decode.batch import decode_batch
from tui.decode.columns import Decoded, Protocol
from tui.files.frames import FrameBatch
from tui.files.source import Capture, Progress
from tui.forked import usable_processors
from tui.tcp.tracking.pairing import Paired, Pairing

if TYPE_CHECKING:
    from tui.query.capture_filter import CaptureFilter

BATCH_FRAMES = 24_000
"""Frames that are tracked at once where they are there: enough to pay for the vector operations of a batch, few enough
to stay in the processor's cache."""

WORTH_SHARING = 16 << 20
"""Bytes of a capture from which on a second process helps to read it."""

_FROM_FRAMES = ("number", "time_ns", "offset", "captured", "wire", "interface")
_FROM_DECODING = (
    *("protocol", "tcp_offset", "header_length", "flags", "length", "window", "ip_id", "ttl", "tsval", "tsecr"),
)


@dataclass(slots=True)
class DecodedBatch:
    """Frames that are decoded."""

    columns: dict[str, NDArray[Any]]
    """Those columns of the store that tracking does not change."""
    decoded: Decoded

    @classmethod
    def of(cls, batch: FrameBatch, decoded: Decoded) -> "DecodedBatch":
        """What is kept of frames once they are decoded."""
        columns: dict[str, NDArray[Any]] = {name: getattr(batch, name) for name in _FROM_FRAMES}
        return cls(columns | {name: getattr(decoded, name) for name in _FROM_DECODING}, decoded)

    @classmethod
    def concatenate(cls, parts: "list[DecodedBatch]") -> "DecodedBatch":
        """The frames of several batches, one after the other."""
        if len(parts) == 1:
            return parts[0]
        decoded = Decoded.concatenate([part.decoded for part in parts])
        columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in _FROM_FRAMES}
        return cls(columns | {name: getattr(decoded, name) for name in _FROM_DECODING}, decoded)


@dataclass(slots=True)
class PairedBatch:
    """Frames of which all is known that tracking does not have to tell."""

    columns: dict[str, NDArray[Any]]
    """As those of DecodedBatch."""
    decoded: Decoded
    paired: Paired

    @classmethod
    def of(cls, batch: DecodedBatch, pairing: Pairing) -> "PairedBatch":
        """Pair the segments among the frames."""
        rows = np.flatnonzero(batch.decoded.protocol == Protocol.TCP)
        paired = pairing.pair(batch.decoded, rows, batch.columns["time_ns"], batch.columns["interface"])
        return cls(batch.columns, batch.decoded, paired)

    def part(self, start: int, stop: int) -> "PairedBatch":
        """The frames from `start` to `stop`, counted from 0."""
        decoded = self.decoded.part(start, stop)
        columns = {name: self.columns[name][start:stop] for name in _FROM_FRAMES}
        columns |= {name: getattr(decoded, name) for name in _FROM_DECODING}
        return PairedBatch(columns, decoded, self.paired.part(start, stop))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a process that reads ahead tells with every batch, and once more at the end, without one."""

    batch: PairedBatch | None
    progress: Progress
    origin_ns: int
    uncompiled: dict[int, str] | None
    """The capture filter's; None where it is as it was."""


class Reading:
    """Goes through a capture once."""

    def __init__(
        self,
        capture: Capture,
        capture_filter: "CaptureFilter | None",
        count: int | None,
        batch_frames: int,
        pairing: Pairing,
    ) -> None:
        """`count`: stop after so many selected frames."""
        self.copy_to: Callable[[FrameBatch], None] | None = None
        """Is given every selected batch before it is looked at."""
        self.origin_ns = 0
        """Time of the capture's first frame, whether it is selected or not."""
        self._capture = capture
        self._filter = capture_filter
        self._count = count
        self._batch_frames = batch_frames
        self._pairing = pairing
        self._ahead: Ahead[_Found] | None = None

    def read_ahead(self) -> None:
        """Have a second process read, where that pays and can be: it stays a bit ahead of who takes the batches."""
        if self._capture.is_file and self._capture.size >= WORTH_SHARING and usable_processors() > 1:
            try:
                self._ahead = Ahead(self._find)
            except OSError:
                return

    def selected(self) -> Iterator[FrameBatch]:
        """The capture's frames that the filter selects, up to the count, in batches of at least one."""
        remaining = self._count
        begun = False
        for batch in self._capture.batches():
            if not begun:
                self.origin_ns, begun = int(batch.time_ns[0]), True
            chosen = batch
            if self._filter is not None:
                chosen = batch.select(self._filter.select(batch, self._capture.interfaces))
            if remaining is not None:
                chosen = chosen.select(np.arange(len(chosen)) < remaining)
                remaining -= len(chosen)
            if len(chosen):
                if self.copy_to is not None:
                    self.copy_to(chosen)
                yield chosen
            if remaining == 0:
                return

    def batches(self) -> Iterator[PairedBatch]:
        """The selected frames, decoded and paired: the first of them soon, the others in batches that are worth it."""
        done = 0
        if self._ahead is not None:
            for found in self._ahead:
                if self._capture.closed:
                    self._ahead.close()
                    return
                self._take_over(found)
                if found.batch is not None:
                    done += 1
                    yield found.batch
            if self._ahead.complete:
                return
        yield from islice(self._paired(), done, None)

    def _find(self) -> Iterator[_Found]:
        """What a process that reads ahead yields."""
        told = 0
        for batch in self._paired():
            uncompiled = self._filter.uncompiled if self._filter is not None else {}
            news = uncompiled if len(uncompiled) > told else None
            told = len(uncompiled)
            yield _Found(batch, self._capture.progress(), self.origin_ns, news)
        yield _Found(None, self._capture.progress(), self.origin_ns, self._filter.uncompiled if self._filter else None)

    def _take_over(self, found: _Found) -> None:
        """Know what the process knows that reads ahead."""
        self._capture.follow(found.progress)
        self.origin_ns = found.origin_ns
        if self._filter is not None and found.uncompiled is not None:
            self._filter.uncompiled = found.uncompiled
        if found.batch is not None:
            self._pairing.know(found.batch.paired)

    def _paired(self) -> Iterator[PairedBatch]:
        """The selected frames, decoded and paired by this process."""
        for batch in self._decoded():
            yield PairedBatch.of(batch, self._pairing)

    def _decoded(self) -> Iterator[DecodedBatch]:
        """The selected frames, decoded by this process."""
        waiting: list[DecodedBatch] = []
        size = 0
        begun = False
        for batch in self.selected():
            for piece in self._pieces(batch):
                waiting.append(DecodedBatch.of(piece, decode_batch(piece, self._capture.interfaces)))
                size += len(piece)
                if size >= self._batch_frames or self._capture.growing or not begun:
                    yield DecodedBatch.concatenate(waiting)
                    waiting, size, begun = [], 0, True
        if waiting:
            yield DecodedBatch.concatenate(waiting)

    def _pieces(self, batch: FrameBatch) -> Iterator[FrameBatch]:
        """A batch cut so that no piece is longer than is tracked at once."""
        if len(batch) <= self._batch_frames:
            yield batch
            return
        places = np.arange(len(batch)) // self._batch_frames
        for piece in range(int(places[-1]) + 1):
            yield batch.select(places == piece)
