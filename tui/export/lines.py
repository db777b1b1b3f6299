"""JSON Lines, one object a segment or a connection, in UTF-8."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from tui import views
from tui.export.note_counts import NoteCounts
from tui.export.objects import connection_object
from tui.export.packet_objects import PacketObjects
from tui.session import Session

AT_ONCE = 1 << 12
"""Segments that are made lines at once."""


class PacketLines:
    """Segments as lines of JSON, for rows that are taken in their order."""

    def __init__(self, session: Session, with_explanation: bool) -> None:
        self._objects = PacketObjects(session, with_explanation)

    def of(self, rows: NDArray[np.int64]) -> Iterator[bytes]:
        """A line for each TCP segment among these rows, which ascend and lie behind those of earlier calls.

        What comes is many whole lines at once.
        """
        objects = self._objects.of(rows)
        while some := list(islice(objects, AT_ONCE)):
            yield joined_lines(some)


def connection_lines(session: Session, numbers: NDArray[np.int64], notes: NoteCounts) -> Iterator[bytes]:
    """A line for each connection of the given numbers."""
    return map(line, connection_objects(session, numbers, notes))


def connection_objects(session: Session, numbers: NDArray[np.int64], notes: NoteCounts) -> Iterator[dict[str, Any]]:
    """An object for each connection of the given numbers."""
    for account in views.accounts(session, numbers):
        yield connection_object(account, *notes.take(account.view.connection))


def line(value: dict[str, Any]) -> bytes:
    """An object as a line of its own."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


def joined_lines(values: list[dict[str, Any]]) -> bytes:
    """Objects, one at least, each as a line of its own, which takes a fraction of the time of one after the other.

    All have the same first key, and no object within them begins with it: as quotes within a text are escaped, this
    key behind two braces then stands between two of the lines, and nowhere else.
    """
    key = orjson.dumps(next(iter(values[0])))
    return orjson.dumps(values)[1:-1].replace(b"},{" + key, b"}\n{" + key) + b"\n"
