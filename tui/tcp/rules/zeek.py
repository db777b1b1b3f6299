"""Zeek's conn_state and history of a connection, as its documentation of conn.log describes them.

States are per endpoint and follow what each one sends. Zeek itself is not needed.
"""

import re
from enum import IntEnum
from functools import lru_cache

from tui.tcp.rules.flags import ACK, FIN, RST, SYN


class ZeekState(IntEnum):
    """What an endpoint has done, in Zeek's terms."""

    INACTIVE = 0
    SYN_SENT = 1
    SYN_ACK_SENT = 2
    """The originator sent a SYN+ACK."""
    PARTIAL = 3
    """It sent data before any SYN."""
    ESTABLISHED = 4
    CLOSED = 5
    RESET = 6
    RESET_AFTER_FIN = 7
    """As RESET, but the peer's FIN brings it back to CLOSED."""


HISTORY_LIMIT = 1000
"""Letters after which a history stays as it is."""

TOO_LARGE_DELTA = 1 << 20
"""A SYN or reset whose number is further off than this does not move the last number seen."""


def move(me: int, peer: int, flags: int, payload: bool, by_originator: bool) -> tuple[int, int]:
    """The sender's and the receiver's ZeekState after a segment with these TCP flags."""
    if flags & SYN and me == ZeekState.INACTIVE:
        if by_originator:
            me = ZeekState.SYN_ACK_SENT if flags & ACK else ZeekState.SYN_SENT
        else:
            me = ZeekState.ESTABLISHED
            if peer == ZeekState.SYN_SENT:
                peer = ZeekState.ESTABLISHED
    if flags & FIN:
        me = ZeekState.CLOSED
        if peer == ZeekState.RESET_AFTER_FIN:
            peer = ZeekState.CLOSED
    elif not flags & (SYN | RST) and me == ZeekState.INACTIVE:
        lone_answer = not by_originator and peer == ZeekState.SYN_SENT and not payload
        if not lone_answer:
            me = ZeekState.ESTABLISHED if peer == ZeekState.ESTABLISHED else ZeekState.PARTIAL
    if flags & RST and not me == peer == ZeekState.CLOSED:
        me = ZeekState.RESET_AFTER_FIN if me in (ZeekState.CLOSED, ZeekState.RESET_AFTER_FIN) else ZeekState.RESET
    return me, peer


def letter_of(flags: int, payload: bool) -> str:
    """The history letter, upper case, that a segment's flags call for, whether it stands there already or not."""
    if flags & SYN and flags & (FIN | RST):
        return "Q"
    if flags & FIN and flags & RST:
        return "I"
    if flags & SYN:
        return "H" if flags & ACK else "S"
    if flags & FIN:
        return "F"
    if flags & RST:
        return "R"
    if payload:
        return "D"
    return "A" if flags & ACK else ""


ONCE = frozenset("ADIQadiq")
"""Letters that stand at most once in a history."""


def with_letter(history: str, letter: str) -> str:
    """A history with a letter behind it, unless it stands there once and for all, or there is no room."""
    if len(history) >= HISTORY_LIMIT or (letter in ONCE and letter in history):
        return history
    return history + letter


def counted_letter(letter: str, count: int) -> str:
    """`letter` where the count of such segments has reached 1, 10, 100 and so on; else nothing."""
    while count >= 10 and count % 10 == 0:
        count //= 10
    return letter if count == 1 else ""


_RESET_AFTER_SYN = re.compile(r"\^?S[^HAFGIQ]*R")


@lru_cache(maxsize=4096)
def conn_state(originator: int, responder: int, history: str, payload: bool) -> str:
    """Zeek's conn_state; `payload`: either side sent any."""
    silent = (ZeekState.INACTIVE, ZeekState.PARTIAL)
    originator, responder = (min(state, ZeekState.RESET) for state in (originator, responder))
    if responder == ZeekState.RESET:
        rejected = originator in (ZeekState.SYN_SENT, ZeekState.SYN_ACK_SENT)
        if rejected or (originator == ZeekState.RESET and not payload):
            return "REJ"
        return "RSTRH" if originator in silent else "RSTR"
    if originator == ZeekState.RESET:
        if responder in silent:
            return "RSTOS0" if _RESET_AFTER_SYN.match(history) else "OTH"
        return "RSTO"
    if originator == ZeekState.CLOSED:
        if responder == ZeekState.CLOSED:
            return "SF"
        return "SH" if responder in silent else "S2"
    if responder == ZeekState.CLOSED:
        return "SHR" if originator in silent else "S3"
    if originator == ZeekState.SYN_SENT and responder == ZeekState.INACTIVE:
        return "S0"
    return "S1" if originator == responder == ZeekState.ESTABLISHED else "OTH"
