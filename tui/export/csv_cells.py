"""Objects of the report as rows of CSV (RFC 4180): a column for each key, a part of an object as `rtt.client.min`."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

PACKET_COLUMNS = (
    *("frame", "interface", "time_ns", "elapsed", "frame_length", "captured_length", "connection", "from"),
    *("source", "destination", "flags", "seq", "ack", "raw_seq", "raw_ack", "length"),
    *("window", "raw_window", "window_scale"),
    *("options.mss", "options.window_scale", "options.sack_permitted", "options.sack", "options.timestamp"),
    *("roles", "client_state", "server_state", "assumed", "notes", "evidence", "analysis"),
    *("duplicate_ack_number", "duplicate_ack_frame", "acks_frame", "bytes_in_flight"),
    *("ack_rtt", "initial_rtt", "rto", "explanation"),
)
"""Columns of a table of segments."""

_BOTH_ENDS = ("packets", "payload_bytes", "unique_bytes", "retransmitted_packets", "retransmitted_bytes")

CONNECTION_COLUMNS = (
    *("connection", "client", "server", "client_address", "client_port", "server_address", "server_port"),
    *("client_guessed", "first_frame", "last_frame", "start_ns", "duration", "opening", "closing", "closed_by"),
    *("client_state", "server_state", "verdict", "problems", "summary", "story"),
    *("zeek_state", "zeek_history", "completeness"),
    *("handshake_rtt", "connect_time", "time_to_first_byte", "teardown_time", "half_closed_time"),
    *(f"{key}.{end}" for key in _BOTH_ENDS for end in ("client", "server")),
    *(f"rtt.{end}.{part}" for end in ("client", "server") for part in ("samples", "min", "mean", "p95", "max")),
    *("icmp_errors", "analysis", "notes"),
)
"""Columns of a table of connections."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet takes a text for a formula."""

BETWEEN = "; "
"""Stands between the texts of a list."""


def csv_lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows as lines that end in CR and LF, in UTF-8."""
    output = io.StringIO(newline="")
    csv.writer(output).writerows(rows)
    return output.getvalue().encode()


def csv_row(value: Mapping[str, Any], columns: Iterable[str]) -> list[object]:
    """The cells of an object."""
    return [csv_cell(_part(value, column)) for column in columns]


def csv_cell(value: object) -> object:
    """A value as a cell: nothing for null, lists of texts joined, other lists and objects as JSON.

    A text that a spreadsheet would take for a formula has an apostrophe before it, as one types it there.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        text = value
    elif isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        text = BETWEEN.join(value)
    else:
        text = orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _part(value: Mapping[str, Any], column: str) -> object:
    found: Any = value
    for key in column.split("."):
        found = found[key]
    return found
