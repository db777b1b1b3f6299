"""What makes a sender send bytes again: reports of a loss, a tail loss probe, or its timer."""

from tui.tcp.findings.endpoint import Endpoint
from tui.tcp.findings.segment import MILLISECOND_NS, Notebook, Segment
from tui.tcp.rules.evidence import Reason
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.sequence import UNSET

DUPLICATES = 3
"""Duplicate ACKs that let a sender send again (RFC 5681 section 3.2)."""
PATIENCE_NS = 100 * MILLISECOND_NS
"""A sender that was told of a loss sends again within this time, or two round trips; a timer takes longer: RFC 6298
has a second, Linux 200 ms, other systems 230 ms and more."""
LONE_PROBE_NS = 300 * MILLISECOND_NS
"""A tail loss probe for a lone segment waits for a delayed ACK of 200 ms (RFC 8985 section 7.2): it comes at most so
long after two round trips."""
BACKED_OFF = 18
"""Tenths by which the next wait of a timer that backs off (RFC 6298 section 5.5) is longer than the one before."""


def note_cause(segment: Segment, elapsed: int, x: Endpoint, y: Endpoint, notebook: Notebook) -> bool:
    """Note what made `x` send the segment again, where it can be told; returns whether the timer did.

    `elapsed`: time since the bytes were last sent.
    """
    if x.loss_point != UNSET:
        return True
    sacked = x.reported.above(segment.end)
    round_trip = _round_trip(x, y)
    duplicates = _duplicates(segment, x, y)
    outrun = _is_outrun(segment.time_ns - elapsed, x, y)
    told = sacked > 0 or x.recovery_point != UNSET or duplicates >= DUPLICATES or outrun
    if told and segment.time_ns - y.last_ns <= max(x.rtt_min, 0) + max(2 * round_trip, PATIENCE_NS):
        if x.recovery_point == UNSET:
            x.recovery_point = x.next
        report = x.sent.delivered_row if outrun and not duplicates and not sacked else x.report_row
        rows = (report,) if report >= 0 else ()
        notebook.note(segment.row, Note.FAST_RETRANSMISSION, rows, (duplicates, sacked))
        return False
    if not told and x.recovery_point == UNSET and _probes_tail(segment, round_trip, x, y):
        since = segment.time_ns - x.data_ns
        if segment.seq <= y.ack:
            x.tail_probe = (segment.row, segment.seq, since)
        else:
            x.tail_probe = (segment.row, UNSET, since)
        row = (x.next_row,) if x.next_row >= 0 else ()
        notebook.note(segment.row, Note.TAIL_LOSS_PROBE, row, (since, round_trip))
        return False
    if elapsed < max(2 * round_trip, PATIENCE_NS):
        return False
    _take_back_probe(segment, elapsed, x, notebook)
    x.loss_point, x.recovery_point = x.next, UNSET
    return True


def _duplicates(segment: Segment, x: Endpoint, y: Endpoint) -> int:
    """How many duplicate ACKs have asked for the segment, as its sender saw it when it sent it."""
    before, count = y.duplicates_before
    if before == segment.seq and (segment.time_ns - y.ack_ns) * 4 <= x.rtt_min * 5:
        return count
    return y.duplicates if segment.seq <= y.ack else 0


def _is_outrun(sent_ns: int, x: Endpoint, y: Endpoint) -> bool:
    """Whether what was sent at that time is lost, as something that was sent later has arrived since (RFC 8985
    section 6.2, with a quarter of the round trip for reordering)."""
    return x.rtt_min >= 0 <= y.rtt_min and x.sent.delivered_ns - sent_ns > (x.rtt_min + y.rtt_min) // 4


def _round_trip(x: Endpoint, y: Endpoint) -> int:
    """The smoothed round trip as `x` sees it, as far as it can be seen from the capture point; -1: not known."""
    if y.rtt_smooth < 0:
        return -1
    return y.rtt_smooth + max(x.rtt_min, 0)


def _probes_tail(segment: Segment, round_trip: int, x: Endpoint, y: Endpoint) -> bool:
    """Whether it is a tail loss probe: the last segment sent once more, after a silence of about two round trips, where
    a timer would have taken longer or sent the first segment (RFC 8985 section 7).

    Where a lone segment is in flight probe and timer send the same one at about the same time. Only senders that use
    SACK probe, and those use timestamps nearly always.
    """
    if segment.end != x.next or x.tail_probe is not None or y.duplicates or round_trip < 0 or x.data_ns == UNSET:
        return False
    since = segment.time_ns - x.data_ns
    if since * 2 < round_trip * 3:
        return False
    if x.has_timestamps or UNSET != y.ack < segment.seq:
        return since < 2 * round_trip + LONE_PROBE_NS
    return since < PATIENCE_NS


def _take_back_probe(segment: Segment, elapsed: int, x: Endpoint, notebook: Notebook) -> None:
    """What looked like a probe was the timer, where the next wait is twice as long: after a probe it would not be."""
    if x.tail_probe is None:
        return
    row, start, since = x.tail_probe
    if start == segment.seq and elapsed * 10 >= since * BACKED_OFF:
        notebook.withdraw(row, Note.TAIL_LOSS_PROBE)
        notebook.give_reason(row, Note.RETRANSMISSION, Reason.TIMEOUT)
    x.tail_probe = None
