"""JSON Lines, one object a segment or a connection, in UTF-8."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, repeat
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from tui import views
from tui.export.connection_objects import lines_of_connections
from tui.export.headers import tcp_headers
from tui.export.note_counts import NoteCounts
from tui.export.objects import packet_object
from tui.export.states_before import StatesBefore
from tui.session import Session

AT_ONCE = 1 << 14
"""Rows that are looked through at once."""

CONNECTIONS_AT_ONCE = 512
"""Connections whose lines are made at once."""


class PacketObjects:
    """Segments as JSON objects, for rows that are taken in their order."""

    def __init__(self, session: Session, with_explanation: bool) -> None:
        self._session = session
        self._before = StatesBefore(session) if with_explanation else None

    def of(self, rows: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
        """An object for each TCP segment among these rows, which ascend and lie behind those of earlier calls."""
        for first in range(0, len(rows), AT_ONCE):
            some = rows[first : first + AT_ONCE]
            yield from self._of(some[self._session.store.gather("connection", some) >= 0])

    def _of(self, rows: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
        headers = tcp_headers(self._session, rows)
        before = repeat((None, None), len(rows)) if self._before is None else self._before.of(rows)
        for view, header, (client, server) in zip(views.frames_at(self._session, rows), headers, before, strict=True):
            if not isinstance(view, views.SegmentView):  # given up meanwhile
                continue
            value = packet_object(self._session, view, header)
            if self._before is not None:
                full = replace(view, client_state_before=client, server_state_before=server)
                value["explanation"] = views.explain(self._session, full)
            yield value


class PacketLines:
    """Segments as lines of JSON, for rows that are taken in their order."""

    def __init__(self, session: Session, with_explanation: bool) -> None:
        self._objects = PacketObjects(session, with_explanation)

    def of(self, rows: NDArray[np.int64]) -> Iterator[bytes]:
        """A line for each TCP segment among these rows, which ascend and lie behind those of earlier calls."""
        return map(line, self._objects.of(rows))

    def between(self, start: int, stop: int) -> Iterator[bytes]:
        """A line for each TCP segment from row `start` to `stop`, which lie behind those of earlier calls."""
        for first in range(start, stop, AT_ONCE):
            yield from self.of(np.arange(first, min(first + AT_ONCE, stop)))


def connection_lines(session: Session, numbers: NDArray[np.int64], notes: NoteCounts) -> Iterator[bytes]:
    """A line for each connection of the given numbers, which ascend."""
    accounts = views.accounts(session, numbers)
    while some := list(islice(accounts, CONNECTIONS_AT_ONCE)):
        counts = [notes.take(account.view.connection) for account in some]
        yield from lines_of_connections(some, counts)


def connection_objects(session: Session, numbers: NDArray[np.int64], notes: NoteCounts) -> Iterator[dict[str, Any]]:
    """An object for each connection of the given numbers, which ascend."""
    return map(orjson.loads, connection_lines(session, numbers, notes))


def line(value: dict[str, Any]) -> bytes:
    """An object as a line of its own."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
