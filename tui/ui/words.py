"""What roles and verdicts are called on the screen: a glyph, a kind, a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoleWords:
    """How one role is shown."""

    glyph: str
    """One cell that tells the kinds apart without colour."""
    kind: str
    """Name in tui.ui.theme.KINDS."""
    sentence: str
    """What the sender does with this segment; `{sender}` and `{receiver}` stand for client and server."""


ROLES: dict[str, RoleWords] = {
    "malformed": RoleWords("!", "malformed", "No TCP sends these flags or numbers: a probe or a broken stack."),
    "refused": RoleWords("✗", "reset", "The {sender} answers the SYN with a reset: nothing accepts connections there."),
    "handshake reset": RoleWords("✗", "reset", "The {sender} breaks off before the handshake is complete."),
    "reset": RoleWords("✗", "reset", "The {sender} breaks the connection off; data under way is lost."),
    "reset in teardown": RoleWords("✗", "reset", "The {sender} breaks off what was already being closed."),
    "late reset": RoleWords("✗", "reset", "A reset after the connection was over: it changes nothing."),
    "ignored reset": RoleWords("✗", "reset", "A reset with a number the {receiver} does not accept (RFC 5961)."),
    "handshake 1/3": RoleWords("▲", "handshake", "The {sender} asks to open a connection (SYN)."),
    "handshake 2/3": RoleWords("▲", "handshake", "The {sender} agrees and asks in return (SYN and ACK)."),
    "handshake 3/3": RoleWords("▲", "handshake", "The {sender} confirms: the connection is open."),
    "simultaneous open": RoleWords("◆", "simultaneous", "Both ends asked to open at the same time."),
    "stray SYN": RoleWords("▲", "malformed", "A SYN in the middle of a connection, which the {receiver} challenges."),
    "teardown 1/4": RoleWords("▼", "teardown", "The {sender} has nothing more to send (FIN)."),
    "teardown 2/4": RoleWords("▼", "teardown", "The {sender} has received everything up to the other end's FIN."),
    "teardown 3/4": RoleWords("▼", "teardown", "The {sender} has nothing more to send either (FIN)."),
    "teardown 4/4": RoleWords("▼", "teardown", "The {sender} confirms the other FIN: both directions are closed."),
    "simultaneous close 2/4": RoleWords("◆", "simultaneous", "The {sender} closed before it saw the other FIN."),
    "simultaneous close 3/4": RoleWords("◆", "simultaneous", "The {sender} confirms the FIN that crossed its own."),
    "simultaneous close 4/4": RoleWords("◆", "simultaneous", "The {sender} confirms as well: both are closed."),
    "data": RoleWords("●", "data", "The {sender} sends data."),
    "ack": RoleWords("·", "ack", "The {sender} says what it has received and how much more it takes."),
}
"""All roles, those that matter most first."""

VERDICTS: dict[str, str] = {
    "malformed": "All its segments have flags that no TCP sends: a scan or a broken stack.",
    "refused": "The server's host answered the SYN with a reset: nothing accepts connections there.",
    "unreachable": "An ICMP error answered the SYN: the server could not be reached.",
    "aborted-handshake": "A reset ended it before the handshake was complete.",
    "no-answer": "The client's SYN was never answered.",
    "half-open": "The server answered the SYN, and the client said nothing more.",
    "reset": "A reset ended it before either end had closed.",
    "one-sided": "Only one end's segments are in the capture.",
    "reset-after-fin": "One end closed, then a reset ended the rest.",
    "closed-then-reset": "Both ends closed; a reset came after.",
    "closed": "Both ends closed, and each confirmed the other's FIN.",
    "closed-unconfirmed": "Both ends closed; the last FIN was not confirmed.",
    "half-closed": "One end closed; the other may still send.",
    "open": "Still open at the end of the capture.",
}
"""What each verdict means."""

_UNKNOWN = RoleWords("?", "other", "")
_PRECEDENCE = {role: place for place, role in enumerate(ROLES)}
_MERGED = ("teardown 2/4", "teardown 3/4")


def words_of(role: str) -> RoleWords:
    """How a role is shown; a plain form for a role this table does not know."""
    return ROLES.get(role, _UNKNOWN)


def leading(roles: Sequence[str]) -> RoleWords:
    """How the role that matters most among a segment's is shown."""
    if not roles:
        return _UNKNOWN
    return words_of(min(roles, key=lambda role: _PRECEDENCE.get(role, len(_PRECEDENCE))))


def role_text(roles: Sequence[str]) -> str:
    """The roles in words; the FIN that also acknowledges a FIN is `teardown 2+3/4`."""
    if all(role in roles for role in _MERGED):
        roles = ["teardown 2+3/4", *(role for role in roles if role not in _MERGED)]
    return " + ".join(roles)
