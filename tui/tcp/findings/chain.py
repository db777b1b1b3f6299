"""Each row leads to its connection's row before it, so that a connection can be gone through again."""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

CHUNK_ROWS = 1 << 16
_NONE = 0xFFFFFFFF


class Chain:
    """For each row the connection's row before it."""

    def __init__(self) -> None:
        self._chunks: dict[int, NDArray[np.uint32]] = {}

    def put(self, rows: Integers, before: Integers) -> None:
        """Enter the rows before some rows; -1 where there is none."""
        entered = np.where(before < 0, _NONE, before).astype(np.uint32)
        first, last = int(rows.min(initial=_NONE)) // CHUNK_ROWS, int(rows.max(initial=-1)) // CHUNK_ROWS
        if first == last:
            self._put(first, rows, entered)
            return
        chunks = rows // CHUNK_ROWS
        for chunk in np.flatnonzero(np.bincount(chunks)).tolist():
            inside = chunks == chunk
            self._put(chunk, rows[inside], entered[inside])

    def _put(self, chunk: int, rows: Integers, entered: NDArray[np.uint32]) -> None:
        """Enter the rows before some rows of one chunk."""
        if chunk not in self._chunks:
            self._chunks[chunk] = np.full(CHUNK_ROWS, _NONE, np.uint32)
        self._chunks[chunk][rows - chunk * CHUNK_ROWS] = entered

    def before(self, row: int) -> int:
        """The connection's row before this one, -1 where there is none."""
        chunk = self._chunks.get(row // CHUNK_ROWS)
        found = _NONE if chunk is None else int(chunk[row % CHUNK_ROWS])
        return -1 if found == _NONE else found

    def back_from(self, row: int, start: int) -> list[int]:
        """A connection's rows up to this one, ascending, without those before `start`."""
        rows = []
        while row >= start:
            rows.append(row)
            row = self.before(row)
        return rows[::-1]

    def drop_before(self, row: int) -> None:
        """Let go of rows that were given up."""
        for chunk in [chunk for chunk in self._chunks if (chunk + 1) * CHUNK_ROWS <= row]:
            del self._chunks[chunk]
