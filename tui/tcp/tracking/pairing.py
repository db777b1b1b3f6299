"""Which pair of endpoints each segment of a batch belongs to: all that can be told of it before it is tracked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Decoded
from tui.tcp.tracking.duplicates import DuplicateFinder
from tui.tcp.tracking.picking import of_segments
from tui.tcp.tracking.tuples import Pairs, TupleTable

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(slots=True)
class Paired:
    """The m TCP segments of a batch, in capture order."""

    rows: Integers
    """Their rows in the decoded batch."""
    slots: Integers
    """The slots of their endpoint pairs."""
    from_upper: Booleans
    """Whether the upper endpoint sent them; false where both are the same."""
    duplicate: Booleans
    """Whether they are earlier packets that were recorded again."""
    new: NDArray[np.uint64]
    """Pairs that were not seen before, in the order of their slots: a row for each of `TupleTable.keys`."""

    def part(self, start: int, stop: int) -> "Paired":
        """The segments in the rows from `start` to `stop`, counted from there; their pairs are taken to be known."""
        some = slice(*np.searchsorted(self.rows, (start, stop)).tolist())
        of_segments = self.slots[some], self.from_upper[some], self.duplicate[some]
        return Paired(self.rows[some] - start, *of_segments, self.new[:, :0])


class Pairing:
    """Pairs the segments of batch after batch. Needs the batches before, and nothing of how those were tracked."""

    def __init__(self) -> None:
        self.tuples = TupleTable()
        self._duplicates = DuplicateFinder()

    def pair(self, decoded: Decoded, rows: Integers, time_ns: Integers, interface: Integers) -> Paired:
        """Pair the TCP segments in `rows` of a decoded batch; `time_ns` and `interface` are of all its frames."""
        if not len(rows):
            return Paired(rows, rows, np.empty(0, np.bool_), np.empty(0, np.bool_), self.tuples.keys[:, :0])
        known = self.tuples.length
        pairs = Pairs.of(decoded, rows)
        slots = self.tuples.find(pairs)
        times, interfaces = of_segments(time_ns, rows), of_segments(interface, rows)
        duplicate = self._duplicates.find(decoded, rows, slots, pairs.from_upper, times, interfaces)
        return Paired(rows, slots, pairs.from_upper, duplicate, self.tuples.keys[:, known : self.tuples.length])

    def know(self, paired: Paired) -> None:
        """Know the pairs of a batch that another process has paired, which began with what was known here."""
        self.tuples.add(paired.new)
