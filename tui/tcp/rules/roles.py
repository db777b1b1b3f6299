"""What a segment does in its connection: a closed list, of which a segment may have several."""

from enum import IntFlag
from functools import cache


class Role(IntFlag):
    """Bits of a segment's roles, in the order in which they are listed."""

    HANDSHAKE_1 = 1 << 0
    HANDSHAKE_2 = 1 << 1
    HANDSHAKE_3 = 1 << 2
    SIMULTANEOUS_OPEN = 1 << 3
    DATA = 1 << 4
    ACK = 1 << 5
    TEARDOWN_1 = 1 << 6
    TEARDOWN_2 = 1 << 7
    TEARDOWN_3 = 1 << 8
    TEARDOWN_4 = 1 << 9
    SIMULTANEOUS_CLOSE_2 = 1 << 10
    SIMULTANEOUS_CLOSE_3 = 1 << 11
    SIMULTANEOUS_CLOSE_4 = 1 << 12
    REFUSED = 1 << 13
    HANDSHAKE_RESET = 1 << 14
    RESET = 1 << 15
    RESET_IN_TEARDOWN = 1 << 16
    LATE_RESET = 1 << 17
    IGNORED_RESET = 1 << 18
    STRAY_SYN = 1 << 19
    MALFORMED = 1 << 20


NO_ROLE = Role(0)

ROLE_NAMES = {
    Role.HANDSHAKE_1: "handshake 1/3",
    Role.HANDSHAKE_2: "handshake 2/3",
    Role.HANDSHAKE_3: "handshake 3/3",
    Role.SIMULTANEOUS_OPEN: "simultaneous open",
    Role.DATA: "data",
    Role.ACK: "ack",
    Role.TEARDOWN_1: "teardown 1/4",
    Role.TEARDOWN_2: "teardown 2/4",
    Role.TEARDOWN_3: "teardown 3/4",
    Role.TEARDOWN_4: "teardown 4/4",
    Role.SIMULTANEOUS_CLOSE_2: "simultaneous close 2/4",
    Role.SIMULTANEOUS_CLOSE_3: "simultaneous close 3/4",
    Role.SIMULTANEOUS_CLOSE_4: "simultaneous close 4/4",
    Role.REFUSED: "refused",
    Role.HANDSHAKE_RESET: "handshake reset",
    Role.RESET: "reset",
    Role.RESET_IN_TEARDOWN: "reset in teardown",
    Role.LATE_RESET: "late reset",
    Role.IGNORED_RESET: "ignored reset",
    Role.STRAY_SYN: "stray SYN",
    Role.MALFORMED: "malformed",
}
"""The public name of each role, as reports print it."""


@cache
def role_names(roles: int) -> tuple[str, ...]:
    """The public names of a set of role bits, in their fixed order."""
    return tuple(name for role, name in ROLE_NAMES.items() if roles & role)
