"""Finds the landmarks of connections among the segments of a batch that were looked at."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.flags import ACK, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.rules.roles import Role
from tui.tcp.tracking.filling import Found
from tui.tcp.tracking.follower import Segment
from tui.tcp.tracking.landmarks import NONE, Landmark
from tui.tcp.tracking.rows import Values

Integers = NDArray[np.int64]

_BY_ROLE = (
    (Role.HANDSHAKE_1, Landmark.SYN),
    (Role.HANDSHAKE_2, Landmark.SYN_ACK),
    (Role.HANDSHAKE_3, Landmark.THIRD),
    (Role.TEARDOWN_1, Landmark.FIN),
    (Role.TEARDOWN_2 | Role.SIMULTANEOUS_CLOSE_3, Landmark.FIN_ACK),
    (Role.TEARDOWN_3 | Role.SIMULTANEOUS_CLOSE_2, Landmark.OTHER_FIN),
    (Role.TEARDOWN_4 | Role.SIMULTANEOUS_CLOSE_4, Landmark.LAST_ACK),
)

_RESETS = Role.REFUSED | Role.HANDSHAKE_RESET | Role.RESET | Role.RESET_IN_TEARDOWN | Role.LATE_RESET

_SEEN_BEFORE = int(Note.DUPLICATE_CAPTURE)


@dataclass(slots=True)
class Marks:
    """The landmarks that a batch brings, to be applied once its rows stand in the store."""

    found: Found
    """The segments that were looked at, in row order: all others are ordinary and no landmarks."""
    time_ns: Integers
    """Of each of them."""
    base_row: int
    """The batch's first row: what `found` says of rows before it replaces what was said of them."""

    def apply(self, table: Values) -> None:
        """Enter them into rows of LANDMARKS, of which those that are there already stay."""
        found = self.found
        if not len(found.row):
            return
        if found.row[0] < self.base_row:
            self._forget_revised(table)
        index, place = _places(found)
        self._enter(table, index[::-1], place[::-1])  # of those for one place the last one stays: the earliest segment
        syns = np.flatnonzero((found.roles & int(Role.HANDSHAKE_1) != 0) & (found.notes & _SEEN_BEFORE == 0))
        early = syns[found.row[syns] < table["row"][found.connection[syns], Landmark.SYN_ACK]]
        self._put(table, early, np.full(len(early), int(Landmark.LAST_SYN)))
        np.add.at(table["syns"], found.connection[syns[found.row[syns] >= self.base_row]], 1)

    def _forget_revised(self, table: Values) -> None:
        """Take the rows of earlier batches that are seen anew out of the landmarks."""
        count = int(np.searchsorted(self.found.row, self.base_row))
        connection = self.found.connection[:count]
        which, place = np.nonzero(table["row"][connection] == self.found.row[:count, np.newaxis])
        table["row"][connection[which], place] = NONE

    def _enter(self, table: Values, index: Integers, place: Integers) -> None:
        missing = table["row"][self.found.connection[index], place] == NONE
        self._put(table, index[missing], place[missing])

    def _put(self, table: Values, index: Integers, place: Integers) -> None:
        where = self.found.connection[index], place
        table["row"][where] = self.found.row[index]
        table["time_ns"][where] = self.time_ns[index]
        table["flags"][where] = self.found.flags[index] & 0xFF


def _places(found: Found) -> tuple[Integers, Integers]:
    """Which segments are of the kind of a landmark, and of which one; a segment may be several."""
    roles = found.roles
    by_role = [(np.flatnonzero(roles & int(role)), landmark) for role, landmark in _BY_ROLE]
    data = np.flatnonzero(roles & int(Role.DATA))
    reset = np.flatnonzero(roles & int(_RESETS))
    both_ways = np.flatnonzero(roles & int(Role.SIMULTANEOUS_OPEN))
    index = [*(chosen for chosen, _ in by_role), data, reset, both_ways]
    place = [
        *(np.full(len(chosen), int(landmark)) for chosen, landmark in by_role),
        found.side[data] + int(Landmark.LOWER_DATA),
        np.full(len(reset), int(Landmark.RESET)),
        _of_simultaneous_open(found.flags[both_ways], found.side[both_ways]),
    ]
    return np.concatenate(index), np.concatenate(place)


def _of_simultaneous_open(flags: Integers, side: Integers) -> Integers:
    syn_ack = np.where(side == 0, int(Landmark.SYN_ACK), int(Landmark.OTHER_SYN_ACK))
    of_a_syn = np.where(flags & ACK != 0, syn_ack, int(Landmark.OTHER_SYN))
    return np.where(flags & SYN != 0, of_a_syn, int(Landmark.THIRD))


class DoubtfulTimes:
    """When the segments were captured that are in doubt: seen anew, they may become landmarks batches later."""

    def __init__(self) -> None:
        self._times: dict[int, int] = {}
        """By row of the store."""
        self._most = 1 << 12

    def remember(self, doubts: Iterable[list[Segment]], base_row: int, time_ns: Integers) -> None:
        """Take in the segments of a batch that are in doubt; each doubt's segments are in row order."""
        for segments in doubts:
            for segment in reversed(segments):
                if segment.row < base_row:
                    break
                self._times[segment.row] = int(time_ns[segment.row - base_row])

    def forget_settled(self, doubts: Iterable[list[Segment]]) -> None:
        """Let go of what is not in doubt any more, once that is worth the trouble."""
        if len(self._times) > self._most:
            rows = {segment.row for segments in doubts for segment in segments}
            self._times = {row: time for row, time in self._times.items() if row in rows}
            self._most = max(1 << 12, 2 * len(self._times))

    def of(self, rows: Integers, base_row: int, time_ns: Integers) -> Integers:
        """The times of rows of this batch, `time_ns` being its frames' times, and of rows that were in doubt."""
        times = time_ns[np.maximum(rows - base_row, 0)]
        for place in np.flatnonzero(rows < base_row).tolist():
            times[place] = self._times[int(rows[place])]
        return times
