"""Findings about a segment beside its roles: a closed list."""

from enum import IntFlag
from functools import cache


class Note(IntFlag):
    """Bits of a segment's notes; the public name is the lower-case name with hyphens."""

    RETRANSMISSION = 1 << 0
    FAST_RETRANSMISSION = 1 << 1
    SPURIOUS_RETRANSMISSION = 1 << 2
    TAIL_LOSS_PROBE = 1 << 3
    REORDERED = 1 << 4
    CAPTURE_GAP = 1 << 5
    LOST_SEGMENT = 1 << 6
    DUPLICATE_ACK = 1 << 7
    DUPLICATE_CAPTURE = 1 << 8
    KEEP_ALIVE = 1 << 9
    KEEP_ALIVE_ANSWER = 1 << 10
    ZERO_WINDOW = 1 << 11
    ZERO_WINDOW_PROBE = 1 << 12
    ZERO_WINDOW_ANSWER = 1 << 13
    WINDOW_FULL = 1 << 14
    WINDOW_UPDATE = 1 << 15
    PORT_REUSED = 1 << 16
    SYN_RETRY = 1 << 17
    FAST_OPEN = 1 << 18
    FAST_OPEN_IGNORED = 1 << 19
    RESET_IN_WINDOW = 1 << 20
    CHALLENGE_ACK = 1 << 21
    MIDDLEBOX_RESET = 1 << 22
    CHECKSUM_BAD = 1 << 23
    CHECKSUM_OFFLOADED = 1 << 24
    OFFLOAD_MERGED = 1 << 25
    TRUNCATED = 1 << 26
    FRAGMENTED = 1 << 27
    TIME_BACKWARDS = 1 << 28
    SCALE_UNKNOWN = 1 << 29
    REPLY_NOT_CAPTURED = 1 << 30
    BEFORE_SYN = 1 << 31
    URGENT = 1 << 32


NO_NOTE = Note(0)

FRAME_NOTES = (
    Note.DUPLICATE_CAPTURE
    | Note.CHECKSUM_BAD
    | Note.CHECKSUM_OFFLOADED
    | Note.TRUNCATED
    | Note.FRAGMENTED
    | Note.TIME_BACKWARDS
    | Note.URGENT
)
"""Notes that tell of the frame itself, whatever connection it belongs to."""

FOUND_NOTES = (
    Note.FAST_RETRANSMISSION
    | Note.SPURIOUS_RETRANSMISSION
    | Note.TAIL_LOSS_PROBE
    | Note.REORDERED
    | Note.CAPTURE_GAP
    | Note.LOST_SEGMENT
    | Note.DUPLICATE_ACK
    | Note.KEEP_ALIVE
    | Note.KEEP_ALIVE_ANSWER
    | Note.ZERO_WINDOW
    | Note.ZERO_WINDOW_PROBE
    | Note.ZERO_WINDOW_ANSWER
    | Note.WINDOW_FULL
    | Note.WINDOW_UPDATE
    | Note.MIDDLEBOX_RESET
    | Note.OFFLOAD_MERGED
)
"""Notes that tui.tcp.findings alone sets; it sets RETRANSMISSION for data, and the state machine for SYN and FIN."""

PROBLEM_NOTES = (
    Note.RETRANSMISSION
    | Note.REORDERED
    | Note.CAPTURE_GAP
    | Note.LOST_SEGMENT
    | Note.ZERO_WINDOW
    | Note.WINDOW_FULL
    | Note.SYN_RETRY
    | Note.RESET_IN_WINDOW
    | Note.MIDDLEBOX_RESET
    | Note.CHECKSUM_BAD
)
"""Notes that tell of something that went wrong: the screen marks such segments, and a key walks them."""

NOTE_NAMES = {note: str(note.name).lower().replace("_", "-") for note in Note}
"""The public name of each note."""


@cache
def note_names(notes: int) -> tuple[str, ...]:
    """The public names of a set of note bits, in their fixed order."""
    return tuple(name for note, name in NOTE_NAMES.items() if notes & note)
