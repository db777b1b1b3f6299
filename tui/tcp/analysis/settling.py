"""What ordinary connections leave behind: the columns of their segments, and what is carried over."""

import numpy as np
from numpy.typing import NDArray

from tui.store import NO_ROW
from tui.tcp.analysis.carried import (
    BASE_KNOWN,
    BEGUN,
    FIN_SENT,
    FIRST_ACK,
    MANY_IN_FLIGHT,
    ONE_IN_FLIGHT,
    ORDINARY,
    PLAIN,
    REPEATED,
    SEEN,
    Carried,
)
from tui.tcp.analysis.ordinary import Ordinary
from tui.tcp.analysis.sides import signed
from tui.tcp.analysis.unacked import Unacked
from tui.tcp.analysis.waiting import Waiting
from tui.tcp.rules.flags import FIN, SYN
from tui.tcp.tracking.runs import Runs

Integers = NDArray[np.int64]


def acknowledged_rows(runs: Runs, ordinary: Ordinary, waiting: Waiting, places: Integers) -> Integers:
    """For the segments at `places`, the row that each acknowledges, or NO_ROW."""
    sides = ordinary.sides
    acked = ordinary.acked_place[places]
    found = np.where(acked >= 0, runs.row[acked], NO_ROW)
    open_ = np.flatnonzero((acked < 0) & (sides.ack[places] != sides.acked_before[places]))
    at = places[open_]
    found[open_] = waiting.rows_ending_at(sides.endpoint[at] ^ 1, sides.ack[at])
    return found


class Settling:
    """Writes what is carried over of the proved connections."""

    def __init__(self, runs: Runs, rows: NDArray[np.void], ordinary: Ordinary, waiting: Waiting) -> None:
        """`rows`: k rows of CARRIED from before the batch."""
        self._runs = runs
        self._ordinary = ordinary
        self._waiting = waiting
        self._before = rows
        self.rows = rows.take(np.arange(len(rows)))  # a copy would be made field by field

    def settle(self, carried: Carried) -> None:
        """Work out `rows`, of which those of proved connections are right, and keep what does not fit into them."""
        ordinary, rows = self._ordinary, self.rows
        self._enter_last()
        self._enter_next()
        rows["scale"] = ordinary.scale.reshape(-1, 2)
        rows["base"] = ordinary.base.reshape(-1, 2)
        rows["syn_ns"] = ordinary.syn_ns
        rows["withheld"] = 0
        known = self._before["known"]
        still = (known & BEGUN == 0) | (known & ORDINARY != 0)
        rows["known"] = np.where(still, BEGUN | PLAIN | ORDINARY, BEGUN | PLAIN)
        rows["known"][ordinary.repeated] |= REPEATED
        self._enter_flight(carried)

    def _enter_last(self) -> None:
        """What an endpoint's last segment tells."""
        runs, rows, sides = self._runs, self.rows, self._ordinary.sides
        last = sides.order[np.append(sides.first[1:], True)]
        where = _places(sides.endpoint[last])
        rows["acked"][where] = sides.ack[last]
        rows["acked_ns"][where] = runs.time_ns[last]
        rows["window"][where] = runs.window[last]
        bits = rows["bits"]
        bits[where] = bits[where] & FIN_SENT | np.where(runs.flags[last] & SYN, FIRST_ACK, 0) | BASE_KNOWN | SEEN
        fin = _places(sides.endpoint[np.flatnonzero(runs.flags & FIN)])
        bits[fin] |= FIN_SENT
        newly = sides.order[(sides.ack != sides.acked_before)[sides.order]]
        rows["new_ack_row"][_places(sides.endpoint[newly])] = runs.row[newly]  # the last assignment stays

    def _enter_next(self) -> None:
        """What an endpoint's last segment with a sequence number of its own tells."""
        runs, rows, entry = self._runs, self.rows, self._ordinary.entry
        endpoint = self._ordinary.sides.endpoint[entry]
        last = entry[np.diff(endpoint, append=-1) != 0]
        where = _places(self._ordinary.sides.endpoint[last])
        rows["next"][where] = self._ordinary.sides.end[last]
        rows["next_row"][where] = runs.row[last]
        rows["next_ns"][where] = runs.time_ns[last]

    def _enter_flight(self, carried: Carried) -> None:
        """Which segments of each endpoint are in flight after the batch."""
        ordinary, waiting = self._ordinary, self._waiting
        sides = ordinary.sides
        endpoints = np.arange(2 * len(self.rows))
        acked = self.rows["acked"][:, ::-1].reshape(-1).astype(np.int64)
        count = np.bincount(sides.endpoint[ordinary.entry], minlength=len(endpoints))
        stop = np.cumsum(count)
        lowest = np.searchsorted(ordinary.entry_key, sides.key(endpoints, acked), "right")
        lowest = np.where(acked == 0, stop - count, np.clip(lowest, stop - count, stop))
        older = waiting.count.copy()
        older[(acked != 0) & (signed(acked - waiting.next) >= 0)] = 0
        proved = np.repeat(ordinary.proved, 2)
        for endpoint, unacked in zip(waiting.many.tolist(), waiting.unacked, strict=True):
            if proved[endpoint]:
                carried.unacked.pop(self._number(endpoint))
                if older[endpoint]:
                    unacked.acknowledge(int(acked[endpoint]))
                    older[endpoint] = len(unacked)
        again = ordinary.repeats.place
        open_ = again[signed(sides.next_before[again] - acked[sides.endpoint[again]]) > 0]
        self.rows["known"][sides.endpoint[open_] >> 1] &= 0xFF & ~ORDINARY
        again = again[signed(sides.end[again] - acked[sides.endpoint[again]]) > 0]
        self.rows["known"][sides.endpoint[again] >> 1] &= 0xFF & ~PLAIN
        flying = older + stop - lowest + np.bincount(sides.endpoint[again], minlength=len(endpoints))
        where = _places(endpoints)
        self.rows["start"][where] = np.where(acked == 0, ordinary.base, acked)
        bits = self.rows["bits"]
        bits &= 0xFF & ~(ONE_IN_FLIGHT | MANY_IN_FLIGHT)
        bits[where] |= np.where(flying == 1, ONE_IN_FLIGHT, np.where(flying > 1, MANY_IN_FLIGHT, 0)).astype(np.uint8)
        older_kept = dict(zip(waiting.many.tolist(), waiting.unacked, strict=True))
        sent_again: dict[int, list[int]] = {}
        for endpoint, place in zip(sides.endpoint[again].tolist(), again.tolist(), strict=True):
            sent_again.setdefault(endpoint, []).append(place)
        for endpoint in np.flatnonzero((flying > 1) & proved).tolist():
            kept = Unacked()
            if older[endpoint] and endpoint in older_kept:
                kept = older_kept[endpoint]
            elif older[endpoint]:
                kept.add(*(int(column[endpoint]) for column in (waiting.start, waiting.next, waiting.next_row)))
            places = ordinary.entry[lowest[endpoint] : stop[endpoint]]
            if endpoint in sent_again:
                places = np.sort(np.append(places, sent_again[endpoint]))
            columns = (sides.seq[places], sides.end[places], self._runs.row[places])
            for start, end, row in zip(*(column.tolist() for column in columns), strict=True):
                kept.add(start, end, row)
            if acked[endpoint]:
                kept.acknowledge(int(acked[endpoint]))
            carried.unacked[self._number(endpoint)] = kept

    def _number(self, endpoint: int) -> int:
        """An endpoint of the batch as Carried numbers it."""
        return int(self._runs.connection[endpoint >> 1]) * 2 + (endpoint & 1)


def _places(endpoint: Integers) -> tuple[Integers, Integers]:
    """Where an endpoint's values stand in pairs."""
    return endpoint >> 1, endpoint & 1
