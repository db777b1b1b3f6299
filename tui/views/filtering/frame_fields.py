"""Fields of frames, whatever is in them, and times between segments."""

import numpy as np
from numpy.typing import NDArray

from tui.text import printable
from tui.views.filtering.rows import Rows
from tui.views.filtering.spans import Spans
from tui.views.filtering.stored_fields import Fetch, number
from tui.views.filtering.values import Values, Words, single

Numbers = NDArray[np.int64]


def _column(name: str) -> Fetch:
    return lambda rows: Values(len(rows), None, number(rows, name))


def _since_frame_before(rows: Rows) -> Values:
    """0 of the first frame that is there."""
    store, index = rows.session.store, rows.index
    if not len(index):
        return Values(0, None, index)
    first = max(int(index[0]) - 1, store.start, 0)
    times = store.column("time_ns", first, int(index[-1]) + 1)
    return Values(len(rows), None, times[index - first] - times[np.maximum(index - 1 - first, 0)])


def _interface_name(rows: Rows) -> Values:
    names = [interface.name for interface in rows.session.capture.interfaces]
    code = number(rows, "interface")
    there = np.array([name is not None for name in names] or [False])[code]
    return single(Words(code, [printable(name or "") for name in names]), there)


def _since_first(rows: Rows) -> Values:
    starts = rows.session.connections.landmarks.values["start_ns"][np.maximum(rows.connection, 0)]
    return single(number(rows, "time_ns") - starts, rows.is_tcp)


def _since_segment_before(rows: Rows) -> Values:
    """0 of a connection's first segment."""
    return single(rows.shared.deltas_at(rows.index), rows.is_tcp)


FRAME_FIELDS: dict[str, Fetch] = {
    "frame.number": _column("number"),
    "frame.len": _column("wire"),
    "frame.cap_len": _column("captured"),
    "frame.time_epoch": _column("time_ns"),
    "frame.time_relative": lambda rows: Values(len(rows), None, number(rows, "time_ns") - rows.session.origin_ns),
    "frame.time_delta": _since_frame_before,
    "frame.interface_name": _interface_name,
    "tcp.time_relative": _since_first,
    "tcp.time_delta": _since_segment_before,
}


def frame_bytes(rows: Rows) -> Values:
    """The captured bytes of each frame."""
    frames = rows.frames
    return Values(
        len(rows), frames.index, Spans(frames.data, frames.start, frames.start + frames.captured, frames.content)
    )


def payload(rows: Rows) -> Values:
    """The captured payload of each segment that has any."""
    frames = rows.frames
    index = frames.index
    begin = number(rows, "tcp_offset")[index] + number(rows, "header_length")[index]
    end = np.minimum(begin + number(rows, "length")[index], frames.captured)
    there = np.flatnonzero(rows.is_tcp[index] & (end > begin))
    begin, end = frames.start[there] + begin[there], frames.start[there] + end[there]
    return Values(len(rows), index[there], Spans(frames.data, begin, end, frames.content))
