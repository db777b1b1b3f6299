"""Connections as people and reports see them: plain values made from the columns of a session."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.tcp.rules import zeek
from tui.tcp.rules.outcome import outcome_of, verdict_with_icmp
from tui.tcp.rules.transitions import TRANSITIONS
from tui.views.endpoints import endpoints_of
from tui.views.frame_views import NS

AT_ONCE = 4096
"""Connections that are taken from the columns at once."""


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


def connection(session: Session, number: int) -> ConnectionView:
    """The connection of a number; KeyError where there is none, or it was given up (tui.tcp.tracking.connections)."""
    if number in session.connections.given_up or not 0 <= number < len(session.connections):
        raise KeyError(number)
    return next(connections(session, np.array([number])))


def connections(session: Session, numbers: NDArray[np.int64]) -> Iterator[ConnectionView]:
    """The connections of the given numbers."""
    for start in range(0, len(numbers), AT_ONCE):
        chosen = numbers[start : start + AT_ONCE]
        counted = session.connections.counted.values[chosen]
        first_row, last_row = counted["first_row"], counted["last_row"]
        columns = (
            chosen,
            session.connections.followed.values["state"][chosen],
            session.tuples.keys[:, counted["slot"]].T,
            session.store.gather("number", first_row),
            session.store.gather("number", last_row),
            session.store.gather("time_ns", first_row),
            session.store.gather("time_ns", last_row),
            counted["packets"],
            counted["payload"],
        )
        for values in zip(*(column.tolist() for column in columns), strict=True):
            yield _view(session, *values)


def _view(
    session: Session,
    number: int,
    state_number: int,
    key: list[int],
    first_frame: int,
    last_frame: int,
    start_ns: int,
    end_ns: int,
    packets: list[int],
    payload: list[int],
) -> ConnectionView:
    state = TRANSITIONS.states[state_number]
    found = outcome_of(state_number)
    client, server = state.client, 1 - state.client
    ends = endpoints_of(tuple(key), client == 0)
    history = session.connections.history[number]
    icmp_errors = tuple(session.connections.icmp_errors.get(number, ()))
    return ConnectionView(
        number,
        ends.client,
        ends.server,
        ends.client_address,
        ends.client_port,
        ends.server_address,
        ends.server_port,
        state.guessed,
        first_frame,
        last_frame,
        start_ns,
        (end_ns - start_ns) / NS,
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
    )


def connection_numbers(session: Session) -> NDArray[np.int64]:
    """The numbers of all connections so far, ascending."""
    numbers = np.arange(len(session.connections))
    given_up = session.connections.given_up
    return np.delete(numbers, list(given_up)) if given_up else numbers


def rows_of(session: Session, number: int, start: int, stop: int) -> NDArray[np.int64]:
    """The rows from `start` to `stop` that belong to a connection, ascending."""
    return session.store.rows_where("connection", number, start, stop)
