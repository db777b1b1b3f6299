"""JSON Lines of a live capture: a segment when it is captured, a connection when it has ended."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from tui.export.lines import PacketLines, connection_lines
from tui.export.note_counts import NoteCounts
from tui.report.selecting import AT_ONCE, connections_of, rows_selected
from tui.session import Session
from tui.tcp.rules.outcome import outcome_of

if TYPE_CHECKING:
    from tui.views import DisplayFilter

ENDED = frozenset({"CLOSED", "TIME-WAIT"})
"""States in which an endpoint sends nothing more of its own accord."""


def stream_packets(
    session: Session, output: BinaryIO, with_explanation: bool, display_filter: "DisplayFilter | None" = None
) -> None:
    """Read the session to its end, and print each TCP segment that the filter selects as soon as it is known."""
    lines = PacketLines(session, with_explanation)
    done = 0
    for _ in session.run():
        for rows in rows_selected(session, display_filter, done, len(session.store)):
            output.writelines(lines.of(rows))
        output.flush()
        done = len(session.store)


def stream_connections(session: Session, output: BinaryIO, display_filter: "DisplayFilter | None" = None) -> None:
    """Read the session to its end, and print each connection of which the filter selects a segment once: when it has
    ended, or at the end."""
    notes = NoteCounts()
    selected = _Selected(session, display_filter)
    ended = _Ended()
    printed = np.zeros(0, np.bool_)
    done = 0
    for _ in session.run():
        count = len(session.connections)
        notes.add(session, done, len(session.store))
        selected.look_at(done, len(session.store))
        done = len(session.store)
        printed = np.concatenate([printed, np.zeros(count - len(printed), np.bool_)])
        over = ended.of(session.connections.followed.values["state"][:count])
        if session.finished:
            over[:] = True
        over[list(session.connections.given_up)] = False
        numbers = np.flatnonzero(over & ~printed)
        printed[numbers] = True
        output.writelines(connection_lines(session, selected.among(numbers), notes))
        output.flush()


class _Selected:
    """Which connections have a segment that a display filter selects."""

    def __init__(self, session: Session, display_filter: "DisplayFilter | None") -> None:
        self._session = session
        self._filter = display_filter
        self._has_one = np.zeros(0, np.bool_)

    def look_at(self, start: int, stop: int) -> None:
        """Take new rows in."""
        count = len(self._session.connections)
        self._has_one = np.concatenate([self._has_one, np.zeros(count - len(self._has_one), np.bool_)])
        if self._filter is None:
            self._has_one[:] = True
        elif not self._filter.may_change:
            self._mark(start, stop)

    def among(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of the connections that have one; a filter on what changes is asked now, whatever it said before."""
        if self._filter is not None and self._filter.may_change and len(numbers):
            self._has_one[numbers] = False
            for rows in self._rows_of(numbers):
                self._has_one[connections_of(self._session, self._filter.among(self._session, rows))] = True
        return numbers[self._has_one[numbers]]

    def _rows_of(self, numbers: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        """The rows of these connections, some at a time."""
        store, counted = self._session.store, self._session.connections.counted.values[numbers]
        asked = np.zeros(len(self._has_one) + 1, np.bool_)  # its last place stands for frames of no connection
        asked[numbers] = True
        stop = int(counted["last_row"].max()) + 1
        for first in range(max(int(counted["first_row"].min()), store.start), stop, AT_ONCE):
            yield np.flatnonzero(asked[store.column("connection", first, min(first + AT_ONCE, stop))]) + first

    def _mark(self, start: int, stop: int) -> None:
        for rows in rows_selected(self._session, self._filter, start, stop):
            self._has_one[connections_of(self._session, rows)] = True


class _Ended:
    """Which of the interned states of a connection are those of one that has ended."""

    def __init__(self) -> None:
        self._known = np.zeros(0, np.bool_)

    def of(self, states: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each of the given connection states is one in which nothing more is to come."""
        highest = int(states.max(initial=-1))
        more = [_has_ended(number) for number in range(len(self._known), highest + 1)]
        self._known = np.concatenate([self._known, np.array(more, np.bool_)])
        return self._known[states]


def _has_ended(state: int) -> bool:
    found = outcome_of(state)
    return found.client_state in ENDED and found.server_state in ENDED
