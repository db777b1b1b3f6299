"""Fields of connections: worked out once for each connection that is asked for, and handed to all of its segments."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.store import CHUNK_ROWS
from tui.tcp.rules import zeek
from tui.tcp.rules.analysis import ANALYSIS_NAMES
from tui.tcp.rules.closed_lists import PROBLEMS
from tui.tcp.rules.notes import NOTE_NAMES
from tui.tcp.rules.outcome import SIDES, outcome_of, verdict_with_icmp
from tui.tcp.rules.transitions import TRANSITIONS
from tui.views.applications import applications
from tui.views.endpoints import endpoints_of_pairs
from tui.views.filtering.rows import Rows
from tui.views.filtering.shared import THERE
from tui.views.filtering.values import Mask, Values, Words, nothing, single
from tui.views.frame_views import NS
from tui.views.sides import client_sides, state_numbers
from tui.views.strips import effective_rows
from tui.views.telling.accounts import measures, problems_of
from tui.views.timings import timings_of

Numbers = NDArray[np.int64]
Fetch = Callable[[Rows], Values]
Found = dict[str, tuple[Numbers, Mask]]
"""Values of connections by name, and which connections have them."""
Work = Callable[[Session, Numbers], Found]


def _spread(rows: Rows, name: str, work: Work) -> tuple[Numbers, Mask]:
    """What `work` finds under a name for the connection of each row; it is asked for each connection only once."""
    known = rows.shared.known(name)
    missing = known.missing(rows.shared.numbers_of(rows.connection))
    if len(missing):
        for found_name, (values, there) in work(rows.session, missing).items():
            rows.shared.known(found_name).enter(missing, values, there)
    last = len(known.values) - 1
    if last < 0:
        return np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    connection = np.clip(rows.connection, 0, last)
    is_known = rows.is_tcp & (rows.connection <= last)
    return known.values[connection], is_known & (known.state[connection] == THERE)


def _number(name: str, work: Work) -> Fetch:
    return lambda rows: single(*_spread(rows, name, work))


def _text(name: str, work: Callable[[Session, Numbers], Iterable[str | None]]) -> Fetch:
    """A field whose texts are worked out."""

    def fetch(rows: Rows) -> Values:
        words = rows.shared.words(name)

        def codes(session: Session, numbers: Numbers) -> Found:
            found = [-1 if text is None else words.setdefault(text, len(words)) for text in work(session, numbers)]
            listed = np.array(found, np.int64)
            return {name: (listed, listed >= 0)}

        code, there = _spread(rows, name, codes)
        return single(Words(code, list(words)), there)

    return fetch


def _set(name: str, names: tuple[str, ...], work: Callable[[Session, Numbers], Numbers]) -> Fetch:
    """A field of several words, worked out as bits."""

    def found(session: Session, numbers: Numbers) -> Found:
        bits = work(session, numbers)
        return {name: (bits, np.ones(len(bits), np.bool_))}

    def fetch(rows: Rows) -> Values:
        bits, there = _spread(rows, name, found)
        return set_values(np.where(there, bits, 0), names)

    return fetch


def set_values(bits: NDArray[Any], names: Iterable[str]) -> Values:
    """The words that each row's bits stand for, the lowest bit for the first."""
    table = list(names)
    owners, codes = [], []
    present = int(np.bitwise_or.reduce(bits)) if len(bits) else 0
    for place in range(len(table)):
        if present >> place & 1:
            owner = np.flatnonzero(bits >> bits.dtype.type(place) & bits.dtype.type(1))
            owners.append(owner)
            codes.append(np.full(len(owner), place))
    if not owners:
        return nothing(len(bits))
    return Values(len(bits), np.concatenate(owners), Words(np.concatenate(codes), table))


def _all(values: NDArray[Any]) -> tuple[Numbers, Mask]:
    return values.astype(np.int64), np.ones(len(values), np.bool_)


def _outcomes(attribute: str) -> Callable[[Session, Numbers], Iterable[str | None]]:
    def texts(session: Session, numbers: Numbers) -> Iterable[str | None]:
        of = {state: getattr(outcome_of(state), attribute) for state in set(state_numbers(session, numbers).tolist())}
        return [of[state] for state in state_numbers(session, numbers).tolist()]

    return texts


def _verdicts(session: Session, numbers: Numbers) -> Iterable[str | None]:
    quoted = session.connections.icmp_errors
    states = state_numbers(session, numbers).tolist()
    return [
        verdict_with_icmp(outcome_of(state), number in quoted)
        for number, state in zip(numbers.tolist(), states, strict=True)
    ]


def _histories(session: Session, numbers: Numbers) -> Iterable[str | None]:
    return [session.connections.history[number] for number in numbers.tolist()]


def _zeek_states(session: Session, numbers: Numbers) -> Iterable[str | None]:
    payload = (session.connections.counted.values["payload"][numbers].sum(axis=1) > 0).tolist()
    for number, state_number, has_payload in zip(
        numbers.tolist(), state_numbers(session, numbers).tolist(), payload, strict=True
    ):
        state = TRANSITIONS.states[state_number]
        client, server = state.zeek[state.client], state.zeek[1 - state.client]
        yield zeek.conn_state(client, server, session.connections.history[number], has_payload)


def _ends(side: str) -> Callable[[Session, Numbers], Iterable[str | None]]:
    def texts(session: Session, numbers: Numbers) -> Iterable[str | None]:
        keys = session.tuples.keys[:, session.connections.counted.values["slot"][numbers]]
        ends = endpoints_of_pairs(keys, (client_sides(session, numbers) == 0).tolist())
        return [getattr(pair, side) for pair in ends]

    return texts


def _address(of_server: int) -> Fetch:
    return lambda rows: single(rows.address(rows.client_side ^ of_server), rows.is_tcp)


def _port(of_server: int) -> Fetch:
    return lambda rows: single(rows.ports >> 16 * (1 - (rows.client_side ^ of_server)) & 0xFFFF, rows.is_tcp)


def _guessed(session: Session, numbers: Numbers) -> Found:
    guessed = [TRANSITIONS.states[state].guessed for state in state_numbers(session, numbers).tolist()]
    return {"conn.client_guessed": _all(np.array(guessed, np.bool_))}


def _counts(session: Session, numbers: Numbers) -> Found:
    counted = session.connections.counted.values.take(numbers)
    client = client_sides(session, numbers)
    every = np.arange(len(numbers))
    return {
        f"conn.{name}.{side}": _all(counted[column][every, client ^ place])
        for place, side in enumerate(SIDES)
        for name, column in (("packets", "packets"), ("payload_bytes", "payload"))
    }


def _landmarks(session: Session, numbers: Numbers) -> Found:
    """Frames and times that are kept of each connection."""
    landmarks = session.connections.landmarks.values.take(numbers)
    times = timings_of(landmarks, effective_rows(landmarks))
    first_byte = np.where(client_sides(session, numbers) == 0, times.upper_first_byte, times.lower_first_byte)
    seconds = {
        "handshake_rtt": times.handshake,
        "connect_time": times.connect,
        "time_to_first_byte": first_byte,
        "teardown_time": times.teardown,
        "half_closed_time": times.half_closed,
    }
    found = {f"conn.{name}": _nanoseconds(column) for name, column in seconds.items()}
    found |= {f"conn.{name}": _all(landmarks[name]) for name in ("first_frame", "last_frame", "start_ns")}
    return found | {"conn.duration": _all(landmarks["end_ns"] - landmarks["start_ns"])}


def _nanoseconds(seconds: NDArray[np.float64]) -> tuple[Numbers, Mask]:
    there = ~np.isnan(seconds)
    return np.rint(np.where(there, seconds, 0) * NS).astype(np.int64), there


def _completeness(session: Session, numbers: Numbers) -> Found:
    return {"conn.completeness": _all(session.connections.analysed.values["completeness"][numbers])}


def _icmp_errors(session: Session, numbers: Numbers) -> Found:
    counts = [len(session.connections.icmp_errors.get(number, ())) for number in numbers.tolist()]
    return {"conn.icmp_errors": _all(np.array(counts, np.int64))}


_SENT = ("unique_bytes", "retransmitted_packets", "retransmitted_bytes")
_TRIPS = ("min", "mean", "p95", "max")


def _measured(session: Session, numbers: Numbers) -> Found:
    """Everything that takes a look at all segments of the connections, in one."""
    found = list(measures(session, numbers))
    columns: Found = {}
    for place, side in enumerate(SIDES):
        sent = [one.sent[place] for one in found]
        for name in _SENT:
            columns[f"conn.{name}.{side}"] = _listed(map(attrgetter(name), sent))
        trips = [one.rtt for one in sent]
        samples = np.array([0 if one is None else one.samples for one in trips], np.int64)
        columns[f"conn.rtt.{side}.samples"] = _all(samples)
        for name in _TRIPS:
            times = [np.nan if one is None else getattr(one, name) for one in trips]
            columns[f"conn.rtt.{side}.{name}"] = _nanoseconds(np.array(times, np.float64))
    return columns


def _listed(values: Iterable[int | None]) -> tuple[Numbers, Mask]:
    listed = [-1 if value is None else value for value in values]
    column = np.array(listed, np.int64)
    return column, column >= 0


def _problems(session: Session, numbers: Numbers) -> Numbers:
    place = {name: 1 << at for at, name in enumerate(PROBLEMS)}
    return np.array([sum(place[name] for name in found) for found in problems_of(session, numbers)], np.int64)


def _bits_of_segments(column: str) -> Callable[[Session, Numbers], Numbers]:
    """All bits that a column has in any segment of each connection."""

    def bits(session: Session, numbers: Numbers) -> Numbers:
        store = session.store
        found = np.zeros(int(numbers[-1]) + 1, np.int64)
        counted = session.connections.counted.values.take(numbers)
        first, stop = max(int(counted["first_row"].min()), store.start), int(counted["last_row"].max()) + 1
        for start in range(first, stop, CHUNK_ROWS):
            end = min(start + CHUNK_ROWS, stop)
            values, connection = (store.column(name, start, end) for name in (column, "connection"))
            marked = np.flatnonzero((values != 0) & (connection >= 0) & (connection < len(found)))
            np.bitwise_or.at(found, connection[marked], values[marked].astype(np.int64))
        return found[numbers]

    return bits


CHEAP: dict[str, Fetch] = {
    "conn.client": _text("conn.client", _ends("client")),
    "conn.server": _text("conn.server", _ends("server")),
    "conn.client_address": _address(0),
    "conn.server_address": _address(1),
    "conn.client_port": _port(0),
    "conn.server_port": _port(1),
    **{
        f"conn.{name}": _text(f"conn.{name}", _outcomes(name))
        for name in ("client_state", "server_state", "opening", "closing", "closed_by")
    },
    "conn.verdict": _text("conn.verdict", _verdicts),
    "conn.zeek_state": _text("conn.zeek_state", _zeek_states),
    "conn.zeek_history": _text("conn.zeek_history", _histories),
    "conn.client_guessed": _number("conn.client_guessed", _guessed),
    "conn.completeness": _number("conn.completeness", _completeness),
    "tcp.completeness": _number("conn.completeness", _completeness),
    "conn.icmp_errors": _number("conn.icmp_errors", _icmp_errors),
    **{
        f"conn.{name}": _number(f"conn.{name}", _landmarks)
        for name in (
            *("first_frame", "last_frame", "start_ns", "duration", "handshake_rtt", "connect_time"),
            *("time_to_first_byte", "teardown_time", "half_closed_time"),
        )
    },
    **{
        name: _number(name, _counts)
        for side in SIDES
        for name in (f"conn.packets.{side}", f"conn.payload_bytes.{side}")
    },
}
"""Fields that the columns of the connections hold."""

COSTLY: dict[str, Fetch] = {
    "conn.problems": _set("conn.problems", PROBLEMS, _problems),
    "conn.application": _text("conn.application", applications),
    "conn.notes": _set("conn.notes", tuple(NOTE_NAMES.values()), _bits_of_segments("notes")),
    "conn.analysis": _set("conn.analysis", tuple(ANALYSIS_NAMES.values()), _bits_of_segments("analysis")),
    **{f"conn.{name}.{side}": _number(f"conn.{name}.{side}", _measured) for side in SIDES for name in _SENT},
    **{
        f"conn.rtt.{side}.{name}": _number(f"conn.rtt.{side}.{name}", _measured)
        for side in SIDES
        for name in ("samples", *_TRIPS)
    },
}
"""Fields that take a look at all segments of a connection."""
