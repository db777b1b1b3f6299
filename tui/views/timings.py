"""Times between the landmarks of connections, in seconds."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.tcp.tracking.landmarks import Landmark
from tui.views.frame_views import NS

Seconds = NDArray[np.float64]
"""NaN where not known; never negative, though a capture's clock may step back."""


class Timings(NamedTuple):
    """Of n connections each."""

    handshake: Seconds
    """From the last SYN before the SYN+ACK to handshake 3/3: one round trip, as the capture saw it."""
    connect: Seconds
    """From the first SYN to handshake 3/3."""
    lower_first_byte: Seconds
    """From the first SYN to the lower endpoint's first payload."""
    upper_first_byte: Seconds
    teardown: Seconds
    """From the first FIN to the ACK that covers the other one."""
    half_closed: Seconds
    """From the first FIN to the other one."""


def timings_of(landmarks: NDArray[np.void], rows: NDArray[np.int64]) -> Timings:
    """The timings of n connections, given their landmarks and tui.views.strips.effective_rows of them."""
    return Timings(
        handshake_times(landmarks, rows),
        _between(landmarks, rows, Landmark.SYN, Landmark.THIRD, without=Landmark.OTHER_SYN),
        _between(landmarks, rows, Landmark.SYN, Landmark.LOWER_DATA),
        _between(landmarks, rows, Landmark.SYN, Landmark.UPPER_DATA),
        _between(landmarks, rows, Landmark.FIN, Landmark.LAST_ACK),
        _between(landmarks, rows, Landmark.FIN, Landmark.OTHER_FIN),
    )


def handshake_times(landmarks: NDArray[np.void], rows: NDArray[np.int64]) -> Seconds:
    """`Timings.handshake` alone."""
    times = _between(landmarks, rows, Landmark.LAST_SYN, Landmark.THIRD, without=Landmark.OTHER_SYN)
    return np.where(rows[:, Landmark.SYN_ACK] >= 0, times, np.nan)


def _between(
    landmarks: NDArray[np.void],
    rows: NDArray[np.int64],
    first: Landmark,
    second: Landmark,
    without: Landmark | None = None,
) -> Seconds:
    """Seconds from one landmark to another; NaN where one is missing, or the one `without` is there."""
    there = (rows[:, first] >= 0) & (rows[:, second] >= 0)
    if without is not None:
        there &= rows[:, without] < 0
    times = landmarks["time_ns"]
    return np.where(there, np.maximum(times[:, second] - times[:, first], 0) / NS, np.nan)
