"""Why an end of a connection goes from one state to another, in a few words and with the segment's own numbers."""

from typing import NamedTuple

from tui.tcp.rules import flags as bits
from tui.tcp.rules.states import State


class Segment(NamedTuple):
    """The segment that causes a step, seen from the end that takes it. Numbers are relative."""

    sends: bool
    """The end sends the segment; else it receives it."""
    flags: int
    seq: int
    ack: int
    length: int
    """TCP payload bytes."""
    raw_seq: int
    own_fin: int | None
    """The number that the end's own FIN takes, where it was seen."""
    own_fin_frame: int | None
    """The frame that carries it."""

    @property
    def fin(self) -> int:
        """The number of the FIN that the segment carries."""
        return self.seq + bool(self.flags & bits.SYN) + self.length

    @property
    def name(self) -> str:
        """What the segment is called: `SYN+ACK`, `FIN`, `data`."""
        if self.flags & bits.RST:
            return "RST"
        if self.flags & bits.SYN:
            return "SYN+ACK" if self.flags & bits.ACK else "SYN"
        return "FIN" if self.flags & bits.FIN else "data" if self.length else "ACK"


class Cause(NamedTuple):
    """What the end does or gets, and what follows from it."""

    words: str
    """`sends SYN`, `receives FIN`."""
    reason: str
    """`ack 144 covers the FIN at 143`; empty where the words say all."""


_OF_OWN_FIN = {
    (State.FIN_WAIT_1, State.FIN_WAIT_2),
    (State.CLOSING, State.TIME_WAIT),
    (State.LAST_ACK, State.CLOSED),
}
"""Transitions at the ACK of one's own FIN."""

_OF_OTHER_FIN = {
    (State.ESTABLISHED, State.CLOSE_WAIT),
    (State.FIN_WAIT_1, State.CLOSING),
    (State.FIN_WAIT_2, State.TIME_WAIT),
}
"""Transitions at the other end's FIN."""


def of_beginning(state: State) -> Cause:
    """Of the state that an end is taken to be in before its first segment, where that is not CLOSED."""
    words = {State.LISTEN: "was listening", State.SYN_SENT: "had sent a SYN"}.get(state, "was connected")
    return Cause(words, "the opening was not captured")


def of_listener() -> Cause:
    """Of the end that a SYN is sent to."""
    return Cause("is taken to listen", "a SYN needs somebody who listens")


def of_reset(before: State, segment: Segment) -> Cause:
    """Of the end of a connection by a reset, whichever state it was in."""
    if segment.sends and before == State.LISTEN:
        return Cause("sends RST", "it refuses, as nothing listens there")
    return Cause("sends RST" if segment.sends else "receives RST", "nothing is left to wait for")


def of_return(segment: Segment) -> Cause:
    """Of a segment that shows that an end had not come as far as it was taken to be."""
    if not segment.sends:
        return Cause(f"receives {segment.name}", "so it had not come further")
    return Cause(f"sends {segment.name} again", "so the answer to it had not arrived")


def of_step(before: State, after: State, segment: Segment) -> Cause:
    """Of a transition of the RFC's figure."""
    step = before, after
    if step in _OF_OWN_FIN:
        return _own_fin(segment)
    if step in _OF_OTHER_FIN:
        return _other_fin(after, segment)
    if after in (State.FIN_WAIT_1, State.LAST_ACK):
        return Cause("sends FIN", f"FIN at {segment.fin:,}")
    return _opening(before, after, segment)


def _opening(before: State, after: State, segment: Segment) -> Cause:
    syn, ack = segment.flags & bits.SYN, segment.flags & bits.ACK
    if after == State.SYN_SENT:
        return Cause("sends SYN", f"initial sequence number {segment.raw_seq:,}, which counts as 0")
    if after == State.SYN_RECEIVED:
        if not syn:
            return Cause("had answered a SYN", "its SYN+ACK was not captured")
        if not ack:
            crossing = "SYNs cross" if segment.sends else "receives SYN"
            return Cause(crossing, "the other SYN is on its way to it" if segment.sends else "the two SYNs cross")
        if not segment.sends:
            return Cause("receives SYN+ACK", "its own was not captured")
        return Cause("sends SYN+ACK", f"ack {segment.ack:,} covers the SYN at 0")
    if segment.sends:
        unseen = "SYN+ACK" if before == State.SYN_SENT else "ACK of its SYN"
        return Cause(f"sends {segment.name}", f"so it has received the {unseen}, which was not captured")
    if syn:
        return Cause("receives SYN+ACK", f"ack {segment.ack:,} covers the SYN at 0")
    if before == State.SYN_SENT:
        return Cause(f"receives {segment.name}", "the handshake was not captured in full")
    return Cause("receives ACK of its SYN", f"ack {segment.ack:,} covers the SYN at 0")


def _own_fin(segment: Segment) -> Cause:
    if segment.sends:
        return Cause(f"sends {segment.name}", "so it has received the ACK of its FIN, which was not captured")
    if segment.own_fin is None:
        return Cause("receives ACK of its FIN", f"ack {segment.ack:,}")
    of = f" of frame {segment.own_fin_frame:,}" if segment.own_fin_frame else ""
    return Cause("receives ACK of its FIN", f"ack {segment.ack:,} covers the FIN at {segment.own_fin:,}{of}")


def _other_fin(after: State, segment: Segment) -> Cause:
    if segment.sends:
        if after == State.CLOSING and segment.flags & bits.FIN:
            return Cause("FINs cross", f"ack {segment.ack:,} does not cover the other FIN, which is on its way to it")
        return Cause(f"sends {segment.name}", f"ack {segment.ack:,} covers the FIN, so it has received it")
    if not segment.flags & bits.FIN:
        return Cause(f"receives {segment.name}", "the FIN before it was not captured")
    if after == State.CLOSING and segment.own_fin is not None:
        crossing = f"; ack {segment.ack:,} does not cover its own at {segment.own_fin:,}"
        return Cause("receives FIN", f"FIN at {segment.fin:,}{crossing}")
    return Cause("receives FIN", f"FIN at {segment.fin:,}")
