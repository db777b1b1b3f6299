"""Where a capture was taken, told by the two halves of the handshake."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.flags import ACK, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.landmarks import Landmark
from tui.views.measuring.gathered import Gathered, Integers

UNKNOWN = -1
"""Stands for a half that is not known."""

MUCH_SHORTER = 4
"""How many times shorter one half must be than the other to tell that the capture was taken at that end."""

CAPTURE_POINTS = (None, "near the client", "near the server", "in between")
"""Where a capture can have been taken; None where nothing tells."""


class Halves(NamedTuple):
    """The halves of handshakes, in nanoseconds, UNKNOWN where a segment was missing or sent again."""

    server: Integers
    """From the last SYN to the SYN+ACK: the round trip from the capture point to the server."""
    client: Integers
    """From the SYN+ACK to handshake 3/3: the round trip from the capture point to the client."""


def halves_of(gathered: Gathered, landmarks: NDArray[np.void], rows: Integers) -> Halves:
    """The halves of each gathered connection's handshake, given tui.views.strips.effective_rows of its landmarks."""
    times = landmarks["time_ns"]
    there = (rows[:, Landmark.LAST_SYN] >= 0) & (rows[:, Landmark.SYN_ACK] >= 0) & (rows[:, Landmark.OTHER_SYN] < 0)
    server = times[:, Landmark.SYN_ACK] - times[:, Landmark.LAST_SYN]
    again = gathered.has(Note.RETRANSMISSION) & (gathered.flags & (SYN | ACK) == SYN | ACK)
    asked_again = np.zeros(len(rows), np.bool_)
    asked_again[gathered.connection[again]] = True
    client = times[:, Landmark.THIRD] - times[:, Landmark.SYN_ACK]
    whole = there & (rows[:, Landmark.THIRD] >= 0) & ~asked_again
    return Halves(
        np.where(there & (server >= 0), server, UNKNOWN),
        np.where(whole & (client >= 0), client, UNKNOWN),
    )


def capture_points(halves: Halves) -> Integers:
    """Where the capture of each handshake was taken: an index into CAPTURE_POINTS."""
    server, client = halves
    known = (server != UNKNOWN) & (client != UNKNOWN)
    near_server = server * MUCH_SHORTER <= client
    near_client = client * MUCH_SHORTER <= server
    point = np.where(near_server, 2, np.where(near_client, 1, 3))
    return np.where(known, point, 0)
