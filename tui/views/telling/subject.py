"""A connection that is to be told, and the words that all parts of its story share."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tui.session import Session
from tui.tcp.rules.notes import Note
from tui.views.connection_views import ConnectionView
from tui.views.measuring.measures import Measured, Measures
from tui.views.rows import rows_as
from tui.views.telling.line import Kind, Line
from tui.views.telling.talk import Talk
from tui.views.time_spans import time_spans

MOST_FRAMES = 4
"""Frames that a line names one by one."""


class Times(NamedTuple):
    """The texts of a connection's times; of one that is not known any text."""

    handshake: str
    server_half: str
    client_half: str
    teardown: str
    half_closed: str
    slowest_answer: str


def times_of(views: Sequence[ConnectionView], measures: Sequence[Measures]) -> Iterator[Times]:
    """The texts of the times of many connections."""
    columns = (
        [view.handshake_time for view in views],
        [found.server_half for found in measures],
        [found.client_half for found in measures],
        [view.teardown_time for view in views],
        [view.half_closed_time for view in views],
        [found.slowest_answer for found in measures],
    )
    return rows_as(Times, [time_spans(np.array(column, np.float64)) for column in columns])


class Subject(NamedTuple):
    """A connection with everything that its story is told from."""

    session: Session
    measured: Measured
    so_far: bool
    """More of the capture may come."""
    at: int
    """Its index in `measured`."""
    view: ConnectionView
    measures: Measures
    times: Times
    notes: int
    """All notes that its segments have."""
    talk: Talk
    landmarks: list[int]
    """Rows of its landmarks, -1 where there is none (tui.views.strips.effective_rows)."""
    landmark_frames: list[int]
    """Their frame numbers, 0 where there is none or it was given up."""
    landmark_times: list[int]
    """Their times in nanoseconds, which mean nothing where there is none."""
    problems: tuple[str, ...]
    lines: list[Line]
    """What was said so far."""

    @property
    def until_now(self) -> str:
        """What stands for the present: `so far`, or `at the end of the capture`."""
        return "so far" if self.so_far else "at the end of the capture"

    def say(self, kind: Kind, text: str, *frames: int) -> None:
        """Add a line on some frames, among which 0 stands for one that is not there."""
        self.lines.append((text, frames, kind))

    def frame_at(self, place: int) -> int:
        """The number of the frame of a place of `measured.gathered`."""
        return int(self.measured.gathered.number[place])

    def places_with(self, notes: Note, end: int | None = None) -> list[int]:
        """The places of its segments that have any of these notes; of one end's where `end` says which."""
        gathered = self.measured.gathered
        places = gathered.places_of(self.at)
        chosen = gathered.notes[places] & np.uint64(int(notes)) != 0
        if end is not None:
            chosen &= gathered.sender[places] == end
        found: list[int] = (np.flatnonzero(chosen) + places.start).tolist()
        return found

    def frames_at(self, places: Sequence[int]) -> tuple[int, ...]:
        """The numbers of the first few of some frames."""
        return tuple(self.frame_at(place) for place in places[:MOST_FRAMES])
