"""How a connection opened and closed, and the verdict on it: functions of its final state alone."""

from dataclasses import dataclass
from functools import cache

from tui.tcp.rules.connection_state import NOBODY, ConnectionState, FastOpen
from tui.tcp.rules.roles import Role
from tui.tcp.rules.states import STATE_NAMES
from tui.tcp.rules.transitions import TRANSITIONS

SIDES = ("client", "server")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the report says of a connection's life, in its closed lists of words."""

    opening: str
    closing: str
    closed_by: str | None
    """Who sent the first FIN, or the reset that ended it: `client` or `server`."""
    reset_by: str | None
    """Who sent the reset that ended it."""
    unseen: str
    """The segment of a completed handshake that was not captured: `SYN`, `SYN+ACK`, or nothing."""
    verdict: str
    client_state: str
    server_state: str
    assumed: tuple[str, ...]
    """Which of `client`, `server` is in a state that no segment of its own has proved."""


@cache
def outcome_of(number: int) -> Outcome:
    """The outcome of a connection whose state has this number; for ICMP errors see `verdict_with_icmp`."""
    state = TRANSITIONS.states[number]
    client = state.ends[state.client]
    server = state.ends[1 - state.client]
    closer = state.first_fin if state.first_fin != NOBODY else state.reset_by
    return Outcome(
        opening=_opening(state),
        closing=_closing(state),
        closed_by=None if closer == NOBODY else SIDES[closer != state.client],
        reset_by=None if state.reset_by == NOBODY else SIDES[state.reset_by != state.client],
        unseen="" if state.midstream else "SYN" if not client.syn else "" if server.synack else "SYN+ACK",
        verdict=_verdict(state),
        client_state=STATE_NAMES[client.state],
        server_state=STATE_NAMES[server.state],
        assumed=tuple(side for side, end in zip(SIDES, (client, server), strict=True) if not end.proved),
    )


def verdict_with_icmp(found: Outcome, icmp_errors: bool) -> str:
    """The verdict where ICMP errors may quote the connection's segments."""
    return "unreachable" if icmp_errors and found.verdict == "no-answer" else found.verdict


def _opening(state: ConnectionState) -> str:
    client, server = state.ends[state.client], state.ends[1 - state.client]
    if state.reset_role == Role.REFUSED:
        return "refused"
    if state.reset_role == Role.HANDSHAKE_RESET:
        return "aborted"
    if state.simultaneous_open:
        return "simultaneous"
    if not server.synack and (state.midstream or not client.syn):
        return "not-captured"
    if state.fast_open == FastOpen.ACCEPTED:
        return "fast-open"
    if state.opened:
        return "three-way"
    return "half-open" if server.synack else "unanswered"


def _closing(state: ConnectionState) -> str:
    fins = sum(bool(end.fin) for end in state.ends)
    if state.reset_by != NOBODY:
        return "reset"
    if fins == 2:
        if state.crossing:
            return "simultaneous"
        return "three-segment" if state.merged else "four-segment"
    return "half-closed" if fins else "none"


def _verdict(state: ConnectionState) -> str:
    client, server = state.ends[state.client], state.ends[1 - state.client]
    fins = sum(bool(end.fin) for end in state.ends)
    reset = state.reset_by != NOBODY
    only_syns = client.syn and not (client.synack or client.data or client.pure_ack or client.fin or server.sent)
    answered = server.synack and not (client.data or client.pure_ack or client.fin or state.third)
    tests = (
        ("malformed", state.malformed_only),
        ("refused", state.reset_role == Role.REFUSED),
        ("aborted-handshake", state.reset_role == Role.HANDSHAKE_RESET),
        ("no-answer", only_syns),
        ("half-open", answered and not reset and not state.simultaneous_open),
        ("reset", reset and not fins),
        ("one-sided", not (client.sent and server.sent)),
        ("reset-after-fin", reset and fins == 1),
        ("closed-then-reset", reset or state.late_reset),
        ("closed", state.closed),
        ("closed-unconfirmed", fins == 2),
        ("half-closed", fins == 1),
    )
    return next((verdict for verdict, holds in tests if holds), "open")
