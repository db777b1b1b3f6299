"""JSON Lines, one object a segment or a connection, in UTF-8."""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from tui import views
from tui.export.connection_objects import lines_alike, lines_of_connections
from tui.export.note_counts import NoteCounts
from tui.session import Session

PACKETS_AT_ONCE = 1 << 8
"""Segments whose lines are made at once."""

CONNECTIONS_AT_ONCE = 512
"""Connections whose lines are made at once."""


class PacketLines:
    """Segments as lines of JSON, for rows that are taken in their order."""

    def __init__(self, session: Session, with_explanation: bool) -> None:
        from tui.export.packet_objects import PacketObjects  # noqa: PLC0415 - for lines of connections it is not needed

        self._objects = PacketObjects(session, with_explanation)

    def of(self, rows: NDArray[np.int64]) -> Iterator[bytes]:
        """A line for each TCP segment among these rows, which ascend and lie behind those of earlier calls.

        What comes is many whole lines at once.
        """
        objects = self._objects.of(rows)
        while some := list(islice(objects, PACKETS_AT_ONCE)):
            yield joined_lines(some)


def connection_lines(session: Session, numbers: NDArray[np.int64], notes: NoteCounts) -> Iterator[bytes]:
    """A line for each connection of the given numbers, which ascend.

    Those of which many are alike are not told one by one.
    """
    groups = views.alike(session, numbers)
    source = np.full(len(numbers), len(groups))
    for index, group in enumerate(groups):
        source[group.at] = index
    lines = [_lines_alike(session, group.account, numbers[group.at], notes) for group in groups]
    lines.append(_lines_of_others(session, numbers[source == len(groups)], notes))
    return map(next, map(lines.__getitem__, source.tolist()))


def _lines_of_others(session: Session, numbers: NDArray[np.int64], notes: NoteCounts) -> Iterator[bytes]:
    accounts = views.accounts(session, numbers)
    while some := list(islice(accounts, CONNECTIONS_AT_ONCE)):
        counts = [notes.take(account.view.connection) for account in some]
        yield from lines_of_connections(some, counts)


def _lines_alike(
    session: Session, account: views.Account, numbers: NDArray[np.int64], notes: NoteCounts
) -> Iterator[bytes]:
    for own in views.own_values(session, numbers):
        counts = list(map(notes.take, map(int, own[views.Place.CONNECTION])))
        done = 0
        for shared, several in groupby(counts):
            stop = done + len(list(several))
            yield from lines_alike(account, shared, {place: texts[done:stop] for place, texts in own.items()})
            done = stop


def connection_objects(session: Session, numbers: NDArray[np.int64], notes: NoteCounts) -> Iterator[dict[str, Any]]:
    """An object for each connection of the given numbers, which ascend."""
    return map(orjson.loads, connection_lines(session, numbers, notes))


def joined_lines(values: list[dict[str, Any]]) -> bytes:
    """Objects, one at least, each as a line of its own, which takes a fraction of the time of one after the other.

    All have the same first key, and no object within them begins with it: as quotes within a text are escaped, this
    key behind two braces then stands between two of the lines, and nowhere else.
    """
    key = orjson.dumps(next(iter(values[0])))
    return orjson.dumps(values)[1:-1].replace(b"},{" + key, b"}\n{" + key) + b"\n"
