"""A connection that is to be told, and the words that all parts of its story share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from tui.session import Session
from tui.tcp.rules.notes import Note
from tui.views.connection_views import ConnectionView
from tui.views.measuring.measures import Measured, Measures
from tui.views.telling.talk import Talk

ENDS = ("client", "server")

MOST_FRAMES = 4
"""Frames that a line names one by one."""

Kind = Literal["opening", "exchange", "problem", "closing", "note"]


class StoryLine(NamedTuple):
    """One line of a connection's story."""

    text: str
    frames: tuple[int, ...]
    """Numbers of the frames that it names."""
    kind: Kind


@dataclass(slots=True)
class Subject:
    """A connection with everything that its story is told from."""

    session: Session
    view: ConnectionView
    measured: Measured
    at: int
    """Its index there."""
    talk: Talk
    landmarks: list[int]
    """Rows of its landmarks, -1 where there is none (tui.views.strips.effective_rows)."""
    landmark_frames: list[int]
    """Their frame numbers, 0 where there is none or it was given up."""
    landmark_times: list[int]
    """Their times in nanoseconds, which mean nothing where there is none."""
    application: str
    """What its first request is, fit to be drawn; empty where that is not known."""
    problems: tuple[str, ...]
    so_far: bool
    """More of the capture may come."""
    measures: Measures
    notes: int
    """All notes that its segments have."""
    lines: list[StoryLine] = field(default_factory=list)

    @property
    def until_now(self) -> str:
        """What stands for the present: `so far`, or `at the end of the capture`."""
        return "so far" if self.so_far else "at the end of the capture"

    def say(self, kind: Kind, text: str, *frames: int) -> None:
        """Add a line; frames that were given up are left out."""
        there = frames if all(frames) else tuple(filter(None, frames))
        self.lines.append(StoryLine(text, there, kind))

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
