"""Connections as people and reports see them: plain values made from the columns of a session."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.tcp.rules import zeek
from tui.tcp.rules.outcome import outcome_of, verdict_with_icmp
from tui.tcp.rules.transitions import TRANSITIONS
from tui.views.endpoints import endpoints_of_pairs
from tui.views.frame_views import NS
from tui.views.rows import rows_as
from tui.views.strips import effective_rows, strips_of
from tui.views.timings import Seconds, timings_of

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
        yield from rows_as(ConnectionView, _columns(session, numbers[start : start + AT_ONCE]))


class _OfState(NamedTuple):
    """What the state of a connection tells by itself."""

    client_side: int
    """0 where the lower endpoint is the client, 1 where the upper one is."""
    guessed: bool
    outcome: tuple[str | None, ...]
    """Opening, closing, closed_by, reset_by, unseen, client_state, server_state."""
    verdict: str
    """Where no ICMP error quotes the connection."""
    verdict_with_icmp: str
    zeek: tuple[int, int]
    """States of client and server in Zeek's terms."""
    assumed: tuple[str, ...]


@cache
def _of_state(number: int) -> _OfState:
    state, found = TRANSITIONS.states[number], outcome_of(number)
    return _OfState(
        state.client,
        state.guessed,
        (
            *(found.opening, found.closing, found.closed_by, found.reset_by, found.unseen),
            *(found.client_state, found.server_state),
        ),
        found.verdict,
        verdict_with_icmp(found, icmp_errors=True),
        (state.zeek[state.client], state.zeek[1 - state.client]),
        found.assumed,
    )


def _columns(session: Session, numbers: NDArray[np.int64]) -> tuple[Sequence[Any], ...]:
    """A column for each field of ConnectionView, of at least one connection."""
    of = session.connections  # `take` copies whole rows, where an index would copy field by field
    counted, landmarks, noted = (
        of.counted.values.take(numbers),
        of.landmarks.values.take(numbers),
        of.noted.values.take(numbers),
    )
    rows = effective_rows(landmarks)
    listed = numbers.tolist()
    states = map(_of_state, of.followed.values["state"][numbers].tolist())
    sides, guessed, outcomes, verdicts, icmp_verdicts, zeek_states, assumed = zip(*states, strict=True)
    client = np.array(sides)
    ends = endpoints_of_pairs(session.tuples.keys[:, counted["slot"]], (client == 0).tolist())
    addresses, ports, server_addresses, server_ports, clients, servers, _ = zip(*ends, strict=True)
    errors = [tuple(of.icmp_errors.get(number, ())) for number in listed]
    history = [of.history[number] for number in listed]
    payload = counted["payload"]
    has_payload = (payload.sum(axis=1) > 0).tolist()
    start, end = landmarks["start_ns"].tolist(), landmarks["end_ns"].tolist()
    opening_flags, closing_flags = zip(*strips_of(landmarks, rows), strict=True)
    times = timings_of(landmarks, rows)
    first_byte = np.where(client == 0, times.upper_first_byte, times.lower_first_byte)
    return (
        *(listed, clients, servers, addresses, ports, server_addresses, server_ports, guessed),
        *(landmarks["first_frame"].tolist(), landmarks["last_frame"].tolist(), start),
        [(last - first) / NS for first, last in zip(start, end, strict=True)],
        *zip(*outcomes, strict=True),
        [icmp if quoted else other for icmp, quoted, other in zip(icmp_verdicts, errors, verdicts, strict=True)],
        [zeek.conn_state(*ours, *more) for ours, *more in zip(zeek_states, history, has_payload, strict=True)],
        history,
        *(_client_first(counts, client) for counts in (counted["packets"], payload)),
        *(errors, opening_flags, closing_flags),
        *map(_known, (times.handshake, times.connect, first_byte, times.teardown, times.half_closed)),
        *(assumed, noted["problems"].tolist(), of.analysed.values["completeness"][numbers].tolist()),
        _client_first(noted["retransmitted"], client),
    )


def _client_first(counts: NDArray[np.int64], client: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Counts of (lower endpoint, upper endpoint) as those of (client, server)."""
    lower, upper = counts[:, 0], counts[:, 1]
    columns = np.where(client == 0, lower, upper), np.where(client == 0, upper, lower)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _known(seconds: Seconds) -> list[float | None]:
    """Times as plain numbers, None where they are not known."""
    return [None if time != time else time for time in seconds.tolist()]  # noqa: PLR0124 - NaN equals nothing


def connection_numbers(session: Session) -> NDArray[np.int64]:
    """The numbers of the connections so far that still have a row, ascending; cheap, for any thread."""
    return session.connections.numbers(session.store.start)


def rows_of(session: Session, number: int, start: int, stop: int) -> NDArray[np.int64]:
    """The rows from `start` to `stop` that belong to a connection, ascending."""
    return session.store.rows_where("connection", number, start, stop)
