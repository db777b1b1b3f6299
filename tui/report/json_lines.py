"""JSON Lines of a whole capture, one object a segment or a connection."""

from typing import TYPE_CHECKING, BinaryIO

import numpy as np

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


def write_packets(
    session: Session, output: BinaryIO, with_explanation: bool, display_filter: "DisplayFilter | None" = None
) -> None:
    """One line a TCP segment that the filter selects, in frame order."""
    lines = PacketLines(session, with_explanation)
    for rows in rows_selected(session, display_filter, 0, len(session.store)):
        output.writelines(lines.of(rows))
    output.flush()


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
