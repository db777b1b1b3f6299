"""What a segment's own numbers tell: it goes on, leaves a hole, fills one, or brings bytes that were there before."""

from tui.tcp.findings.causes import note_cause
from tui.tcp.findings.endpoint import RESENT_LIMIT, Endpoint, Resent
from tui.tcp.findings.header import id_step, timestamp_step
from tui.tcp.findings.holes import Jump
from tui.tcp.findings.segment import MILLISECOND_NS, Notebook, Segment
from tui.tcp.findings.transmissions import Transmission
from tui.tcp.rules.evidence import Reason
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.sequence import UNSET

SHORTLY_NS = 10 * MILLISECOND_NS
"""Where no round trip is known, what comes so soon after what overtook it was not sent again: the shortest time in
which a timer or a report from further away than the same site makes a sender send again."""
NO_MARK = 0

Told = tuple[Reason, int, int]
"""Why, and the two marks that were compared: of the segment, and of the one that overtook it."""

_REORDERED = (Reason.EARLIER_IP_ID, Reason.EARLIER_TIMESTAMP, Reason.TOO_SOON, Reason.NO_RETRANSMISSION_SEEN)


def send(segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    """Take what the segment from `x` to `y` carries into account; it has no RST."""
    seq, end = segment.seq, segment.end
    if seq == x.next:
        if end > seq:
            if y.ack > seq and x.gap_row >= 0:
                _came_after_its_ack(segment, x, y, notebook)
            x.sent.append(_transmission(segment))
            _advance(segment, x)
    elif x.next == UNSET:
        x.holes.add(-(2**62), seq, Jump(segment, -1, segment.time_ns, seq))
        x.sent.append(_transmission(segment))
        _advance(segment, x)
    elif seq > x.next:
        _jump(segment, x, y, notebook)
    elif end > seq:
        _go_back(segment, x, y, notebook)


def _transmission(segment: Segment, times: int = 1) -> Transmission:
    tsval = segment.tsval if segment.has_timestamps else -1
    return Transmission(segment.seq, segment.end, segment.row, segment.time_ns, times, segment.ip_id, tsval)


def _advance(segment: Segment, x: Endpoint) -> None:
    x.next, x.next_row, x.next_ns = segment.end, segment.row, segment.time_ns
    if segment.end > segment.seq:
        x.data_ns = segment.time_ns


def _came_after_its_ack(segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    """Bytes that an ACK had shown to be missing: recorded late, or sent again after the first copy was not captured."""
    if segment.time_ns - y.ack_ns < SHORTLY_NS:
        notebook.withdraw(x.gap_row, Note.CAPTURE_GAP)
    elif segment.end <= y.ack:
        elapsed = max(segment.time_ns - x.data_ns, 0) if x.data_ns != UNSET else 0
        rows = (x.next_row,) if x.next_row >= 0 else ()
        notebook.note(segment.row, Note.RETRANSMISSION, rows, (elapsed, 0), Reason.AFTER_SILENCE)
        note_acked_before(segment, y, notebook)
    x.gap_row = -1


def note_acked_before(segment: Segment, y: Endpoint, notebook: Notebook) -> None:
    """All that the segment sends again was acknowledged before."""
    notebook.note(segment.row, Note.SPURIOUS_RETRANSMISSION, (y.ack_row,), (y.ack,), Reason.ACKED_BEFORE)


def _jump(segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    """The segment goes on beyond what its sender was seen to send."""
    rows = (x.next_row,) if x.next_row >= 0 else ()
    expected = x.next
    if y.ack > expected:
        expected = min(y.ack, segment.seq)
        known = Jump(segment, x.next_row, x.next_ns, x.next)
        known.acked = True
        x.holes.add(x.next, expected, known)
    if segment.seq > expected:
        skips_id = x.counter_id >= 0 and id_step(x.counter_id, segment.ip_id) > 1
        jump = Jump(segment, x.next_row, x.next_ns, expected, skips_id=skips_id)
        jump.noted = True
        x.holes.add(expected, segment.seq, jump)
        notebook.note(segment.row, Note.LOST_SEGMENT, rows, (jump.missing, expected))
    x.gap_row = -1
    if segment.end > segment.seq:
        x.sent.append(_transmission(segment))
    _advance(segment, x)


def _go_back(segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    """The segment brings bytes below the highest number."""
    start, stop = segment.seq, min(segment.end, x.next)
    if start <= x.isn:
        start = x.isn + 1
        if start >= stop:
            return  # numbers below the SYN's are an earlier connection's
    filled = x.holes.take(start, stop) if x.holes else []
    overlap = stop - start - sum(count for _, count in filled)
    if overlap > 0:
        for jump, _ in filled:
            jump.lost = True
        _again(segment, (start, stop), overlap, x, y, notebook)
    elif filled:
        _fill(segment, filled[-1][0], x, y, notebook)
    if segment.end > x.next:
        _advance(segment, x)
    x.data_ns = max(x.data_ns, segment.time_ns)


def _again(
    segment: Segment, known: tuple[int, int], overlap: int, x: Endpoint, y: Endpoint, notebook: Notebook
) -> None:
    """Some of the bytes were captured before: sent again, unless this is the first sending, overtaken by the second.

    `known`: where those of its bytes begin and end that lie between the SYN and the highest number.
    """
    before = x.sent.last_of(*known)
    if before is not None and before.times > 1:
        told = _told_by_marks(segment, x, before.ip_id, before.tsval)
        if told is not None and told[0] in _REORDERED:
            elapsed = max(segment.time_ns - before.time_ns, 0)
            notebook.note(segment.row, Note.REORDERED, (before.row,), (elapsed, *told[1:]), told[0])
            return
    rows = () if before is None else (before.row,)
    values = () if before is None else (max(segment.time_ns - before.time_ns, 0), overlap)
    _note_again(segment, rows, values, Reason.BYTES_SEEN_BEFORE, x, y, notebook)
    x.sent.insert(_transmission(segment, 2 if before is None else before.times + 1))


def _fill(segment: Segment, jump: Jump, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    """All of the bytes were missing: the segment was overtaken, or sent again after it was lost on its way here."""
    told = _told_by_marks(segment, x, jump.ip_id if jump.skips_id else 0, jump.tsval)
    if told is None:
        told = (_told_by_time(segment, jump, x, y), NO_MARK, NO_MARK)
    reason, ours, theirs = told
    if reason not in _REORDERED:
        jump.lost = True
        elapsed = max(segment.time_ns - jump.before_ns, 0)
        _note_again(segment, (jump.row,), (elapsed, 0), reason, x, y, notebook)
        x.sent.insert(_transmission(segment, 2))
        return
    elapsed = max(segment.time_ns - jump.time_ns, 0)
    notebook.note(segment.row, Note.REORDERED, (jump.row,), (elapsed, ours, theirs), reason)
    x.sent.insert(_transmission(segment))
    if jump.noted and not jump.unfilled and not jump.lost:
        notebook.withdraw(jump.row, Note.CAPTURE_GAP if jump.acked else Note.LOST_SEGMENT)
        jump.noted = False


def _told_by_marks(segment: Segment, x: Endpoint, ip_id: int, tsval: int) -> Told | None:
    """Whether it was sent before or after a segment with these marks, where they tell.

    Identifications tell only where their sender counts them, and differ in every packet then. Timestamps are the
    sender's clock (RFC 7323 section 3): equal ones tell nothing.
    """
    if x.counts_ids and segment.ip_id > 0 and ip_id > 0:
        step = id_step(ip_id, segment.ip_id)
        if step:
            return Reason.EARLIER_IP_ID if step < 0 else Reason.LATER_IP_ID, segment.ip_id, ip_id
    if segment.has_timestamps and tsval >= 0:
        step = timestamp_step(tsval, segment.tsval)
        if step:
            return Reason.EARLIER_TIMESTAMP if step < 0 else Reason.LATER_TIMESTAMP, segment.tsval, tsval
    return None


def _told_by_time(segment: Segment, jump: Jump, x: Endpoint, y: Endpoint) -> Reason:
    """Whether a sender that had learnt of the loss could have sent it by now."""
    now = segment.time_ns
    if segment.end <= y.ack:
        return Reason.NO_RETRANSMISSION_SEEN if now - y.ack_ns < SHORTLY_NS else Reason.AFTER_SILENCE
    if jump.report_ns >= 0 and x.rtt_min >= 0:
        answers = (now - jump.report_ns) * 8 >= x.rtt_min * 7
        return Reason.ANSWERS_REPORT if answers else Reason.TOO_SOON
    elapsed = now - jump.time_ns
    if x.rtt_min >= 0 and y.rtt_min >= 0:
        return Reason.TOO_SOON if elapsed < x.rtt_min + y.rtt_min else Reason.AFTER_SILENCE
    return Reason.NO_RETRANSMISSION_SEEN if elapsed < SHORTLY_NS else Reason.AFTER_SILENCE


def _note_again(
    segment: Segment,
    rows: tuple[int, ...],
    values: tuple[int, ...],
    reason: Reason,
    x: Endpoint,
    y: Endpoint,
    notebook: Notebook,
) -> None:
    """The segment was sent again: note it, and what made the sender do so."""
    timeout = note_cause(segment, values[0] if values else 0, x, y, notebook)
    if timeout and reason == Reason.BYTES_SEEN_BEFORE:
        reason = Reason.TIMEOUT
    notebook.note(segment.row, Note.RETRANSMISSION, rows, values, reason)
    if segment.end <= y.ack:
        note_acked_before(segment, y, notebook)
    x.resent.append(Resent(segment.seq, segment.end, segment.row))
    if len(x.resent) > RESENT_LIMIT:
        del x.resent[0]
