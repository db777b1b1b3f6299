"""Byte strings that lie in one buffer, and what can be asked of many of them at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui.decode.gather import gather
from tui.files.frames import SLACK

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Spans:
    """k byte strings."""

    data: NDArray[np.uint8]
    """What they lie in; at least SLACK bytes follow the last of them."""
    begin: Indices
    end: Indices
    _content: bytes | None = field(default=None, repr=False)
    """The same as `data`, where it is known."""

    def __len__(self) -> int:
        return len(self.begin)

    def __iter__(self) -> Iterator[bytes]:
        content = self.content
        for begin, end in zip(self.begin.tolist(), self.end.tolist(), strict=True):
            yield content[begin:end]

    @property
    def content(self) -> bytes:
        """The whole buffer."""
        if self._content is None:
            self._content = self.data.tobytes()
        return self._content

    @property
    def lengths(self) -> Indices:
        """Bytes of each."""
        return self.end - self.begin

    def at(self, index: Indices) -> "Spans":
        """Those with these indices."""
        return Spans(self.data, self.begin[index], self.end[index], self._content)

    @classmethod
    def of(cls, strings: list[bytes]) -> "Spans":
        """Byte strings put into a buffer of their own."""
        lengths = np.array([len(string) for string in strings], np.int64)
        end = np.cumsum(lengths)
        data = np.frombuffer(b"".join(strings) + bytes(SLACK), np.uint8)
        return cls(data, end - lengths, end)

    @classmethod
    def of_rows(cls, rows: NDArray[np.uint8]) -> "Spans":
        """The rows of a two-dimensional array of bytes."""
        count, width = rows.shape
        begin = np.arange(count, dtype=np.int64) * width
        return cls(np.concatenate([rows.ravel(), np.zeros(SLACK, np.uint8)]), begin, begin + width)

    @classmethod
    def concatenated(cls, parts: list["Spans"]) -> "Spans":
        """The strings of several, one after the other."""
        base = np.cumsum([0, *(len(part.data) for part in parts[:-1])]).tolist()
        return cls(
            np.concatenate([part.data for part in parts]),
            np.concatenate([part.begin + shift for part, shift in zip(parts, base, strict=True)]),
            np.concatenate([part.end + shift for part, shift in zip(parts, base, strict=True)]),
        )

    @classmethod
    def of_addresses(cls, version: NDArray[np.uint8], high: NDArray[np.uint64], low: NDArray[np.uint64]) -> "Spans":
        """IP addresses of 4 or 16 bytes; `high` and `low`: the halves of each."""
        halves = np.stack([high, low], axis=1).astype(">u8")
        data = np.concatenate([halves.view(np.uint8).ravel(), np.zeros(SLACK, np.uint8)])
        end = np.arange(1, len(version) + 1, dtype=np.int64) * 16
        return cls(data, end - np.where(version == 4, 4, 16), end)

    def piece(self, start: int, length: int | None, end: int | None) -> tuple["Spans", Mask]:
        """Of each string a part, as tui.query.display.expression.Piece has it; and which strings reach that far: the
        part of others is empty.
        """
        begin = self.begin + start if start >= 0 else self.end + start
        if length is not None:
            stop = begin + length
        elif end is not None:
            stop = (self.begin if end >= 0 else self.end) + end + 1
        else:
            stop = self.end
        there = (begin >= self.begin) & (stop <= self.end) & (begin < stop)
        begin, stop = np.where(there, begin, self.begin), np.where(there, stop, self.begin)
        return Spans(self.data, begin, stop, self._content), there

    def equal(self, other: bytes) -> Mask:
        """Which are just these bytes."""
        return self._begin_with(other, self.lengths == len(other))

    def _begin_with(self, other: bytes, candidates: Mask) -> Mask:
        """Which of the candidates, all of them as long at least, begin with these bytes."""
        found = np.zeros(len(self), np.bool_)
        index = np.flatnonzero(candidates)
        for at in range(0, len(other), SLACK // 2):
            part = np.frombuffer(other[at : at + SLACK // 2], np.uint8)
            same = gather(self.data, self.begin[index] + at, np.dtype((np.uint8, len(part)))) == part
            index = index[same.all(axis=1)]
        found[index] = True
        return found

    def compare(self, other: bytes) -> NDArray[np.int64]:
        """-1, 0 or 1 where a string is less than the bytes, the same, or greater: by length first, then by bytes."""
        order: NDArray[np.int64] = np.sign(self.lengths - len(other))
        index = np.flatnonzero(order == 0)
        order[index] = [(one > other) - (one < other) for one in self.at(index)]
        return order

    def containing(self, needle: bytes) -> Mask:
        """In which these bytes occur, in an empty one never. Time grows with the strings, not with the occurrences."""
        found = np.zeros(len(self), np.bool_)
        order = np.argsort(self.begin, kind="stable")
        find, size = self.content.find, len(needle)
        begins, ends, places = self.begin[order].tolist(), self.end[order].tolist(), order.tolist()
        hit = -1
        for begin, end, place in zip(begins, ends, places, strict=True):
            if hit < begin:  # the next occurrence anywhere is looked for only once the last one lies behind
                hit = find(needle, begin)
                if hit < 0:
                    break
            found[place] = hit + size <= end and begin < end
        return found
