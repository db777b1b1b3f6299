"""The segments of a batch put together connection by connection, as those who examine connections take them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Decoded
from tui.store import FORWARD, HAS_TIMESTAMPS, Store
from tui.tcp.rules.flags import FIN, SYN
from tui.tcp.rules.notes import FRAME_NOTES
from tui.tcp.tracking.filling import Columns

Integers = NDArray[np.int64]
SackBlocks = tuple[tuple[int, int], ...]

_TRACKED = ("seq", "ack", "roles", "notes", "shift", "marks")
_CHANGED = ("roles", "shift")
_DECODED = ("flags", "length", "window", "ip_id", "ttl", "tsval", "tsecr")


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
    before = np.array(sorted(moved), np.int64)
    fields = {name: columns[name].astype(np.int64, copy=False) for name in _TRACKED}
    fields |= {name: getattr(decoded, name)[rows].astype(np.int64) for name in _DECODED}
    fields["time_ns"] = time_ns[rows]
    fields["mss"] = decoded.mss[rows].astype(np.int64)
    fields["option_shift"] = decoded.window_scale[rows].astype(np.int64)
    has_timestamps = decoded.has_timestamps[rows]
    connection, row = columns["connection"].astype(np.int64), rows + base_row
    if len(before):
        for name, values in fields.items():
            absent = {"mss": 0, "option_shift": -1}.get(name)
            earlier = store.gather(name, before).astype(np.int64) if absent is None else np.full(len(before), absent)
            if name == "notes":
                changed = [moved[at]["notes"] for at in before.tolist()]
                earlier = earlier & int(FRAME_NOTES) | np.array(changed, np.int64)
            elif name in _CHANGED:
                earlier = np.array([moved[at][name] for at in before.tolist()], np.int64)
            fields[name] = np.concatenate([earlier, values])
        has_timestamps = np.concatenate([store.gather("marks", before) & HAS_TIMESTAMPS != 0, has_timestamps])
        owners = [moved[at]["connection"] for at in before.tolist()]
        connection = np.concatenate([np.array(owners, np.int64), connection])
        row = np.concatenate([before, row])
    order = np.argsort(connection, kind="stable")
    connection = connection[order]
    starts = np.flatnonzero(np.diff(connection, prepend=-1))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    ordered = {name: values[order] for name, values in fields.items()}
    marks, flags = ordered.pop("marks"), ordered["flags"]
    end = ordered["seq"] + ordered["length"] + (flags & SYN != 0) + (flags & FIN != 0)
    in_batch = len(before) + np.searchsorted(rows, np.array(list(decoded.sack), np.int64))
    sack = dict(zip(place[in_batch].tolist(), decoded.sack.values(), strict=True))
    return Runs(
        connection=connection[starts],
        start=np.append(starts, len(order)),
        row=row[order],
        base_row=base_row,
        side=np.where(marks & FORWARD != 0, 0, 1),
        end=end,
        has_timestamps=has_timestamps[order],
        sack=sack,
        **ordered,
    )
