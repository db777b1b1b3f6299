"""Round trips between the capture point and each end, of segments that were sent once (Karn's rule)."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.store import NO_ROW
from tui.tcp.rules.notes import Note
from tui.views.measuring.gathered import Gathered, Integers, heads_of
from tui.views.rows import rows_as

NS = 1_000_000_000


class RoundTrips(NamedTuple):
    """Times from segments of one sender to the ACKs of their last bytes, in seconds."""

    samples: int
    min: float
    mean: float
    p95: float
    """95 of 100 samples take at most this long (nearest rank)."""
    max: float


def round_trips_of(gathered: Gathered) -> list[RoundTrips | None]:
    """The round trips of each way, None where it has none.

    A sample is valid where the acknowledged segment was sent once, and nothing was sent again on its way before its
    ACK came: that ACK may have waited for the bytes that were missing.
    """
    answer = np.flatnonzero(gathered.acks_row != NO_ROW)
    keys = gathered.connection << 32 | gathered.row
    wanted = gathered.connection[answer] << 32 | gathered.acks_row[answer]
    segment = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    elapsed = gathered.time_ns[answer] - gathered.time_ns[segment]
    valid = (keys[segment] == wanted) & (elapsed >= 0) & _unambiguous(gathered, segment, answer)
    found: list[RoundTrips | None] = [None] * gathered.ways
    for way, trips in _statistics(gathered.way[segment[valid]], elapsed[valid]):
        found[way] = trips
    return found


def _unambiguous(gathered: Gathered, segment: Integers, answer: Integers) -> NDArray[np.bool_]:
    again = gathered.has(Note.RETRANSMISSION)
    if not again.any():
        return np.ones(len(segment), np.bool_)
    by_client = np.cumsum(again & (gathered.sender == 0))
    by_server = np.cumsum(again & (gathered.sender == 1))
    between = np.where(
        gathered.sender[segment] == 0, by_client[answer] - by_client[segment], by_server[answer] - by_server[segment]
    )
    valid: NDArray[np.bool_] = ~again[segment] & (between == 0)
    return valid


def _statistics(way: Integers, elapsed: Integers) -> Iterable[tuple[int, RoundTrips]]:
    """The round trips of each way that has any."""
    if not len(way):
        return ()
    way, elapsed = _sorted(way, elapsed)
    heads = heads_of(way)
    samples = np.diff(np.append(heads, len(way)))
    rank = heads + -(-95 * samples // 100) - 1
    columns = (
        samples,
        elapsed[heads] / NS,
        np.add.reduceat(elapsed, heads) / samples / NS,
        elapsed[rank] / NS,
        elapsed[heads + samples - 1] / NS,
    )
    trips = rows_as(RoundTrips, [column.tolist() for column in columns])
    return zip(way[heads].tolist(), trips, strict=True)


def _sorted(way: Integers, elapsed: Integers) -> tuple[Integers, Integers]:
    """Both in order of way, then of time."""
    bits = int(elapsed.max()).bit_length()
    if int(way.max()).bit_length() + bits > 63:
        order = np.lexsort((elapsed, way))
        return way[order], elapsed[order]
    packed = np.sort(way << bits | elapsed)
    return packed >> bits, packed & ((1 << bits) - 1)
