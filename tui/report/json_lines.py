"""JSON Lines, one object a segment or a connection. The keys are a public interface: none is ever missing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
import orjson
from numpy.typing import NDArray

from tui import views
from tui.decode.options import parse_options
from tui.report.headers import tcp_headers
from tui.session import Session
from tui.tcp.rules.notes import NOTE_NAMES
from tui.tcp.tracking.sequence import nearest
from tui.text import printable
from tui.views.endpoints import client_is_lower

SIDES = ("client", "server")

_NOT_MEASURED_PER_SEGMENT = {
    "duplicate_ack_number": None,
    "duplicate_ack_frame": None,
    "acks_frame": None,
    "bytes_in_flight": None,
    "ack_rtt": None,
    "initial_rtt": None,
    "rto": None,
}

_NOT_MEASURED_PER_CONNECTION = {
    "completeness": None,
    "unique_bytes": None,
    "retransmitted_packets": None,
    "retransmitted_bytes": None,
    "rtt": None,
}


def write_packets(session: Session, output: BinaryIO, with_explanation: bool) -> None:
    """One line a TCP segment, in frame order."""
    output.writelines(PacketLines(session, with_explanation).between(0, len(session.store)))
    output.flush()


def write_connections(session: Session, output: BinaryIO) -> None:
    """One line a connection, in the order of their first segments."""
    notes = NoteCounts()
    notes.add(session, 0, len(session.store))
    output.writelines(connection_lines(session, views.connection_numbers(session), notes))
    output.flush()


class PacketLines:
    """Segments as JSON, for rows that are taken in their order."""

    def __init__(self, session: Session, with_explanation: bool) -> None:
        self._session = session
        self._with_explanation = with_explanation
        self._states: dict[int, tuple[str, str]] = {}
        """Both ends' states after the last segment of each connection: looking back for them would be quadratic."""

    def between(self, start: int, stop: int) -> Iterator[bytes]:
        """A line for each TCP segment from row `start`, where the last call stopped, to `stop`."""
        headers = tcp_headers(self._session, start, stop)
        for view in views.frames(self._session, start, stop):
            if not isinstance(view, views.SegmentView):
                continue
            value = _packet(self._session, view, next(headers))
            if self._with_explanation:
                client, server = self._states.get(view.connection, (None, None))
                self._states[view.connection] = view.client_state, view.server_state
                full = replace(view, client_state_before=client, server_state_before=server)
                value["explanation"] = views.explain(self._session, full)
            yield orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def connection_lines(session: Session, numbers: NDArray[np.int64], notes: "NoteCounts") -> Iterator[bytes]:
    """A line for each connection of the given numbers."""
    for view in views.connections(session, numbers):
        value = _connection(view, notes.take(view.connection))
        yield orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def _packet(session: Session, view: views.SegmentView, header: bytes) -> dict[str, Any]:
    return {
        "frame": view.number,
        "interface": None if view.interface is None else printable(view.interface),
        "time_ns": view.time_ns,
        "elapsed": view.elapsed,
        "frame_length": view.frame_length,
        "captured_length": view.captured_length,
        "connection": view.connection,
        "from": SIDES[not view.from_client],
        "source": view.source,
        "destination": view.destination,
        "flags": view.flags,
        "seq": view.seq,
        "ack": view.ack,
        "raw_seq": view.raw_seq,
        "raw_ack": view.raw_ack,
        "length": view.length,
        "window": view.window,
        "raw_window": view.raw_window,
        "window_scale": view.window_scale,
        "options": _options(session, view, header),
        "roles": view.roles,
        "client_state": view.client_state,
        "server_state": view.server_state,
        "assumed": view.assumed,
        "notes": view.notes,
        "evidence": [],
        "analysis": [],
        **_NOT_MEASURED_PER_SEGMENT,
        "explanation": None,
    }


def _options(session: Session, view: views.SegmentView, header: bytes) -> dict[str, Any]:
    """The header's options; SACK blocks relative to the other side's initial sequence number."""
    options = parse_options(header)
    sack: list[list[int]] = []
    if options.sack:
        peer = 1 if view.from_client == client_is_lower(session, view.connection) else 0
        base = int(session.connections.followed.values["base"][view.connection][peer])
        near = base + (view.ack or 0)
        sack = [[nearest(near, left) - base, nearest(near, right) - base] for left, right in options.sack]
    return {
        "mss": options.mss,
        "window_scale": options.window_scale,
        "sack_permitted": options.sack_permitted,
        "sack": sack,
        "timestamp": options.timestamp,
    }


def _connection(view: views.ConnectionView, notes: dict[str, int]) -> dict[str, Any]:
    return {
        "connection": view.connection,
        "client": view.client,
        "server": view.server,
        "client_address": view.client_address,
        "client_port": view.client_port,
        "server_address": view.server_address,
        "server_port": view.server_port,
        "client_guessed": view.client_guessed,
        "first_frame": view.first_frame,
        "last_frame": view.last_frame,
        "start_ns": view.start_ns,
        "duration": view.duration,
        "opening": view.opening,
        "closing": view.closing,
        "closed_by": view.closed_by,
        "client_state": view.client_state,
        "server_state": view.server_state,
        "verdict": view.verdict,
        "problems": [],
        "summary": views.summarise(view),
        "story": [],
        "zeek_state": view.zeek_state,
        "zeek_history": view.zeek_history,
        **_NOT_MEASURED_PER_CONNECTION,
        "handshake_rtt": view.handshake_time,
        "connect_time": view.connect_time,
        "time_to_first_byte": view.time_to_first_byte,
        "teardown_time": view.teardown_time,
        "half_closed_time": view.half_closed_time,
        "packets": dict(zip(SIDES, view.packets, strict=True)),
        "payload_bytes": dict(zip(SIDES, view.payload_bytes, strict=True)),
        "icmp_errors": [{"frame": frame, "type": kind, "code": code} for frame, kind, code in view.icmp_errors],
        "analysis": {},
        "notes": notes,
    }


class NoteCounts:
    """How often each note stands in each connection that has any."""

    def __init__(self) -> None:
        self._counts: dict[int, dict[str, int]] = {}

    def take(self, connection: int) -> dict[str, int]:
        """The counts of one connection, which are then forgotten."""
        return self._counts.pop(connection, {})

    def add(self, session: Session, start: int, stop: int) -> None:
        """Count the notes of rows `start` to `stop`."""
        step = 1 << 16
        for first in range(start, stop, step):
            last = min(first + step, stop)
            notes = session.store.column("notes", first, last)
            noted = np.flatnonzero(notes)
            connection = session.store.column("connection", first, last)[noted]
            for note, name in NOTE_NAMES.items():
                having = connection[notes[noted] & np.uint64(note) != 0]
                for number, count in zip(
                    *(part.tolist() for part in np.unique(having, return_counts=True)), strict=True
                ):
                    named = self._counts.setdefault(number, {})
                    named[name] = named.get(name, 0) + count
