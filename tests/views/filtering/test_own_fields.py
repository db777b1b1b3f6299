"""Fields under the names of the reports have the values that the reports print."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.program import CAPTURES, objects, succeed
from tests.views.filtering.reading import selected, session_of
from tui.query.display.field import FieldType
from tui.query.display.fields import FIELDS
from tui.views.filtering.fetching import NAMES

NAMES_OF_CAPTURES = ("ten-connections.pcap", "lossy.pcap", "simultaneous-open.pcap", "reset-unread.pcap")

OF_A_CONNECTION = (
    *("client", "server", "client_address", "client_port", "server_address", "server_port", "client_guessed"),
    *("first_frame", "last_frame", "start_ns", "duration", "opening", "closing", "closed_by", "client_state"),
    *("server_state", "verdict", "zeek_state", "zeek_history", "completeness", "handshake_rtt", "connect_time"),
    *("time_to_first_byte", "teardown_time", "half_closed_time", "problems", "notes", "analysis"),
)
SENT = ("packets", "payload_bytes", "unique_bytes", "retransmitted_packets", "retransmitted_bytes")
OF_A_SEGMENT = (
    *("roles", "notes", "analysis", "from", "client_state", "server_state", "assumed", "flags", "seq", "ack", "length"),
)


@cache
def _report(name: str, what: str) -> list[dict[str, Any]]:
    return objects(succeed("-r", CAPTURES / name, "--json", what))


def _literal(field: str, value: Any) -> str:
    if FIELDS[field].type is FieldType.STRING:
        return f'"{value}"'
    if FIELDS[field].type is FieldType.SECONDS:
        return f"{value:.9f}"
    return str(value)


def _frames(name: str, connections: set[int]) -> list[int]:
    return [one["frame"] for one in _report(name, "packets") if one["connection"] in connections]


@pytest.mark.parametrize("name", NAMES_OF_CAPTURES)
def test_each_field_of_a_connection(name: str) -> None:
    session = session_of(CAPTURES / name)
    reported = {one["connection"]: one for one in _report(name, "connections")}
    values: dict[str, dict[int, Any]] = {}
    for number, one in reported.items():
        for key in OF_A_CONNECTION:
            values.setdefault(f"conn.{key}", {})[number] = one[key]
        for side in ("client", "server"):
            for key in SENT:
                values.setdefault(f"conn.{key}.{side}", {})[number] = one[key][side]
            for key, value in one["rtt"][side].items():
                values.setdefault(f"conn.rtt.{side}.{key}", {})[number] = value
    for field, of in values.items():
        sets = {number: _as_set(value) for number, value in of.items()}
        for value in set().union(*sets.values()):
            having = {number for number, own in sets.items() if value in own}
            assert selected(session, f"{field} == {_literal(field, value)}") == _frames(name, having), (field, value)
        lacking = {number for number, own in sets.items() if not own}
        assert selected(session, f"conn && !{field}") == _frames(name, lacking), field


def _as_set(value: Any) -> set[Any]:
    if value is None:
        return set()
    return set(value) if isinstance(value, list | dict) else {value}


@pytest.mark.parametrize("name", NAMES_OF_CAPTURES)
def test_each_field_of_a_segment(name: str) -> None:
    session = session_of(CAPTURES / name)
    for key in OF_A_SEGMENT:
        field = f"packet.{key}"
        sets = {one["frame"]: _as_set(one[key]) for one in _report(name, "packets")}
        for value in set().union(*sets.values()):
            having = [frame for frame, own in sets.items() if value in own]
            assert selected(session, f"{field} == {_literal(field, value)}") == having, (field, value)
        assert selected(session, f"packet && !{field}") == [frame for frame, own in sets.items() if not own], field


def test_a_problem_of_a_segment_is_one_of_its_notes() -> None:
    session = session_of(CAPTURES / "lossy.pcap")
    found = selected(session, "packet.problem == True")
    assert found
    assert set(selected(session, 'packet.notes == "retransmission"')) <= set(found)
    assert not set(found) & set(selected(session, "packet.problem == False"))


def test_what_a_connection_is_for() -> None:
    session = session_of(CAPTURES / "ten-connections.pcap")
    assert selected(session, 'conn.application contains "Redis"') == selected(session, "tcp.port == 6379")


def test_icmp_errors_that_quote_a_connection(reference: Path) -> None:
    session = session_of(reference / "cases" / "icmp_unreachable.pcap")
    assert selected(session, "conn.icmp_errors == 1") == [1]
    assert selected(session, 'conn.verdict == "unreachable"') == [1]
    assert selected(session, "tcp.port == 80") == [1, 2]


def test_every_field_of_the_language_has_values() -> None:
    assert frozenset(FIELDS) == NAMES
