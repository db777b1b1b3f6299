"""What can be exported: chosen frames, or whole connections."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.session import Session

Rows = NDArray[np.int64]

AT_ONCE = 1 << 16
"""Rows that are looked through at once."""


@dataclass(frozen=True, slots=True)
class Selection:
    """One line of the list of what to export."""

    words: str
    file_words: str
    """What a file with it is named after, behind the name of the capture; empty for everything."""
    rows: Callable[[], Rows]
    """Its rows of the store, ascending; may be asked for in any thread."""
    refusal: str = ""
    """Why it can't be chosen, in a word or two; empty where it can."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much there is to write."""

    rows: Rows
    """Rows of the store, ascending."""
    connections: NDArray[np.int64]
    """The numbers of their connections, ascending."""
    segments: int
    """TCP segments among the rows."""
    captured: int
    """Bytes of the frames, as captured."""


def measured(session: Session, rows: Rows) -> Amount:
    """How much some rows are; takes a moment where there are millions."""
    seen = np.zeros(len(session.connections) + 1, np.bool_)  # the last stands for frames of no connection
    segments = captured = 0
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        connection = np.minimum(session.store.gather("connection", some), len(seen) - 1)
        seen[connection] = True
        segments += int(np.count_nonzero(connection >= 0))
        captured += int(session.store.gather("captured", some).sum())
    return Amount(rows, np.flatnonzero(seen[:-1]), segments, captured)


def no_rows() -> Rows:
    """Nothing."""
    return np.empty(0, np.int64)


def rows_of_connections(session: Session, numbers: NDArray[np.int64]) -> Rows:
    """The rows of all segments of some connections, ascending."""
    wanted = np.zeros(max(len(session.connections), int(numbers.max(initial=-1)) + 1) + 1, np.bool_)
    wanted[numbers] = True
    stop = len(session.store)
    return np.concatenate([no_rows(), *_where(session, wanted, stop)])


def _where(session: Session, wanted: NDArray[np.bool_], stop: int) -> Iterator[Rows]:
    for first in range(session.store.start, stop, AT_ONCE):
        connection = session.store.column("connection", first, min(first + AT_ONCE, stop))
        yield np.flatnonzero(wanted[np.minimum(connection, len(wanted) - 1)]) + first
