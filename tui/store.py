"""The frames of a capture as chunks of numpy columns, one row a frame.

There is one writer. A reader takes `len(store)` once and never looks past it. A full chunk never changes its size;
when a row changes after it was appended, `revision` grows. The oldest rows may be given up; rows keep their numbers.
"""

import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

COLUMNS: dict[str, type[np.generic]] = {
    "number": np.uint32,
    "time_ns": np.int64,
    "offset": np.int64,
    "captured": np.uint32,
    "wire": np.uint32,
    "interface": np.uint16,
    "protocol": np.uint8,
    "tcp_offset": np.uint32,
    "header_length": np.uint8,
    "connection": np.int32,
    "flags": np.uint16,
    "seq": np.int64,
    "ack": np.int64,
    "length": np.uint32,
    "window": np.uint16,
    "ip_id": np.int32,
    "ttl": np.uint8,
    "tsval": np.uint32,
    "tsecr": np.uint32,
    "states": np.uint8,
    "marks": np.uint8,
    "shift": np.int8,
    "roles": np.uint32,
    "notes": np.uint64,
    "analysis": np.uint16,
    "acks_row": np.uint32,
    "related_row": np.uint32,
    "amount": np.uint32,
}
"""Element type of each column; tui.decode.columns says what the wire's own fields mean.

- `connection`: number of the connection, -1 where the frame is no TCP segment.
- `seq`, `ack`: unwrapped past 2^32, the low 32 bits being the number on the wire; `ack` without ACK is just that.
- `states`: both endpoints' states after the segment, lower endpoint in the high four bits (tui.tcp.rules.states).
- `tsval`, `tsecr`: of the timestamps option (RFC 7323), which the segment has where `marks` says so.
- `marks`: FORWARD, the two ASSUMED bits and HAS_TIMESTAMPS below.
- `shift`: the sender's window scale in effect; -1 where it is not known, -2 where none is in use.
- `roles`, `notes`, `analysis`: bit sets (tui.tcp.rules).
- `acks_row`: row of the segment that this one acknowledges, as tshark tells it (`tcp.analysis.acks_frame`), or NO_ROW.
- `related_row`: of a duplicate ACK the row of the first ACK, of a retransmission the row that `tcp.analysis.rto` counts
  from, or NO_ROW.
- `amount`: of a segment with payload tshark's bytes in flight (0: none are told), of a duplicate ACK its number.
"""

NO_ROW = 0xFFFFFFFF
"""Stands for no row where a column holds one."""

ABSENT = {"connection": -1, "acks_row": NO_ROW, "related_row": NO_ROW}
"""Columns in which a frame that is no TCP segment has another value than 0."""

FORWARD = 1
"""Mark: the segment was sent by the connection's lower endpoint (addresses and ports compared as numbers)."""
ASSUMED_LOWER = 2
"""Mark: the lower endpoint's state is assumed."""
ASSUMED_UPPER = 4
"""Mark: the upper endpoint's state is assumed."""
HAS_TIMESTAMPS = 8
"""Mark: the segment has the timestamps option."""

CHUNK_ROWS = 1 << 16
"""Rows of a chunk."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """CHUNK_ROWS rows of every column, of which the store's length says how many are filled."""

    columns: dict[str, NDArray[Any]]

    @classmethod
    def empty(cls) -> "Chunk":
        """Columns in one piece of memory of their own: only what is filled of it is used, and all of it is freed."""
        sizes = [CHUNK_ROWS * np.dtype(dtype).itemsize for dtype in COLUMNS.values()]
        memory = mmap.mmap(-1, sum(sizes), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        starts = accumulate(sizes, initial=0)
        return cls(
            {
                name: np.frombuffer(memory, dtype, CHUNK_ROWS, start)
                for (name, dtype), start in zip(COLUMNS.items(), starts, strict=False)
            }
        )


_GIVEN_UP = Chunk(
    {name: np.broadcast_to(np.array(ABSENT.get(name, 0), dtype), CHUNK_ROWS) for name, dtype in COLUMNS.items()}
)
"""Stands for every chunk whose rows are gone: who still asks for one of them gets a frame of no connection."""


class Store:
    """Rows of frames, appended in batches."""

    def __init__(self) -> None:
        self._chunks: list[Chunk] = []
        self._length = 0
        self._giving_up = Lock()
        self.start = 0
        """The first row that is still there; those before it were given up."""
        self.revision = 0
        """Grows whenever a row that was appended before has changed."""

    def __len__(self) -> int:
        return self._length

    def append(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Add rows: arrays of one length for every name of COLUMNS."""
        total = len(columns["number"])
        done = 0
        while done < total:
            used = self._length % CHUNK_ROWS
            if used == 0:
                self._chunks.append(Chunk.empty())
            target = self._chunks[-1].columns
            taken = min(CHUNK_ROWS - used, total - done)
            for name, column in target.items():
                added = columns[name][done : done + taken]
                if added.any():  # what is 0 as it was takes no memory
                    column[used : used + taken] = added
            self._length += taken
            done += taken

    def value(self, name: str, row: int) -> int:
        """One column's value of one row."""
        return int(self._chunks[row // CHUNK_ROWS].columns[name][row % CHUNK_ROWS])

    def column(self, name: str, start: int, stop: int) -> NDArray[Any]:
        """Rows `start` to `stop` of a column; a copy where they span chunks."""
        index, first = divmod(start, CHUNK_ROWS)
        if 0 < stop - start <= CHUNK_ROWS - first:
            return self._chunks[index].columns[name][first : first + stop - start]
        parts = [
            chunk.columns[name][max(start - base, 0) : min(stop - base, CHUNK_ROWS)]
            for base, chunk in self._chunks_between(start, stop)
        ]
        return np.concatenate(parts) if parts else np.empty(0, COLUMNS[name])

    def gather(self, name: str, rows: NDArray[np.int64]) -> NDArray[Any]:
        """A column's values at `rows`, in their order."""
        values = np.empty(len(rows), COLUMNS[name])
        chunks = rows // CHUNK_ROWS
        for chunk in np.flatnonzero(np.bincount(chunks)).tolist():
            inside = chunks == chunk
            values[inside] = self._chunks[chunk].columns[name][rows[inside] - chunk * CHUNK_ROWS]
        return values

    def rows_where(self, name: str, value: int, start: int, stop: int) -> NDArray[np.int64]:
        """The rows from `start` to `stop` whose column equals `value`, ascending; none that was given up."""
        start = max(start, self.start)
        parts = [
            np.flatnonzero(chunk.columns[name][max(start - base, 0) : min(stop - base, CHUNK_ROWS)] == value)
            + max(start, base)
            for base, chunk in self._chunks_between(start, stop)
        ]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def change(self, row: int, values: Mapping[str, int]) -> None:
        """Set columns of a row that was appended before; nothing happens where it was given up."""
        columns = self._chunks[row // CHUNK_ROWS].columns
        if row < self.start:  # asked after the chunk was taken: another thread may just be giving it up
            return
        for name, value in values.items():
            columns[name][row % CHUNK_ROWS] = value
        self.revision += 1

    def drop_before(self, row: int) -> None:
        """Give up all rows before `row`. Any thread may ask for it; the memory of whole chunks is freed."""
        with self._giving_up:
            first, self.start = self.start, max(self.start, min(row, self._length))
            for index in range(first // CHUNK_ROWS, self.start // CHUNK_ROWS):
                self._chunks[index] = _GIVEN_UP

    def _chunks_between(self, start: int, stop: int) -> list[tuple[int, Chunk]]:
        """The chunks that hold rows `start` to `stop`, each with the number of its first row."""
        if stop <= start:
            return []
        first, last = start // CHUNK_ROWS, (stop - 1) // CHUNK_ROWS
        return [(index * CHUNK_ROWS, self._chunks[index]) for index in range(first, last + 1)]
