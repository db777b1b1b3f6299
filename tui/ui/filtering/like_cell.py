"""Makes a display filter of a cell: what selects the rows that have the same there, or at least as much."""

from tui.query.display import FIELDS, parse
from tui.query.display.expression import Or, Xor
from tui.ui.model import Model
from tui.ui.tables.connection_cells import SORT_KEYS
from tui.ui.tables.packets import CONNECTION_PLACE
from tui.views import ConnectionView, FrameView, SegmentView
from tui.views.wording.notes import PROBLEMS, quiet_words

PACKET_COLUMNS = (
    *("frame", "time", "connection", "direction", "flags", "seq", "ack", "window", "length", "role"),
    *("client state", "server state", "payload"),
)
"""What the columns of the table of all packets show."""

FIRST_BYTES = 8
"""Bytes of a payload that others begin with as well."""

PLAIN_ROLES = ("data", "ack")
"""Roles that the table does not name where there is something more to say."""

NS = 1_000_000_000


def quoted(text: str) -> str:
    """A text as a display filter writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def in_an_and(expression: str) -> str:
    """A filter as the first part of an `&&`: in parentheses where it would be read in another way without."""
    return f"({expression})" if isinstance(parse(expression), Or | Xor) else expression


def filter_of_connection(model: Model, view: ConnectionView, column: int | None) -> str | None:
    """What selects connections like this one in a column (an index of SORT_KEYS); None where nothing does."""
    application, client, server = model.application(view.connection), view.client_address, view.server_address
    opening, closing = quoted(view.opening), quoted(view.closing)
    packets_from_client, packets_from_server = view.packets
    problems = model.problems(view)
    states = f"conn.client_state == {quoted(view.client_state)} && conn.server_state == {quoted(view.server_state)}"
    terms = {
        "number": f"tcp.stream == {view.connection}",
        "ends": f"conn.client_address == {client} && conn.server_address == {server}",
        "application": f"conn.application == {quoted(application)}" if application else None,
        "strip": f"conn.opening == {opening} && conn.closing == {closing}",
        "verdict": f"conn.verdict == {quoted(view.verdict)}",
        "problems": f"conn.problems == {quoted(problems[0])}" if problems else None,
        "states": states,
        "history": f"conn.zeek_history == {quoted(view.zeek_history)}",
        "client bytes": f"conn.payload_bytes.client >= {view.payload_bytes[0]}",
        "server bytes": f"conn.payload_bytes.server >= {view.payload_bytes[1]}",
        "duration": f"conn.duration >= {view.duration:.9f}",
        "packets": f"conn.packets.client + conn.packets.server >= {packets_from_client + packets_from_server}",
        "handshake": None if view.handshake_time is None else f"conn.handshake_rtt >= {view.handshake_time:.9f}",
    }
    return terms["number" if column is None else SORT_KEYS[column]]


def filter_of_frame(model: Model, view: FrameView, column: int | None, narrowed: bool) -> str | None:
    """What selects frames like this one in a column of the packet table; None where nothing does.

    `narrowed`: the table shows one connection, and has no column for its number.
    """
    if column is not None and narrowed and column >= CONNECTION_PLACE:
        column += 1
    name = "connection" if column is None else PACKET_COLUMNS[column]
    if name == "frame":
        return f"frame.number == {view.number}"
    if name == "time":
        seconds, rest = divmod(view.time_ns - model.origin_ns, NS)
        return f"frame.time_relative >= {seconds}.{rest:09}" if seconds >= 0 else None
    if not isinstance(view, SegmentView):
        protocol = view.protocol.lower()
        terms = {"length": f"frame.len == {view.frame_length}"}
        return terms.get(name) or (protocol if protocol in FIELDS and name in ("role", "connection") else None)
    return _filter_of_segment(model, view, name)


def _filter_of_segment(model: Model, view: SegmentView, name: str) -> str | None:
    absolute = model.options.absolute_numbers
    payload = model.payload(view, FIRST_BYTES)
    ack = f"tcp.ack_raw == {view.raw_ack}" if absolute else f"packet.ack == {view.ack}"
    terms = {
        "connection": f"tcp.stream == {view.connection}",
        "direction": f"packet.from == {quoted('client' if view.from_client else 'server')}",
        "flags": f"packet.flags == {quoted(view.flags)}",
        "seq": f"tcp.seq_raw == {view.raw_seq}" if absolute else f"packet.seq == {view.seq}",
        "ack": None if view.ack is None else ack,
        "window": f"tcp.window_size == {view.window}",
        "length": f"packet.length == {view.length}",
        "role": _role_term(view),
        "client state": f"packet.client_state == {quoted(view.client_state)}",
        "server state": f"packet.server_state == {quoted(view.server_state)}",
        "payload": f"tcp.payload[0:{len(payload)}] == {payload.hex(':')}" if payload else None,
    }
    return terms[name]


def _role_term(view: SegmentView) -> str:
    """What the column of roles says first: a problem, a role, or another note."""
    problems = sorted((note for note in view.notes if note in PROBLEMS), key="retransmission".__eq__)
    plain = all(role in PLAIN_ROLES for role in view.roles)
    notes = problems or [note for note in view.notes if plain and quiet_words((note,))]
    if notes:
        return f"packet.notes == {quoted(notes[0])}"
    return f"packet.roles == {quoted(view.roles[0])}"
