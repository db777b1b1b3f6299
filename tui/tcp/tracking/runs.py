"""The segments of a batch put together connection by connection, as those who examine connections take them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Decoded
from tui.store import FORWARD, HAS_TIMESTAMPS, Store
from tui.tcp.rules.flags import FIN, SYN
from tui.tcp.rules.notes import FRAME_NOTES
from tui.tcp.tracking.chains import changes
from tui.tcp.tracking.filling import Columns
from tui.tcp.tracking.picking import of_segments

Integers = NDArray[np.int64]
SackBlocks = tuple[tuple[int, int], ...]

_TRACKED = ("seq", "ack", "roles", "notes", "shift", "marks")
_CHANGED = ("connection", "roles", "shift")
_DECODED = ("flags", "length", "window", "ip_id", "ttl", "tsval", "tsecr", "mss", "has_timestamps")
_INDEX_BITS = 24
"""A batch, with what earlier segments belong to it now, has fewer segments than 2 to the power of this."""


@dataclass(slots=True)
class Runs:
    """m segments of k connections: those of one connection together, and in capture order."""

    connection: Integers
    """k: numbers, ascending."""
    start: Integers
    """k+1: where each connection's segments begin, and m."""
    row: Integers
    """m: row in the store. Those before `base_row` were there before, and belonged to another connection then."""
    base_row: int
    time_ns: Integers
    side: Integers
    """m: 0 where the lower endpoint sent the segment, 1 where the upper one did."""
    flags: Integers
    seq: Integers
    """m: unwrapped."""
    ack: Integers
    """m: unwrapped; as on the wire without ACK."""
    length: Integers
    end: Integers
    """m: seq + length + SYN + FIN."""
    window: Integers
    """m: as on the wire."""
    shift: Integers
    """m: the sender's window scale in effect: -1 not known or a SYN, -2 none in use (tui.tcp.tracking.live)."""
    mss: Integers
    """m: of the MSS option; 0 without."""
    option_shift: Integers
    """m: of the window scale option; negative without (tui.decode.columns)."""
    has_timestamps: NDArray[np.bool_]
    tsval: Integers
    tsecr: Integers
    ip_id: Integers
    """m: -1 for IPv6."""
    ttl: Integers
    roles: Integers
    notes: Integers
    """m: what was noted before the connections are examined."""
    sack: dict[int, SackBlocks]
    """By place among the m: SACK blocks as on the wire, in the option's order."""

    def __len__(self) -> int:
        return len(self.row)

    @property
    def own(self) -> NDArray[np.bool_]:
        """m: whether a segment is of this batch."""
        return self.row >= self.base_row


def runs_of(
    decoded: Decoded,
    rows: Integers,
    columns: Columns,
    time_ns: Integers,
    base_row: int,
    moved: dict[int, dict[str, int]],
    store: Store,
) -> Runs:
    """Put a batch's segments together.

    - `rows`: the rows of `decoded` that are TCP segments, ascending; `columns`: what tracking found, in their order.
    - `time_ns`: of all frames of the batch. `base_row`: the row in the store that its first frame gets.
    - `moved`: rows of earlier batches that belong to another connection than before, and what changes of their columns.
    """
    fields: Columns = {name: columns[name] for name in _TRACKED}
    fields["notes"] = columns["notes"].astype(np.int64)
    fields |= {name: of_segments(getattr(decoded, name), rows) for name in _DECODED}
    fields["time_ns"] = of_segments(time_ns, rows)
    fields["option_shift"] = of_segments(decoded.window_scale, rows)
    fields["connection"] = columns["connection"].astype(np.int64)
    fields["row"] = rows + base_row
    if moved:
        fields = _with_moved(fields, moved, store)
    together = np.sort(fields.pop("connection") << _INDEX_BITS | np.arange(len(fields["row"])))
    connection, order = together >> _INDEX_BITS, together & ((1 << _INDEX_BITS) - 1)
    starts = changes(connection)
    ordered = {name: values.take(order).astype(np.int64, copy=False) for name, values in fields.items()}
    marks, flags, has_timestamps = ordered.pop("marks"), ordered["flags"], ordered.pop("has_timestamps")
    end = ordered["seq"] + ordered["length"] + (flags & SYN != 0) + (flags & FIN != 0)
    sack: dict[int, SackBlocks] = {}
    if decoded.sack:
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        in_batch = len(moved) + np.searchsorted(rows, np.array(list(decoded.sack), np.int64))
        sack = dict(zip(place[in_batch].tolist(), decoded.sack.values(), strict=True))
    return Runs(
        connection=connection[starts],
        start=np.append(starts, len(order)),
        base_row=base_row,
        side=np.where(marks & FORWARD != 0, 0, 1),
        end=end,
        has_timestamps=has_timestamps != 0,
        sack=sack,
        **ordered,
    )


def _with_moved(fields: Columns, moved: dict[int, dict[str, int]], store: Store) -> Columns:
    """The columns of segments with those of `moved` before them, which come from the store as far as they stay."""
    rows = sorted(moved)
    before = np.array(rows, np.int64)
    earlier: dict[str, Integers] = {
        "row": before,
        "mss": np.zeros(len(before), np.int64),
        "option_shift": np.full(len(before), -1),
        "has_timestamps": np.where(store.gather("marks", before) & HAS_TIMESTAMPS != 0, 1, 0),
    }
    for name in fields.keys() - earlier.keys():
        if name == "notes":
            kept = store.gather(name, before).astype(np.int64) & int(FRAME_NOTES)
            earlier[name] = kept | np.array([moved[row][name] for row in rows], np.int64)
        elif name in _CHANGED:
            earlier[name] = np.array([moved[row][name] for row in rows], np.int64)
        else:
            earlier[name] = store.gather(name, before).astype(np.int64)
    return {name: np.concatenate([earlier[name], values.astype(np.int64)]) for name, values in fields.items()}
