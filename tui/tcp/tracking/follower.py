"""Follows connections segment by segment, wherever a segment is not proved ordinary."""

from collections.abc import Sequence
from typing import NamedTuple

from tui.tcp.rules import zeek
from tui.tcp.rules.event import Event
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.rules.roles import Role
from tui.tcp.rules.states import State
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.live import Live
from tui.tcp.tracking.sequence import UNSET


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
    event: int
    """What tui.tcp.rules.event says of it as far as the segment alone tells: flags, payload, side, duplicate."""

    @property
    def duplicate(self) -> bool:
        """Whether the same packet was recorded before."""
        return bool(self.event & _DUPLICATE)


SegmentOutcome = tuple[int, int, int, int, int, int, int, int]
"""What was found of one segment: row, side, TCP flags, connection (negative where its number is still to be given),
state after the segment (a number of tui.tcp.rules.transitions), packed window scales, roles, notes."""

_ACKS_SYN = int(Event.ACKS_SYN)
_ACKS_FIN = int(Event.ACKS_FIN)
_DUPLICATE = int(Event.DUPLICATE)
_HOLE = int(Event.HOLE)
_SPECIAL = SYN | FIN | RST
_MALFORMED = int(Role.MALFORMED)
_LISTEN = int(State.LISTEN)
_ZEEK_RESET = int(zeek.ZeekState.RESET)


def follow(live: Live, segment: Segment, extra_notes: int = 0) -> SegmentOutcome:
    """Apply one segment to its connection."""
    row, side, flags, seq, ack, _, _, _, _, event = segment
    other = 1 - side
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
    before = live.state
    live.state, roles, notes, letter = TRANSITIONS.step(before, event)
    if letter:
        _add_letter(live, letter, segment)
    _count_for_zeek(live, segment)
    if not event & _DUPLICATE:
        _move_numbers(live, segment, roles, before)
    return row, side, flags, live.connection, live.state, live.scales, roles, notes | extra_notes


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
    receiver = ends[other]
    window = live.window[other]
    if receiver.pure_ack or receiver.data or receiver.fin:  # the window of a SYN is never scaled
        window <<= max((live.scales >> 8 * other & 255) - 2, 0)
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
    elif not length and TRANSITIONS.pair[before] >> 4 * other & 15 == _LISTEN:
        return  # an answer to the SYN that is none, such as a challenge ACK for a connection of before
    if end > live.next[side]:  # noqa: PLR1730 - this runs for every segment that is followed
        live.next[side] = end
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


def _add_letter(live: Live, letter: str, segment: Segment) -> None:
    """Add to Zeek's history what does not stand there yet."""
    if letter in "Rr":
        if live.zeek_reset[segment.side] == segment.seq:
            return
        live.zeek_reset[segment.side] = segment.seq
    live.history = zeek.with_letter(live.history, letter)


def _count_for_zeek(live: Live, segment: Segment) -> None:
    """Move Zeek's last number of the sender on, and count its retransmissions and zero windows."""
    _, side, flags, seq, _, length, end, window, _, _ = segment
    last = live.zeek_next[side]
    if flags & RST:
        end = seq
    if last == UNSET:
        live.zeek_next[side] = end
    elif flags & (SYN | RST) and abs(end - last) > zeek.TOO_LARGE_DELTA:
        pass
    elif end > last:
        if TRANSITIONS.states[live.state].zeek[side] < _ZEEK_RESET:
            live.zeek_next[side] = end
    elif length and not flags & RST:
        live.retransmitted[side] += 1
        _add_counted(live, side, "T", live.retransmitted[side])
    if not window and not flags & RST:
        live.zero_windows[side] += 1
        _add_counted(live, side, "W", live.zero_windows[side])


def _add_counted(live: Live, side: int, letter: str, count: int) -> None:
    """Add a counted letter to Zeek's history, in the sender's case."""
    found = zeek.counted_letter(letter, count)
    by_client = TRANSITIONS.states[live.state].client == side
    live.history += found if by_client else found.lower()


def starts_anew(live: Live, segment: Segment) -> bool | None:
    """Whether a SYN without ACK begins a new connection on a used pair of endpoints.

    None where the peer's answer must tell: a new connection, or a stray SYN of the old one.
    """
    side, other = segment.side, 1 - segment.side
    state = TRANSITIONS.states[live.state]
    if segment.duplicate:
        return False
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


def replay(live: Live, segments: Sequence[Segment]) -> list[SegmentOutcome]:
    """Apply segments again, to another connection than before; SYNs among them are stray."""
    outcomes = []
    for segment in segments:
        if segment.flags & (SYN | ACK | RST | FIN) == SYN:
            # Zeek does not know stray SYNs: they move its last number.
            _count_for_zeek(live, segment)
            outcomes.append(unmoved(live, segment, int(Role.STRAY_SYN), 0))
        else:
            outcomes.append(follow(live, segment))
    return outcomes


def unmoved(live: Live, segment: Segment, roles: int, notes: int) -> SegmentOutcome:
    """The outcome of a segment that changes nothing."""
    return segment.row, segment.side, segment.flags, live.connection, live.state, live.scales, roles, notes
