"""The lines of a story."""

from typing import Literal, NamedTuple

ENDS = ("client", "server")

Kind = Literal["opening", "exchange", "problem", "closing", "note"]

Line = tuple[str, tuple[int, ...], Kind]
"""A line as it is told: its text; the numbers of the frames that it names, some perhaps twice, and 0 for one that is
not there or was given up; its kind."""


class StoryLine(NamedTuple):
    """One line of a connection's story."""

    text: str
    frames: tuple[int, ...]
    """Numbers of the frames that it names."""
    kind: Kind


def story_line(line: Line) -> StoryLine:
    """A line as people and reports have it."""
    text, frames, kind = line
    return StoryLine(text, tuple(dict.fromkeys(filter(None, frames))), kind)
