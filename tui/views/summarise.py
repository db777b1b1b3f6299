"""A connection in one sentence."""

from tui.views.connections import ConnectionView

_OPENING = {
    "three-way": "Opened with a three-way handshake",
    "simultaneous": "Opened from both ends at once",
    "fast-open": "Opened with data in the SYN (fast open)",
    "refused": "Refused: nothing listens on {server}, which answered the SYN with a reset",
    "unanswered": "No answer: {syns} to {server}, and nothing came back",
    "half-open": "Half-open: the server answered the SYN, and the client never completed the handshake",
    "aborted": "Broken off by the {closed_by} before the handshake was complete",
    "not-captured": "The opening was not captured",
}

_CLOSING = {
    "four-segment": "closed with four segments, the {closed_by} first",
    "three-segment": (
        "closed with three segments, the {closed_by} first: the {other}'s FIN carried the ACK of the {closed_by}'s FIN"
    ),
    "simultaneous": "closed from both ends at once: the FINs crossed, and both ends were in CLOSING",
    "reset": "ended by a reset from the {resetter}",
    "half-closed": "half-closed: only the {closed_by} has finished sending",
    "none": "still open at the end of the capture",
}

_VERDICTS = {
    "malformed": "Malformed segments only, such as a scanner sends: no connection",
    "unreachable": "Unreachable: an ICMP error answers {syns} to {server}",
    "one-sided": "only one direction was captured",
    "closed-then-reset": "a reset came after both FINs",
    "closed-unconfirmed": "the last ACK was not captured",
    "reset-after-fin": "a reset came before the second FIN",
}


def summarise(view: ConnectionView) -> str:
    """One sentence for people on how the connection opened, what it carried and how it closed."""
    closer = view.closed_by or "client"
    words = {
        "server": view.server,
        "closed_by": closer,
        "other": "server" if closer == "client" else "client",
        "resetter": closer if view.verdict == "reset" else "peer",
        "syns": "1 SYN" if view.packets[0] == 1 else f"{view.packets[0]} SYNs",
    }
    if view.verdict in ("malformed", "unreachable"):
        return _VERDICTS[view.verdict].format(**words) + "."
    parts = [_OPENING[view.opening].format(**words)]
    if view.opening not in ("refused", "unanswered", "half-open", "aborted"):
        parts.append(_carried(view))
        parts.append(_ending(view, words))
    return "; ".join(parts) + "."


def _carried(view: ConnectionView) -> str:
    client, server = view.payload_bytes
    if not client and not server:
        return "no data"
    return f"{_bytes(client)} from the client and {_bytes(server)} from the server"


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count:,} bytes"


def _ending(view: ConnectionView, words: dict[str, str]) -> str:
    if view.verdict == "reset-after-fin":
        return f"the {words['closed_by']} sent its FIN, then {_VERDICTS[view.verdict]}"
    text = _CLOSING[view.closing].format(**words)
    extra = _VERDICTS.get(view.verdict)
    return f"{text}; {extra}" if extra else text
