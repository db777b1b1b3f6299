"""Frames of chosen rows, read again from the capture in large pieces."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tui.files.frames import FrameBatch
from tui.session import Session

PIECE = 4 << 20
"""Bytes of the capture that are read at once, unless one frame has more."""

WIDEST_GAP = 32 << 10
"""Bytes between two frames that are rather read than left out: a read of its own costs as much."""

AT_ONCE = 1 << 14
"""Rows that are taken from the columns at once."""

_COLUMNS = ("captured", "wire", "time_ns", "interface", "number")


def frame_batches(session: Session, rows: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], FrameBatch]]:
    """The frames of ascending rows, in batches, each with the rows it has; those that were given up are left out.

    Raises InputError where the disk fails.
    """
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        offset = session.store.gather("offset", some)
        columns = {name: session.store.gather(name, some).astype(np.int64) for name in _COLUMNS}
        there = (columns["number"] > 0) & (some >= session.store.start)
        if not there.all():
            some, offset = some[there], offset[there]
            columns = {name: column[there] for name, column in columns.items()}
        end = offset + columns["captured"]
        for start, stop in _pieces(offset, end):
            piece = slice(start, stop)
            begin = int(offset[start])
            data = np.frombuffer(session.capture.read_at(begin, int(end[piece].max()) - begin), np.uint8)
            own = {name: column[piece] for name, column in columns.items()}
            batch = FrameBatch(
                data,
                offset[piece] - begin,
                own["captured"],
                own["wire"],
                own["time_ns"],
                offset[piece],
                own["interface"].astype(np.int32),
                own["number"],
            )
            read = end[piece] - begin <= len(data)
            yield some[piece][read], batch if read.all() else batch.select(read)


def _pieces(begin: NDArray[np.int64], end: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of frames that are read at once: they ascend, no wide gap is between them, and they fit into a piece."""
    apart = begin[1:] - end[:-1]
    breaks = np.flatnonzero((apart < 0) | (apart > WIDEST_GAP)) + 1
    for start, stop in zip([0, *breaks.tolist()], [*breaks.tolist(), len(begin)], strict=True):
        at = start
        while at < stop:
            fitting = at + int(np.searchsorted(end[at:stop], begin[at] + PIECE, "right"))
            yield at, max(fitting, at + 1)
            at = max(fitting, at + 1)
