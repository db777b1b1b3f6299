"""What a segment does, in sentences that cite its own numbers."""

from collections.abc import Callable
from dataclasses import dataclass

from tui.session import Session
from tui.tcp.tracking.sequence import UNSET
from tui.views.endpoints import client_is_lower
from tui.views.frame_views import SegmentView


@dataclass(frozen=True, slots=True)
class _Context:
    """A segment, and what its sentences need to know of the connection around it."""

    view: SegmentView
    peer_fin_end: int | None
    """Relative number after the peer's FIN, None where none was captured."""

    @property
    def sender(self) -> str:
        return "client" if self.view.from_client else "server"

    @property
    def peer(self) -> str:
        return "server" if self.view.from_client else "client"

    @property
    def sender_before(self) -> str | None:
        return self.view.client_state_before if self.view.from_client else self.view.server_state_before

    @property
    def peer_before(self) -> str | None:
        return self.view.server_state_before if self.view.from_client else self.view.client_state_before


_MERGED = {"teardown 2/4", "teardown 3/4"}
"""Roles of the segment that makes a teardown one of three segments."""

_OF_A_FIN = {"teardown 1/4", "teardown 2/4", "teardown 3/4", "simultaneous close 2/4"}
"""Roles that a FIN has for good: when it is sent again, it does what it did the first time."""

_FIN_IN_FLIGHT = ("FIN-WAIT-1", "CLOSING", "LAST-ACK")
"""States of an endpoint whose FIN is not acknowledged."""


def explain(session: Session, view: SegmentView) -> str:
    """What the segment does and what follows from it, in a few sentences. `view` has the states before it."""
    context = _context(session, view)
    roles = set(view.roles)
    parts = []
    if "F" in view.flags and "retransmission" in view.notes:
        parts.append(f"The {context.sender} sends its FIN again (number {_fin_number(context)}).")
        roles -= _OF_A_FIN
    elif roles >= _MERGED:
        parts.append(_merged(context))
        roles -= _MERGED
    parts += [sentence(context) for role, sentence in _SENTENCES.items() if role in roles]
    if "F" not in view.flags and {"data", "ack"} & roles:
        parts.append(_not_covered(context))
    if "F" not in view.flags and "retransmission" in view.notes:
        parts.append("It was sent before: this is a retransmission.")
    if "duplicate-capture" in view.notes:
        parts.append("The same packet was captured a moment before: it was recorded twice, not sent twice.")
    parts.append(_states(context))
    return " ".join(part for part in parts if part)


def _context(session: Session, view: SegmentView) -> _Context:
    peer = 1 if view.from_client == client_is_lower(session, view.connection) else 0
    followed = session.connections.followed.values[view.connection]
    end, base = int(followed["fin_end"][peer]), int(followed["base"][peer])
    return _Context(view, None if end == UNSET else end - base)


def _carries(context: _Context) -> str:
    """Where payload lies among the sender's bytes, and what the ack says."""
    view = context.view
    acks = f", and has received all before {view.ack}" if view.ack is not None else ""
    size = "1 byte" if view.length == 1 else f"{view.length} bytes"
    return f"The {context.sender} sends {size}, seq {view.seq} up to {view.seq + view.length}{acks}."


def _acknowledges(context: _Context) -> str:
    view = context.view
    return f"The {context.sender} has received everything before {view.ack} and sends no data."


def _not_covered(context: _Context) -> str:
    """Why an ACK that lies within the teardown is no part of it."""
    end, ack = context.peer_fin_end, context.view.ack
    if context.sender_before == "FIN-WAIT-1" and context.peer_before == "CLOSE-WAIT":
        return (
            f"It lies within the teardown but is no part of it: no FIN of the {context.peer} was captured yet that it "
            "could acknowledge."
        )
    if context.peer_before not in _FIN_IN_FLIGHT or end is None or ack is None or ack >= end:
        return ""
    return (
        f"It lies within the teardown but is no part of it: the {context.peer}'s FIN has number {end - 1}, so only "
        f"ack {end} covers it, and this one says {ack}."
    )


def _merged(context: _Context) -> str:
    return (
        f"One segment does steps 2 and 3: ack {context.view.ack} covers the {context.peer}'s FIN and, as the "
        f"{context.sender} has nothing new to send, its own FIN (number {_fin_number(context)}) comes along. That is "
        "why this teardown has three segments and not four."
    )


def _ignored(context: _Context) -> str:
    view = context.view
    if context.peer_before == "SYN-SENT":
        reason = f"only ack 1 would answer the SYN, and its ack is {'none' if view.ack is None else view.ack}"
    else:
        reason = f"its number {view.seq} is not the one that the {context.peer} expects"
    return f"A reset that the {context.peer} must ignore: {reason}."


def _fin_number(context: _Context) -> int:
    return context.view.seq + context.view.length


_SENTENCES: dict[str, Callable[[_Context], str]] = {
    "handshake 1/3": lambda c: (
        f"The {c.sender} asks for a connection: SYN with its initial sequence number {c.view.raw_seq}."
    ),
    "handshake 2/3": lambda c: (
        f"The {c.sender} agrees: SYN with its own initial sequence number {c.view.raw_seq}, and ack {c.view.raw_ack}, "
        "one more than the number of the SYN it answers."
    ),
    "handshake 3/3": lambda c: (
        f"The {c.sender} acknowledges the {c.peer}'s SYN (ack {c.view.ack}): the handshake is complete."
    ),
    "simultaneous open": lambda c: f"Both ends asked at the same time: the {c.sender}'s part in a simultaneous open.",
    "data": _carries,
    "ack": _acknowledges,
    "teardown 1/4": lambda c: (
        f"The {c.sender} has finished sending: its FIN takes number {_fin_number(c)}, so ack {_fin_number(c) + 1} "
        "will cover it. The other direction stays open."
    ),
    "teardown 2/4": lambda c: f"ack {c.view.ack} covers the {c.peer}'s FIN.",
    "teardown 3/4": lambda c: f"The {c.sender} has finished too: its FIN takes number {_fin_number(c)}.",
    "teardown 4/4": lambda c: f"ack {c.view.ack} covers the {c.peer}'s FIN: both directions are closed.",
    "simultaneous close 2/4": lambda c: (
        f"The two FINs cross: this FIN says ack {c.view.ack}, which does not cover the {c.peer}'s FIN "
        f"(number {(c.peer_fin_end or 0) - 1}), so it was sent before that one arrived. Both ends are in CLOSING, each "
        "waiting for the ACK of its FIN."
    ),
    "simultaneous close 3/4": lambda c: (
        f"ack {c.view.ack} covers the {c.peer}'s FIN, which had crossed with the {c.sender}'s."
    ),
    "simultaneous close 4/4": lambda c: f"ack {c.view.ack} covers the {c.peer}'s FIN: both FINs are acknowledged.",
    "refused": lambda c: f"The {c.sender} refuses: nothing listens there, so a reset answers the SYN.",
    "handshake reset": lambda c: f"The {c.sender} breaks off before the handshake is complete.",
    "reset": lambda c: f"The {c.sender} aborts the connection at seq {c.view.seq}: what was not delivered is lost.",
    "reset in teardown": lambda c: f"The {c.sender} resets the connection before its teardown is complete.",
    "late reset": lambda c: f"The connection had ended already: the {c.sender} answers something that came too late.",
    "ignored reset": _ignored,
    "stray SYN": lambda c: (
        f"A SYN that does not fit the open connection; the {c.peer} answers with a challenge ACK and nothing changes."
    ),
    "malformed": lambda c: f"No TCP sends these flags ({c.view.flags}) or numbers here: nothing changes.",
}


def _states(context: _Context) -> str:
    """Both ends' states, where the segment changes one."""
    view = context.view
    changes = []
    for who, before, after in (
        ("client", view.client_state_before, view.client_state),
        ("server", view.server_state_before, view.server_state),
    ):
        if before != after and after == "LISTEN":
            changes.append(f"the {who} is taken to be in {after} until it answers")
        elif before != after:
            assumed = " (assumed)" if who in view.assumed else ""
            changes.append(f"the {who} is now in {after}{assumed}")
    text = " and ".join(changes)
    return f"{text[0].upper()}{text[1:]}." if text else ""
