"""What is told of many frames at once: a column of plain values for each field of FrameView and SegmentView.

The columns are lists of Python's own values, as these make a single row as cheap as one of thousands.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import PROTOCOL_NAMES, Protocol
from tui.session import Session
from tui.store import ASSUMED_LOWER, ASSUMED_UPPER, FORWARD, NO_ROW
from tui.tcp.rules.analysis import AnalysisFlag, analysis_names
from tui.tcp.rules.flags import ACK, letters
from tui.tcp.rules.notes import note_names
from tui.tcp.rules.roles import role_names
from tui.tcp.rules.states import STATE_NAMES
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.sequence import MASK
from tui.views.endpoints import endpoints_of_pairs

NS = 1_000_000_000

Column = Sequence[Any]
Columns = dict[str, Column]
"""Under the name of each field a value of every frame."""

Take = Callable[[str], NDArray[Any]]
"""Gives the values of a column of the store in the frames that are looked at."""

_PROTOCOLS = tuple(PROTOCOL_NAMES[protocol] for protocol in sorted(Protocol))
_RETRANSMISSION = int(AnalysisFlag.RETRANSMISSION)
_DUPLICATE_ACK = int(AnalysisFlag.DUPLICATE_ACK)


def frame_columns(session: Session, rows: NDArray[np.int64], take: Take) -> Columns:
    """The fields of FrameView, of the frames of these rows."""
    time_ns = take("time_ns").tolist()
    origin_ns = session.origin_ns
    names = [interface.name for interface in session.capture.interfaces]
    return {
        "row": rows.tolist(),
        "number": take("number").tolist(),
        "time_ns": time_ns,
        "elapsed": [(time - origin_ns) / NS for time in time_ns],
        "frame_length": take("wire").tolist(),
        "captured_length": take("captured").tolist(),
        "interface": [names[interface] for interface in take("interface").tolist()],
        "protocol": [_PROTOCOLS[protocol] for protocol in take("protocol").tolist()],
    }


def segment_columns(session: Session, rows: NDArray[np.int64], connection: NDArray[np.int32], take: Take) -> Columns:
    """The fields that SegmentView has more than FrameView, without the states before: of rows that are TCP segments.

    `connection`: the connection of each.
    """
    connections = connection.tolist()
    marks, flags, seq, ack, shift, window = (
        take(name).tolist() for name in ("marks", "flags", "seq", "ack", "shift", "window")
    )
    ways = _ways(session, list(set(connections)))
    way = [ways[number][mark & FORWARD] for number, mark in zip(connections, marks, strict=True)]
    # Sequence numbers count from the sender's initial number, acknowledgements from the receiver's.
    from_client, source, destination, base, peer_base, lower_is_client, known_from, rtt = zip(*way, strict=True)
    client_state, server_state = zip(*map(state_names, take("states").tolist(), lower_is_client), strict=True)
    return {
        "connection": connections,
        "from_client": from_client,
        "source": source,
        "destination": destination,
        "flags": list(map(letters, flags)),
        "seq": [number - first for number, first in zip(seq, base, strict=True)],
        "ack": [
            number - first if has & ACK else None for number, first, has in zip(ack, peer_base, flags, strict=True)
        ],
        "raw_seq": [number & MASK for number in seq],
        "raw_ack": [number & MASK for number in ack],
        "length": take("length").tolist(),
        "window": [raw << by if by > 0 else raw for raw, by in zip(window, shift, strict=True)],
        "raw_window": window,
        "window_scale": [by if by >= 0 else None for by in shift],
        "roles": list(map(role_names, take("roles").tolist())),
        "client_state": client_state,
        "server_state": server_state,
        "assumed": list(map(_assumed, marks, lower_is_client)),
        "notes": list(map(note_names, take("notes").tolist())),
        **_analysis_columns(session, take),
        "initial_rtt": [
            seconds if row >= first else None
            for row, first, seconds in zip(rows.tolist(), known_from, rtt, strict=True)
        ],
    }


class _Way(NamedTuple):
    """What all segments of a connection that one endpoint sent have in common."""

    from_client: bool
    source: str
    destination: str
    base: int
    """What the sender's numbers count from."""
    peer_base: int
    lower_is_client: bool
    rtt_known_from: int
    """The row from which on the initial round-trip time is known."""
    initial_rtt: float | None


def _ways(session: Session, numbers: list[int]) -> dict[int, tuple[_Way, _Way]]:
    """Both ways of connections, by number: what the upper endpoint sent, then what the lower one sent."""
    connections = session.connections
    slots, stored = connections.counted.values["slot"][numbers], connections.followed.values.take(numbers)
    clients = [TRANSITIONS.states[state].client for state in stored["state"].tolist()]
    ends = endpoints_of_pairs(session.tuples.keys[:, slots], [client == 0 for client in clients])
    known = connections.analysed.values.take(numbers).tolist()
    found = {}
    for number, end, bases, (_, rtt_ns, rtt_row) in zip(numbers, ends, stored["base"].tolist(), known, strict=True):
        client_base, server_base = bases if end.client_is_lower else bases[::-1]
        common = (end.client_is_lower, rtt_row, rtt_ns / NS if rtt_row >= 0 else None)
        client = _Way(True, end.client, end.server, client_base, server_base, *common)
        server = _Way(False, end.server, end.client, server_base, client_base, *common)
        found[number] = (server, client) if end.client_is_lower else (client, server)
    return found


def _analysis_columns(session: Session, take: Take) -> Columns:
    """What was analysed of segments; like tshark, no time that is 0."""
    analysis, amount, time_ns = (take(name).tolist() for name in ("analysis", "amount", "time_ns"))
    acks_frame, acks_ns = _named_frames(session, take("acks_row"))
    related_frame, related_ns = _named_frames(session, take("related_row"))
    return {
        "analysis": list(map(analysis_names, analysis)),
        "duplicate_ack_number": [n if has & _DUPLICATE_ACK else None for n, has in zip(amount, analysis, strict=True)],
        "duplicate_ack_frame": [
            frame if has & _DUPLICATE_ACK else None for frame, has in zip(related_frame, analysis, strict=True)
        ],
        "acks_frame": acks_frame,
        "bytes_in_flight": [
            None if has & _DUPLICATE_ACK else n or None for n, has in zip(amount, analysis, strict=True)
        ],
        "ack_rtt": [
            None if earlier is None else (time - earlier) / NS or None
            for time, earlier in zip(time_ns, acks_ns, strict=True)
        ],
        "rto": [
            (time - earlier) / NS or None if earlier is not None and has & _RETRANSMISSION else None
            for time, earlier, has in zip(time_ns, related_ns, analysis, strict=True)
        ],
    }


def _named_frames(session: Session, named: NDArray[np.uint32]) -> tuple[Column, Column]:
    """Numbers and times of the frames whose rows are given; None where none is, or it is not there any more."""
    store = session.store
    there = named[(named != NO_ROW) & (named >= store.start)].astype(np.int64)
    if not len(there):
        return [None] * len(named), [None] * len(named)
    frames = zip(*(store.gather(name, there).tolist() for name in ("number", "time_ns")), strict=True)
    # One that is given up meanwhile has no number.
    found = {row: frame for row, frame in zip(there.tolist(), frames, strict=True) if frame[0]}
    number, time_ns = zip(*map(found.get, named.tolist(), repeat((None, None))), strict=True)
    return number, time_ns


@cache
def state_names(pair: int, lower_is_client: bool) -> tuple[str, str]:
    """The names of the client's and the server's state, of a value of the column `states`."""
    lower, upper = STATE_NAMES[pair >> 4], STATE_NAMES[pair & 15]
    return (lower, upper) if lower_is_client else (upper, lower)


@cache
def _assumed(marks: int, lower_is_client: bool) -> tuple[str, ...]:
    lower, upper = bool(marks & ASSUMED_LOWER), bool(marks & ASSUMED_UPPER)
    client, server = (lower, upper) if lower_is_client else (upper, lower)
    return ("client",) * client + ("server",) * server
