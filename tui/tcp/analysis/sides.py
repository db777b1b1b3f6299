"""A batch's segments endpoint by endpoint, with what each of them meets: the values that the proof compares."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.tcp.analysis.carried import FIRST_ACK
from tui.tcp.rules.flags import FIN, SYN
from tui.tcp.tracking.runs import Runs
from tui.tcp.tracking.sequence import MASK

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Numbers = NDArray[np.uint32]
"""As on the wire: they wrap as those do."""

HALF = 1 << 31
RANGE_BITS = 34
_MIDDLE = 1 << 33


def signed(difference: Integers) -> Integers:
    """Differences of numbers on the wire as -2^31 to 2^31 - 1."""
    return ((difference + HALF) & MASK) - HALF


@dataclass(slots=True)
class Sides:
    """m segments and 2k endpoints: endpoint 2 * i + side is of the i-th connection of Runs.

    Numbers are as on the wire; 0 is none. "Before" is what a segment meets: its connection's earlier segments in the
    batch, or what is carried over.
    """

    endpoint: Integers
    """m: who sent the segment."""
    order: Integers
    """m: places of the segments endpoint by endpoint, each endpoint's in capture order."""
    first: Booleans
    """m, in that order: whether it is the endpoint's first of the batch."""
    seq: Numbers
    ack: Numbers
    end: Numbers
    numbered: Booleans
    """m: whether the segment takes sequence numbers."""
    next_before: Numbers
    """m: one past all that its sender sent before."""
    next_after: Numbers
    """m: one past all that its sender has sent with the segment."""
    advances: Booleans
    """m: whether it takes numbers above all that its sender sent before."""
    acked_before: Numbers
    """m: the ack of its sender's segment before."""
    fin_before: Booleans
    """m: whether its sender sent a FIN before."""
    peer_next: Numbers
    """m: one past all that the peer sent before."""
    peer_acked: Numbers
    """m: the ack of the peer's segment before, and, of the same segment, its window and whether windows are not
    scaled yet."""
    peer_window: Integers
    peer_unscaled: Booleans
    reference: Integers
    """2k: what the endpoint's numbers are compared relative to: one past all that it sent before the batch, or where
    its first segment begins."""

    @classmethod
    def of(cls, runs: Runs, carried: NDArray[np.void], fin_sent: Booleans) -> "Sides":
        """`carried`: k rows of CARRIED. `fin_sent`: 2k, who sent a FIN before the batch."""
        m, k = len(runs), len(runs.connection)
        count = np.arange(m)
        endpoint = np.repeat(np.arange(0, 2 * k, 2), np.diff(runs.start)) + runs.side
        bits = m.bit_length()
        order = np.sort(endpoint << bits | count) & ((1 << bits) - 1)
        first = np.diff(endpoint.take(order), prepend=-1) != 0
        seq, ack, end = (values.astype(np.uint32) for values in (runs.seq, runs.ack, runs.end))
        known = {name: carried[name].reshape(-1) for name in ("next", "acked", "window", "bits")}
        # Before each segment its sender's last one, and, of the first of a batch, what is carried over.
        opening = order[first]
        previous = _shifted(order)
        own = _Before(previous, opening, endpoint[opening])
        last = [np.maximum.accumulate(np.where(runs.side == side, count, -1)) for side in (0, 1)]
        other = np.where(runs.side == 0, last[1], last[0])
        alone = np.flatnonzero(other < np.repeat(runs.start[:-1], np.diff(runs.start)))
        peer = _Before(other, alone, endpoint[alone] ^ 1)
        reference = known["next"].copy()
        fresh = opening[reference[endpoint[opening]] == 0]
        reference[endpoint[fresh]] = seq[fresh]
        next_after, advances = _highest(end, own, reference, order, first, endpoint)
        fins = np.flatnonzero(runs.flags & FIN)[::-1]
        first_fin = np.where(fin_sent, -1, m)
        first_fin[endpoint[fins]] = np.minimum(
            first_fin[endpoint[fins]], fins
        )  # the last assignment, the first FIN, stays
        syn = runs.flags & SYN != 0
        return cls(
            endpoint=endpoint,
            order=order,
            first=first,
            seq=seq,
            ack=ack,
            end=end,
            numbered=(runs.length > 0) | syn | (runs.flags & FIN != 0),
            next_before=own.of(next_after, known["next"]),
            next_after=next_after,
            advances=advances,
            acked_before=own.of(ack, known["acked"]),
            fin_before=count > first_fin.take(endpoint),
            peer_next=peer.of(next_after, known["next"]),
            peer_acked=peer.of(ack, known["acked"]),
            peer_window=peer.of(runs.window, known["window"]),
            peer_unscaled=peer.of(syn, known["bits"] & FIRST_ACK != 0),
            reference=reference.astype(np.int64),
        )

    def key(self, endpoint: Integers, number: Integers | Numbers) -> Integers:
        """Numbers of endpoints as keys that ascend endpoint by endpoint and in each with the numbers."""
        return (endpoint << RANGE_BITS) + signed(number - self.reference[endpoint]) + _MIDDLE


class _Before:
    """Which segment comes before each of the m in some sense, and of which there is none in the batch."""

    def __init__(self, place: Integers, alone: Integers, endpoint: Integers) -> None:
        """`place`: m. `alone`: the segments of which it is none; `endpoint`: whose carried values they meet instead."""
        self._place = place
        self._alone = alone
        self._endpoint = endpoint

    def of(self, values: NDArray[Any], carried: NDArray[Any]) -> NDArray[Any]:
        """The value before each segment; `carried`: 2k."""
        before = values.take(self._place)
        before[self._alone] = carried[self._endpoint]
        return before


def _shifted(order: Integers) -> Integers:
    """For each place the one that comes before it in an order; of the first the last."""
    previous = np.empty_like(order)
    previous[order[1:]] = order[:-1]
    previous[order[:1]] = order[-1:]
    return previous


def _highest(
    end: Numbers, own: _Before, reference: Numbers, order: Integers, first: Booleans, endpoint: Integers
) -> tuple[Numbers, Booleans]:
    """m: one past all that each segment's sender has sent with it, and whether it takes numbers above all before."""
    step = (end - own.of(end, reference)).view(np.int32)
    if step.min() >= 0:  # nobody goes back
        return end, step > 0
    # What an endpoint sends again leaves the highest of its numbers where it is.
    ordered = endpoint[order]
    own_reference = reference[ordered].astype(np.int64)
    lowest = (ordered << RANGE_BITS) + _MIDDLE
    ends = lowest + signed(end[order] - own_reference)
    highest = np.maximum.accumulate(np.where(first, np.maximum(ends, lowest), ends))
    before = np.where(first, lowest, np.append(0, highest[:-1]))
    next_after, advances = np.empty_like(end), np.empty(len(end), np.bool_)
    next_after[order] = highest - lowest + own_reference & MASK
    advances[order] = highest > before
    return next_after, advances
