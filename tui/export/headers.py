"""TCP headers read again from the capture, for what the columns do not keep: the options."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tui.session import Session

WINDOW_BYTES = 4 << 20
"""Most bytes of the capture that are read at once."""

AT_ONCE = 1 << 14
"""Rows that are taken from the columns at once."""


def tcp_headers(session: Session, rows: NDArray[np.int64]) -> Iterator[bytes]:
    """The TCP header, options included as far as captured, of the segment of each row, in order.

    `rows` ascend, and are those of TCP segments. Raises InputError where the disk fails.
    """
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        columns = ("offset", "captured", "tcp_offset", "header_length")
        values = [session.store.gather(name, some).astype(np.int64) for name in columns]
        begin = values[0] + values[2]
        length = np.clip(values[1] - values[2], 0, values[3])
        yield from _read(session, list(zip(begin.tolist(), (begin + length).tolist(), strict=True)))


def _read(session: Session, spans: list[tuple[int, int]]) -> Iterator[bytes]:
    """The bytes of each span, neighbours in one read."""
    at = 0
    while at < len(spans):
        begin = spans[at][0]
        stop = at + 1
        while stop < len(spans) and begin <= spans[stop][0] and spans[stop][1] - begin <= WINDOW_BYTES:
            stop += 1
        data = session.capture.read_at(begin, max(end for _, end in spans[at:stop]) - begin)
        for left, right in spans[at:stop]:
            yield data[left - begin : right - begin]
        at = stop
