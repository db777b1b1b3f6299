"""What each endpoint of a pair has sent in a batch, as a chain: its numbers unwrapped, and the highest so far."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.tcp.tracking.rows import Values
from tui.tcp.tracking.sequence import MASK, UNSET, nearest_each, unwrap_runs

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

INDEX_BITS = 20
"""A batch has at most 2 to the power of this segments."""
_FAR = 1 << 40
"""Numbers further apart than this within one batch are not compared."""


class Chains:
    """m segments in a second order: those of one endpoint of one group together, in capture order.

    A chain's number is its group * 2 + side. k chains have segments in the batch.
    """

    def __init__(self, start: Integers, group: Integers, side: Integers) -> None:
        """`start`: where the groups begin; `group` and `side` of each segment in grouped order."""
        m = len(group)
        # A group's chain of the lower endpoint comes first; of those before a segment some are of its own chain.
        upper = np.cumsum(side)
        upper_before = upper[start] - side[start]
        upper_of_group = np.append(upper_before[1:], upper[-1]) - upper_before
        upper -= np.repeat(upper_before, lengths(start, m)) + side
        stop_of_lower = np.append(start[1:], m) - upper_of_group
        place = np.where(side == 0, np.arange(m) - upper, upper + stop_of_lower[group])
        self.order = np.empty(m, np.int64)
        """m: position in the grouped order."""
        self.order[place] = np.arange(m)
        self.number = (group * 2 + side)[self.order]
        """m: number of the chain, ascending."""
        self.starts = changes(self.number)
        """k: where the chains begin."""
        self.present = self.number[self.starts]
        """k: their numbers."""
        self._lengths = lengths(self.starts, m)

    def each(self, of_chains: Integers) -> Integers:
        """k values, one a chain, repeated for its segments."""
        return np.repeat(of_chains, self._lengths)

    def grouped(self, values: Integers) -> Integers:
        """Values of the segments, put into grouped order."""
        result = np.empty_like(values)
        result[self.order] = values
        return result

    def firsts(self, chosen: Integers) -> Integers:
        """Of chosen segments, ascending, the first one of each chain that has any."""
        return chosen[changes(self.number[chosen])]


def changes(values: NDArray[Any]) -> Integers:
    """Where values differ from the one before; always at 0."""
    differs = np.empty(len(values), np.bool_)
    differs[:1] = True
    np.not_equal(values[1:], values[:-1], out=differs[1:])
    return np.flatnonzero(differs)


def lengths(starts: Integers, total: int) -> Integers:
    """How long the runs are that begin at `starts`, of `total` values."""
    result = np.empty(len(starts), np.int64)
    np.subtract(starts[1:], starts[:-1], out=result[:-1])
    result[-1:] = total - starts[-1:]
    return result


def unwrap(
    wire: tuple[Integers, Integers],
    usable: tuple[Booleans, Booleans],
    chains: Chains,
    paired: Values,
    slot: Integers,
) -> tuple[Integers, Integers]:
    """Seq and ack of each segment unwrapped, and the references of the pairs in `slot`, g of them, moved on.

    `wire` has both numbers as on the wire, `usable` says whether others are unwrapped against them: those of resets
    never, as anyone can send one with any number. All are in chain order.
    """
    m = len(chains.order)
    before = (paired["seq_before"][slot].reshape(-1), paired["ack_before"][slot].reshape(-1))
    origin = paired["origin"][slot].reshape(-1)
    # An endpoint's numbers are counted from the first one seen: a seq of its own, or an ack of its peer's.
    of_peer = np.arange(len(origin)) ^ 1
    seq_at, ack_at = (_first_positions(chains, chosen, len(origin), m) for chosen in usable)
    earliest = np.minimum(seq_at[0], ack_at[0][of_peer])
    by_ack = ack_at[0][of_peer] < seq_at[0]
    fresh = np.flatnonzero((origin == UNSET) & (earliest < m))
    place = np.where(by_ack, ack_at[1][of_peer], seq_at[1])[fresh]
    origin[fresh] = np.where(by_ack[fresh], wire[1][place], wire[0][place])
    born = np.full(len(origin), -1)
    born[fresh] = earliest[fresh]
    seq, seq_after = _unwrap_one(wire[0], usable[0], chains, before[0], origin, born)
    ack, ack_after = _unwrap_one(wire[1], usable[1], chains, before[1], origin[of_peer], born[of_peer])
    for name, after in (("seq_before", seq_after), ("ack_before", ack_after), ("origin", origin)):
        paired[name][slot] = after.reshape(-1, 2)
    return seq, ack


def _first_positions(chains: Chains, usable: Booleans, count: int, past: int) -> tuple[Integers, Integers]:
    """Of each of `count` chains the first usable segment, in grouped and in chain order; `past` where it has none."""
    grouped, place = np.full(count, past), np.full(count, past)
    first = chains.firsts(np.flatnonzero(usable))
    grouped[chains.number[first]] = chains.order[first]
    place[chains.number[first]] = first
    return grouped, place


def _unwrap_one(
    wire: Integers, usable: Booleans, chains: Chains, before: Integers, origin: Integers, born: Integers
) -> tuple[Integers, Integers]:
    """One number of each segment unwrapped, in chain order, and each chain's last usable one.

    `before`, `origin` and `born` (the position of the row that set the origin, -1 where it is older) are per chain.
    """
    good, bad = np.flatnonzero(usable), np.flatnonzero(~usable)
    numbers = chains.number[good]
    starts = changes(numbers)
    present = numbers[starts]
    walked = unwrap_runs(wire[good], starts, before[present], origin[present])
    result = np.empty_like(wire)
    result[good] = walked
    after = before.copy()
    after[numbers] = walked  # the last assignment of a chain stays
    if len(bad):
        chain = chains.number[bad]
        known = (origin[chain] != UNSET) & (born[chain] < chains.order[bad])
        reference = np.where(known, origin[chain], wire[bad])
        reference = np.where(before[chain] != UNSET, before[chain], reference)
        if len(good):
            previous = np.searchsorted(good, bad) - 1
            follows = (previous >= 0) & (numbers[previous] == chain)
            reference = np.where(follows, walked[previous], reference)
        result[bad] = nearest_each(reference, wire[bad])
    return result, after


def highest_before(values: Integers, counts: Booleans, chains: Chains, before: Integers) -> tuple[Integers, Integers]:
    """For each segment the highest of `before`, which is per chain, and of the values that count earlier in its chain.

    UNSET where there is none. Also the numbers of chains with values too far apart to be compared, in which the
    highest are not to be relied on. All in chain order.
    """
    initial = before[chains.present]
    reference = np.where(initial != UNSET, initial, values[chains.starts])
    relative = values - chains.each(reference)
    too_far = np.empty(0, np.int64)
    if len(values) and (relative.max() >= _FAR or relative.min() <= -_FAR):
        too_far = np.flatnonzero(np.bincount(chains.number[np.abs(relative) >= _FAR]))
        relative = np.clip(relative, 1 - _FAR, _FAR - 1)
    # Stacked so far apart that one running maximum over all never reaches from one chain into the next.
    level = np.arange(len(initial)) * (4 * _FAR)
    level_of_each = chains.each(level)
    relative[~counts] = -2 * _FAR
    highest = np.empty_like(values)
    highest[1:] = (relative + level_of_each)[:-1]
    highest[chains.starts] = np.where(initial != UNSET, level, level - 2 * _FAR)
    relative = np.maximum.accumulate(highest) - level_of_each
    result = relative + chains.each(reference)
    result[relative < -_FAR] = UNSET
    return result, too_far


assert UNSET < -_FAR * 8 < -MASK
