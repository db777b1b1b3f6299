"""Values of the TCP segments among a batch's frames."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def of_segments(column: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[Any]:
    """A column's values at `rows`, ascending: the column itself, not to be changed, where every frame is a segment."""
    return column if len(rows) == len(column) else column[rows]
