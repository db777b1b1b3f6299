"""The TCP segments of a batch, grouped by endpoint pair, with the proof that most of them are ordinary."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Decoded
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.connections import Connections
from tui.tcp.tracking.sequence import MASK, UNSET, nearest_each, unwrap_runs
from tui.tcp.tracking.tuples import Pairs, TupleTable

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_INDEX_BITS = 20
_FAR = 1 << 40
"""Numbers further apart than this within one batch are not compared: such rows are never ordinary."""


@dataclass(slots=True)
class Segments:
    """m segments, those of one endpoint pair together and in capture order; g groups, one a pair."""

    index: Integers
    """m: row in the decoded batch."""
    group: Integers
    """m: number of the group."""
    start: Integers
    """g+1: where each group begins, and m."""
    slot: Integers
    """g: slot of the endpoint pair."""
    current: Integers
    """g: the pair's newest connection before the batch, -1 where there is none."""
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
    candidate: Booleans
    """m: not proved ordinary."""
    last: tuple[Integers, Integers]
    """Two of m: the last segment up to and including this one that the lower and the upper endpoint sent; a position
    before the group's start where there is none."""
    pairs: Pairs
    """Of the m segments in batch order, not grouped."""

    def __len__(self) -> int:
        return len(self.index)


def group_segments(decoded: Decoded, rows: Integers, tuples: TupleTable, connections: Connections) -> Segments:
    """Group the TCP rows of a decoded batch, unwrap their numbers and find the ordinary ones."""
    assert len(rows) <= 1 << _INDEX_BITS
    pairs = Pairs.of(decoded, rows)
    slots = tuples.find(pairs)
    connections.paired.extend_to(tuples.length)
    order = np.sort(slots << _INDEX_BITS | np.arange(len(rows))) & ((1 << _INDEX_BITS) - 1)
    slot, index = slots[order], rows[order]
    changes = np.diff(slot, prepend=-1) != 0
    starts = np.flatnonzero(changes)
    group = np.cumsum(changes) - 1
    side = pairs.from_upper[order].astype(np.int64)
    flags = decoded.flags[index].astype(np.int64)
    length = decoded.length[index]
    chains = _Chains(group, side)
    paired = connections.paired.values
    slot_of_group = slot[starts]
    seq, ack = _unwrap(decoded, index, flags, chains, paired, slot_of_group)
    positions = np.arange(len(index))
    segments = Segments(
        index=index,
        group=group,
        start=np.append(starts, len(index)),
        slot=slot_of_group,
        current=paired["current"][slot_of_group].astype(np.int64),
        side=side,
        flags=flags,
        seq=seq,
        ack=ack,
        length=length,
        end=seq + length + (flags >> 1 & 1) + (flags & 1),
        window=decoded.window[index].astype(np.int64),
        option=np.minimum(decoded.window_scale[index], 14).astype(np.int64),
        candidate=np.zeros(len(index), np.bool_),
        last=(
            np.maximum.accumulate(np.where(side == 0, positions, -1)),
            np.maximum.accumulate(np.where(side == 1, positions, -1)),
        ),
        pairs=pairs,
    )
    segments.candidate = ~_ordinary(segments, chains, connections)
    _mark_first_of_kind(segments, chains, connections)
    return segments


class _Chains:
    """Segments of one endpoint of one group, in capture order: a second order over the same m rows."""

    def __init__(self, group: Integers, side: Integers) -> None:
        key = group * 2 + side
        ordered = np.sort(key << _INDEX_BITS | np.arange(len(key)))
        self.order = ordered & ((1 << _INDEX_BITS) - 1)
        """Position in the grouped order of each row in chain order."""
        self.key = ordered >> _INDEX_BITS
        """Group * 2 + side of each row in chain order, ascending."""
        self.first = np.diff(self.key, prepend=-1) != 0
        """Whether a row is the first of its chain."""


def _unwrap(
    decoded: Decoded, index: Integers, flags: Integers, chains: _Chains, paired: NDArray[np.void], slot: Integers
) -> tuple[Integers, Integers]:
    """Both numbers of each segment unwrapped, in grouped order, and the pairs' references moved on.

    Resets are unwrapped but nothing is unwrapped against them: anyone can send one with any number.
    """
    wire = [decoded.seq[index].astype(np.int64), decoded.ack[index].astype(np.int64)]
    usable = [flags & RST == 0, (flags & RST == 0) & (flags & ACK != 0)]
    before = [paired["seq_before"][slot].reshape(-1), paired["ack_before"][slot].reshape(-1)]
    origin = paired["origin"][slot].reshape(-1).copy()
    born = np.full(len(origin), -1)
    spaces = [np.arange(len(origin)), np.arange(len(origin)) ^ 1]
    firsts = [_first_usable(chains, usable[which][chains.order], len(origin)) for which in (0, 1)]
    in_space = [firsts[0], firsts[1][spaces[1]]]
    earliest = np.minimum(*in_space)
    fresh = (origin == UNSET) & (earliest < len(index))
    by_ack = in_space[1] < in_space[0]
    at = earliest[fresh]
    origin[fresh] = np.where(by_ack[fresh], wire[1][at], wire[0][at])
    born[fresh] = at
    unwrapped = []
    for which in (0, 1):
        numbers, after = _unwrap_chains(
            wire[which], usable[which], chains, before[which], origin[spaces[which]], born[spaces[which]]
        )
        unwrapped.append(numbers)
        paired["ack_before" if which else "seq_before"][slot] = after.reshape(-1, 2)
    paired["origin"][slot] = origin.reshape(-1, 2)
    no_ack = flags & ACK == 0
    unwrapped[1][no_ack] = wire[1][no_ack]
    return unwrapped[0], unwrapped[1]


def _first_usable(chains: _Chains, usable: Booleans, count: int) -> Integers:
    """Position of the first usable row of each chain; a position past the end where there is none."""
    first = np.full(count, len(usable))
    chosen = np.flatnonzero(usable)
    keys = chains.key[chosen]
    leading = np.diff(keys, prepend=-1) != 0
    first[keys[leading]] = chains.order[chosen[leading]]
    return first


def _unwrap_chains(
    wire: Integers, usable: Booleans, chains: _Chains, before: Integers, origin: Integers, born: Integers
) -> tuple[Integers, Integers]:
    """One number of each segment unwrapped, in grouped order, and each chain's last usable one.

    `before`, `origin` and `born` (the position of the row that set the origin, -1 where it is older) are per chain.
    """
    numbers = wire[chains.order]
    good = np.flatnonzero(usable[chains.order])
    keys = chains.key[good]
    leading = np.diff(keys, prepend=-1) != 0
    present = keys[leading]
    run = np.cumsum(leading) - 1
    walked = unwrap_runs(numbers[good], run, before[present], origin[present])
    result = np.empty(len(numbers), np.int64)
    result[good] = walked
    after = before.copy()
    after[keys] = walked  # the last assignment of a chain stays
    bad = np.flatnonzero(~usable[chains.order])
    if len(bad):
        previous = np.searchsorted(good, bad) - 1
        has_previous = (previous >= 0) & (keys[previous] == chains.key[bad] if len(good) else False)
        chain = chains.key[bad]
        known = origin[chain] != UNSET
        known &= born[chain] < chains.order[bad]
        reference = np.where(known, origin[chain], numbers[bad])
        reference = np.where(before[chain] != UNSET, before[chain], reference)
        if len(good):
            reference = np.where(has_previous, walked[previous], reference)
        result[bad] = nearest_each(reference, numbers[bad])
    grouped = np.empty(len(numbers), np.int64)
    grouped[chains.order] = result
    return grouped, after


def _ordinary(segments: Segments, chains: _Chains, connections: Connections) -> Booleans:
    """Whether each segment continues its sender's stream exactly and acknowledges no less than before.

    Such a segment (ACK, no SYN, FIN or RST, a window that is open) moves the connection's numbers and nothing else.
    """
    flags = segments.flags[chains.order]
    side = chains.key & 1
    followed = connections.followed.values
    current = segments.current[chains.key >> 1]
    known = current >= 0
    next_before = np.where(known, followed["next"][current, side], UNSET)
    acked_before = np.where(known, followed["acked"][current, side], UNSET)
    counts = flags & RST == 0
    counts &= flags & (ACK | SYN) != 0
    counts &= flags & (SYN | FIN) != (SYN | FIN)
    expected = _highest_before(segments.end[chains.order], counts, chains, next_before)
    acked = _highest_before(segments.ack[chains.order], counts & (flags & ACK != 0), chains, acked_before)
    ordinary = flags & (ACK | SYN | FIN | RST) == ACK
    ordinary &= (segments.seq[chains.order] == expected) & (segments.window[chains.order] != 0)
    ordinary &= (segments.ack[chains.order] >= acked) & (acked != UNSET)
    grouped = np.empty(len(flags), np.bool_)
    grouped[chains.order] = ordinary
    return grouped


def _highest_before(values: Integers, counts: Booleans, chains: _Chains, before: Integers) -> Integers:
    """For each row in chain order, the highest of `before` and of the values that count earlier in its chain.

    UNSET where there is none. Numbers are compared relative to the chain's first, stacked so far apart that one
    running maximum over all rows never reaches from one chain into the next.
    """
    starts = np.flatnonzero(chains.first)
    chain = np.cumsum(chains.first) - 1
    initial = before[starts]
    reference = np.where(initial != UNSET, initial, values[starts])[chain]
    relative = np.clip(values - reference, -_FAR, _FAR)
    lowest = chain * (4 * _FAR)
    relative = np.where(counts, relative + lowest, lowest - 2 * _FAR)
    highest = np.empty(len(values), np.int64)
    highest[1:] = relative[:-1]
    highest[starts] = np.where(initial != UNSET, lowest[starts], lowest[starts] - 2 * _FAR)
    highest = np.maximum.accumulate(highest) - lowest
    return np.where(np.abs(highest) < _FAR, highest + reference, UNSET)


def _mark_first_of_kind(segments: Segments, chains: _Chains, connections: Connections) -> None:
    """Each side's first data and first pure ACK are no ordinary segments, as they prove something."""
    tables = TRANSITIONS.tables()
    state = connections.followed.values["state"][segments.current]
    seen = np.where(segments.current >= 0, tables["seen"][state], 0)[chains.key >> 1] >> (chains.key & 1) * 2
    plain = segments.flags[chains.order] & (ACK | SYN | FIN | RST) == ACK
    has_data = segments.length[chains.order] > 0
    for kind, bit in ((has_data, 1), (~has_data, 2)):
        chosen = np.flatnonzero(plain & kind)
        leading = np.diff(chains.key[chosen], prepend=-1) != 0
        firsts = chosen[leading]
        unseen = firsts[seen[firsts] & bit == 0]
        segments.candidate[chains.order[unseen]] = True


assert UNSET < -_FAR * 8 < -MASK
