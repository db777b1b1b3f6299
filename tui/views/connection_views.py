"""Connections as people and reports see them: plain values made from the columns of a session."""

from collections.abc import Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.tcp.rules import zeek
from tui.tcp.rules.outcome import outcome_of, verdict_with_icmp
from tui.tcp.rules.transitions import TRANSITIONS
from tui.views.endpoints import endpoints_of
from tui.views.frame_views import NS
from tui.views.strips import Strips, effective_rows, strips_of
from tui.views.timings import timings_of

AT_ONCE = 4096
"""Connections that are taken from the columns at once."""


MOST_SEEN = 1024
"""Views of single connections that are kept of a session: a list on the screen asks for the same ones all the time."""


class ConnectionView(NamedTuple):
    """A connection at the end of what was read so far."""

    connection: int
    client: str
    server: str
    client_address: str
    client_port: int
    server_address: str
    server_port: int
    client_guessed: bool
    first_frame: int
    last_frame: int
    start_ns: int
    duration: float
    opening: str
    closing: str
    closed_by: str | None
    """Who sent the first FIN, or, where there was none, the reset that ended it."""
    reset_by: str | None
    """Who sent the reset that ended it."""
    unseen: str
    """The segment of a completed handshake that was not captured: `SYN`, `SYN+ACK`, or nothing."""
    client_state: str
    server_state: str
    verdict: str
    zeek_state: str
    zeek_history: str
    packets: tuple[int, int]
    """Segments sent by client and server."""
    payload_bytes: tuple[int, int]
    """Payload bytes sent by client and server, retransmissions included."""
    icmp_errors: tuple[tuple[int, int, int], ...]
    """Frame number, type and code of each ICMP error that quotes the connection."""
    opening_flags: tuple[str, ...] = ()
    """The segments that opened it by their flags, in order of capture: `S`, `SA`, `A`; `S×3` for a SYN sent thrice."""
    closing_flags: tuple[str, ...] = ()
    """The segments that closed it: `F`, `A`, `RA` and the like; `FA` is a FIN that covers the other end's as well."""
    handshake_time: float | None = None
    """Seconds from the last SYN before the SYN+ACK to handshake 3/3."""
    connect_time: float | None = None
    """Seconds from the first SYN to handshake 3/3."""
    time_to_first_byte: float | None = None
    """Seconds from the first SYN to the server's first payload."""
    teardown_time: float | None = None
    """Seconds from the first FIN to the ACK that covers the other one."""
    half_closed_time: float | None = None
    """Seconds from the first FIN to the other one."""
    assumed: tuple[str, ...] = ()
    """Which of `client`, `server` is in a state that no segment of its own has proved."""
    problem_count: int = 0
    """Segments that tell of something that went wrong (tui.tcp.rules.notes.PROBLEM_NOTES)."""
    completeness: int = 0
    """Wireshark's final `tcp.completeness`."""
    retransmitted: tuple[int, int] = (0, 0)
    """Segments that client and server sent again, SYN and FIN among them."""

    @property
    def states(self) -> str:
        """Both ends' states in short, such as `SYN-SENT/LISTEN?`: behind an assumed one stands a question mark."""
        ends = ((self.client_state, "client"), (self.server_state, "server"))
        return "/".join(f"{state}{'?' if end in self.assumed else ''}" for state, end in ends)


_SEEN: WeakKeyDictionary[Session, dict[int, tuple[tuple[object, ...], ConnectionView]]] = WeakKeyDictionary()
"""Views of single connections, each with what it was made from."""


def connection(session: Session, number: int) -> ConnectionView:
    """The connection of a number; KeyError where there is none, or it was given up (tui.tcp.tracking.connections)."""
    if number in session.connections.given_up or not 0 <= number < len(session.connections):
        raise KeyError(number)
    seen = _SEEN.setdefault(session, {})
    made_from = _made_from(session, number)
    known = seen.get(number)
    if known is not None and known[0] == made_from:
        return known[1]
    if len(seen) >= MOST_SEEN:
        seen.clear()
    view = next(connections(session, np.array([number])))
    seen[number] = (made_from, view)
    return view


def _made_from(session: Session, number: int) -> tuple[object, ...]:
    """All that a connection's view may change by."""
    of = session.connections
    rows = (of.counted, of.landmarks, of.noted, of.analysed)
    return (
        int(of.followed.values["state"][number]),
        *(row.values[number].tobytes() for row in rows),
        of.history[number],
        len(of.icmp_errors.get(number, ())),
    )


def connections(session: Session, numbers: NDArray[np.int64]) -> Iterator[ConnectionView]:
    """The connections of the given numbers."""
    for start in range(0, len(numbers), AT_ONCE):
        chosen = numbers[start : start + AT_ONCE]
        counted = session.connections.counted.values[chosen]
        landmarks = session.connections.landmarks.values[chosen]
        rows = effective_rows(landmarks)
        noted = session.connections.noted.values[chosen]
        columns = (
            chosen,
            session.connections.followed.values["state"][chosen],
            session.tuples.keys[:, counted["slot"]].T,
            landmarks["first_frame"],
            landmarks["last_frame"],
            landmarks["start_ns"],
            landmarks["end_ns"],
            counted["packets"],
            counted["payload"],
            noted["problems"],
            noted["retransmitted"],
            session.connections.analysed.values["completeness"][chosen],
        )
        timings = zip(*(column.tolist() for column in timings_of(landmarks, rows)), strict=True)
        lists = (column.tolist() for column in columns)
        stored = map(_Stored._make, zip(*lists, strict=True))
        for values in zip(stored, strips_of(landmarks, rows), timings, strict=True):
            yield _view(session, *values)


class _Stored(NamedTuple):
    """A connection's values from the columns; pairs are (lower endpoint, upper endpoint)."""

    number: int
    state: int
    """Its number in tui.tcp.rules.transitions."""
    key: list[int]
    """Of the endpoint pair, as tui.tcp.tracking.tuples keeps it."""
    first_frame: int
    last_frame: int
    start_ns: int
    end_ns: int
    packets: list[int]
    payload: list[int]
    problem_count: int
    retransmitted: list[int]
    completeness: int


def _view(session: Session, stored: _Stored, strips: Strips, times: tuple[float, ...]) -> ConnectionView:
    number, packets, payload = stored.number, stored.packets, stored.payload
    state = TRANSITIONS.states[stored.state]
    found = outcome_of(stored.state)
    client, server = state.client, 1 - state.client
    ends = endpoints_of(tuple(stored.key), client == 0)
    history = session.connections.history[number]
    icmp_errors = tuple(session.connections.icmp_errors.get(number, ()))
    handshake, connect, lower_first_byte, upper_first_byte, teardown, half_closed = map(_known, times)
    return ConnectionView(
        number,
        ends.client,
        ends.server,
        ends.client_address,
        ends.client_port,
        ends.server_address,
        ends.server_port,
        state.guessed,
        stored.first_frame,
        stored.last_frame,
        stored.start_ns,
        (stored.end_ns - stored.start_ns) / NS,
        found.opening,
        found.closing,
        found.closed_by,
        found.reset_by,
        found.unseen,
        found.client_state,
        found.server_state,
        verdict_with_icmp(found, bool(icmp_errors)),
        zeek.conn_state(state.zeek[client], state.zeek[server], history, bool(sum(payload))),
        history,
        (packets[client], packets[server]),
        (payload[client], payload[server]),
        icmp_errors,
        *strips,
        handshake,
        connect,
        upper_first_byte if server else lower_first_byte,
        teardown,
        half_closed,
        found.assumed,
        stored.problem_count,
        stored.completeness,
        (stored.retransmitted[client], stored.retransmitted[server]),
    )


def _known(seconds: float) -> float | None:
    """None for NaN, which alone is not equal to itself."""
    return seconds if seconds == seconds else None  # noqa: PLR0124 - runs five times a connection


def connection_numbers(session: Session) -> NDArray[np.int64]:
    """The numbers of the connections so far that still have a row, ascending; cheap, for any thread."""
    return session.connections.numbers(session.store.start)


def rows_of(session: Session, number: int, start: int, stop: int) -> NDArray[np.int64]:
    """The rows from `start` to `stop` that belong to a connection, ascending."""
    return session.store.rows_where("connection", number, start, stop)
