"""One connection that is followed segment by segment."""

from tui.tcp.findings.acknowledging import acknowledge, advance
from tui.tcp.findings.endpoint import Endpoint
from tui.tcp.findings.openings import compare_early_reset, reset, synchronize
from tui.tcp.findings.reports import Blocks
from tui.tcp.findings.segment import NO_ROW, Notebook, Segment
from tui.tcp.findings.sending import send
from tui.tcp.findings.transmissions import Transmission
from tui.tcp.findings.windows import announce, answer, fill_window, probe
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.rules.roles import Role
from tui.tcp.tracking.live import UNSCALED
from tui.tcp.tracking.sequence import UNSET

BLOCKS_LIMIT = 32
"""A connection with more segments that have SACK blocks is kept as long as its last rows are: they are many."""

_FLAGS = SYN | FIN | RST | ACK
_OUTSIDE = int(Role.MALFORMED | Role.STRAY_SYN)
_DUPLICATE = int(Note.DUPLICATE_CAPTURE)
_CHALLENGE_ACK = int(Note.CHALLENGE_ACK)


class Conversation:
    """What is remembered of both endpoints."""

    __slots__ = ("_ends", "blocks", "first_row", "last_ns", "last_row")

    def __init__(self) -> None:
        self._ends = (Endpoint(), Endpoint())
        self.first_row = self.last_row = NO_ROW
        self.last_ns = UNSET
        self.blocks: dict[int, Blocks] | None = {}
        """SACK blocks by row, which can't be looked up later; None where there were more than BLOCKS_LIMIT rows."""

    def announced_mss(self, side: int, mss: int, row: int) -> None:
        """A side's MSS option and the SYN that had it."""
        self._ends[side].mss, self._ends[side].mss_row = mss, row

    def segment(self, segment: Segment, blocks: Blocks, notebook: Notebook) -> None:
        """Judge the connection's next segment, which is not recorded for the second time."""
        x, y = self._ends[segment.side], self._ends[1 - segment.side]
        if self.first_row < 0:
            self.first_row = segment.row
        if blocks and self.blocks is not None:
            self.blocks[segment.row] = blocks
            if len(self.blocks) > BLOCKS_LIMIT:
                self.blocks = None
        if segment.roles & _OUTSIDE:
            self.last_row, self.last_ns = segment.row, segment.time_ns
            return
        if segment.notes & _CHALLENGE_ACK and self.last_row >= 0:
            notebook.prove(segment.row, Note.CHALLENGE_ACK, (self.last_row,))
        if segment.flags & RST:
            reset(segment, x, y, notebook)
        else:
            if blocks or not _goes_on(segment, x, y, notebook):
                self._judge(segment, blocks, x, y, notebook)
            x.last_row, x.last_ns = segment.row, segment.time_ns
        self.last_row, self.last_ns = segment.row, segment.time_ns

    def _judge(self, segment: Segment, blocks: Blocks, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
        if x.last_row < 0:
            compare_early_reset(segment, x, notebook)
        flags, length = segment.flags, segment.length
        probes = answers = False
        if flags & SYN:
            self._synchronize(segment, x, y, notebook)
        else:
            if y.probe is not None:
                answers = answer(segment, x, y, notebook)
            if length <= 1 or y.closed_ns != UNSET:
                probes = not flags & FIN and probe(segment, self.last_ns, x, y, notebook)
            in_order = segment.seq == x.next
            if not probes:
                send(segment, x, y, notebook)
            if length:
                fill_window(segment, y, notebook)
                if length > y.mss > 0:
                    notebook.note(segment.row, Note.OFFLOAD_MERGED, (y.mss_row,), (length, y.mss))
        x.follow_header(segment)
        x.has_timestamps = segment.has_timestamps
        if not flags & ACK:
            return
        repeats = not length and not flags & (SYN | FIN) and segment.ack == x.ack
        news = acknowledge(segment, blocks, x, y, probes or answers, notebook)
        if segment.ack >= x.ack:
            repeats = repeats and in_order and not news and not answers
            announce(segment, x, repeats=repeats, notebook=notebook)

    def _synchronize(self, segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
        """A SYN: its number is where the sender's numbers begin, whatever was captured before it."""
        synchronize(segment, self.first_row, x, y, notebook)
        if segment.mss:
            x.mss, x.mss_row = segment.mss, segment.row
        x.isn = segment.seq
        times = 1 + (x.next != UNSET)
        tsval = segment.tsval if segment.has_timestamps else -1
        sent = Transmission(segment.seq, segment.end, segment.row, segment.time_ns, times, segment.ip_id, tsval)
        if x.next == UNSET:
            x.sent.append(sent)
        else:
            x.sent.insert(sent)
        if segment.end > x.next:
            x.next, x.next_row, x.next_ns = segment.end, segment.row, segment.time_ns
        x.data_ns = segment.time_ns
        if not segment.flags & ACK:
            announce(segment, x, repeats=False, notebook=notebook)


def _goes_on(segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> bool:
    """Judge the segment where it only goes on, as nearly all do: it continues its sender's numbers with payload or a
    higher ACK, and neither side waits for anything. Returns whether that is so."""
    row, time_ns, _, flags, seq, ack, length, end, window, shift, _, has_timestamps, tsval, ip_id, _, _, _ = segment
    if seq != x.next or flags & _FLAGS != ACK or not window or ack < x.ack or x.gap_row >= 0:
        return False
    if y.probe is not None or x.closed_ns != UNSET or y.closed_ns != UNSET:
        return False
    if ack > x.ack:
        advance(segment, x, y, notebook)
    elif not length:
        return False
    if length:
        mark = tsval if has_timestamps else -1
        x.sent.append(Transmission(seq, end, row, time_ns, 1, ip_id, mark))
        x.next, x.next_row, x.next_ns, x.data_ns = end, row, time_ns, time_ns
        if y.window_shift >= 0 and end == y.ack + (y.window << y.window_shift):
            fill_window(segment, y, notebook)
        if length > y.mss > 0:
            notebook.note(row, Note.OFFLOAD_MERGED, (y.mss_row,), (length, y.mss))
    x.follow_header(segment)
    x.has_timestamps = has_timestamps
    x.window, x.window_row = window, row
    x.window_shift = 0 if shift == UNSCALED else shift
    return True
