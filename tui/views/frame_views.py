"""Frames as people and reports see them: plain values made from the columns of a session."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import PROTOCOL_NAMES, Protocol
from tui.files.link_types import link_name
from tui.session import Session
from tui.store import ASSUMED_LOWER, ASSUMED_UPPER, FORWARD, NO_ROW
from tui.tcp.rules.analysis import AnalysisFlag, analysis_names
from tui.tcp.rules.flags import ACK, letters
from tui.tcp.rules.notes import note_names
from tui.tcp.rules.roles import role_names
from tui.tcp.rules.states import STATE_NAMES
from tui.tcp.tracking.sequence import MASK
from tui.views.endpoints import client_is_lower, endpoints

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


_FRAME = ("number", "time_ns", "wire", "captured", "interface", "protocol")
_SEGMENT = (
    *("connection", "flags", "seq", "ack", "length", "window"),
    *("states", "marks", "shift", "roles", "notes", "analysis", "amount"),
)
_RETRANSMISSION = int(AnalysisFlag.RETRANSMISSION)
_DUPLICATE_ACK = int(AnalysisFlag.DUPLICATE_ACK)


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
        yield from _frames(session, range(first, last), partial(session.store.column, start=first, stop=last))


def frames_at(session: Session, rows: NDArray[np.int64]) -> Iterator[FrameView]:
    """The frames of any rows, in their order, without the states before them."""
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        yield from _frames(session, some.tolist(), partial(session.store.gather, rows=some))


def _frames(session: Session, rows: Sequence[int], take: Callable[[str], NDArray[Any]]) -> Iterator[FrameView]:
    """The frames of rows; `take` gives the values of a column in them."""
    columns = [take(name).tolist() for name in (*_FRAME, *_SEGMENT)]
    acks, related = (_frames_named(session, take(name)) for name in ("acks_row", "related_row"))
    for place, (row, *values) in enumerate(zip(rows, *columns, strict=True)):
        yield _view(session, row, values, acks.get(place), related.get(place))


def _frames_named(session: Session, named: NDArray[np.uint32]) -> dict[int, tuple[int, int]]:
    """Number and time of the frames whose rows are given, by place; those that are still there."""
    store = session.store
    rows = named.astype(np.int64)
    places = np.flatnonzero((rows != NO_ROW) & (rows >= store.start))
    numbers, times = (store.gather(column, rows[places]).tolist() for column in ("number", "time_ns"))
    found = zip(places.tolist(), zip(numbers, times, strict=True), strict=True)
    return {place: named for place, named in found if named[0]}  # one that is given up meanwhile has no number


def _view(
    session: Session,
    row: int,
    values: list[int],
    acks: tuple[int, int] | None,
    related: tuple[int, int] | None,
) -> FrameView:
    """`acks`, `related`: number and time of the frames that the columns acks_row and related_row name."""
    number, time_ns, wire, captured, interface, protocol, connection, *rest = values
    name = session.capture.interfaces[interface].name
    elapsed = (time_ns - session.origin_ns) / NS
    common = (row, number, time_ns, elapsed, wire, captured, name, PROTOCOL_NAMES[Protocol(protocol)])
    if connection < 0:
        return FrameView(*common)
    flags, seq, ack, length, window, states, marks, shift, roles, notes, analysis, amount = rest
    ends = endpoints(session, connection)
    forward = bool(marks & FORWARD)
    lower_base, upper_base = session.connections.followed.values["base"][connection].tolist()
    base, peer_base = (lower_base, upper_base) if forward else (upper_base, lower_base)
    lower_first = ends.client_is_lower
    from_client = forward == lower_first
    pair = (ends.client, ends.server) if from_client else (ends.server, ends.client)
    measured = _measured(session, row, connection, time_ns, analysis, amount, acks, related)
    return SegmentView(
        *common,
        connection,
        from_client,
        *pair,
        letters(flags),
        seq - base,
        ack - peer_base if flags & ACK else None,
        seq & MASK,
        ack & MASK,
        length,
        window << max(shift, 0),
        window,
        shift if shift >= 0 else None,
        role_names(roles),
        *state_names(states, lower_first),
        _assumed(marks, lower_first),
        note_names(notes),
        measured.analysis,
        measured.duplicate_ack_number,
        measured.duplicate_ack_frame,
        measured.acks_frame,
        measured.bytes_in_flight,
        measured.ack_rtt,
        measured.initial_rtt,
        measured.rto,
    )


class _Measured(NamedTuple):
    """The fields of SegmentView of the same names."""

    analysis: tuple[str, ...]
    duplicate_ack_number: int | None
    duplicate_ack_frame: int | None
    acks_frame: int | None
    bytes_in_flight: int | None
    ack_rtt: float | None
    initial_rtt: float | None
    rto: float | None


def _measured(
    session: Session,
    row: int,
    connection: int,
    time_ns: int,
    analysis: int,
    amount: int,
    acks: tuple[int, int] | None,
    related: tuple[int, int] | None,
) -> _Measured:
    """What was analysed of a segment; like tshark, no time that is 0."""
    repeats = analysis & _DUPLICATE_ACK
    _, rtt_ns, rtt_row = session.connections.analysed.values[connection].item()
    return _Measured(
        analysis_names(analysis),
        amount if repeats else None,
        related[0] if related and repeats else None,
        acks[0] if acks else None,
        amount if amount and not repeats else None,
        (time_ns - acks[1]) / NS or None if acks else None,
        rtt_ns / NS if 0 <= rtt_row <= row else None,
        (time_ns - related[1]) / NS or None if related and analysis & _RETRANSMISSION else None,
    )


def state_names(pair: int, lower_is_client: bool) -> tuple[str, str]:
    """The names of the client's and the server's state, of a value of the column `states`."""
    lower, upper = STATE_NAMES[pair >> 4], STATE_NAMES[pair & 15]
    return (lower, upper) if lower_is_client else (upper, lower)


def _assumed(marks: int, lower_is_client: bool) -> tuple[str, ...]:
    lower, upper = bool(marks & ASSUMED_LOWER), bool(marks & ASSUMED_UPPER)
    client, server = (lower, upper) if lower_is_client else (upper, lower)
    return ("client",) * client + ("server",) * server


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
