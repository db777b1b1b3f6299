"""What a segment changes: both ends' states, why, and whether the change is proved (RFC 9293, section 3.3.2)."""

from tui.views.explaining.context import Context
from tui.views.explaining.sentence import Sentence

_MACHINE = "RFC 9293 §3.3.2"

_SENDS = {
    "SYN-SENT": "it has sent a SYN",
    "SYN-RECEIVED": "it has sent a SYN and received one, and waits for the ACK of its own",
    "ESTABLISHED": "it goes on as only an open connection does",
    "FIN-WAIT-1": "it has sent its FIN and waits for the ACK of it",
    "FIN-WAIT-2": "its FIN is acknowledged, and it waits for the other one",
    "CLOSE-WAIT": "it has received a FIN and has not sent its own",
    "CLOSING": "it has sent its FIN, and the other one has crossed with it",
    "LAST-ACK": "it has sent its FIN after receiving the other one, and waits for the last ACK",
    "TIME-WAIT": "it has received the other FIN, and its own is acknowledged",
    "CLOSED": "it has given the connection up",
}
"""Why the end that sends the segment comes into a state."""

_RECEIVES = {
    "SYN-RECEIVED": "a SYN arrives while its own is unanswered",
    "ESTABLISHED": "its SYN is acknowledged",
    "FIN-WAIT-2": "its FIN is acknowledged, and it waits for the other one",
    "CLOSE-WAIT": "the FIN arrives, and its own program has still to close",
    "CLOSING": "a FIN arrives before the ACK of its own",
    "TIME-WAIT": "both FINs are sent, and its own is acknowledged",
    "CLOSED": "the last FIN is acknowledged",
}
"""Why the end that the segment is sent to comes into a state."""

_PROGRESS = (
    *("CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "CLOSE-WAIT", "FIN-WAIT-2"),
    *("CLOSING", "LAST-ACK", "TIME-WAIT"),
)
"""How far a connection has come, from state to state; the CLOSED at its end stands at the beginning, too."""

_BACK = {
    "S": "it sends its SYN again, so the answer had not reached it",
    "S.": "it sends its SYN+ACK again, so the ACK of the handshake had not reached it",
    "F": "it sends its FIN again, so the ACK of it had not reached it",
}
"""Why an end is less far than it was taken to be, by the flags that show it."""

_MIDSTREAM = "the opening was not captured, and the connection is under way"
_RESET = "a reset ends it, and nothing is left to wait for"

_PROVED = "proved by this segment"
_BOTH_ASSUMED = "assumed: no segment of theirs has shown it yet"
_ASSUMED = "assumed: no segment of its own has shown it yet"


def of_states(c: Context) -> list[Sentence]:
    """What the segment changes, of both ends that it changes."""
    if "duplicate-capture" in c.view.notes:
        return []
    view = c.view
    befores, afters = {view.client_state_before, view.server_state_before}, {view.client_state, view.server_state}
    if befores == {None} and afters == {"ESTABLISHED"}:
        return [Sentence(f"Both ends are in ESTABLISHED ({_BOTH_ASSUMED}): {_MIDSTREAM}.", _MACHINE)]
    changes = [
        _change(c, who, before, after, sends)
        for who, before, after, sends in (
            ("client", view.client_state_before, view.client_state, view.from_client),
            ("server", view.server_state_before, view.server_state, not view.from_client),
        )
        if before != after and (before is not None or after != "CLOSED")
    ]
    return [Sentence(" ".join(changes), _MACHINE)] if changes else []


def _change(c: Context, who: str, before: str | None, after: str, sends: bool) -> str:
    assumed = who in c.view.assumed
    if after == "LISTEN":
        return f"The {who} is taken to be in LISTEN ({_ASSUMED}): a SYN needs somebody who listens."
    moves = f"goes from {before} to {after}" if before is not None else f"is in {after}"
    return f"The {who} {moves} ({_ASSUMED if assumed else _PROVED}): {_why(c, before, after, sends)}."


def _why(c: Context, before: str | None, after: str, sends: bool) -> str:
    if before is None and after in ("ESTABLISHED", "FIN-WAIT-1", "CLOSE-WAIT") and "S" not in c.view.flags:
        return _MIDSTREAM
    if after == "CLOSED" and "R" in c.view.flags and not sends:
        return _RESET
    if before == "LISTEN" and after == "CLOSED":
        return "it was only taken for listening, and has no connection"
    if sends and before is not None and "R" not in c.view.flags and _goes_back(before, after):
        return _BACK.get("S." if "S." in c.view.flags else c.view.flags[0], "this segment shows it")
    if (before, after, sends) == ("FIN-WAIT-1", "TIME-WAIT", False):
        return "its FIN is acknowledged, which is FIN-WAIT-2, and the other FIN arrives with the same segment"
    if sends and after == "SYN-RECEIVED" and c.view.ack is None:
        return "it has sent a SYN, and the other one is on its way to it"
    return (_SENDS if sends else _RECEIVES).get(after, "this segment shows it")


def _goes_back(before: str, after: str) -> bool:
    """Whether an end was taken to have come further than it has."""
    return (before == "CLOSED" and after == "LAST-ACK") or _PROGRESS.index(after) < _PROGRESS.index(before)
