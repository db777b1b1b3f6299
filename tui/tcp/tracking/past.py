"""Looking back at single segments, whether they are of the batch that is being worked on or older."""

import numpy as np
from numpy.typing import NDArray

from tui.store import Store
from tui.tcp.tracking.runs import Runs


class Past:
    """Values of segments by their row in the store."""

    def __init__(self, store: Store, runs: Runs) -> None:
        self._store = store
        self._runs = runs
        self._place: NDArray[np.int64] | None = None

    @property
    def start(self) -> int:
        """The first row that was not given up."""
        return self._store.start

    def gather(self, name: str, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The values of one of the store's columns at rows of earlier batches."""
        return self._store.gather(name, rows).astype(np.int64)

    def value(self, name: str, row: int) -> int:
        """The value of one of the store's columns that Runs has as well; of a row before `start` it may be 0."""
        if row < self._runs.base_row:
            return self._store.value(name, row)
        return int(getattr(self._runs, name)[self._places[row - self._runs.base_row]])

    def times(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The times of rows that were not given up, of earlier batches or of this one."""
        base_row = self._runs.base_row
        times: NDArray[np.int64] = self._runs.time_ns[self._places[np.maximum(rows - base_row, 0)]]
        earlier = np.flatnonzero(rows < base_row)
        if len(earlier):
            times[earlier] = self.gather("time_ns", rows[earlier])
        return times

    @property
    def _places(self) -> NDArray[np.int64]:
        """By row from the batch's first on: its place in Runs."""
        if self._place is None:
            own = np.flatnonzero(self._runs.own)
            self._place = np.full(int(self._runs.row.max()) - self._runs.base_row + 1, -1)
            self._place[self._runs.row[own] - self._runs.base_row] = own
        return self._place
