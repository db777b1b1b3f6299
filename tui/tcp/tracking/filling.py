"""Columns for the store from the outcomes of a walk: what was not looked at repeats what went before."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.store import FORWARD
from tui.tcp.rules.flags import RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.rules.roles import Role
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.connections import Connections
from tui.tcp.tracking.follower import SegmentOutcome
from tui.tcp.tracking.live import UNKNOWN_SCALE
from tui.tcp.tracking.segments import Segments

Integers = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]
Changes = list[tuple[int, dict[str, int]]]
"""Rows of the store that were appended before, with the columns that change. `found` and `withdrawn` are notes that
are added to and taken from those that are there; with `notes` the segment is seen anew (tui.tcp.examiner)."""

_PLACE_BITS = 28
"""A batch has fewer outcomes than 2 to the power of this."""


@dataclass(slots=True)
class Found:
    """Outcomes as columns, one row a segment that was looked at."""

    row: Integers
    side: Integers
    flags: Integers
    connection: Integers
    state: Integers
    scales: Integers
    roles: Integers
    notes: Integers

    @classmethod
    def of(cls, table: Integers, outcomes: list[SegmentOutcome], numbers: Integers) -> "Found":
        """The last outcome of each row, in row order, `table` coming before `outcomes`; `numbers[i]` is given to the
        provisional connection -1 - i."""
        table = np.concatenate([table, np.array(outcomes, np.int64).reshape(-1, 8)])
        in_rows = np.sort(table[:, 0] << _PLACE_BITS | np.arange(len(table)))
        table = table[in_rows & ((1 << _PLACE_BITS) - 1)]
        is_last = np.diff(table[:, 0], append=-1) != 0
        found = cls(*table[is_last].T)
        provisional = found.connection < 0
        found.connection[provisional] = numbers[-1 - found.connection[provisional]]
        return found


def fill(segments: Segments, found: Found, base_row: int, connections: Connections) -> Columns:
    """The columns of all segments of a batch, in grouped order; outcomes of earlier batches are left aside."""
    m = len(segments)
    own = found.row >= base_row
    place_of = np.empty(int(segments.index.max()) + 1, np.int64)
    place_of[segments.index] = np.arange(m)
    places = place_of[found.row[own] - base_row]
    connection, state, scales = _repeat(segments, found, own, places, connections)
    roles = np.where(segments.length > 0, int(Role.DATA), int(Role.ACK))
    roles[places] = found.roles[own]
    notes = np.zeros(m, np.int64)
    notes[places] = found.notes[own]
    shift, unknown = _shifts(scales, segments.side, segments.flags)
    notes |= unknown
    tables = TRANSITIONS.tables()
    forward = np.where(segments.side == 0, FORWARD, 0).astype(np.uint8)
    return {
        "connection": connection,
        "seq": segments.seq,
        "ack": segments.ack,
        "states": tables["pair"][state],
        "marks": tables["assumed"][state] | forward,
        "shift": shift,
        "roles": roles,
        "notes": notes.astype(np.uint64),
    }


def _shifts(scales: Integers, side: Integers, flags: Integers) -> tuple[Integers, Integers]:
    """The window scale in effect for each segment (RFC 7323 section 2.2: never for a SYN), and the note where a
    segment's window needs one that is not known."""
    shift = (scales >> 8 * side & 255) - 2
    unknown = (shift == UNKNOWN_SCALE) & (flags & (SYN | RST) == 0)
    return np.where(flags & SYN != 0, UNKNOWN_SCALE, shift), np.where(unknown, int(Note.SCALE_UNKNOWN), 0)


def _repeat(
    segments: Segments, found: Found, own: NDArray[np.bool_], places: Integers, connections: Connections
) -> tuple[Integers, Integers, Integers]:
    """Connection, state and scales of every segment: as found, else as at the segment before it in its group."""
    m = len(segments)
    source = np.zeros(m, np.bool_)
    connection, state, scales = np.zeros(m, np.int64), np.zeros(m, np.int64), np.zeros(m, np.int64)
    known = np.flatnonzero(segments.current >= 0)
    starts, current = segments.start[:-1][known], segments.current[known]
    source[starts] = True
    connection[starts] = current
    state[starts] = connections.followed.values["state"][current]
    scales[starts] = connections.followed.values["scales"][current]
    source[places] = True
    connection[places] = found.connection[own]
    state[places] = found.state[own]
    scales[places] = found.scales[own]
    repeated = np.maximum.accumulate(np.where(source, np.arange(m), 0))
    return connection[repeated], state[repeated], scales[repeated]


def earlier_changes(found: Found, base_row: int) -> Changes:
    """Changes to rows of earlier batches: (row, columns). Of the notes, those of the frame itself and those that were
    found when connections were examined are not among them."""
    changes = []
    shift, unknown = _shifts(found.scales, found.side, found.flags)
    for i in np.flatnonzero(found.row < base_row).tolist():
        state = int(found.state[i])
        values = {
            "connection": int(found.connection[i]),
            "states": TRANSITIONS.pair[state],
            "marks": TRANSITIONS.assumed[state] | (0 if found.side[i] else FORWARD),
            "shift": int(shift[i]),
            "roles": int(found.roles[i]),
            "notes": int(found.notes[i] | unknown[i]),
        }
        changes.append((int(found.row[i]), values))
    return changes
