"""Follows connections segment by segment, wherever a segment is not proved ordinary."""

from collections.abc import Sequence
from typing import NamedTuple

from tui.tcp import zeek
from tui.tcp.event import FLAGS, Event
from tui.tcp.flags import ACK, FIN, RST, SYN
from tui.tcp.live import Live
from tui.tcp.notes import Note
from tui.tcp.roles import Role
from tui.tcp.sequence import UNSET
from tui.tcp.states import State
from tui.tcp.transitions import TRANSITIONS


class Segment(NamedTuple):
    """What following needs of one segment; numbers are unwrapped."""

    row: int
    """Row in the store."""
    side: int
    flags: int
    seq: int
    ack: int
    length: int
    end: int
    window: int
    option: int
    duplicate: bool


class Outcome(NamedTuple):
    """What was found of one segment."""

    row: int
    side: int
    live: Live
    state: int
    """State after the segment, a number of tui.tcp.transitions."""
    scales: int
    roles: int
    notes: int


_PAYLOAD = int(Event.PAYLOAD)
_UPPER = int(Event.UPPER)
_ACKS_SYN = int(Event.ACKS_SYN)
_ACKS_FIN = int(Event.ACKS_FIN)
_DUPLICATE = int(Event.DUPLICATE)
_HOLE = int(Event.HOLE)
_FLAGS = int(FLAGS)
_SPECIAL = SYN | FIN | RST
_MALFORMED = int(Role.MALFORMED)


def follow(live: Live, segment: Segment, extra_notes: int = 0) -> Outcome:
    """Apply one segment to its connection."""
    row, side, flags, seq, ack, length, _, _, _, duplicate = segment
    other = 1 - side
    event = flags & _FLAGS
    if length:
        event |= _PAYLOAD
    if side:
        event |= _UPPER
    if flags & ACK:
        isn = live.isn[other]
        if isn != UNSET and ack > isn:
            event |= _ACKS_SYN
        fin_end = live.fin_end[other]
        if fin_end != UNSET and ack >= fin_end:
            event |= _ACKS_FIN
    if flags & _SPECIAL:
        if flags & RST:
            event |= _reset_event(live, segment)
        elif flags & SYN:
            event |= _syn_event(live, segment)
        elif live.next[side] != UNSET and seq > live.next[side]:
            event |= _HOLE
    if duplicate:
        event |= _DUPLICATE
    before = live.state
    live.state, roles, notes = TRANSITIONS.step(before, event)
    _record_zeek(live, segment, before)
    if not duplicate:
        _move_numbers(live, segment, roles, before)
    return Outcome(row, side, live, live.state, live.scales, roles, notes | extra_notes)


def _syn_event(live: Live, segment: Segment) -> int:
    """What a SYN+ACK's numbers say; nothing for a SYN without ACK."""
    if not segment.flags & ACK:
        return 0
    event = 0
    other = 1 - segment.side
    isn = live.isn[other]
    if isn != UNSET:
        if not isn < segment.ack <= live.next[other]:
            event |= int(Event.BAD_ACK)
        elif segment.ack > isn + 1:
            event |= int(Event.ACKS_SYN_DATA)
    if live.isn[segment.side] not in (UNSET, segment.seq):
        event |= int(Event.OTHER_ISN)
    return event


def _reset_event(live: Live, segment: Segment) -> int:
    """Whether the reset's receiver takes it (RFC 9293 section 3.10.7, RFC 5961 section 3.2): no bit where it does."""
    side, other = segment.side, 1 - segment.side
    ends = TRANSITIONS.states[live.state].ends
    if ends[other].state == State.SYN_SENT:
        answers = segment.flags & ACK and live.isn[other] < segment.ack <= live.next[other]
        return 0 if answers else int(Event.RESET_INVALID)
    if ends[side].state == State.SYN_SENT:
        # An endpoint in SYN-SENT answers a stray ACK with a reset at that ACK's number, and goes on connecting.
        return 0 if segment.seq == live.next[side] else int(Event.RESET_INVALID)
    expected = live.acked[other]
    if expected == UNSET or segment.seq in (expected, live.next[side]):
        return 0
    shift = (live.scales >> 8 * other & 255) - 2
    window = live.window[other] << max(shift, 0)
    in_window = expected <= segment.seq < expected + window
    return int(Event.RESET_IN_WINDOW if in_window else Event.RESET_INVALID)


def _move_numbers(live: Live, segment: Segment, roles: int, before: int) -> None:
    """Move the connection's numbers on, by segments that their receiver takes."""
    _, side, flags, seq, ack, length, end, window, option, _ = segment
    other = 1 - side
    if live.base[side] == UNSET:
        live.base[side] = seq if flags & SYN else seq - 1
    if flags & ACK and live.base[other] == UNSET:
        live.base[other] = ack - 1
    if roles & _MALFORMED or flags & RST:
        return
    if flags & SYN:
        live.isn[side] = live.base[side] = seq
        live.shift[side] = option
        live.set_scales()
    elif not length and TRANSITIONS.states[before].ends[side].state == State.LISTEN:
        return  # an answer to the SYN that is none, such as a challenge ACK for a connection of before
    live.next[side] = max(live.next[side], end)
    if flags & ACK and ack > live.acked[side]:
        live.acked[side] = ack
    if flags & FIN and live.fin_end[side] == UNSET:
        live.fin_end[side] = end
    live.window[side] = window


def skip_to(live: Live, side: int, end: int, ack: int, window: int) -> None:
    """Take over the numbers of an ordinary segment, the last of those that were not followed."""
    live.next[side] = live.zeek_next[side] = end
    live.acked[side] = ack
    live.window[side] = window


def _record_zeek(live: Live, segment: Segment, before: int) -> None:
    """Zeek's history and endpoint states."""
    _, side, flags, seq, _, length, _, window, _, _ = segment
    state = TRANSITIONS.states[before]
    by_client = side == TRANSITIONS.states[live.state].client
    letter = zeek.letters(flags, length)
    end = state.ends[side]
    if letter in "AD":
        new = bool(letter) and not (end.data if letter == "D" else end.pure_ack)
    elif letter == "S":
        new = live.isn[side] == UNSET
    elif letter == "H":
        new = not end.synack or live.isn[side] != seq
    elif letter == "F":
        new = live.fin_end[side] == UNSET
    elif letter == "R":
        new = live.zeek_reset[side] != seq
        live.zeek_reset[side] = seq
    else:
        new = (letter if by_client else letter.lower()) not in live.history
    found = letter if new else ""
    if flags & _SPECIAL or not end.data or not end.pure_ack:
        client, server = (side, 1 - side) if by_client else (1 - side, side)
        states = live.zeek_state
        states[client], states[server] = zeek.advance(
            states[client], states[server], flags & (_SPECIAL | ACK), min(length, 1), by_client
        )
    found += _count_zeek(live, side, seq, flags, length)
    if not window and not flags & RST:
        live.zero_windows[side] += 1
        found += zeek.counted_letter("W", live.zero_windows[side])
    if found and len(live.history) < zeek.HISTORY_LIMIT:
        live.history += found if by_client else found.lower()


def _count_zeek(live: Live, side: int, seq: int, flags: int, length: int) -> str:
    """Move Zeek's last number of a side on; `T` where it counts a retransmission."""
    end = seq + (0 if flags & RST else length) + (flags >> 1 & 1) + (flags & 1)
    last = live.zeek_next[side]
    delta = end - last
    if last == UNSET or (flags & (SYN | RST) and abs(delta) > zeek.TOO_LARGE_DELTA):
        live.zeek_next[side] = end if last == UNSET else last
    elif live.zeek_state[side] >= zeek.ZeekState.RESET:
        return ""
    elif delta > 0:
        live.zeek_next[side] = end
    elif length:
        live.retransmitted[side] += 1
        return zeek.counted_letter("T", live.retransmitted[side])
    return ""


def starts_anew(live: Live, segment: Segment) -> bool | None:
    """Whether a SYN without ACK begins a new connection on a used pair of endpoints.

    None where the peer's answer must tell: a new connection, or a stray SYN of the old one.
    """
    side, other = segment.side, 1 - segment.side
    state = TRANSITIONS.states[live.state]
    if state.ended:
        return True
    if not state.begun:
        return False
    if state.ends[other].state == State.SYN_SENT and not state.ends[side].syn:
        return False
    isn = live.isn[side]
    if isn == segment.seq:
        return False
    # A SYN that was captured late lies below all that its sender has sent.
    if isn == UNSET and (live.base[side] == UNSET or segment.seq <= live.base[side]):
        return False
    return None


def replay(live: Live, segments: Sequence[Segment]) -> list[Outcome]:
    """Apply segments again, to another connection than before; SYNs among them are stray."""
    outcomes = []
    for segment in segments:
        if segment.flags & (SYN | ACK) == SYN:
            _record_zeek_stray(live, segment)
            outcomes.append(Outcome(segment.row, segment.side, live, live.state, live.scales, int(Role.STRAY_SYN), 0))
        else:
            outcomes.append(follow(live, segment))
    return outcomes


def _record_zeek_stray(live: Live, segment: Segment) -> None:
    """Zeek does not know stray SYNs: they move its last number."""
    _count_zeek(live, segment.side, segment.seq, segment.flags, segment.length)


BEFORE_SYN = int(Note.BEFORE_SYN)
