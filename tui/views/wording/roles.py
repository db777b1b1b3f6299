"""How roles are marked on the screen: a glyph and a kind."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoleWords:
    """How one role is shown."""

    glyph: str
    """One cell that tells the kinds apart without colour."""
    kind: str
    """Name in tui.ui.look.theme.KINDS."""


ROLES: dict[str, RoleWords] = {
    "malformed": RoleWords("!", "malformed"),
    "refused": RoleWords("✗", "reset"),
    "handshake reset": RoleWords("✗", "reset"),
    "reset": RoleWords("✗", "reset"),
    "reset in teardown": RoleWords("✗", "reset"),
    "late reset": RoleWords("✗", "reset"),
    "ignored reset": RoleWords("✗", "reset"),
    "handshake 1/3": RoleWords("▲", "handshake"),
    "handshake 2/3": RoleWords("▲", "handshake"),
    "handshake 3/3": RoleWords("▲", "handshake"),
    "simultaneous open": RoleWords("◆", "simultaneous"),
    "stray SYN": RoleWords("▲", "malformed"),
    "teardown 1/4": RoleWords("▼", "teardown"),
    "teardown 2/4": RoleWords("▼", "teardown"),
    "teardown 3/4": RoleWords("▼", "teardown"),
    "teardown 4/4": RoleWords("▼", "teardown"),
    "simultaneous close 2/4": RoleWords("◆", "simultaneous"),
    "simultaneous close 3/4": RoleWords("◆", "simultaneous"),
    "simultaneous close 4/4": RoleWords("◆", "simultaneous"),
    "data": RoleWords("●", "data"),
    "ack": RoleWords("·", "ack"),
}
"""All roles, those that matter most first."""

_UNKNOWN = RoleWords("?", "other")
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
