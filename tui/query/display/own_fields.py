"""Fields of connections and segments under the names of the reports."""

from tui.query.display.field import Field, FieldType, Source
from tui.tcp.rules.analysis import ANALYSIS_NAMES
from tui.tcp.rules.closed_lists import CLOSINGS, CONN_STATES, OPENINGS, PROBLEMS, VERDICTS
from tui.tcp.rules.notes import NOTE_NAMES
from tui.tcp.rules.outcome import SIDES
from tui.tcp.rules.roles import ROLE_NAMES
from tui.tcp.rules.states import STATE_NAMES

_STORED, _CONNECTION = Source.STORED, Source.CONNECTION
_STATES = tuple(STATE_NAMES)
_NOTES = tuple(NOTE_NAMES.values())
_ANALYSIS = tuple(ANALYSIS_NAMES.values())


def _text(name: str, about: str, values: tuple[str, ...] = (), *, many: bool = False) -> Field:
    source = _STORED if name.startswith("packet.") else _CONNECTION
    return Field(name, FieldType.STRING, about, source, values=values, many=many)


def _number(name: str, about: str, bits: int = 64) -> Field:
    return Field(name, FieldType.UNSIGNED, about, _CONNECTION, bits)


def _seconds(name: str, about: str) -> Field:
    return Field(name, FieldType.SECONDS, about, _CONNECTION)


_ENDS = tuple(
    field
    for side in SIDES
    for field in (
        _text(f"conn.{side}", f"the {side}, as 192.0.2.1:80"),
        Field(f"conn.{side}_address", FieldType.ADDRESS, f"address of the {side}", _CONNECTION),
        _number(f"conn.{side}_port", f"port of the {side}", 16),
        _text(f"conn.{side}_state", f"state of the {side} at the end", _STATES),
    )
)

_AMOUNTS = tuple(
    _number(f"conn.{name}.{side}", f"{about} by the {side}")
    for name, about in (
        ("packets", "segments sent"),
        ("payload_bytes", "payload bytes sent"),
        ("unique_bytes", "payload bytes sent, each counted once,"),
        ("retransmitted_packets", "data segments sent again"),
        ("retransmitted_bytes", "payload bytes sent again"),
    )
    for side in SIDES
)

_ROUND_TRIPS = tuple(
    field
    for side in SIDES
    for field in (
        _number(f"conn.rtt.{side}.samples", f"round trips measured of the {side}'s segments"),
        _seconds(f"conn.rtt.{side}.min", f"shortest round trip of the {side}'s segments"),
        _seconds(f"conn.rtt.{side}.mean", f"mean round trip of the {side}'s segments"),
        _seconds(f"conn.rtt.{side}.p95", f"round trip that 95 % of the {side}'s segments keep to"),
        _seconds(f"conn.rtt.{side}.max", f"longest round trip of the {side}'s segments"),
    )
)

CONNECTION_FIELDS = (
    Field("conn", FieldType.LABEL, "belongs to a TCP connection", _STORED),
    Field("conn.number", FieldType.UNSIGNED, "number of the connection, from 0", _STORED, 32),
    *_ENDS,
    Field("conn.client_guessed", FieldType.BOOLEAN, "the opening was not captured", _CONNECTION),
    _number("conn.first_frame", "its first frame", 32),
    _number("conn.last_frame", "its last frame", 32),
    _number("conn.start_ns", "when it began, in nanoseconds since 1970"),
    _seconds("conn.duration", "seconds from the first segment to the last"),
    _text("conn.opening", "how it opened", OPENINGS),
    _text("conn.closing", "how it closed", CLOSINGS),
    _text("conn.closed_by", "who closed it", SIDES),
    _text("conn.verdict", "what became of it", VERDICTS),
    _text("conn.problems", "what went wrong with it", PROBLEMS, many=True),
    _text("conn.application", "what it is for"),
    _text("conn.zeek_state", "Zeek's conn_state", CONN_STATES),
    _text("conn.zeek_history", "Zeek's history"),
    _number("conn.completeness", "sum of 1 SYN, 2 SYN+ACK, 4 ACK, 8 data, 16 FIN, 32 reset", 8),
    _seconds("conn.handshake_rtt", "seconds from the last SYN to the end of the handshake"),
    _seconds("conn.connect_time", "seconds from the first SYN to the end of the handshake"),
    _seconds("conn.time_to_first_byte", "seconds from the first SYN to the server's first data"),
    _seconds("conn.teardown_time", "seconds from the first FIN to the last ACK of the close"),
    _seconds("conn.half_closed_time", "seconds from the first FIN to the other"),
    *_AMOUNTS,
    *_ROUND_TRIPS,
    _number("conn.icmp_errors", "how many ICMP errors quote it"),
    _text("conn.notes", "findings on any of its segments", _NOTES, many=True),
    _text("conn.analysis", "Wireshark's findings on any of its segments", _ANALYSIS, many=True),
)

PACKET_FIELDS = (
    Field("packet", FieldType.LABEL, "is a TCP segment", _STORED),
    _text("packet.roles", "what the segment does", tuple(ROLE_NAMES.values()), many=True),
    _text("packet.notes", "findings on the segment", _NOTES, many=True),
    _text("packet.analysis", "Wireshark's findings on the segment", _ANALYSIS, many=True),
    Field("packet.problem", FieldType.BOOLEAN, "a finding tells of something that went wrong", _STORED),
    _text("packet.from", "who sent it", SIDES),
    _text("packet.client_state", "state of the client after it", _STATES),
    _text("packet.server_state", "state of the server after it", _STATES),
    _text("packet.assumed", "who is in a state that it has not proved", SIDES, many=True),
    _text("packet.flags", "flags in tcpdump's letters: S. is SYN+ACK"),
    Field("packet.seq", FieldType.SIGNED, "sequence number from the connection's beginning", _STORED),
    Field("packet.ack", FieldType.SIGNED, "acknowledgement number from the connection's beginning", _STORED),
    Field("packet.length", FieldType.UNSIGNED, "payload bytes", _STORED, 32),
)

OWN_FIELDS = (*CONNECTION_FIELDS, *PACKET_FIELDS)
