"""Connections as people and reports see them: plain values made from the columns of a session."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.tcp import zeek
from tui.tcp.outcome import outcome, verdict_with_icmp
from tui.tcp.transitions import TRANSITIONS
from tui.views.endpoints import endpoints
from tui.views.frames import NS


@dataclass(frozen=True, slots=True)
class ConnectionView:
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
    """The connection of a number; KeyError where there is none, or it was given up (tui.tcp.connections)."""
    connections = session.connections
    if number in connections.given_up or not 0 <= number < len(connections):
        raise KeyError(number)
    followed = connections.followed.values[number]
    counted = connections.counted.values[number]
    state = TRANSITIONS.states[int(followed["state"])]
    found = outcome(state)
    ends = endpoints(session, number)
    client, server = state.client, 1 - state.client
    first_row, last_row = int(counted["first_row"]), int(counted["last_row"])
    start_ns = session.store.value("time_ns", first_row)
    packets, payload = counted["packets"].tolist(), counted["payload"].tolist()
    zeek_states = followed["zeek_state"].tolist()
    history = connections.history[number]
    icmp_errors = tuple(connections.icmp_errors.get(number, ()))
    return ConnectionView(
        connection=number,
        client=ends.client,
        server=ends.server,
        client_address=ends.client_address,
        client_port=ends.client_port,
        server_address=ends.server_address,
        server_port=ends.server_port,
        client_guessed=state.guessed,
        first_frame=session.store.value("number", first_row),
        last_frame=session.store.value("number", last_row),
        start_ns=start_ns,
        duration=(session.store.value("time_ns", last_row) - start_ns) / NS,
        opening=found.opening,
        closing=found.closing,
        closed_by=found.closed_by,
        client_state=found.client_state,
        server_state=found.server_state,
        verdict=verdict_with_icmp(found, bool(icmp_errors)),
        zeek_state=zeek.conn_state(zeek_states[client], zeek_states[server], history, sum(payload)),
        zeek_history=history,
        packets=(packets[client], packets[server]),
        payload_bytes=(payload[client], payload[server]),
        icmp_errors=icmp_errors,
    )


def connection_numbers(session: Session) -> NDArray[np.int64]:
    """The numbers of all connections so far, ascending."""
    numbers = np.arange(len(session.connections))
    given_up = session.connections.given_up
    return np.delete(numbers, list(given_up)) if given_up else numbers


def rows_of(session: Session, number: int, start: int, stop: int) -> NDArray[np.int64]:
    """The rows from `start` to `stop` that belong to a connection, ascending."""
    return session.store.rows_where("connection", number, start, stop)
