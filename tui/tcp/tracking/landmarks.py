"""The segments that a connection is told by, kept with the connection so that its rows may be given up."""

from enum import IntEnum

import numpy as np

NONE = 0xFFFFFFFF
"""Row of a landmark that the connection does not have."""


class Landmark(IntEnum):
    """Places in the columns of LANDMARKS: the first segment of each kind, but for LAST_SYN."""

    SYN = 0
    """Handshake 1/3."""
    LAST_SYN = 1
    """The last handshake 1/3 before the first handshake 2/3."""
    OTHER_SYN = 2
    """The second SYN of a simultaneous open."""
    SYN_ACK = 3
    """Handshake 2/3; in a simultaneous open the lower endpoint's SYN+ACK."""
    OTHER_SYN_ACK = 4
    """The upper endpoint's SYN+ACK in a simultaneous open."""
    THIRD = 5
    """Handshake 3/3; in a simultaneous open a segment without SYN."""
    FIN = 6
    """Teardown 1/4."""
    FIN_ACK = 7
    """Teardown 2/4, or simultaneous close 3/4."""
    OTHER_FIN = 8
    """Teardown 3/4, or simultaneous close 2/4."""
    LAST_ACK = 9
    """Teardown 4/4, or simultaneous close 4/4."""
    RESET = 10
    """The reset that ended the connection; where its close was complete, the first late one."""
    LOWER_DATA = 11
    """Payload from the lower endpoint."""
    UPPER_DATA = 12
    """Payload from the upper endpoint."""


LANDMARKS = np.dtype(
    [
        ("start_ns", np.int64),
        ("end_ns", np.int64),
        ("time_ns", np.int64, (len(Landmark),)),
        ("row", np.uint32, (len(Landmark),)),
        ("first_frame", np.uint32),
        ("last_frame", np.uint32),
        ("syns", np.uint32),
        ("flags", np.uint8, (len(Landmark),)),
    ],
    align=True,
)
"""Time and number of a connection's first and last frame; how often its SYN (handshake 1/3) was sent, packets that
were recorded twice counted once; of each landmark the row in the store (NONE where there is none), the time and the
low eight TCP flags, which mean nothing without a row. Times are nanoseconds since the epoch."""

NO_LANDMARKS = (0, 0, [0] * len(Landmark), [NONE] * len(Landmark), 0, 0, 0, [0] * len(Landmark))
"""A row of LANDMARKS before the first segment."""

MOSTLY_EQUAL = {"end_ns": "start_ns", "time_ns": "start_ns", "last_frame": "first_frame"}
"""In a connection of one segment (tui.tcp.tracking.rows)."""
