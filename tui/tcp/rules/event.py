"""What the state machine needs to know of a segment, as bits: sequence numbers are compared before."""

from enum import IntEnum, IntFlag


class Event(IntFlag):
    """One segment, from sender X to receiver Y. The four flag bits stand where the TCP header has them."""

    FIN = 1 << 0
    SYN = 1 << 1
    RST = 1 << 2
    PAYLOAD = 1 << 3
    """The segment carries payload."""
    ACK = 1 << 4
    UPPER = 1 << 5
    """X is the upper endpoint."""
    ACKS_SYN = 1 << 6
    """ack lies beyond Y's initial sequence number, which is known."""
    ACKS_FIN = 1 << 7
    """ack covers Y's FIN."""
    ACKS_SYN_DATA = 1 << 8
    """ack covers all that Y sent in and after its SYN, and that is more than the SYN."""
    BAD_ACK = 1 << 9
    """Y's initial sequence number is known, and ack lies outside what Y has sent."""
    OTHER_ISN = 1 << 10
    """A SYN+ACK whose sequence number differs from the initial one of X."""
    HOLE = 1 << 11
    """seq lies beyond all that X was seen to send."""
    RESET_IN_WINDOW = 1 << 12
    """A reset at a number that Y does not expect, but within Y's receive window (RFC 5961 section 3.2)."""
    RESET_INVALID = 1 << 13
    """A reset that Y must ignore (RFC 9293 section 3.10.7, RFC 5961 section 3.2)."""
    DUPLICATE = 1 << 14
    """The same packet recorded a second time."""


FLAGS = Event.FIN | Event.SYN | Event.RST | Event.ACK
"""The bits that are taken from the TCP flags as they are."""


class Ordinary(IntEnum):
    """The four events that make up almost all of a capture, and usually change nothing."""

    LOWER_ACK = Event.ACK | Event.ACKS_SYN
    LOWER_DATA = Event.ACK | Event.ACKS_SYN | Event.PAYLOAD
    UPPER_ACK = Event.ACK | Event.ACKS_SYN | Event.UPPER
    UPPER_DATA = Event.ACK | Event.ACKS_SYN | Event.UPPER | Event.PAYLOAD
