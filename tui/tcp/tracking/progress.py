"""How the ordinary connections of a batch go on, as their analysis proves it: what is acknowledged, and sent again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(slots=True)
class Progress:
    """Of ordinary connections in which something was sent again, in this batch or before: a segments that acknowledge
    something new, and r that are sent again: places in Runs."""

    acking: Integers
    """a: first connection by connection, then side by side, then in capture order."""
    acked_row: Integers
    """a: row of the last segment that is acknowledged as a whole, and for the first time."""
    again: Integers
    """r: segments with exactly the numbers of an earlier one of their sender, of which nothing is acknowledged.
    Ascending."""
    first_row: Integers
    """r: row of that earlier one."""
    before: Integers
    """r: their sender's segment before; -1 where it is not in the batch."""
    data_ns: Integers
    """r: when their sender last sent something that takes numbers."""
    next: Integers
    """r: one past their sender's highest number, unwrapped."""
    next_row: Integers
    """r: row of the segment that has it."""
    peer_ack: Integers
    """r: what the peer acknowledges, unwrapped."""


NO_PROGRESS = Progress(*(np.empty(0, np.int64) for _ in range(9)))
