"""What a segment's acknowledgement tells of the other direction: what arrived, what is missing, what came twice."""

from tui.tcp.findings.endpoint import Endpoint
from tui.tcp.findings.reports import Blocks, second_arrival, unwrapped
from tui.tcp.findings.segment import Notebook, Segment
from tui.tcp.rules.evidence import Reason
from tui.tcp.rules.flags import FIN, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.sequence import UNSET

_CHALLENGE_ACK = int(Note.CHALLENGE_ACK)


def acknowledge(segment: Segment, blocks: Blocks, x: Endpoint, y: Endpoint, answers: bool, notebook: Notebook) -> bool:
    """Take the acknowledgement of the segment from `x` to `y` into account; it has ACK and no RST.

    `answers`: it is a keep-alive or probe, or the answer to one. Returns whether SACK blocks bring news.
    """
    ack = segment.ack
    advances = ack > x.ack
    if advances:
        advance(segment, x, y, notebook)
    if not blocks and (advances or segment.length or ack < x.ack):
        return False
    news, again = False, None
    if blocks:
        found = unwrapped(blocks, ack)
        again = second_arrival(found, ack)
        if again is not None:
            _arrived_twice(segment, again, y, notebook)
        news = y.reported.add(found[1:] if again else found, ack)
        if news:
            y.report_row = segment.row
            y.holes.report(segment.time_ns)
    if not advances and not answers and ack == x.ack and (news or again is None):
        _repeat(segment, news, x, y, notebook)
    return news


def advance(segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    """The segment acknowledges more than its sender did before."""
    ack = segment.ack
    newest = y.sent.acknowledge(ack, segment.row)
    if newest is not None and newest.times == 1:
        x.add_rtt(segment.time_ns - newest.time_ns)
    x.duplicates_before = (x.ack, x.duplicates)
    x.ack, x.ack_row, x.ack_ns, x.duplicates = ack, segment.row, segment.time_ns, 0
    y.tail_probe = None
    if ack >= y.recovery_point:
        y.recovery_point = UNSET
    if ack >= y.loss_point:
        y.loss_point = UNSET
    y.reported.forget_below(ack)
    if y.holes:
        for jump in y.holes.acknowledge(ack):
            if jump.noted and not jump.acked:
                notebook.withdraw(jump.row, Note.LOST_SEGMENT)
                rows = (jump.before_row, segment.row) if jump.before_row >= 0 else (segment.row,)
                values = (jump.unfilled, jump.expected)
                notebook.note(jump.row, Note.CAPTURE_GAP, rows, values, Reason.ACKED_LATER)
            jump.acked = True
    if ack > y.next != UNSET:
        _acknowledge_unseen(segment, x, y, notebook)


def _acknowledge_unseen(segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    """The segment acknowledges bytes beyond all that were captured."""
    if segment.ack <= y.probe_end:  # the byte of a zero-window probe was taken after all
        y.next = y.probe_end
        return
    answers_syn = y.syn_row >= 0 and x.syn_row < 0 and x.synack_row < 0 and y.next_row == y.syn_row
    if y.gap_row >= 0 or answers_syn or segment.notes & _CHALLENGE_ACK:
        return
    y.gap_row = segment.row
    values = (segment.ack - y.next, y.next)
    notebook.note(segment.row, Note.CAPTURE_GAP, (y.next_row,), values, Reason.ACK_OF_UNSEEN)


def _repeat(segment: Segment, news: bool, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    """A duplicate ACK (RFC 5681 section 2): something is outstanding, and the segment brings neither data nor another
    window; with a SACK block that reports something new the window may differ (RFC 6675 section 2)."""
    if segment.length or segment.flags & (SYN | FIN) or not segment.window or y.next <= segment.ack:
        return
    if segment.window != x.window and not news:
        return
    x.duplicates += 1
    y.report_row = segment.row
    y.holes.report(segment.time_ns)
    notebook.note(segment.row, Note.DUPLICATE_ACK, (x.ack_row,), (x.duplicates,))


def _arrived_twice(segment: Segment, again: tuple[int, int], y: Endpoint, notebook: Notebook) -> None:
    """A D-SACK block: of the segments that brought these bytes again the last was not needed (RFC 2883 section 4)."""
    left, right = again
    for place in range(len(y.resent) - 1, -1, -1):
        resent = y.resent[place]
        if resent.start < right and left < resent.end:
            notebook.note(resent.row, Note.SPURIOUS_RETRANSMISSION, (segment.row,), (right,), Reason.DSACK)
            del y.resent[place]
            return
