"""How the screen writes what it shows: what the user switches with a key and every table then follows."""

from dataclasses import dataclass
from typing import Literal, get_args

TimeFormat = Literal["relative", "delta", "clock"]
"""Seconds since the capture's first frame, seconds since the row before, or the time of day."""

TIME_FORMATS: tuple[TimeFormat, ...] = get_args(TimeFormat)


@dataclass(slots=True)
class ViewOptions:
    """Choices that hold for the whole screen."""

    time_format: TimeFormat = "relative"
    absolute_numbers: bool = False
    """Sequence and acknowledgement numbers as on the wire, instead of relative to the initial ones."""
    display_filter: str = ""
    """What selects the frames that are shown; empty where all are."""
