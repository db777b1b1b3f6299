"""Segments and connections written to a new text file: JSON Lines, CSV, Markdown."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui import views
from tui.export.csv_cells import CONNECTION_COLUMNS, PACKET_COLUMNS, csv_lines, csv_row
from tui.export.lines import connection_objects, joined_lines
from tui.export.markdown import connection_markdown
from tui.export.note_counts import NoteCounts
from tui.export.packet_objects import PacketObjects
from tui.export.targets import check_target
from tui.export.watching import Watch
from tui.files.new_file import NewFile
from tui.session import Session

PACKETS_AT_ONCE = 256
"""Segments that are written between two looks at whether to stop."""

CONNECTIONS_AT_ONCE = 64
"""The same for connections."""

Objects = Iterable[dict[str, Any]]
Form = Callable[[Objects], bytes]


def write_packets(
    session: Session, rows: NDArray[np.int64], path: str, *, as_csv: bool = False, replace: bool = False, watch: Watch
) -> int:
    """Write the TCP segments among ascending rows, explained; returns how many. Fails as `write_rows` does."""
    objects = PacketObjects(session, with_explanation=True)
    pieces = (rows[first : first + PACKETS_AT_ONCE] for first in range(0, len(rows), PACKETS_AT_ONCE))
    found = ((len(some), list(objects.of(some))) for some in pieces)
    return _write(session, found, path, PACKET_COLUMNS if as_csv else (), replace, watch)


def write_connections(
    session: Session,
    numbers: NDArray[np.int64],
    path: str,
    *,
    as_csv: bool = False,
    replace: bool = False,
    watch: Watch,
) -> int:
    """Write connections, those that are still there; returns how many. Fails as `write_rows` does."""
    there = _there(session, numbers)
    notes = NoteCounts()
    notes.add_those(session, there, watch)
    pieces = (there[first : first + CONNECTIONS_AT_ONCE] for first in range(0, len(there), CONNECTIONS_AT_ONCE))
    found = ((len(some), list(connection_objects(session, some, notes))) for some in pieces)
    return _write(session, found, path, CONNECTION_COLUMNS if as_csv else (), replace, watch)


def write_markdown(
    session: Session, numbers: NDArray[np.int64], path: str, *, replace: bool = False, watch: Watch
) -> int:
    """Write connections as texts for a ticket; returns how many are still there. Fails as `write_rows` does."""
    check_target(session, path)
    written = 0
    with NewFile(path, replace) as new:
        for number in _there(session, numbers).tolist():
            try:
                lines = connection_markdown(session, number)
                while some := list(islice(lines, 1000)):
                    new.stream.write("".join(f"{text}\n" for text in some).encode())
                    watch.add(0)
            except KeyError:  # given up meanwhile, before its first line
                continue
            new.stream.write(b"\n")
            written += 1
            watch.add(1)
    return written


def _write(
    session: Session,
    found: Iterator[tuple[int, list[dict[str, Any]]]],
    path: str,
    columns: tuple[str, ...],
    replace: bool,
    watch: Watch,
) -> int:
    """Write objects, that come with how many were looked at for them; as CSV where there are columns."""
    check_target(session, path)
    written = 0
    with NewFile(path, replace) as new:
        if columns:
            new.stream.write(csv_lines([columns]))
        for looked_at, objects in found:
            if columns:
                new.stream.write(csv_lines(csv_row(value, columns) for value in objects))
            elif objects:
                new.stream.write(joined_lines(objects))
            written += len(objects)
            watch.add(looked_at)
    return written


def _there(session: Session, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The connections among `numbers` that were not given up, ascending."""
    return np.intersect1d(numbers, views.connection_numbers(session))
