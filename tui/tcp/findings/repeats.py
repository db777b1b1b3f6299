"""Segments sent again in connections that are ordinary otherwise: the rules are applied to those segments alone.

What the rules need to know of the segments between them is told by tui.tcp.analysis, for all connections at once.
"""

import numpy as np
from numpy.typing import NDArray

from tui.tcp.findings.chain import Chain
from tui.tcp.findings.earlier import Earlier
from tui.tcp.findings.endpoint import Endpoint
from tui.tcp.findings.round_trips import Samples, fold
from tui.tcp.findings.segment import SEGMENT_FIELDS, Notebook, Segment
from tui.tcp.findings.sending import send
from tui.tcp.findings.transmissions import Transmission, Transmissions
from tui.tcp.tracking.chains import changes
from tui.tcp.tracking.past import Past
from tui.tcp.tracking.progress import Progress
from tui.tcp.tracking.rows import Rows
from tui.tcp.tracking.runs import Runs
from tui.tcp.tracking.sequence import UNSET

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

CARRIED = np.dtype(
    [
        ("rtt_min", np.int64, (2,)),
        ("rtt_smooth", np.int64, (2,)),
        ("last_ns", np.int64),
        ("timestamps", np.bool_, (2,)),
        ("known", np.bool_),
        ("odd", np.bool_),
    ]
)
"""Of each connection, in pairs of (lower endpoint, upper endpoint).

- `known`: something was sent again, so that the others are right. They are worked out then from all segments so far,
  and kept up from then on.
- `rtt_min`, `rtt_smooth`: of Endpoint. `timestamps`: whether the endpoint's last segment has the option.
- `last_ns`: time of its last segment.
- `odd`: it was followed segment by segment, or its times went back, so that the rest is not kept.
"""

_FRESH = np.array([(-1, -1, UNSET, False, False, False)], CARRIED)


class Repeats:
    """What is remembered of ordinary connections."""

    def __init__(self) -> None:
        self._rows = Rows(CARRIED, _FRESH)

    def extend_to(self, length: int) -> None:
        """Make room for so many connections."""
        self._rows.extend_to(length)

    def forget(self, number: int) -> None:
        """A connection that never was."""
        if number < self._rows.length:
            self._rows.reset(number)

    def take_up(self, runs: Runs, progress: Progress, last_rows: Integers, chain: Chain, past: Past) -> None:
        """Get to know the connections in which something is sent again for the first time.

        `last_rows`: of the k connections, before the batch; -1 where there is none."""
        known = self._rows.values
        again = np.sort(_connections(runs, progress.again))
        of = again[changes(again)]
        of = of[~known["known"][runs.connection[of]]]
        known["known"][runs.connection[of]] = True
        of = of[(last_rows[of] >= past.start) & ~known["odd"][runs.connection[of]]]
        if not len(of):
            return
        numbers, earlier = runs.connection[of], Earlier.of(last_rows[of], chain, past)
        known["last_ns"][numbers], known["odd"][numbers] = earlier.last_ns, earlier.backwards
        known["timestamps"][numbers] = earlier.timestamps
        known["rtt_min"][numbers], known["rtt_smooth"][numbers] = earlier.round_trips.reshape(2, -1, 2)

    def unsteady(self, runs: Runs, progress: Progress, past: Past) -> Booleans:
        """k: connections with segments sent again that have to be followed, as more than those has to be known.

        Something is sent again for the second time, or after only a part of what was in flight when its sender sent
        something again before was acknowledged; or time went back.
        """
        unsteady = np.zeros(len(runs.connection), np.bool_)
        self._look_back(runs)
        if not len(progress.again):
            return unsteady
        known = self._rows.values
        of = _connections(runs, progress.again)
        endpoint = 2 * of + runs.side[progress.again]
        order = np.lexsort((progress.again, endpoint))
        before, after = order[:-1], order[1:]
        acked = progress.peer_ack[after]
        parted = (acked != progress.peer_ack[before]) & (acked < progress.next[before])
        unsteady[of[after[parted & (endpoint[before] == endpoint[after])]]] = True
        row, count = np.unique(progress.first_row, return_counts=True)
        unsteady[of[np.isin(progress.first_row, row[count > 1]) | (progress.first_row < past.start)]] = True
        unsteady[of] |= known["odd"][runs.connection[of]]
        return unsteady

    def examine(self, runs: Runs, progress: Progress, ordinary: Booleans, past: Past, notebook: Notebook) -> None:
        """Judge what is sent again in some of the k connections, and follow those; of others nothing is kept."""
        known = self._rows.values
        known["odd"][runs.connection[~ordinary]] = True
        kept = ordinary & known["known"][runs.connection]
        if not kept.any():
            return
        samples = self._samples(runs, progress, ordinary, past)
        chosen = np.flatnonzero(ordinary[_connections(runs, progress.again)])
        if len(chosen):
            self._judge(runs, progress, chosen, samples, past, notebook)
        places = np.flatnonzero(np.repeat(kept, np.diff(runs.start)))
        number = runs.connection[_connections(runs, places)]
        known["timestamps"][number, runs.side[places]] = runs.has_timestamps[places]  # the last assignment stays

    def _look_back(self, runs: Runs) -> None:
        """Find out in which of the connections time went back."""
        known = self._rows.values
        kept = np.flatnonzero(known["known"][runs.connection])
        if not len(kept):
            return
        backwards = np.zeros(len(runs), np.bool_)
        backwards[1:] = runs.time_ns[1:] < runs.time_ns[:-1]
        backwards[runs.start[:-1]] = runs.time_ns[runs.start[:-1]] < known["last_ns"][runs.connection]
        known["odd"][runs.connection[kept]] |= np.logical_or.reduceat(backwards, runs.start[:-1])[kept]
        known["last_ns"][runs.connection[kept]] = runs.time_ns[runs.start[kept + 1] - 1]

    def _samples(self, runs: Runs, progress: Progress, ordinary: Booleans, past: Past) -> Samples:
        """The round trips of the batch's ACKs."""
        known = self._rows.values
        # What was sent twice tells no round trip: its ACK may be for either (Karn's algorithm, RFC 6298 section 3).
        once = ordinary[_connections(runs, progress.acking)] & (progress.acked_row >= past.start)
        once &= ~np.isin(progress.acked_row, progress.first_row)
        place, acked_row = progress.acking[once], progress.acked_row[once]
        owner = 2 * _connections(runs, place) + runs.side[place]
        before = np.stack([known[name][runs.connection].reshape(-1) for name in ("rtt_min", "rtt_smooth")])
        samples = fold(owner, place, runs.time_ns[place] - past.times(acked_row), before)
        known["rtt_min"][runs.connection], known["rtt_smooth"][runs.connection] = samples.last.reshape(2, -1, 2)
        return samples

    def _judge(
        self, runs: Runs, progress: Progress, chosen: Integers, samples: Samples, past: Past, notebook: Notebook
    ) -> None:
        """Apply the rules to what is sent again, in capture order of each connection."""
        again = progress.again[chosen]
        of, side, before = _connections(runs, again), runs.side[again], progress.before[chosen]
        carried = self._rows.values["timestamps"][runs.connection[of], side]
        first_row = progress.first_row[chosen]
        columns = (
            *(of, progress.next[chosen], progress.next_row[chosen], progress.data_ns[chosen]),
            *(progress.peer_ack[chosen], np.where(before < 0, carried, runs.has_timestamps[before])),
            *(samples.before(2 * of + side, again).T, samples.before(2 * of + 1 - side, again).T),
            *(first_row, past.times(first_row)),
        )
        segments = map(
            Segment._make, zip(*(getattr(runs, name)[again].tolist() for name in SEGMENT_FIELDS), strict=True)
        )
        number, ends = -1, (Endpoint(), Endpoint())
        for segment, values in zip(segments, zip(*(column.tolist() for column in columns), strict=True), strict=True):
            owner, next_, next_row, data_ns, peer_ack, timestamps, own_rtt, peer_rtt, row, time_ns = values
            x, y = ends[segment.side], ends[1 - segment.side]
            if owner != number:
                number = owner
                _calm(x)
                _calm(y)
            elif peer_ack != y.ack:  # all that was in flight before is acknowledged
                _calm(x)
            x.next, x.next_row, x.data_ns, x.has_timestamps, y.ack = next_, next_row, data_ns, timestamps, peer_ack
            (x.rtt_min, x.rtt_smooth), (y.rtt_min, y.rtt_smooth) = own_rtt, peer_rtt
            x.sent.insert(Transmission(segment.seq, segment.end, row, time_ns, 1, segment.ip_id, -1))
            send(segment, x, y, notebook)


def _calm(x: Endpoint) -> None:
    """Nothing that `x` has sent again waits for its ACK."""
    x.sent, x.loss_point, x.tail_probe = Transmissions(), UNSET, None


def _connections(runs: Runs, places: Integers) -> Integers:
    """Which of the k connections the segments at some places are of."""
    found: Integers = np.searchsorted(runs.start, places, side="right") - 1
    return found
