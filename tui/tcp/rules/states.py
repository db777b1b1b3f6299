"""The eleven states of RFC 9293, section 3.3.2."""

from enum import IntEnum


class State(IntEnum):
    """State of one endpoint of a connection."""

    CLOSED = 0
    LISTEN = 1
    SYN_SENT = 2
    SYN_RECEIVED = 3
    ESTABLISHED = 4
    FIN_WAIT_1 = 5
    FIN_WAIT_2 = 6
    CLOSE_WAIT = 7
    CLOSING = 8
    LAST_ACK = 9
    TIME_WAIT = 10


STATE_NAMES = tuple(state.name.replace("_", "-") for state in State)
"""The RFC's spelling of each state, by its value."""
