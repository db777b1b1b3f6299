"""JSON Lines of a whole capture, one object a segment or a connection."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tui.export.lines import PacketLines, connection_lines
from tui.export.note_counts import NoteCounts
from tui.report.processes import useful_processes, write_parts
from tui.report.selecting import connections_selected, rows_selected
from tui.session import Session

if TYPE_CHECKING:
    from tui.views import DisplayFilter

WORTH_SHARING = 5000
"""Connections from which on further processes help to print them: starting one takes as long as some hundred."""

CONNECTIONS_AT_ONCE = 50_000
"""Connections that are shared out at once: their lines, over 2 kB each, stand in temporary files for a moment."""

PACKETS_WORTH_SHARING = 10_000
"""The same for segments, of which starting a process takes as long as a thousand."""

PACKETS_AT_ONCE = 32_000
"""Segments of each process whose lines, some 800 bytes each, stand in a temporary file for a moment."""


def write_packets(
    session: Session, output: BinaryIO, with_explanation: bool, display_filter: "DisplayFilter | None" = None
) -> None:
    """One line a TCP segment that the filter selects, in frame order."""
    lines = PacketLines(session, with_explanation)
    most = useful_processes()
    selected = rows_selected(session, display_filter, 0, len(session.store))
    for rows in _in_portions(selected, PACKETS_AT_ONCE * most):
        processes = most if len(rows) >= PACKETS_WORTH_SHARING else 1
        write_parts(lines.of, np.array_split(rows, processes), output)
    output.flush()


def _in_portions(pieces: Iterable[NDArray[np.int64]], size: int) -> Iterator[NDArray[np.int64]]:
    """The same rows, so many at a time, the last time fewer."""
    waiting = np.empty(0, np.int64)
    for rows in pieces:
        waiting = np.concatenate([waiting, rows])
        while len(waiting) >= size:
            yield waiting[:size]
            waiting = waiting[size:]
    yield waiting


def write_connections(session: Session, output: BinaryIO, display_filter: "DisplayFilter | None" = None) -> None:
    """One line a connection of which the filter selects a segment, in the order of their first segments."""
    notes = NoteCounts()
    notes.add(session, 0, len(session.store))
    numbers = connections_selected(session, display_filter)
    for start in range(0, len(numbers), CONNECTIONS_AT_ONCE):
        chosen = numbers[start : start + CONNECTIONS_AT_ONCE]
        processes = useful_processes() if len(chosen) >= WORTH_SHARING else 1
        write_parts(lambda part: connection_lines(session, part, notes), np.array_split(chosen, processes), output)
    output.flush()
