"""The state machine of RFC 9293 as an observer sees it: both endpoints' states, and the segment's roles.

A pure function over a finite set of states and events: sequence numbers were compared before (tui.tcp.rules.event),
so each transition is worked out once and remembered (tui.tcp.rules.transitions).

States are those *after the segment was sent by X and processed by Y*, as in RFC 9293, figures 6, 12 and 13, with one
exception: a bare SYN never proves that somebody listens, so its target is in LISTEN (assumed) until it answers.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tui.tcp.rules import zeek
from tui.tcp.rules.connection_state import NOBODY, ConnectionState, Endpoint, FastOpen
from tui.tcp.rules.event import FLAGS, Event
from tui.tcp.rules.notes import NO_NOTE, Note
from tui.tcp.rules.roles import NO_ROLE, Role
from tui.tcp.rules.states import State


@dataclass(slots=True)
class Step:
    """A transition being worked out: X sends `event` to Y."""

    state: ConnectionState
    event: Event
    x: Endpoint
    y: Endpoint
    roles: Role = NO_ROLE
    notes: Note = NO_NOTE
    changes: dict[str, object] = field(default_factory=dict)
    """Fields of the connection's state that change, beside its ends."""

    @property
    def side(self) -> int:
        """X's side."""
        return 1 if self.event & Event.UPPER else 0

    def has(self, bits: Event) -> bool:
        """Whether the event has any of these bits."""
        return bool(self.event & bits)

    def after(self) -> ConnectionState:
        """The connection's state after the segment."""
        ends = (self.y, self.x) if self.side else (self.x, self.y)
        return replace(self.state, ends=ends, **self.changes)  # type: ignore[arg-type]


def is_malformed(event: Event) -> bool:
    """Whether no stack sends these flags: SYN with FIN or RST, or neither ACK nor SYN nor RST."""
    if event & Event.SYN:
        return bool(event & (Event.FIN | Event.RST))
    return not event & (Event.ACK | Event.RST)


class Advance(NamedTuple):
    """What a segment does."""

    state: ConnectionState
    roles: Role
    notes: Note
    letter: str
    """What it adds to Zeek's history, as far as flags tell."""


def advance(state: ConnectionState, event: Event) -> Advance:
    """The state after a segment, the segment's roles, and what is to be noted of it."""
    side = 1 if event & Event.UPPER else 0
    step = Step(state, event, replace(state.ends[side], sent=True), state.ends[1 - side])
    if is_malformed(event):
        step.roles |= Role.MALFORMED
    elif step.has(Event.RST):
        _reset(step)
    elif step.has(Event.SYN):
        step.changes["malformed_only"] = False
        (_syn_ack if step.has(Event.ACK) else _syn)(step)
    else:
        step.changes["malformed_only"] = False
        _segment(step)
    if step.has(Event.DUPLICATE):
        notes = step.notes & ~(Note.RETRANSMISSION | Note.SYN_RETRY) | Note.DUPLICATE_CAPTURE
        return Advance(state, step.roles, notes, "")
    letter = _zeek(step)
    return Advance(step.after(), step.roles, step.notes, letter)


def _zeek(step: Step) -> str:
    """Move Zeek's states on; returns the letter for its history where it is a new one."""
    side, end = step.side, step.state.ends[step.side]
    flags, payload = int(step.event & FLAGS), step.has(Event.PAYLOAD)
    by_client = step.changes.get("client", step.state.client) == side
    states = list(step.state.zeek)
    states[side], states[1 - side] = zeek.move(states[side], states[1 - side], flags, payload, by_client)
    step.changes["zeek"] = tuple(states)
    letter = zeek.letter_of(flags, payload)
    seen = {
        "A": end.pure_ack,
        "D": end.data,
        "S": end.syn,
        "H": end.synack and not step.has(Event.OTHER_ISN),
        "F": bool(end.fin),
    }
    if seen.get(letter):
        return ""
    return letter if by_client else letter.lower()


def _reset(step: Step) -> None:
    """RFC 9293 section 3.10.7 and RFC 5961 section 3: a reset ends both ends, unless its receiver must ignore it."""
    state, x, y = step.state, step.x, step.y
    if step.has(Event.RESET_INVALID):
        step.roles |= Role.IGNORED_RESET
        return
    if state.ended:
        role = Role.LATE_RESET
        step.changes["late_reset"] = True
    elif y.state == State.SYN_SENT and not x.syn:
        role = Role.REFUSED
    elif state.begun and not state.opened:
        role = Role.HANDSHAKE_RESET
    elif state.first_fin != NOBODY:
        role = Role.RESET_IN_TEARDOWN
    else:
        role = Role.RESET
    if not state.ended:
        step.changes |= {"reset_by": step.side, "reset_role": role}
    if not y.sent:
        step.changes["malformed_only"] = False
    if step.has(Event.RESET_IN_WINDOW):
        step.notes |= Note.RESET_IN_WINDOW
    step.roles |= role
    step.x = replace(x, state=State.CLOSED, proved=True)
    step.y = replace(y, state=State.CLOSED, proved=False)


def _syn(step: Step) -> None:
    """A SYN without ACK. Whether it opens a connection of its own was decided before (tui.tcp.tracking.walker)."""
    state, x, y = step.state, step.x, step.y
    if step.has(Event.PAYLOAD):
        step.roles |= Role.DATA
        if not state.begun:
            step.changes["fast_open"] = FastOpen.PENDING
    if not state.begun:
        step.roles |= Role.HANDSHAKE_1
        step.changes |= {"begun": True, "client": step.side, "guessed": False}
        step.x = replace(x, state=State.SYN_SENT, proved=True, syn=True)
        step.y = replace(y, state=State.LISTEN, proved=False)
    elif x.syn:
        first = step.side == state.client
        step.roles |= Role.HANDSHAKE_1 if first else Role.SIMULTANEOUS_OPEN
        step.notes |= Note.RETRANSMISSION | Note.SYN_RETRY
        if first and x.state == State.ESTABLISHED and not x.proved:  # the SYN+ACK has not reached it
            step.x = replace(x, state=State.SYN_SENT, proved=True)
    elif y.state == State.SYN_SENT:
        step.roles |= Role.SIMULTANEOUS_OPEN
        step.changes["simultaneous_open"] = True
        step.x = replace(x, state=State.SYN_RECEIVED, proved=False, syn=True)
        step.y = replace(y, state=State.SYN_RECEIVED, proved=False)
    else:
        step.roles |= Role.HANDSHAKE_1
        step.changes |= {"client": step.side, "guessed": False}
        step.x = replace(x, syn=True)


def _syn_ack(step: Step) -> None:
    """A SYN+ACK: the second segment of a handshake, or of a simultaneous open (RFC 9293 section 3.5)."""
    state, x, y = step.state, step.x, step.y
    if step.has(Event.BAD_ACK) or (step.has(Event.OTHER_ISN) and x.state != State.SYN_RECEIVED):
        step.roles |= Role.MALFORMED
        return
    retransmitted = x.synack and not step.has(Event.OTHER_ISN)
    if retransmitted:
        step.notes |= Note.RETRANSMISSION
    simultaneous = state.simultaneous_open or x.state == State.SYN_SENT
    x = replace(x, syn=True, synack=True)
    if simultaneous:
        step.changes["simultaneous_open"] = True
        step.roles |= Role.SIMULTANEOUS_OPEN
        if x.state in (State.SYN_SENT, State.SYN_RECEIVED):
            x = replace(x, state=State.SYN_RECEIVED, proved=True)
        if y.state in (State.LISTEN, State.SYN_RECEIVED):
            y = replace(y, state=State.ESTABLISHED, proved=False)
        step.changes["opened"] = state.opened or x.state == y.state == State.ESTABLISHED
    else:
        step.roles |= Role.HANDSHAKE_2
        step.changes |= {"begun": True, "client": 1 - step.side, "guessed": False}
        if not state.begun or y.state == State.SYN_SENT:
            x = replace(x, state=State.SYN_RECEIVED, proved=True)
            y = replace(y, state=State.ESTABLISHED, proved=False)
        elif retransmitted and x.state == State.ESTABLISHED and not x.proved:
            x = replace(x, state=State.SYN_RECEIVED, proved=True)
        if state.fast_open == FastOpen.PENDING:
            accepted = step.has(Event.ACKS_SYN_DATA)
            step.changes["fast_open"] = FastOpen.ACCEPTED if accepted else FastOpen.IGNORED
            step.notes |= Note.FAST_OPEN if accepted else Note.FAST_OPEN_IGNORED
    step.x, step.y = x, y


def _segment(step: Step) -> None:
    """A segment with ACK and without SYN and RST."""
    state = step.state
    if not state.begun:
        step.changes |= {"begun": True, "midstream": True, "opened": True}
        step.x = replace(step.x, state=State.ESTABLISHED, proved=False)
        step.y = replace(step.y, state=State.ESTABLISHED, proved=False)
    alive = state.reset_by == NOBODY and not state.late_reset
    if alive:
        _complete_handshake(step)
        _acknowledge_fin(step)
    if step.has(Event.PAYLOAD):
        step.roles |= Role.DATA
    if step.has(Event.FIN):
        if alive:
            _fin(step)
        else:
            step.roles |= step.x.fin or Role.TEARDOWN_1
    else:
        step.x = replace(step.x, data=True) if step.has(Event.PAYLOAD) else replace(step.x, pure_ack=True)
        _prove_midstream(step)
    if not step.roles:
        step.roles = Role.ACK


def _complete_handshake(step: Step) -> None:
    """What an ACK or data says of the handshake, captured in full or with holes."""
    state, x, y = step.state, step.x, step.y
    carries = step.has(Event.PAYLOAD | Event.FIN)
    if y.state == State.SYN_RECEIVED and step.has(Event.ACKS_SYN):
        y = replace(y, state=State.ESTABLISHED, proved=False)
        step.changes["opened"] = not state.simultaneous_open or x.state == State.ESTABLISHED
        if state.simultaneous_open:
            step.roles |= Role.SIMULTANEOUS_OPEN
    if step.side == state.client and not state.third and not state.simultaneous_open:
        answered = y.synack and step.has(Event.ACKS_SYN)
        unseen = x.state == State.SYN_SENT and not answered
        if answered or unseen:
            step.roles |= Role.HANDSHAKE_3
            step.changes |= {"third": True, "opened": True}
            if x.state == State.SYN_SENT:
                x = replace(x, state=State.ESTABLISHED)
        if unseen:
            step.notes |= Note.REPLY_NOT_CAPTURED
            y = replace(y, state=State.ESTABLISHED, proved=False)
    if x.state == State.LISTEN and carries:
        step.notes |= Note.REPLY_NOT_CAPTURED
        step.changes["opened"] = True
        x = replace(x, state=State.ESTABLISHED, proved=True)
        y = replace(y, state=State.ESTABLISHED, proved=False)
    # Only fast open lets a server send before the handshake's third segment has reached it (RFC 7413 section 4.2).
    if x.state == State.SYN_RECEIVED and step.has(Event.PAYLOAD) and state.fast_open != FastOpen.ACCEPTED:
        step.changes["opened"] = True
        x = replace(x, state=State.ESTABLISHED)
    if x.state == State.ESTABLISHED and not state.midstream and state.begun:
        x = replace(x, proved=True)
    step.x, step.y = x, y


_ON_FIN = {
    State.ESTABLISHED: State.CLOSE_WAIT,
    State.FIN_WAIT_1: State.CLOSING,
    State.FIN_WAIT_2: State.TIME_WAIT,
}
"""State after the peer's FIN arrived, where it changes."""

_ON_ACK_OF_FIN = {
    State.FIN_WAIT_1: State.FIN_WAIT_2,
    State.CLOSING: State.TIME_WAIT,
    State.LAST_ACK: State.CLOSED,
}
"""State after one's own FIN was acknowledged, where it changes."""


def _acknowledge_fin(step: Step) -> None:
    """X acknowledges Y's FIN: it has received it, and Y moves on."""
    x, y = step.x, step.y
    if not step.has(Event.ACKS_FIN) or not y.fin:
        return
    repeats_fin = bool(x.fin) and step.has(Event.FIN)
    if y.fin_delivered and x.fin_acked and x.state == State.FIN_WAIT_1 and not repeats_fin:
        x = replace(x, state=State.TIME_WAIT)
    elif not y.fin_delivered or x.state in (State.FIN_WAIT_1, State.FIN_WAIT_2):
        x = replace(x, state=_ON_FIN.get(x.state, x.state))
        y = replace(y, fin_delivered=True)
    moves = y.state in _ON_ACK_OF_FIN
    if not y.fin_acked or (moves and not step.has(Event.PAYLOAD)):
        step.roles |= _role_of_acknowledged_fin(step)
    y = replace(y, fin_acked=True)
    if moves:
        y = replace(y, state=_ON_ACK_OF_FIN[y.state], proved=False)
    # Where FINs crossed, the acknowledgement of the peer's is sent without waiting for that of the own one.
    waited = x.state == State.TIME_WAIT and not (step.state.crossing or repeats_fin)
    if x.state in (State.CLOSE_WAIT, State.CLOSING) or waited:
        x = replace(x, proved=True)
    step.x, step.y = x, y


def _role_of_acknowledged_fin(step: Step) -> Role:
    """The role of the segment in which X acknowledges Y's FIN."""
    if step.state.crossing:
        return Role.SIMULTANEOUS_CLOSE_4 if step.x.fin_acked else Role.SIMULTANEOUS_CLOSE_3
    return Role.TEARDOWN_2 if step.state.first_fin != step.side else Role.TEARDOWN_4


def _fin(step: Step) -> None:
    """X sends its FIN, for the first time or again."""
    x, y = step.x, step.y
    if x.fin:
        step.roles |= x.fin
        step.notes |= Note.RETRANSMISSION
        step.x = _repeating_fin(step)
        if y.state in (State.FIN_WAIT_1, State.FIN_WAIT_2):
            step.y = replace(y, state=_ON_FIN[y.state], proved=False)
        return
    delivered = not step.has(Event.HOLE)
    if not y.fin:
        role = Role.TEARDOWN_1
        step.changes["first_fin"] = step.side
        x = replace(x, state=State.FIN_WAIT_1, proved=True)
    elif y.fin_acked:
        role = Role.TEARDOWN_3 | step.roles & Role.TEARDOWN_2
        if role & Role.TEARDOWN_2:
            step.changes["merged"] = True
        x = replace(x, state=State.LAST_ACK, proved=True)
    else:
        role = Role.SIMULTANEOUS_CLOSE_2
        step.changes["crossing"] = True
        x = replace(x, state=State.CLOSING, proved=False)
    step.roles |= role
    if delivered and y.state in _ON_FIN:
        y = replace(y, state=_ON_FIN[y.state], proved=False)
    step.x, step.y = replace(x, fin=role, fin_delivered=delivered), y


def _repeating_fin(step: Step) -> Endpoint:
    """X, who sends its FIN again: what was assumed to have reached it, has not."""
    x = step.x
    if x.proved or x.state not in (State.FIN_WAIT_2, State.TIME_WAIT, State.CLOSED):
        return x
    if x.state == State.CLOSED:
        return replace(x, state=State.LAST_ACK, proved=True)
    if step.has(Event.ACKS_FIN) or step.state.crossing:
        return replace(x, state=State.CLOSING, proved=step.has(Event.ACKS_FIN))
    return replace(x, state=State.FIN_WAIT_1, proved=True)


def _prove_midstream(step: Step) -> None:
    """Payload from both sides proves that neither had sent its FIN when the capture began."""
    x, y = step.x, step.y
    if step.state.midstream and x.data and y.data and x.state == y.state == State.ESTABLISHED:
        step.x, step.y = replace(x, proved=True), replace(y, proved=True)
