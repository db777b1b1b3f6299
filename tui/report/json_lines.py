"""JSON Lines, one object a segment or a connection. The keys are a public interface: none is ever missing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
import orjson
from numpy.typing import NDArray

from tui import views
from tui.decode.options import parse_options
from tui.report.headers import tcp_headers
from tui.report.processes import useful_processes, write_parts
from tui.session import Session
from tui.tcp.rules.analysis import ANALYSIS_NAMES
from tui.tcp.rules.notes import NOTE_NAMES
from tui.tcp.tracking.sequence import nearest
from tui.text import printable
from tui.views.endpoints import client_is_lower

SIDES = ("client", "server")

WORTH_SHARING = 5000
"""Connections from which on further processes help to print them: starting one takes as long as some hundred."""

CONNECTIONS_AT_ONCE = 50_000
"""Connections that are shared out at once: their lines, over 2 kB each, stand in temporary files for a moment."""


def write_packets(session: Session, output: BinaryIO, with_explanation: bool) -> None:
    """One line a TCP segment, in frame order."""
    output.writelines(PacketLines(session, with_explanation).between(0, len(session.store)))
    output.flush()


def write_connections(session: Session, output: BinaryIO) -> None:
    """One line a connection, in the order of their first segments."""
    notes = NoteCounts()
    notes.add(session, 0, len(session.store))
    numbers = views.connection_numbers(session)
    for start in range(0, len(numbers), CONNECTIONS_AT_ONCE):
        chosen = numbers[start : start + CONNECTIONS_AT_ONCE]
        processes = useful_processes() if len(chosen) >= WORTH_SHARING else 1
        write_parts(lambda part: connection_lines(session, part, notes), np.array_split(chosen, processes), output)
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
    for account in views.accounts(session, numbers):
        value = _connection(account, *notes.take(account.view.connection))
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
        "evidence": [
            {"note": proof.note, "frames": proof.frames, "values": proof.values}
            for proof in views.evidence(session, view)
        ],
        "analysis": view.analysis,
        "duplicate_ack_number": view.duplicate_ack_number,
        "duplicate_ack_frame": view.duplicate_ack_frame,
        "acks_frame": view.acks_frame,
        "bytes_in_flight": view.bytes_in_flight,
        "ack_rtt": view.ack_rtt,
        "initial_rtt": view.initial_rtt,
        "rto": view.rto,
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


def _connection(account: views.Account, notes: dict[str, int], analysis: dict[str, int]) -> dict[str, Any]:
    view, measures = account.view, account.measures
    client, server = measures.sent
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
        "problems": account.problems,
        "summary": account.summary,
        "story": [line.text for line in account.story],
        "zeek_state": view.zeek_state,
        "zeek_history": view.zeek_history,
        "completeness": view.completeness,
        "handshake_rtt": view.handshake_time,
        "connect_time": view.connect_time,
        "time_to_first_byte": view.time_to_first_byte,
        "teardown_time": view.teardown_time,
        "half_closed_time": view.half_closed_time,
        "packets": {"client": client.packets, "server": server.packets},
        "payload_bytes": {"client": client.payload_bytes, "server": server.payload_bytes},
        "unique_bytes": {"client": client.unique_bytes, "server": server.unique_bytes},
        "retransmitted_packets": {"client": client.retransmitted_packets, "server": server.retransmitted_packets},
        "retransmitted_bytes": {"client": client.retransmitted_bytes, "server": server.retransmitted_bytes},
        "rtt": {"client": _round_trips(client.rtt), "server": _round_trips(server.rtt)},
        "icmp_errors": [{"frame": frame, "type": kind, "code": code} for frame, kind, code in view.icmp_errors],
        "analysis": analysis,
        "notes": notes,
    }


def _round_trips(rtt: views.RoundTrips | None) -> dict[str, float | None]:
    if rtt is None:
        return _NO_ROUND_TRIPS
    return {"samples": rtt.samples, "min": rtt.min, "mean": rtt.mean, "p95": rtt.p95, "max": rtt.max}


_NO_ROUND_TRIPS: dict[str, float | None] = {"samples": 0, "min": None, "mean": None, "p95": None, "max": None}


class NoteCounts:
    """How often each note, and each name of the analysis, stands in each connection that has any."""

    def __init__(self) -> None:
        self._notes: dict[int, dict[str, int]] = {}
        self._analysis: dict[int, dict[str, int]] = {}

    def take(self, connection: int) -> tuple[dict[str, int], dict[str, int]]:
        """The counts of one connection, of its notes and of its analysis, which are then forgotten."""
        return self._notes.pop(connection, {}), self._analysis.pop(connection, {})

    def add(self, session: Session, start: int, stop: int) -> None:
        """Count the segments of rows `start` to `stop`."""
        step = 1 << 16
        for first in range(start, stop, step):
            last = min(first + step, stop)
            connection = session.store.column("connection", first, last)
            _count(connection, session.store.column("notes", first, last), NOTE_NAMES, self._notes)
            _count(connection, session.store.column("analysis", first, last), ANALYSIS_NAMES, self._analysis)


def _count(
    connection: NDArray[np.int32],
    bits: NDArray[Any],
    names: Mapping[Any, str],
    counts: dict[int, dict[str, int]],
) -> None:
    """Add to the counts of each connection how often each of the named bits is set in its segments."""
    marked = np.flatnonzero(bits)
    connection, bits = connection[marked], bits[marked]
    for bit, name in names.items():
        having = connection[bits & bits.dtype.type(bit) != 0]
        for number, count in zip(*(part.tolist() for part in np.unique(having, return_counts=True)), strict=True):
            named = counts.setdefault(number, {})
            named[name] = named.get(name, 0) + count
