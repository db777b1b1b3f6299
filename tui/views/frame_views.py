"""Frames as people and reports see them: plain values made from the columns of a session."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Protocol
from tui.files.link_types import link_name
from tui.session import Session
from tui.views.endpoints import client_is_lower
from tui.views.segment_columns import Columns, Take, frame_columns, segment_columns, state_names

NS = 1_000_000_000

AT_ONCE = 4096
"""Rows that are taken from the columns at once."""


@dataclass(frozen=True, slots=True)
class FrameView:
    """What every frame has, of whatever protocol."""

    row: int
    number: int
    """1-based frame number in the capture."""
    time_ns: int
    """Nanoseconds since the epoch."""
    elapsed: float
    """Seconds since the first frame of the capture."""
    frame_length: int
    captured_length: int
    interface: str | None
    """Raw: draw through tui.text only."""
    protocol: str
    """A short name such as `TCP`, `UDP`, `ARP`, `not understood`."""


@dataclass(frozen=True, slots=True)
class SegmentView(FrameView):
    """A TCP segment; the fields are those of the JSON report, under the same names where a name is free in Python."""

    connection: int
    from_client: bool
    source: str
    """`192.0.2.1:80` or `[2001:db8::1]:80`."""
    destination: str
    flags: str
    """tcpdump's letters: `S`, `S.`, `P.`, `.`; `none` where no flag is set."""
    seq: int
    """Relative to the initial sequence number, unwrapped."""
    ack: int | None
    """Relative; None without the ACK flag."""
    raw_seq: int
    raw_ack: int
    length: int
    """TCP payload bytes on the wire."""
    window: int
    """Scaled where the scale is known, else raw."""
    raw_window: int
    window_scale: int | None
    """The sender's shift, where it is in effect."""
    roles: tuple[str, ...]
    client_state: str
    server_state: str
    assumed: tuple[str, ...]
    """Which of `client`, `server` is in a state that no segment of its own has proved."""
    notes: tuple[str, ...]
    analysis: tuple[str, ...]
    """The `tcp.analysis.*` names that tshark sets."""
    duplicate_ack_number: int | None
    duplicate_ack_frame: int | None
    """Number of the frame that this ACK repeats."""
    acks_frame: int | None
    """Number of the frame that this one acknowledges; like the two times from earlier frames, None where that was
    given up."""
    bytes_in_flight: int | None
    ack_rtt: float | None
    """Seconds since the frame that it acknowledges; negative where the clock was set back."""
    initial_rtt: float | None
    """Seconds from the SYN to the first ACK, of segments from that ACK on."""
    rto: float | None
    """Of a retransmission, seconds since the oldest segment that was not acknowledged."""
    client_state_before: str | None = None
    """State before this segment: after the connection's segment before it. None on its first, and where not asked."""
    server_state_before: str | None = None


_SEGMENT_FIELDS = tuple(field.name for field in fields(SegmentView) if not field.name.endswith("_before"))


def frame(session: Session, row: int) -> FrameView:
    """The frame of a row: a SegmentView with the states before it where it is a TCP segment."""
    return _with_states_before(session, next(frames(session, row, row + 1)))


def frames_with_states_before(session: Session, rows: NDArray[np.int64]) -> Iterator[FrameView]:
    """As `frame`, of any rows in their order."""
    return (_with_states_before(session, view) for view in frames_at(session, rows))


def _with_states_before(session: Session, view: FrameView) -> FrameView:
    if not isinstance(view, SegmentView):
        return view
    before = _row_before(session, view.row, view.connection)
    if before is None:
        return view
    client, server = state_names(session.store.value("states", before), client_is_lower(session, view.connection))
    return replace(view, client_state_before=client, server_state_before=server)


def frames(session: Session, start: int, stop: int) -> Iterator[FrameView]:
    """The frames of rows `start` to `stop`, without the states before them."""
    for first in range(start, stop, AT_ONCE):
        last = min(first + AT_ONCE, stop)
        yield from _frames(session, np.arange(first, last), partial(session.store.column, start=first, stop=last))


def frames_at(session: Session, rows: NDArray[np.int64]) -> Iterator[FrameView]:
    """The frames of any rows, in their order, without the states before them."""
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        yield from _frames(session, some, partial(session.store.gather, rows=some))


def segments_at(session: Session, rows: NDArray[np.int64]) -> Columns:
    """A column for each field of SegmentView, without the states before: of the TCP segments among any rows."""
    connection = session.store.gather("connection", rows)
    rows, connection = rows[connection >= 0], connection[connection >= 0]
    return _segments(session, rows, connection, partial(session.store.gather, rows=rows))


def segment_view(columns: Columns, place: int) -> SegmentView:
    """One of the segments that columns tell of."""
    return SegmentView(*(column[place] for column in columns.values()))


def _frames(session: Session, rows: NDArray[np.int64], take: Take) -> Iterator[FrameView]:
    """The frames of rows; `take` gives the values of a column in them."""
    connection = take("connection")
    is_segment = connection >= 0
    if is_segment.all():
        yield from map(SegmentView, *_segments(session, rows, connection, take).values())
        return
    columns = _segments(session, rows[is_segment], connection[is_segment], lambda name: take(name)[is_segment])
    segments = map(SegmentView, *columns.values())
    frames = map(FrameView, *frame_columns(session, rows, take).values())
    for frame, has_more in zip(frames, is_segment.tolist(), strict=True):
        yield next(segments) if has_more else frame


def _segments(session: Session, rows: NDArray[np.int64], connection: NDArray[np.int32], take: Take) -> Columns:
    """The columns of TCP segments in the order of SegmentView's fields; `connection`: that of each."""
    if not len(rows):
        return dict.fromkeys(_SEGMENT_FIELDS, ())
    columns = {**frame_columns(session, rows, take), **segment_columns(session, rows, connection, take)}
    return {name: columns[name] for name in _SEGMENT_FIELDS}


def _row_before(session: Session, row: int, connection: int) -> int | None:
    """The connection's row before `row`."""
    first = int(session.connections.counted.values["first_row"][connection])
    step = 4096
    stop = row
    while stop > first:
        start = max(first, stop - step)
        rows = session.store.rows_where("connection", connection, start, stop)
        if len(rows):
            return int(rows[-1])
        stop, step = start, step * 4
    return None


def frames_not_understood(session: Session, stop: int) -> dict[str, int]:
    """How many of the first `stop` rows have a link type that is not understood, by its name."""
    counts: dict[str, int] = {}
    step = 1 << 16
    for first in range(session.store.start, stop, step):
        last = min(first + step, stop)
        unknown = session.store.column("protocol", first, last) == Protocol.UNKNOWN
        if unknown.any():
            interfaces = np.bincount(session.store.column("interface", first, last)[unknown])
            for interface in np.flatnonzero(interfaces).tolist():
                name = link_name(session.capture.interfaces[interface].link_type)
                counts[name] = counts.get(name, 0) + int(interfaces[interface])
    return counts
