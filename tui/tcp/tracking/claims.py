"""What segments claim by their flags and numbers, all those of a batch at once: only states go from one to the next.

The numbers of a connection move with each segment that its receiver takes, whatever the states are. So they are known
for all segments beforehand, up to the first one of a group that is to be looked at on its own: a reset, a SYN on a
used pair or one sent again, a segment that was recorded twice, one that makes no sense.
tui.tcp.tracking.follower says the same of a single segment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import OPTION_CUT_OFF
from tui.tcp.rules.event import FLAGS, Event
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.tracking.connections import UNKNOWN_SCALES
from tui.tcp.tracking.live import UNSCALED, pack_scales
from tui.tcp.tracking.segments import Segments
from tui.tcp.tracking.sequence import UNSET

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_UNSCALED = pack_scales(UNSCALED, UNSCALED)


@dataclass(slots=True)
class Claims:
    """What is claimed by the m segments of g groups; chains are numbered as in Segments."""

    event: Integers
    """m: as in tui.tcp.rules.event."""
    limit: Integers
    """g: the segment that is to be looked at on its own, or where the group ends."""
    opening: Integers
    """Positions of the SYNs before the limits, each of which is the first segment of its sender."""
    fin_at: Integers
    """2g, a chain each: position of its FIN; -1 where it was sent in an earlier batch, m where there is none."""
    fin_end: Integers
    """2g: one past that FIN."""
    scaled_at: Integers
    """g: position of the second SYN, from which on the window scales are known; -1 where they were before."""
    scales: Integers
    """g: both effective shifts from there on, packed (tui.tcp.tracking.live)."""

    @classmethod
    def of(cls, segments: Segments, duplicate: Booleans, alone: Booleans) -> "Claims":
        """`duplicate`: m, segments that were recorded before. `alone`: g, groups of which no segment is to be taken
        together with those of others."""
        m, rows = len(segments), segments.rows
        opens = _opens(segments)
        limit = _limits(segments, duplicate, opens, alone)
        opening = np.flatnonzero(opens)
        opening = opening[opening < limit[segments.group[opening]]]
        isn, syn_at = _first_told(rows["isn"], segments.chain[opening], opening, segments.seq[opening], m)
        fins = np.flatnonzero(segments.flags & (SYN | FIN) == FIN)
        fin_end, fin_at = _first_told(rows["fin_end"], segments.chain[fins], fins, segments.end[fins], m)
        event = segments.flags & int(FLAGS) | segments.side * int(Event.UPPER)
        event |= (segments.length > 0) * int(Event.PAYLOAD) | duplicate * int(Event.DUPLICATE)
        event |= _covers(segments, isn, syn_at, 1) * int(Event.ACKS_SYN)
        event |= _covers(segments, fin_end, fin_at, 0) * int(Event.ACKS_FIN)
        leaves_hole = (segments.highest[fins] != UNSET) & (segments.seq[fins] > segments.highest[fins])
        event[fins] |= leaves_hole * int(Event.HOLE)
        answers = opening[segments.flags[opening] & ACK != 0]
        event[answers] |= _answer_events(segments, answers, isn, syn_at)
        scaled_at, scales = _scales(segments, opening, syn_at)
        return cls(event, limit, opening, fin_at, fin_end, scaled_at, scales)

    def scales_of(self, segments: Segments, looked_at: Integers) -> Integers:
        """Packed effective shifts after the segments at some positions."""
        group = segments.group[looked_at]
        before = segments.rows["scales"][group].astype(np.int64)
        return np.where(looked_at >= self.scaled_at[group], self.scales[group], before)


def _opens(segments: Segments) -> Booleans:
    """The SYNs and SYN+ACKs that are the first segments of their senders, a SYN only where it begins a connection."""
    opens: Booleans = segments.flags & (SYN | FIN | RST) == SYN
    opens &= segments.first
    chosen = np.flatnonzero(opens)
    group = segments.group[chosen]
    begins = (segments.current[group] < 0) & (chosen == segments.start[group])
    silent = segments.rows["next"].reshape(-1)[segments.chain[chosen]] == UNSET
    opens[chosen] = silent & (begins | (segments.flags[chosen] & ACK != 0))
    return opens


def _limits(segments: Segments, duplicate: Booleans, opens: Booleans, alone: Booleans) -> Integers:
    """For each group the first segment that is to be looked at on its own, or where the group ends."""
    together = (segments.flags & (ACK | SYN | RST) == ACK) | opens
    stops = np.flatnonzero(~together | duplicate)[::-1]
    limit = segments.start[1:].copy()
    limit[segments.group[stops]] = stops  # of those of one group the last assignment stays, the earliest segment
    limit[alone] = segments.start[:-1][alone]
    return limit


def _first_told(
    before: NDArray[np.int64], chain: Integers, position: Integers, value: Integers, past: int
) -> tuple[Integers, Integers]:
    """A number of each chain, the first one told, and where: -1 where it was known before, `past` where it is not."""
    known = before.reshape(-1).copy()
    told_at = np.where(known != UNSET, -1, past)
    new = np.flatnonzero(known[chain] == UNSET)[::-1]
    known[chain[new]] = value[new]
    told_at[chain[new]] = position[new]
    return known, told_at


def _covers(segments: Segments, number: Integers, told_at: Integers, beyond: int) -> Booleans:
    """Whether segments acknowledge a number of their receivers, or what is `beyond` it, that was told before them."""
    never = np.iinfo(np.int64).max
    m = len(segments)
    reached = np.where(told_at < m, number + beyond, never)
    if (reached == never).all():
        return np.zeros(m, np.bool_)
    peer = segments.chain ^ 1
    covers: Booleans = (segments.ack >= reached[peer]) & (segments.flags & ACK != 0)
    late = np.flatnonzero(covers & (told_at[peer] >= 0))
    covers[late] = told_at[peer[late]] < late
    return covers


def _answer_events(segments: Segments, answers: Integers, isn: Integers, syn_at: Integers) -> Integers:
    """What the numbers of SYN+ACKs say."""
    peer = segments.chain[answers] ^ 1
    highest = _highest_of(segments, peer, answers)
    ack, known = segments.ack[answers], syn_at[peer] < answers
    fits = (isn[peer] < ack) & (ack <= highest)
    event: Integers = (known & ~fits) * int(Event.BAD_ACK)
    event |= (known & fits & (ack - 1 > isn[peer])) * int(Event.ACKS_SYN_DATA)
    return event


def _highest_of(segments: Segments, chain: Integers, position: Integers) -> Integers:
    """The highest end of what chains, each another than that of the segment at its position, had sent before that."""
    side, group = chain & 1, chain >> 1
    last = np.where(side == 0, segments.last[0][position], segments.last[1][position])
    sent = last >= segments.start[group]
    highest = np.maximum(segments.highest[last], segments.end[last])
    return np.where(sent, highest, segments.rows["next"].reshape(-1)[chain])


def _scales(segments: Segments, opening: Integers, syn_at: Integers) -> tuple[Integers, Integers]:
    """From which position on the window scales of each group are known, and both packed (RFC 7323 section 2.2)."""
    shift = segments.rows["shift"].astype(np.int64)
    flat = shift.reshape(-1)
    flat[segments.chain[opening]] = segments.option[opening]
    shift = flat.reshape(-1, 2)
    packed = (shift[:, 0] + 2) | (shift[:, 1] + 2) << 8
    packed[(shift == OPTION_CUT_OFF).any(axis=1)] = UNKNOWN_SCALES
    packed[(shift == -1).any(axis=1)] = _UNSCALED
    both = syn_at.reshape(-1, 2).max(axis=1)
    before = segments.rows["scales"].astype(np.int64)
    return both, np.where(both < 0, before, packed)
