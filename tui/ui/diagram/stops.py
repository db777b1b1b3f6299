"""The two ends of a connection and the steps of their paths, as the diagram and the list beside it name them."""

from typing import NamedTuple

from tui.ui.look import theme
from tui.views import StatePath, StatePaths, StateStep

CLIENT, SERVER = ENDS = (0, 1)

END_NAMES = ("Client", "Server")
END_LETTERS = "CS"
END_SPANS = (theme.KIND_SPANS["data"], theme.KIND_SPANS["simultaneous"])
"""Style of what belongs to each end."""


class Stop(NamedTuple):
    """A step of one end."""

    end: int
    place: int
    """Index among the end's steps."""


def path_of(paths: StatePaths, end: int) -> StatePath:
    """The path of an end."""
    return paths.server if end else paths.client


def step_of(paths: StatePaths, stop: Stop) -> StateStep:
    """The step at a stop."""
    return path_of(paths, stop.end).steps[stop.place]


def stops_of(paths: StatePaths) -> list[Stop]:
    """All steps, the client's first."""
    return [Stop(end, place) for end in ENDS for place in range(len(path_of(paths, end).steps))]


def tag(paths: StatePaths, stop: Stop) -> str:
    """The short name of a step: `C2`, or `S6?` where nothing has proved the state it comes to."""
    step = step_of(paths, stop)
    return f"{END_LETTERS[stop.end]}{stop.place + 1}{'?' if step.assumed and step.proved_by is None else ''}"


def stop_at(paths: StatePaths, frame: int) -> Stop | None:
    """The last step that the frames up to this one have caused, or the first of all; None where there is no step."""
    stops = stops_of(paths)
    reached = [stop for stop in stops if step_of(paths, stop).frame <= frame]
    if reached:
        return max(reached, key=lambda stop: (step_of(paths, stop).frame, step_of(paths, stop).sends))
    return stops[0] if stops else None
