"""Searches for earlier segments. Each is bounded, so that a report that makes one for every segment stays linear."""

from collections.abc import Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from tui.session import Session
from tui.store import FORWARD, NO_ROW
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.landmarks import NONE, Landmark
from tui.views.frame_views import SegmentView

_FIRST_WINDOW = 16
"""Rows that are searched first; each further window is that many times longer."""
MOST_ROWS = 1 << 12
"""Rows that a search goes back at most."""

_EQUAL_IN_COPIES = ("seq", "ack", "flags", "length", "window", "ip_id")


class Earlier(NamedTuple):
    """A segment before the one that is explained."""

    row: int
    frame: int
    time_ns: int


def frame_at(session: Session, row: int) -> int | None:
    """The number of the frame of a row; None where there is no such row any more."""
    if row == NO_ROW or not session.store.start <= row < len(session.store):
        return None
    return session.store.value("number", row) or None  # one that is given up meanwhile has no number


def landmark(session: Session, view: SegmentView, which: Landmark) -> Earlier | None:
    """A landmark of the segment's connection that lies before the segment and is still there."""
    marks = session.connections.landmarks.values[view.connection]
    row = int(marks["row"][which])
    if row == NONE or not session.store.start <= row < view.row:
        return None
    return Earlier(row, session.store.value("number", row), int(marks["time_ns"][which]))


def has_landmark(session: Session, connection: int, which: Landmark) -> bool:
    """Whether the connection has a landmark, whenever that was."""
    return int(session.connections.landmarks.values[connection]["row"][which]) != NONE


def earlier(session: Session, row: int) -> Earlier:
    """What is told of a row that is there."""
    return Earlier(row, session.store.value("number", row), session.store.value("time_ns", row))


def is_forward(session: Session, row: int) -> bool:
    """Whether the connection's lower endpoint sent the segment of a row."""
    return bool(session.store.value("marks", row) & FORWARD)


def previous(session: Session, view: SegmentView, by_sender: bool, flags: int = 0) -> Earlier | None:
    """The last segment before this one in its connection, of the same sender or of the other, with all of `flags`."""
    forward = int(is_forward(session, view.row) == by_sender)
    return _last(session, view, {"marks": (FORWARD, forward), "flags": (flags, flags)})


def noted_before(session: Session, view: SegmentView, note: Note) -> bool:
    """Whether a segment before this one, of the same sender in its connection, has a note."""
    marks = (FORWARD, int(is_forward(session, view.row)))
    return _last(session, view, {"marks": marks, "notes": (int(note), int(note))}) is not None


def first_copy(session: Session, view: SegmentView) -> Earlier | None:
    """The packet of which this one is a second recording."""
    wanted = {name: (-1, session.store.value(name, view.row)) for name in _EQUAL_IN_COPIES}
    forward = int(is_forward(session, view.row))
    return _last(session, view, wanted | {"marks": (FORWARD, forward)})


def _last(session: Session, view: SegmentView, wanted: Mapping[str, tuple[int, int]]) -> Earlier | None:
    """The last of the connection's rows before the segment's in which these bits of these columns are as wanted."""
    begin = int(session.connections.counted.values["first_row"][view.connection])
    lowest = max(begin, session.store.start, view.row - MOST_ROWS)
    stop, step = view.row, _FIRST_WINDOW
    while stop > lowest:
        start = max(lowest, stop - step)
        fits = session.store.column("connection", start, stop) == view.connection
        for name, (bits, value) in wanted.items():
            if not fits.any():
                break
            column = session.store.column(name, start, stop)
            fits &= (column if bits == -1 else column & bits) == value
        found = np.flatnonzero(fits)
        if len(found):
            return earlier(session, start + int(found[-1]))
        stop, step = start, step * _FIRST_WINDOW
    return None


class _Reuses:
    """Of each connection the one before it on the same endpoints; grows with the session."""

    def __init__(self) -> None:
        self._before: list[int] = []
        self._newest: dict[int, int] = {}

    def before(self, session: Session, connection: int) -> int:
        """The number of the connection before, -1 where there is none."""
        slots = session.connections.counted.values["slot"]
        for number in range(len(self._before), connection + 1):
            slot = int(slots[number])
            self._before.append(self._newest.get(slot, -1))
            self._newest[slot] = number
        before = self._before[connection]
        while before in session.connections.given_up:
            before = self._before[before]
        return before


_REUSES: WeakKeyDictionary[Session, _Reuses] = WeakKeyDictionary()


def last_of_connection_before(session: Session, connection: int) -> Earlier | None:
    """The last segment of the connection that had the same endpoints before."""
    before = _REUSES.setdefault(session, _Reuses()).before(session, connection)
    if before < 0:
        return None
    row = int(session.connections.counted.values["last_row"][before])
    return earlier(session, row) if row >= session.store.start else None
