"""SYNs and resets: what proves the notes that the state machine gives them, and resets that their sender never sent."""

from tui.tcp.findings.endpoint import Endpoint
from tui.tcp.findings.header import SMALL_STEP, STEPS_TRUSTED, id_step
from tui.tcp.findings.segment import MILLISECOND_NS, Notebook, Segment
from tui.tcp.rules.evidence import Reason
from tui.tcp.rules.flags import ACK
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.sequence import UNSET

TTL_STEP = 2
"""A TTL that lies so far outside what its sender's segments had is another host's: a path that changes by one router
does not differ so much."""
RECENT_NS = 1000 * MILLISECOND_NS
"""A counter of identifications is compared with what it was at most so long ago: some systems count all packets."""

_RESET_IN_WINDOW = int(Note.RESET_IN_WINDOW)
_RETRANSMISSION = int(Note.RETRANSMISSION)
_SYN_RETRY = int(Note.SYN_RETRY)


def synchronize(segment: Segment, first_row: int, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    """A SYN or SYN+ACK."""
    answers = segment.flags & ACK
    row, time_ns = (x.synack_row, x.synack_time_ns) if answers else (x.syn_row, x.syn_time_ns)
    if row >= 0:
        elapsed = max(segment.time_ns - time_ns, 0)
        if segment.notes & _SYN_RETRY:
            x.syn_times += 1
            notebook.prove(segment.row, Note.SYN_RETRY, (row,), (x.syn_times, elapsed))
        if segment.notes & _RETRANSMISSION:
            asked = answers and y.syn_row > row
            reason = Reason.BYTES_SEEN_BEFORE if asked else Reason.TIMEOUT
            notebook.prove(segment.row, Note.RETRANSMISSION, (row,), (elapsed, segment.end - segment.seq), reason)
    elif not answers and y.synack_row == first_row >= 0:
        notebook.prove(first_row, Note.BEFORE_SYN, (segment.row,))
    if answers:
        x.synack_row, x.synack_time_ns = segment.row, segment.time_ns
    else:
        x.syn_row, x.syn_time_ns = segment.row, segment.time_ns


def reset(segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    """A reset: it moves no numbers, as anyone can send one.

    A host's resets have the TTL of its other segments, whatever socket sends them. Their identifications may come from
    another counter, as where no socket is left to send them, so that those alone tell nothing.
    """
    if segment.notes & _RESET_IN_WINDOW and y.ack != UNSET:
        notebook.prove(segment.row, Note.RESET_IN_WINDOW, (), (y.ack, y.window_bytes))
    if x.last_row < 0:
        x.early_reset = (segment.row, segment.ttl)
        return
    outside = max(x.ttl_min - segment.ttl, segment.ttl - x.ttl_max)
    if outside >= TTL_STEP:
        usual = x.ttl_min if segment.ttl < x.ttl_min else x.ttl_max
        notebook.note(segment.row, Note.MIDDLEBOX_RESET, (x.last_row,), (segment.ttl, usual), Reason.TTL)
    elif outside > 0 and _is_out_of_count(segment, x):
        values = (segment.ip_id, x.counter_id)
        notebook.note(segment.row, Note.MIDDLEBOX_RESET, (x.last_row,), values, Reason.IP_ID)


def compare_early_reset(segment: Segment, x: Endpoint, notebook: Notebook) -> None:
    """The first segment of a side that a reset was recorded of before: whether that was another host's."""
    if x.early_reset is None:
        return
    row, ttl = x.early_reset
    x.early_reset = None
    if abs(ttl - segment.ttl) >= TTL_STEP:
        notebook.note(row, Note.MIDDLEBOX_RESET, (segment.row,), (ttl, segment.ttl), Reason.TTL)


def _is_out_of_count(segment: Segment, x: Endpoint) -> bool:
    """Whether the identification lies far from where its sender's counter was just before.

    0 tells nothing: Linux sends it from the socket that answers for all closed ports.
    """
    if segment.ip_id <= 0 or x.id_steps < 2 * STEPS_TRUSTED or not 0 <= segment.time_ns - x.last_ns < RECENT_NS:
        return False
    return abs(id_step(x.counter_id, segment.ip_id)) > SMALL_STEP
