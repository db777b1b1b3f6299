"""A connection in one sentence."""

from functools import cache

from tui.views.connection_views import ConnectionView

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
    "reset": "ended by a reset{from_whom}",
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

_NOT_OPENED = "Not opened: something came back from {server}, but nothing that answers {syns}."
"""Sentence for an opening to which there was only a reset to ignore, or an ACK for something else."""


def summarise(view: ConnectionView) -> str:
    """One sentence for people on how the connection opened, what it carried and how it closed."""
    sentence = _sentence(view.opening, view.closing, view.verdict, view.closed_by)
    if "{" not in sentence:
        return sentence
    client, server = view.payload_bytes
    syns = "1 SYN" if view.packets[0] == 1 else f"{view.packets[0]} SYNs"
    return sentence.format(server=view.server, syns=syns, carried=_carried(client, server))


@cache
def _sentence(opening: str, closing: str, verdict: str, closed_by: str | None) -> str:
    """The sentence, in which {server}, {syns} and {carried} are still to be filled in."""
    closer = closed_by or "client"
    other = "server" if closer == "client" else "client"
    words = {
        "closed_by": closer,
        "other": other,
        "from_whom": f" from the {closer}" if verdict == "reset" else "",
        **{name: f"{{{name}}}" for name in ("server", "syns", "carried")},
    }
    if verdict in ("malformed", "unreachable"):
        return _VERDICTS[verdict].format(**words) + "."
    if opening == "unanswered" and verdict == "open":
        return _NOT_OPENED.format(**words)
    parts = [_OPENING[opening]]
    if opening not in ("refused", "unanswered", "half-open", "aborted"):
        parts += ["{carried}", _ending(closing, verdict)]
    return "; ".join(parts).format(**words) + "."


def _ending(closing: str, verdict: str) -> str:
    if verdict == "reset-after-fin":
        return f"the {{closed_by}} sent its FIN, then {_VERDICTS[verdict]}"
    extra = _VERDICTS.get(verdict)
    return f"{_CLOSING[closing]}; {extra}" if extra else _CLOSING[closing]


def _carried(client: int, server: int) -> str:
    if not client and not server:
        return "no data"
    return f"{_bytes(client)} from the client and {_bytes(server)} from the server"


def _bytes(count: int) -> str:
    if not count:
        return "nothing"
    return "1 byte" if count == 1 else f"{count:,} bytes"
