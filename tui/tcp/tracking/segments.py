"""The TCP segments of a batch, grouped by endpoint pair, with the proof that most of them are ordinary."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Decoded
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.chains import INDEX_BITS, Chains, changes, highest_before, lengths, unwrap
from tui.tcp.tracking.connections import FOLLOWED, FOLLOWED_FLAT, NEW, Connections
from tui.tcp.tracking.pairing import Paired
from tui.tcp.tracking.rows import Values
from tui.tcp.tracking.sequence import UNSET

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(slots=True)
class Segments:
    """m segments, those of one endpoint pair together and in capture order; g groups, one a pair.

    What one endpoint of a group has sent is a chain: its number is group * 2 + side.
    """

    index: Integers
    """m: row in the decoded batch."""
    place: Integers
    """m: place among the batch's segments in capture order."""
    group: Integers
    """m: number of the group."""
    chain: Integers
    """m: number of the chain."""
    start: Integers
    """g+1: where each group begins, and m."""
    slot: Integers
    """g: slot of the endpoint pair."""
    current: Integers
    """g: the pair's newest connection before the batch, -1 where there is none."""
    rows: NDArray[np.void]
    """g: its row of FOLLOWED before the batch, that of a new one where there is none."""
    side: Integers
    """m: 0 where the lower endpoint sent the segment, 1 where the upper one did."""
    flags: Integers
    seq: Integers
    """m: unwrapped."""
    ack: Integers
    """m: unwrapped; as on the wire without ACK."""
    length: Integers
    end: Integers
    """m: seq + length + SYN + FIN."""
    window: Integers
    option: Integers
    """m: window scale option of a SYN, at most 14 (RFC 7323 section 2.3); -1 without."""
    highest: Integers
    """m: the highest end of what its sender sent before, UNSET where it sent nothing."""
    acked: Integers
    """m: the highest ack that its sender sent before, UNSET where it sent none."""
    first: Booleans
    """m: the first segment of its chain."""
    too_far: Integers
    """Numbers of the groups in which `highest` and `acked` are not to be relied on."""
    candidate: Booleans
    """m: not proved ordinary."""
    last: tuple[Integers, Integers]
    """Two of m: the last segment up to and including this one that the lower and the upper endpoint sent; a position
    before the group's start where there is none."""

    def __len__(self) -> int:
        return len(self.index)


def group_segments(decoded: Decoded, paired: Paired, pairs_known: int, connections: Connections) -> Segments:
    """Group the segments of a decoded batch, unwrap their numbers and find the ordinary ones.

    `pairs_known`: endpoint pairs that have a slot.
    """
    rows, slots = paired.rows, paired.slots
    m = len(rows)
    assert m <= 1 << INDEX_BITS
    connections.paired.extend_to(pairs_known)
    ordered = np.sort(slots << INDEX_BITS | np.arange(m))
    order = ordered & ((1 << INDEX_BITS) - 1)
    index = rows[order]
    starts = changes(ordered >> INDEX_BITS)
    slot = ordered[starts] >> INDEX_BITS
    group = np.repeat(np.arange(len(starts)), lengths(starts, m))
    side = paired.from_upper[order].astype(np.int64)
    chains = Chains(starts, group, side)
    flags = decoded.flags[index].astype(np.int64)
    length = decoded.length[index]
    current = connections.paired.values["current"][slot].astype(np.int64)
    followed = connections.followed.values.take(current)
    followed.put(np.flatnonzero(current < 0), np.array([NEW], FOLLOWED_FLAT).view(FOLLOWED))
    numbers = _Numbers.of(decoded, index, flags, length, chains, connections.paired.values, slot, followed)
    segments = Segments(
        index=index,
        place=order,
        group=group,
        chain=group * 2 + side,
        start=np.append(starts, m),
        slot=slot,
        current=current,
        rows=followed,
        side=side,
        flags=flags,
        seq=numbers.seq,
        ack=numbers.ack,
        length=length,
        end=numbers.end,
        window=decoded.window[index].astype(np.int64),
        option=np.minimum(decoded.window_scale[index], 14).astype(np.int64),
        highest=numbers.highest,
        acked=numbers.acked,
        first=_first_of(chains, m),
        too_far=numbers.too_far,
        candidate=np.zeros(m, np.bool_),
        last=(_last_of(side == 0), _last_of(side == 1)),
    )
    segments.candidate = ~_ordinary(segments)
    _mark_first_of_kind(segments, chains)
    return segments


def _first_of(chains: Chains, count: int) -> Booleans:
    """Of each of `count` segments whether it is the first of its chain."""
    first = np.zeros(count, np.bool_)
    first[chains.order[chains.starts]] = True
    return first


def _last_of(chosen: Booleans) -> Integers:
    """At each position the last one up to there that is chosen; -1 where there is none."""
    last: Integers = np.maximum.accumulate(np.where(chosen, np.arange(len(chosen)), -1))
    return last


@dataclass(slots=True)
class _Numbers:
    """The fields of `Segments` that depend on sequence numbers."""

    seq: Integers
    ack: Integers
    end: Integers
    highest: Integers
    acked: Integers
    too_far: Integers

    @classmethod
    def of(
        cls,
        decoded: Decoded,
        index: Integers,
        flags_of_each: Integers,
        length_of_each: Integers,
        chains: Chains,
        paired: Values,
        slot: Integers,
        followed: NDArray[np.void],
    ) -> "_Numbers":
        """`paired` has all endpoint pairs, `followed` what was known of each group before."""
        in_chains = index[chains.order]
        flags, length = flags_of_each[chains.order], length_of_each[chains.order]
        wire = decoded.seq[in_chains].astype(np.int64), decoded.ack[in_chains].astype(np.int64)
        has_ack, no_reset = flags & ACK != 0, flags & RST == 0
        seq, ack = unwrap(wire, (no_reset, no_reset & has_ack), chains, paired, slot)
        ack = np.where(has_ack, ack, wire[1])
        end = seq + length + (flags >> 1 & 1) + (flags & 1)
        counts = no_reset & (flags & (ACK | SYN) != 0) & (flags & (SYN | FIN) != (SYN | FIN))
        next_before, acked_before = (followed[name].reshape(-1) for name in ("next", "acked"))
        highest, far = highest_before(end, counts, chains, next_before)
        acked, far_acks = highest_before(ack, counts & has_ack, chains, acked_before)
        too_far = np.concatenate([far, far_acks]) >> 1
        seq, ack, end, highest, acked = map(chains.grouped, (seq, ack, end, highest, acked))
        return cls(seq, ack, end, highest, acked, too_far)


def _ordinary(segments: Segments) -> Booleans:
    """Whether each segment continues its sender's stream exactly and acknowledges no less than before.

    Such a segment (ACK, no SYN, FIN or RST, a window that is open) moves the connection's numbers and nothing else.
    """
    ordinary: Booleans = segments.flags & (ACK | SYN | FIN | RST) == ACK
    ordinary &= (segments.seq == segments.highest) & (segments.window != 0)
    ordinary &= (segments.ack >= segments.acked) & (segments.acked != UNSET)
    if len(segments.too_far):
        ordinary[np.isin(segments.group, segments.too_far)] = False
    return ordinary


def _mark_first_of_kind(segments: Segments, chains: Chains) -> None:
    """Each side's first data and first pure ACK are no ordinary segments, as they prove something."""
    of_lower = TRANSITIONS.tables()["seen"][segments.rows["state"]]
    seen = np.stack([of_lower & 3, of_lower >> 2], axis=1).reshape(-1)
    in_chains = segments.flags[chains.order] & (ACK | SYN | FIN | RST) == ACK
    has_data = segments.length[chains.order] > 0
    for kind, bit in ((has_data, 1), (~has_data, 2)):
        first = chains.firsts(np.flatnonzero(in_chains & kind))
        unseen = first[seen[chains.number[first]] & bit == 0]
        segments.candidate[chains.order[unseen]] = True
