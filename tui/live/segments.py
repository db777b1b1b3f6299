"""The segments of a spool as one stream of bytes that may still be growing, and may lose its beginning."""

import os
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Condition

from tui.files.stored_bytes import StoredBytes
from tui.live.blocks import Lead, read_lead, walk_blocks

MOST_OPEN = 16
"""Segments that are kept open for reading."""


@dataclass(slots=True)
class _Segment:
    """A pcapng file of the spool."""

    name: str
    """Of the file in the spool's folder."""
    lead: Lead | None
    base: int
    """Offset in the stream of its first byte that belongs to the stream."""
    skipped: int
    """Bytes it begins with that the stream had before: section header and interfaces."""
    announced: int
    """Interfaces that the stream has announced up to its lead's end."""
    size: int
    """Bytes of the file that are known to be there."""

    @property
    def end(self) -> int:
        """Offset in the stream behind its last byte."""
        return self.base + self.size - self.skipped


class SegmentBytes(StoredBytes):
    """Segments as one pcapng stream of one section: the first as it is, of the others what is new in them.

    One thread calls `begin`, `grow` and `end` as the segments are written; others read meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        """`folder`: holds the segments. Raises OSError where it can't be opened."""
        super().__init__(os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        self._changed = Condition()
        self._segments: list[_Segment] = []
        self._open: OrderedDict[str, int] = OrderedDict()
        self._ended = False

    @property
    def size(self) -> int:
        """Bytes of the stream, those that were given up included."""
        with self._changed:
            return 0 if self._closed else self._end()

    @property
    def growing(self) -> bool:
        with self._changed:
            return not (self._ended or self._closed)

    @property
    def size_kept(self) -> int:
        """Bytes of the segments that are still on disk."""
        with self._changed:
            return sum(segment.size for segment in self._segments)

    def begin(self, name: str, header: int) -> None:
        """A new segment was begun, and its first `header` bytes are written.

        Raises OSError where it can't be read, ValueError for a name that leads out of the folder.
        """
        if "/" in name:
            raise ValueError(name)
        with self._changed:
            if self._closed:
                return
            lead = read_lead(os.pread(self._descriptor_of(name), header, 0))
            interfaces = lead.interfaces if lead else 0
            skipped, announced = 0, interfaces
            if self._segments and lead:
                announced = self._announced_before(interfaces)
                skipped = lead.ends[min(announced, interfaces)]
            self._segments.append(
                _Segment(name, lead, self._end(), skipped, max(announced, interfaces), max(header, skipped))
            )
            self._changed.notify_all()

    def grow(self, size: int) -> None:
        """The newest segment has `size` bytes now."""
        with self._changed:
            if self._segments:
                self._segments[-1].size = max(size, self._segments[-1].size)
                self._changed.notify_all()

    def end(self) -> None:
        """Nothing is written any more. Whole blocks that were written unannounced belong to the stream as well."""
        with self._changed:
            if not (self._closed or self._ended) and self._segments and self._segments[-1].lead:
                self._take_rest(self._segments[-1], self._segments[-1].lead)
            self._ended = True
            self._changed.notify_all()

    def drop_before(self, offset: int) -> int:
        """Delete the segments that end at or before `offset`, never the newest; returns the bytes it freed."""
        with self._changed:
            freed = 0
            while not self._closed and len(self._segments) > 1 and self._segments[0].end <= offset:
                segment = self._segments.pop(0)
                freed += segment.size
                self._forget(segment.name)
                os.unlink(segment.name, dir_fd=self._descriptor)
            return freed

    def droppable(self, excess: int) -> int | None:
        """Before which offset segments have to go to free `excess` bytes, or as many as can be; None where none can."""
        with self._changed:
            offset, freed = None, 0
            for segment in self._segments[:-1]:
                if freed >= excess:
                    break
                freed += segment.size
                offset = segment.end
            return offset

    def read_into(self, target: memoryview, offset: int) -> int:
        with self._changed:
            while not (self._ended or self._closed) and offset >= self._end():
                self._changed.wait()
            return self._read(target, offset)

    def read_at(self, offset: int, length: int) -> bytes:
        """`length` bytes from `offset` on, fewer where they end, none where they were given up."""
        with self._changed:
            data = bytearray(max(0, min(length, self._end() - offset)))
            there = 0
            while there < len(data):
                got = self._read(memoryview(data)[there:], offset + there)
                if not got:
                    break
                there += got
            return bytes(data[:there])

    def read_many(self, offsets: Sequence[int], lengths: Sequence[int]) -> list[bytes]:
        """What `read_at` finds at each of many offsets."""
        return list(map(self.read_at, offsets, lengths))

    def close(self) -> None:
        with self._changed:
            for name in list(self._open):
                self._forget(name)
            self._segments.clear()
            super().close()
            self._changed.notify_all()

    def _end(self) -> int:
        return self._segments[-1].end if self._segments else 0

    def _announced_before(self, interfaces: int) -> int:
        """Interfaces the stream has announced so far, where a new segment's lead announces `interfaces`."""
        last = self._segments[-1]
        if last.lead is None or last.announced == interfaces:
            return last.announced  # a lead repeats all that came before, so none came inside the segment
        inside = walk_blocks(self._descriptor_of(last.name), last.lead.order, last.lead.ends[-1], last.size)
        return last.announced + inside.interfaces

    def _take_rest(self, segment: _Segment, lead: Lead) -> None:
        """Find the whole blocks behind the part of a segment that is known."""
        descriptor = self._descriptor_of(segment.name)
        segment.size = walk_blocks(descriptor, lead.order, segment.size, os.fstat(descriptor).st_size).end

    def _read(self, target: memoryview, offset: int) -> int:
        """Fill `target` as far as the segment at `offset` reaches; 0 where there is none."""
        index = bisect_right(self._segments, offset, key=lambda segment: segment.base) - 1
        if index < 0:
            return 0
        segment = self._segments[index]
        room = segment.end - offset
        if room <= 0:
            return 0
        position = offset - segment.base + segment.skipped
        return os.preadv(self._descriptor_of(segment.name), [target[:room]], position)

    def _descriptor_of(self, name: str) -> int:
        """A segment, open for reading; the one that was not used for longest is closed for it."""
        descriptor = self._open.pop(name, None)
        if descriptor is None:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._descriptor)
            if len(self._open) >= MOST_OPEN:
                self._forget(next(iter(self._open)))
        self._open[name] = descriptor
        return descriptor

    def _forget(self, name: str) -> None:
        descriptor = self._open.pop(name, None)
        if descriptor is not None:
            os.close(descriptor)
