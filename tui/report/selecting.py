"""What a display filter leaves of a report: it hides segments and connections whose values are those of the whole."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tui import views
from tui.session import Session

if TYPE_CHECKING:
    from tui.views import DisplayFilter

AT_ONCE = 1 << 16
"""Rows that are looked at in one go."""


def rows_selected(
    session: Session, display_filter: "DisplayFilter | None", start: int, stop: int
) -> Iterator[NDArray[np.int64]]:
    """The rows from `start` to `stop` that are selected, some at a time; all where there is no filter.

    Raises UserError as DisplayFilter.rows does.
    """
    for first in range(start, stop, AT_ONCE):
        last = min(first + AT_ONCE, stop)
        if display_filter is None:
            yield np.arange(first, last)
        else:
            yield display_filter.rows(session, first, last)


def connections_selected(session: Session, display_filter: "DisplayFilter | None") -> NDArray[np.int64]:
    """The connections of which a segment is selected, ascending."""
    numbers = views.connection_numbers(session)
    if display_filter is None:
        return numbers
    has_one = np.zeros(len(session.connections), np.bool_)
    for rows in rows_selected(session, display_filter, 0, len(session.store)):
        has_one[connections_of(session, rows)] = True
    return numbers[has_one[numbers]]


def connections_of(session: Session, rows: NDArray[np.int64]) -> NDArray[np.int32]:
    """The connection of each of these rows that is a segment."""
    connection: NDArray[np.int32] = session.store.gather("connection", rows)
    return connection[connection >= 0]
