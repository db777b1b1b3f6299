"""Wireshark's analysis of a segment: the `tcp.analysis.*` names that tshark 4.0 sets, a closed list."""

from enum import IntFlag
from functools import cache


class AnalysisFlag(IntFlag):
    """Bits of a segment's analysis; the public name is the lower-case name."""

    RETRANSMISSION = 1 << 0
    """Only where neither fast nor spurious is set."""
    FAST_RETRANSMISSION = 1 << 1
    SPURIOUS_RETRANSMISSION = 1 << 2
    OUT_OF_ORDER = 1 << 3
    LOST_SEGMENT = 1 << 4
    ACK_LOST_SEGMENT = 1 << 5
    KEEP_ALIVE = 1 << 6
    KEEP_ALIVE_ACK = 1 << 7
    ZERO_WINDOW = 1 << 8
    ZERO_WINDOW_PROBE = 1 << 9
    ZERO_WINDOW_PROBE_ACK = 1 << 10
    WINDOW_UPDATE = 1 << 11
    WINDOW_FULL = 1 << 12
    REUSED_PORTS = 1 << 13
    DUPLICATE_ACK = 1 << 14


ANALYSIS_NAMES = {flag: str(flag.name).lower() for flag in AnalysisFlag}
"""The public name of each flag."""


@cache
def analysis_names(flags: int) -> tuple[str, ...]:
    """The public names of a set of analysis bits, in their fixed order."""
    return tuple(name for flag, name in ANALYSIS_NAMES.items() if flags & flag)
