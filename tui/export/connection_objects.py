"""Connections as JSON objects, a line each. The keys are a public interface: none is ever missing."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from tui import views

Column = bytes | Sequence[bytes]
"""The value that all connections share, or that of each one, as JSON."""

Columns = Mapping[str, "Column | Columns"]
"""For each key of an object its column, or the columns of an object within it."""

Counts = tuple[dict[str, int], dict[str, int]]
"""How often each note, and each name of the analysis, stands in a connection's segments."""

_PLACES = re.compile(b"(%b)" % b"|".join(b"%d" % place for place in views.Place))
_NO_ROUND_TRIPS = (0, None, None, None, None)


def lines_of_connections(accounts: Sequence[views.Account], counts: Sequence[Counts]) -> Iterator[bytes]:
    """A line for each of at least one connections.

    All have the same keys, and much in common, so that a line is one template that is filled in with what is the
    connection's own.
    """
    columns = _columns(accounts, counts)
    template = _template(columns) + b"\n"
    return map(template.__mod__, zip(*_own_values(columns), strict=True))


def lines_alike(account: views.Account, counts: Counts, own: Mapping[int, Sequence[bytes]]) -> Iterator[bytes]:
    """A line for each of some connections that are told alike; `own`: what each has for each tui.views.Place."""
    (line,) = lines_of_connections([account], [counts])
    texts_and_places = _PLACES.split(line.replace(b"%", b"%%"))
    template = b"%b".join(texts_and_places[::2])
    return map(template.__mod__, zip(*(own[int(place)] for place in texts_and_places[1::2]), strict=True))


def _columns(accounts: Sequence[views.Account], counts: Sequence[Counts]) -> Columns:
    view = _by_field(views.ConnectionView, [account.view for account in accounts])
    client = _by_field(views.Sent, [account.measures.client for account in accounts])
    server = _by_field(views.Sent, [account.measures.server for account in accounts])
    notes, analysis = zip(*counts, strict=True)
    return {
        "connection": _own_numbers(view["connection"]),
        "client": _values(view["client"]),
        "server": _values(view["server"]),
        "client_address": _values(view["client_address"]),
        "client_port": _numbers(view["client_port"]),
        "server_address": _values(view["server_address"]),
        "server_port": _numbers(view["server_port"]),
        "client_guessed": _numbers(view["client_guessed"]),
        "first_frame": _numbers(view["first_frame"]),
        "last_frame": _numbers(view["last_frame"]),
        "start_ns": _numbers(view["start_ns"]),
        "duration": _numbers(view["duration"]),
        "opening": _words(view["opening"]),
        "closing": _words(view["closing"]),
        "closed_by": _words(view["closed_by"]),
        "client_state": _words(view["client_state"]),
        "server_state": _words(view["server_state"]),
        "verdict": _words(view["verdict"]),
        "problems": _words([account.problems for account in accounts]),
        "summary": _values([account.summary for account in accounts]),
        "story": _values([[text for text, _, _ in account.lines] for account in accounts]),
        "zeek_state": _words(view["zeek_state"]),
        "zeek_history": _values(view["zeek_history"]),
        "completeness": _numbers(view["completeness"]),
        "handshake_rtt": _numbers(view["handshake_time"]),
        "connect_time": _numbers(view["connect_time"]),
        "time_to_first_byte": _numbers(view["time_to_first_byte"]),
        "teardown_time": _numbers(view["teardown_time"]),
        "half_closed_time": _numbers(view["half_closed_time"]),
        **{
            key: {"client": _numbers(client[key]), "server": _numbers(server[key])}
            for key in ("packets", "payload_bytes", "unique_bytes", "retransmitted_packets", "retransmitted_bytes")
        },
        "rtt": {"client": _round_trips(client["rtt"]), "server": _round_trips(server["rtt"])},
        "icmp_errors": _values([_icmp_errors(account.view) for account in accounts]),
        "analysis": _values(analysis),
        "notes": _values(notes),
    }


def _round_trips(trips: Iterable[views.RoundTrips | None]) -> Columns:
    fields = _by_field(views.RoundTrips, [_NO_ROUND_TRIPS if found is None else found for found in trips])
    return {name: _numbers(values) for name, values in fields.items()}


def _icmp_errors(view: views.ConnectionView) -> list[dict[str, int]]:
    return [{"frame": frame, "type": kind, "code": code} for frame, kind, code in view.icmp_errors]


def _by_field(kind: Any, rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    """The values of each field of a named tuple, from many of them."""
    return dict(zip(kind._fields, zip(*rows, strict=True), strict=True))


def _numbers(values: Sequence[float | None]) -> Column:
    """Numbers, truth values and nulls."""
    return _shared(values) or _own_numbers(values)


def _own_numbers(values: Sequence[float | None]) -> Sequence[bytes]:
    """The same of which each connection has its own; none has a comma in itself."""
    return orjson.dumps(values)[1:-1].split(b",")


def _words(values: Sequence[object]) -> Column:
    """Values of which there are but a few different ones: those of the closed lists."""
    return _shared(values) or list(map({value: orjson.dumps(value) for value in set(values)}.__getitem__, values))


def _values(values: Sequence[object]) -> Column:
    """Values of any kind."""
    return _shared(values) or list(map(orjson.dumps, values))


def _shared(values: Sequence[object]) -> bytes:
    """The value that all share; nothing where they differ."""
    return orjson.dumps(values[0]) if values.count(values[0]) == len(values) else b""


def _template(columns: Columns) -> bytes:
    """An object of these keys, with `%b` for each value that is not shared."""
    return b"{%b}" % b",".join(b"%b:%b" % (orjson.dumps(key), _place(column)) for key, column in columns.items())


def _place(column: Column | Columns) -> bytes:
    if isinstance(column, Mapping):
        return _template(column)
    return column.replace(b"%", b"%%") if isinstance(column, bytes) else b"%b"


def _own_values(columns: Columns) -> Iterator[Sequence[bytes]]:
    """The values for the template's places, in their order."""
    for column in columns.values():
        if isinstance(column, Mapping):
            yield from _own_values(column)
        elif not isinstance(column, bytes):
            yield column
