"""Where connections stand after the segments that were taken together: their rows of FOLLOWED."""

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.flags import ACK
from tui.tcp.tracking.claims import Claims
from tui.tcp.tracking.segments import Segments
from tui.tcp.tracking.sequence import UNSET

Integers = NDArray[np.int64]


def standing(segments: Segments, claims: Claims, state: Integers, position: Integers) -> NDArray[np.void]:
    """The row of each group's connection before the segment at `position`, where it is in `state`."""
    rows = segments.rows.take(np.arange(len(segments.rows)))  # a copy would be made field by field
    taken = np.flatnonzero(position > segments.start[:-1])
    _open(rows, segments, claims, position)
    _count_from(rows, segments, position)
    rows["state"] = state
    for side in (0, 1):
        last = segments.last[side][position[taken] - 1]
        sent = last >= segments.start[taken]
        group, last = taken[sent], last[sent]
        end = np.maximum(segments.highest[last], segments.end[last])
        rows["next"][group, side] = rows["zeek_next"][group, side] = end
        acks = segments.flags[last] & ACK != 0
        acked = np.maximum(segments.acked[last], segments.ack[last])
        rows["acked"][group, side] = np.where(acks, acked, segments.acked[last])
        rows["window"][group, side] = segments.window[last]
    chain = np.flatnonzero((claims.fin_at >= 0) & (claims.fin_at < np.repeat(position, 2)))
    rows["fin_end"][chain >> 1, chain & 1] = claims.fin_end[chain]
    return rows


def _open(rows: NDArray[np.void], segments: Segments, claims: Claims, position: Integers) -> None:
    """Take over what the SYNs before `position` announce."""
    syn = claims.opening
    syn = syn[syn < position[segments.group[syn]]]
    where = segments.group[syn], segments.side[syn]
    rows["isn"][where] = rows["base"][where] = segments.seq[syn]
    rows["shift"][where] = segments.option[syn]
    scaled = np.flatnonzero((claims.scaled_at >= 0) & (claims.scaled_at < position))
    rows["scales"][scaled] = claims.scales[scaled]


def _count_from(rows: NDArray[np.void], segments: Segments, position: Integers) -> None:
    """What relative numbers count from where no SYN tells: the first byte that an endpoint was seen to send, or that
    its peer was seen to acknowledge."""
    m, unset = len(segments), rows["base"] == UNSET
    acks = np.flatnonzero(unset.any(axis=1)[segments.group] & (segments.flags & ACK != 0))
    acks = acks[acks < position[segments.group[acks]]][::-1]
    first_at = np.full(unset.size, m)
    first_at[segments.chain[acks]] = acks
    chain = np.flatnonzero(unset.reshape(-1) & (first_at.reshape(-1, 2).min(axis=1).repeat(2) < m))
    own, of_peer = first_at[chain], first_at[chain ^ 1]
    first = np.minimum(own, of_peer)
    rows["base"][chain >> 1, chain & 1] = np.where(own < of_peer, segments.seq[first], segments.ack[first]) - 1
