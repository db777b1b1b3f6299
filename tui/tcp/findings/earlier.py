"""What the segments of earlier batches tell of connections that were ordinary until now: round trips and options."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.store import FORWARD, HAS_TIMESTAMPS
from tui.tcp.findings.chain import Chain
from tui.tcp.findings.round_trips import fold
from tui.tcp.rules.flags import ACK, FIN, SYN
from tui.tcp.tracking.past import Past

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_NUMBER_BITS = 44
"""No side sends more bytes than 2 to the power of this."""


@dataclass(slots=True)
class Earlier:
    """Of j connections, in pairs of (lower endpoint, upper endpoint)."""

    last_ns: Integers
    """j: time of the last segment."""
    backwards: Booleans
    """j: whether time went back."""
    timestamps: Booleans
    """j x 2: whether the endpoint's last segment has the option."""
    round_trips: Integers
    """2 x 2j: the least and the smoothed one of each endpoint."""

    @classmethod
    def of(cls, last_rows: Integers, chain: Chain, past: Past) -> "Earlier":
        """`last_rows`: j, each connection's last row. All its segments so far continued their sender's numbers."""
        rows_of = [chain.back_from(row, past.start) for row in last_rows.tolist()]
        size = np.array([len(rows) for rows in rows_of])
        rows = np.array([row for rows in rows_of for row in rows], np.int64)
        stop = np.cumsum(size)
        of = np.repeat(np.arange(len(size)), size)
        time_ns, marks = past.gather("time_ns", rows), past.gather("marks", rows)
        back = (np.diff(time_ns, prepend=0) < 0) & (np.diff(of, prepend=-1) == 0)
        side = np.where(marks & FORWARD != 0, 0, 1)
        timestamps = np.zeros((len(size), 2), np.bool_)
        timestamps[of, side] = marks & HAS_TIMESTAMPS != 0  # the last assignment stays
        return cls(
            last_ns=time_ns[stop - 1],
            backwards=np.bincount(of[back], minlength=len(size)) > 0,
            timestamps=timestamps,
            round_trips=_round_trips(2 * of + side, time_ns, rows, past, len(size)),
        )


def _round_trips(endpoint: Integers, time_ns: Integers, rows: Integers, past: Past, count: int) -> Integers:
    """The least and the smoothed round trip of each endpoint, from segments in capture order of each connection."""
    order = np.argsort(endpoint, kind="stable")
    endpoint, time_ns, rows = endpoint[order], time_ns[order], rows[order]
    flags, seq, ack = (past.gather(name, rows) for name in ("flags", "seq", "ack"))
    end = seq + past.gather("length", rows) + (flags & SYN != 0) + (flags & FIN != 0)
    first = np.flatnonzero(np.diff(endpoint, prepend=-1))
    reference = np.zeros(2 * count, np.int64)
    reference[endpoint[first]] = seq[first]
    entry = np.flatnonzero(end > seq)
    key = (endpoint[entry] << _NUMBER_BITS) + end[entry] - reference[endpoint[entry]]
    # Each ACK tells the round trip of the last segment that it acknowledges as a whole, where it is the first to do so.
    acks = np.flatnonzero(flags & ACK)
    peer = endpoint[acks] ^ 1
    at = np.searchsorted(key, (peer << _NUMBER_BITS) + ack[acks] - reference[peer], "right") - 1
    acked = entry[at]
    new = (at >= 0) & (endpoint[acked] == peer) & (np.diff(acked, prepend=-1) != 0)
    acks, acked = acks[new], acked[new]
    nothing = np.full((2, 2 * count), -1)
    return fold(endpoint[acks], acks, time_ns[acks] - time_ns[acked], nothing).last
