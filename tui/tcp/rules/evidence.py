"""What proves a note: the frames to look at and the values to compare, under names that belong to the note."""

from dataclasses import dataclass
from enum import IntEnum

from tui.tcp.rules.notes import Note


class Reason(IntEnum):
    """Why a note stands there, where a note can have several reasons; the public name is lower case with hyphens."""

    NONE = 0
    BYTES_SEEN_BEFORE = 1
    """Retransmission: the capture holds an earlier segment with these bytes (or this SYN or FIN)."""
    LATER_IP_ID = 2
    """Retransmission: fills a hole, and its IP identification follows that of segments sent after the hole."""
    LATER_TIMESTAMP = 3
    """Retransmission: fills a hole, and its TCP timestamp lies after that of segments sent after the hole."""
    ANSWERS_REPORT = 4
    """Retransmission: fills a hole a round trip or more after the receiver reported it (duplicate ACKs, SACK)."""
    AFTER_SILENCE = 5
    """Retransmission: fills a hole after a silence that no reordering explains."""
    EARLIER_IP_ID = 6
    """Reordered: its IP identification precedes that of the segment that overtook it."""
    EARLIER_TIMESTAMP = 7
    """Reordered: its TCP timestamp precedes that of the segment that overtook it."""
    TOO_SOON = 8
    """Reordered: it came sooner after the segment that overtook it than any report could have reached the sender."""
    NO_RETRANSMISSION_SEEN = 9
    """Reordered: nothing tells of a second sending."""
    TIMEOUT = 10
    """Retransmission whose cause is the retransmission timer."""
    ACKED_BEFORE = 11
    """Spurious: an ACK captured earlier covers these bytes."""
    DSACK = 12
    """Spurious: a later D-SACK block tells that the bytes arrived twice (RFC 2883)."""
    ACKED_LATER = 13
    """Capture gap: the receiver acknowledged bytes that were never captured."""
    ACK_OF_UNSEEN = 14
    """Capture gap: this ACK covers bytes that were never captured."""
    TTL = 15
    """Middlebox reset: its TTL is unlike that of its sender's other segments."""
    IP_ID = 16
    """Middlebox reset: its IP identification is unlike that of its sender's other segments."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves one note of one segment."""

    note: Note
    rows: tuple[int, ...]
    """Rows in the store of the segments that prove it, at most three."""
    values: tuple[int, ...] = ()
    """Under the names of VALUE_NAMES: numbers; times in nanoseconds; sequence numbers unwrapped, not relative."""
    reason: Reason = Reason.NONE


VALUE_NAMES: dict[Note, tuple[str, ...]] = {
    Note.RETRANSMISSION: ("elapsed_ns", "overlap"),
    Note.FAST_RETRANSMISSION: ("duplicate_acks", "sacked"),
    Note.SPURIOUS_RETRANSMISSION: ("ack_seq",),
    Note.TAIL_LOSS_PROBE: ("elapsed_ns", "rtt_ns"),
    Note.REORDERED: ("elapsed_ns", "ours", "theirs"),
    Note.LOST_SEGMENT: ("missing", "expected_seq"),
    Note.CAPTURE_GAP: ("missing", "expected_seq"),
    Note.DUPLICATE_ACK: ("number",),
    Note.KEEP_ALIVE: ("idle_ns",),
    Note.ZERO_WINDOW: ("closed_ns",),
    Note.WINDOW_FULL: ("window",),
    Note.WINDOW_UPDATE: ("before", "after"),
    Note.SYN_RETRY: ("number", "elapsed_ns"),
    Note.RESET_IN_WINDOW: ("expected_seq", "window"),
    Note.MIDDLEBOX_RESET: ("ours", "theirs"),
    Note.OFFLOAD_MERGED: ("length", "mss"),
    Note.DUPLICATE_CAPTURE: ("elapsed_ns",),
}
"""Names of each note's values; notes that are not here have none. In reports a name that ends in `_ns` becomes one
without that ending, in seconds, and a name that ends in `_seq` one without it, relative.

- retransmission: time since the bytes (else the segment before the hole) were last sent; its bytes that were sent
  before, whichever earlier segments carried them. Rows: the last of those segments, or the one that tells. Neither
  where that was acknowledged long ago.
- fast-retransmission: duplicate ACKs before it; bytes above it that SACK blocks report. Rows: the last such report;
  where there is none of either, the ACK that shows bytes to have arrived that were sent later.
- spurious-retransmission: the ACK number that covered it, or the D-SACK block's right edge. Rows: that segment.
- tail-loss-probe: time since the last segment that was sent; smoothed round trip. Rows: that segment.
- reordered: time since the segment that overtook it; by reason both IP identifications or timestamps (else 0).
  Rows: that segment.
- lost-segment, capture-gap: bytes that are missing and the number that was expected. Rows: the last segment before
  the hole; for a capture gap that an ACK proves, then the ACK.
- duplicate-ack: its number, from 1. Rows: the first ACK with this number.
- keep-alive: time since the connection's segment before. keep-alive-answer: rows: the keep-alive.
- zero-window: how long the window stayed closed, -1 while it is. Rows: the segment that opened it again.
- zero-window-probe: rows: the segment that closed the window. zero-window-answer: rows: the probe.
- window-full: the window in bytes. Rows: the segment that announced it.
- window-update: window in bytes before and after. Rows: the segment that announced the one before.
- syn-retry: which repetition, from 1, and the time since the SYN before. Rows: that SYN.
- reset-in-window: the number that the receiver expects and its window.
- middlebox-reset: by reason the TTL or identification of the reset, and of its sender's other segments. Rows: the last
  of those, or the first where the reset was recorded before all of them.
- offload-merged: payload bytes and the peer's MSS. Rows: the SYN that announced it.
- duplicate-capture: time since the first copy. Rows: it.
- port-reused: rows: the old connection's last segment. challenge-ack: rows: what it answers. before-syn: rows: the SYN.
"""
