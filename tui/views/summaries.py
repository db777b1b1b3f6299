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

_AT_THE_END = " at the end of the capture"

_CLOSING = {
    "four-segment": "closed with four segments, the {closed_by} first",
    "three-segment": (
        "closed with three segments, the {closed_by} first: the {other}'s FIN carried the ACK of the {closed_by}'s FIN"
    ),
    "simultaneous": "closed from both ends at once: the FINs crossed, and both ends were in CLOSING",
    "reset": "ended by a reset from the {reset_by}",
    "half-closed": "half-closed: only the {closed_by} has finished sending",
    "none": f"still open{_AT_THE_END}",
}

_AFTER_A_FIN = {
    "reset-after-fin": "the {closed_by} sent its FIN, then a reset from the {reset_by} ended it",
    "closed-then-reset": "both ends sent their FIN, then a reset from the {reset_by} ended it",
}
"""How connections end that a reset cuts short in their teardown."""

_ADDED = {
    "closed-then-reset": "a reset came after both FINs",
    "closed-unconfirmed": "the last ACK was not captured",
}
"""What a verdict adds to the closing."""

_WHOLE = {
    "malformed": "Malformed segments only, such as a scanner sends: no connection.",
    "unreachable": "Unreachable: an ICMP error answers {syns} to {server}.",
}
"""Verdicts that say it all."""

_NOT_OPENED = "Not opened: something came back from {server}, but nothing that answers {syns}."
"""Sentence for an opening to which there was only a reset to ignore, or an ACK for something else."""


def summarise(view: ConnectionView, worst: str = "", *, so_far: bool = False) -> str:
    """One sentence for people on how the connection opened, what it carried and how it closed.

    - `worst`: what went wrong most, in words to be put at its end (tui.views.telling.worst).
    - `so_far`: the capture goes on.
    """
    sentence = _sentence(view.opening, view.closing, view.verdict, view.closed_by, view.reset_by, view.unseen)
    if so_far:
        sentence = sentence.replace(_AT_THE_END, " so far")
    if worst:
        sentence = f"{sentence.removesuffix('.')}; {worst}."
    if "{" not in sentence:
        return sentence
    if "{carried}" in sentence:
        sentence = sentence.replace("{carried}", _carried(view))
    else:
        sentence = sentence.replace("{syns}", "1 SYN" if view.packets[0] == 1 else f"{view.packets[0]} SYNs")
    return sentence.replace("{server}", view.server)


@cache
def _sentence(
    opening: str, closing: str, verdict: str, closed_by: str | None, reset_by: str | None, unseen: str
) -> str:
    """The sentence, in which {server}, {syns} and {carried} are still to be filled in."""
    words = {
        "closed_by": closed_by,
        "reset_by": reset_by,
        "other": "server" if closed_by == "client" else "client",
        **{name: f"{{{name}}}" for name in ("server", "syns", "carried")},
    }
    if verdict in _WHOLE:
        return _WHOLE[verdict].format(**words)
    if opening == "unanswered" and verdict == "open":
        return _NOT_OPENED.format(**words)
    parts = [_OPENING[opening]]
    if opening == "three-way" and unseen:
        parts[0] += f", of which the {unseen} was not captured"
    if opening not in ("refused", "unanswered", "half-open", "aborted"):
        parts += ["{carried}", *_ending(closing, verdict)]
    return "; ".join(parts).format(**words) + "."


def _ending(closing: str, verdict: str) -> list[str]:
    if closing == "reset" and verdict in _AFTER_A_FIN:
        return [_AFTER_A_FIN[verdict]]
    return [_CLOSING[closing], *([_ADDED[verdict]] if verdict in _ADDED else [])]


def _carried(view: ConnectionView) -> str:
    client, server = view.payload_bytes
    if view.verdict == "one-sided":
        sender = "client" if view.packets[0] else "server"
        return f"{_bytes(client or server)} from the {sender}, the only side that was captured"
    if not client and not server:
        return "no data"
    return f"{_bytes(client)} from the client and {_bytes(server)} from the server"


def _bytes(count: int) -> str:
    if not count:
        return "nothing"
    return "1 byte" if count == 1 else f"{count:,} bytes"
