"""Segments that are sent again while the same segment still waits for its acknowledgement: for a batch at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.store import NO_ROW
from tui.tcp.analysis.conversation import REORDERED_NS
from tui.tcp.analysis.sides import HALF, Sides
from tui.tcp.analysis.waiting import Waiting
from tui.tcp.rules.analysis import AnalysisFlag
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.tracking.progress import NO_PROGRESS, Progress
from tui.tcp.tracking.runs import Runs
from tui.tcp.tracking.sequence import MASK

Integers = NDArray[np.int64]

_NO_KEY = 2**62
"""Above every key of Sides."""


@dataclass(slots=True)
class Repeats:
    """r segments with payload, each with exactly the numbers of an earlier one of its sender, of which nothing is
    acknowledged. Of connections that are not proved ordinary nothing is said."""

    place: Integers
    """Among the segments of Runs, ascending."""
    first_row: Integers
    """Row of the segment that had the numbers first."""
    next_row: Integers
    next_ns: Integers
    """Row and time of the segment with its sender's highest number."""
    oldest_row: Integers
    """Row of the sender's segment that waits longest."""

    def analysis(self, runs: Runs, sides: Sides, rtt_ns: Integers) -> tuple[NDArray[np.uint16], NDArray[np.uint32]]:
        """Which kind of repetition each is, and the row that it is related to.

        `rtt_ns`: r, the initial round trip as it was known then; 0 where it was not."""
        at = self.place
        # Wireshark compares without a sign, so that a segment before the highest number's is never out of order.
        elapsed = (runs.time_ns[at] - self.next_ns).astype(np.uint64)
        soon = elapsed < np.where(rtt_ns == 0, REORDERED_NS, rtt_ns).astype(np.uint64)
        reordered = soon & (sides.end[at] != sides.next_before[at])
        kinds = np.where(reordered, AnalysisFlag.OUT_OF_ORDER, AnalysisFlag.RETRANSMISSION).astype(np.uint16)
        return kinds, np.where(reordered, NO_ROW, self.oldest_row).astype(np.uint32)


def find_repeats(
    runs: Runs, sides: Sides, entry: Integers, entry_key: Integers, waiting: Waiting, plain: NDArray[np.bool_]
) -> Repeats:
    """Find them in the `plain` ones of the k connections; `entry`, `entry_key` are as in tui.tcp.analysis.ordinary."""
    pure = (runs.length > 1) & (runs.flags & (ACK | SYN | FIN | RST) == ACK)
    behind = pure & ~sides.advances & (sides.peer_acked != 0) & ((sides.seq - sides.peer_acked & MASK) < HALF)
    place = np.flatnonzero(behind)
    place = place[plain[sides.endpoint[place] >> 1]]
    if not len(place):
        return Repeats(*(np.empty(0, np.int64) for _ in range(5)))
    entry, entry_key = np.append(entry, 0), np.append(entry_key, _NO_KEY)
    endpoint, start, end = sides.endpoint[place], sides.seq[place], sides.end[place]
    first_row = waiting.rows_of(endpoint, start, end)
    at, known = _ending_at(entry_key, sides.key(endpoint, end))
    known &= (sides.seq[entry[at]] == start) & (entry[at] < place)
    first_row[known] = runs.row[entry[at[known]]]
    found = first_row != NO_ROW
    place, endpoint, first_row = place[found], endpoint[found], first_row[found]
    at, known = _ending_at(entry_key, sides.key(endpoint, sides.next_before[place]))
    oldest = waiting.oldest(endpoint, sides.peer_acked[place])
    lowest = np.searchsorted(entry_key, sides.key(endpoint, sides.peer_acked[place]), "right")
    lowest = entry[lowest]
    return Repeats(
        place=place,
        first_row=first_row,
        next_row=np.where(known, runs.row[entry[at]], waiting.next_row[endpoint]),
        next_ns=np.where(known, runs.time_ns[entry[at]], waiting.next_ns[endpoint]),
        oldest_row=np.where(oldest == NO_ROW, runs.row[lowest], oldest),
    )


def _ending_at(entry_key: Integers, key: Integers) -> tuple[Integers, NDArray[np.bool_]]:
    """Which entry ends there, and whether one does."""
    at = np.searchsorted(entry_key, key)
    return at, entry_key[at] == key


def progress(
    runs: Runs, sides: Sides, repeats: Repeats, newest: Integers, waiting: Waiting, ordinary: NDArray[np.bool_]
) -> Progress:
    """What those who look further into what is sent again need to know; `ordinary`: which of the k connections are, and
    had something sent again.

    `newest`: m, place of the last segment that is acknowledged as a whole; -1 where it is not in the batch.
    """
    if not ordinary.any():
        return NO_PROGRESS
    acks = sides.order[(sides.ack != sides.acked_before)[sides.order]]
    acks = acks[ordinary[sides.endpoint[acks] >> 1]]
    peer = sides.endpoint[acks] ^ 1
    acked_row = np.where(newest[acks] >= 0, runs.row[newest[acks]], NO_ROW)
    older = np.flatnonzero((newest[acks] < 0) & (waiting.count[peer] > 0))
    acked_row[older] = waiting.rows_until(peer[older], sides.ack[acks[older]])
    # An endpoint that acknowledges a part of a segment only acknowledges none as a whole.
    new = (acked_row != NO_ROW) & ((np.diff(acked_row, prepend=-1) != 0) | (np.diff(peer, prepend=-1) != 0))
    kept = np.flatnonzero(ordinary[sides.endpoint[repeats.place] >> 1])
    again = repeats.place[kept]
    before, data_ns = _before(runs, sides, again, waiting)
    return Progress(
        acking=acks[new],
        acked_row=acked_row[new],
        again=again,
        first_row=repeats.first_row[kept],
        before=before,
        data_ns=data_ns,
        next=runs.end[again] + (sides.next_before[again] - sides.end[again] & MASK),
        next_row=repeats.next_row[kept],
        peer_ack=runs.seq[again] - (sides.seq[again] - sides.peer_acked[again] & MASK),
    )


def _before(runs: Runs, sides: Sides, again: Integers, waiting: Waiting) -> tuple[Integers, Integers]:
    """For some segments their sender's segment before (-1: none in the batch), and the time of that with numbers."""
    if not len(again):
        return again, again
    count = np.arange(len(runs))
    position = np.empty(len(runs), np.int64)
    position[sides.order] = count
    numbered = np.maximum.accumulate(np.where(sides.numbered[sides.order], count, 0))
    earlier = position[again] - 1
    endpoint = sides.endpoint[again]
    before, data = sides.order[earlier], sides.order[numbered[earlier]]
    before[(earlier < 0) | (sides.endpoint[before] != endpoint)] = -1
    there = (before >= 0) & (sides.endpoint[data] == endpoint) & sides.numbered[data]
    return before, np.where(there, runs.time_ns[data], waiting.next_ns[endpoint])
