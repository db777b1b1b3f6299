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
    seq: Integers
    ack: Integers
    end: Integers
    numbered: Booleans
    """m: whether the segment takes sequence numbers."""
    next_before: Integers
    """m: one past all that its sender sent before."""
    next_after: Integers
    """m: one past all that its sender has sent with the segment."""
    advances: Booleans
    """m: whether it takes numbers above all that its sender sent before."""
    acked_before: Integers
    """m: the ack of its sender's segment before."""
    fin_before: Booleans
    """m: whether its sender sent a FIN before."""
    peer_next: Integers
    """m: one past all that the peer sent before."""
    peer_acked: Integers
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
        index = np.repeat(np.arange(k), np.diff(runs.start))
        endpoint = 2 * index + runs.side
        bits = m.bit_length()
        order = np.sort(endpoint << bits | np.arange(m)) & ((1 << bits) - 1)
        seq, ack, end = runs.seq & MASK, runs.ack & MASK, runs.end & MASK
        column = {name: carried[name].reshape(-1).astype(np.int64) for name in ("next", "acked", "window", "bits")}
        ordered = endpoint[order]
        first = np.diff(ordered, prepend=-1) != 0
        fin = (runs.flags[order] & FIN) != 0
        fins = np.cumsum(fin) - fin
        at_first = np.maximum.accumulate(np.where(first, np.arange(m), 0))
        peer = endpoint ^ 1
        last = [np.maximum.accumulate(np.where(runs.side == side, np.arange(m), -1)) for side in (0, 1)]
        other = np.where(runs.side == 0, last[1], last[0])
        there = other >= runs.start[index]
        reference = column["next"].copy()
        fresh = first & (reference[ordered] == 0)
        reference[ordered[fresh]] = seq[order[fresh]]
        # What an endpoint sends again leaves the highest of its numbers where it is.
        own_reference = reference[ordered]
        lowest = (ordered << RANGE_BITS) + _MIDDLE
        ends = lowest + signed(end[order] - own_reference)
        highest = np.maximum.accumulate(np.where(first, np.maximum(ends, lowest), ends))
        before = np.where(first, lowest, np.append(0, highest[:-1]))
        next_after = _scattered(highest - lowest + own_reference & MASK, order)
        return cls(
            endpoint=endpoint,
            order=order,
            first=first,
            seq=seq,
            ack=ack,
            end=end,
            numbered=(runs.length > 0) | (runs.flags & (SYN | FIN) != 0),
            next_before=_before(next_after, order, first, column["next"][ordered]),
            next_after=next_after,
            advances=_scattered(highest > before, order),
            acked_before=_before(ack, order, first, column["acked"][ordered]),
            fin_before=_scattered((fins > fins[at_first]) | fin_sent[ordered], order),
            peer_next=np.where(there, next_after[other], column["next"][peer]),
            peer_acked=np.where(there, ack[other], column["acked"][peer]),
            peer_window=np.where(there, runs.window[other], column["window"][peer]),
            peer_unscaled=np.where(there, runs.flags[other] & SYN != 0, column["bits"][peer] & FIRST_ACK != 0),
            reference=reference,
        )

    def key(self, endpoint: Integers, number: Integers) -> Integers:
        """Numbers of endpoints as keys that ascend endpoint by endpoint and in each with the numbers."""
        return (endpoint << RANGE_BITS) + signed(number - self.reference[endpoint]) + _MIDDLE


def _before(values: Integers, order: Integers, first: Booleans, carried: Integers) -> Integers:
    """The value of each endpoint's segment before, or what is carried; `carried` is in the order of `order`."""
    ordered = values[order]
    before = np.empty_like(ordered)
    before[1:] = ordered[:-1]
    before[first] = carried[first]
    return _scattered(before, order)


def _scattered(ordered: NDArray[Any], order: Integers) -> NDArray[Any]:
    """Values in the order of `order` put back to their places."""
    values = np.empty_like(ordered)
    values[order] = ordered
    return values
