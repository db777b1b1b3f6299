"""What is found of windows: full, closed, opened again, and the probes that ask for one or for a sign of life."""

from tui.tcp.findings.endpoint import Endpoint, Probe
from tui.tcp.findings.segment import Notebook, Segment
from tui.tcp.rules.flags import FIN, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.live import UNSCALED
from tui.tcp.tracking.sequence import UNSET

CLOSED_LIMIT = 64
"""Segments of one closed window whose evidence gets its length when it opens again."""


def probe(segment: Segment, previous_ns: int, x: Endpoint, y: Endpoint, notebook: Notebook) -> bool:
    """Whether the segment, without SYN, FIN and RST, only probes, so that its bytes are none of the stream's yet.

    `previous_ns`: time of the connection's segment before.
    """
    seq, length = segment.seq, segment.length
    closed = y.closed_ns != UNSET
    if seq == x.next - 1 and length <= 1:
        if closed and (not length or y.ack >= x.next):
            _note_window_probe(segment, x, y, notebook)
            return True
        if y.ack == x.next or (not length and y.ack == UNSET):
            x.probe = Probe(segment.row, is_keep_alive=True)
            idle = max(segment.time_ns - previous_ns, 0)
            notebook.note(segment.row, Note.KEEP_ALIVE, (), (idle,))
            return True
    elif not closed or not length:
        return False
    elif seq == x.next and length == 1:
        _note_window_probe(segment, x, y, notebook)
        x.probe_end = segment.end
        return True
    if closed and length and y.ack <= seq < x.next:
        _note_window_probe(segment, x, y, notebook)
    return False


def _note_window_probe(segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> None:
    x.probe = Probe(segment.row, is_keep_alive=False)
    notebook.note(segment.row, Note.ZERO_WINDOW_PROBE, (y.closed_rows[0],))


def answer(segment: Segment, x: Endpoint, y: Endpoint, notebook: Notebook) -> bool:
    """Whether the segment from `x` answers a probe of `y`; whatever it is, that probe waits no longer."""
    asked, y.probe = y.probe, None
    if asked is None or segment.length or segment.flags & (SYN | FIN) or segment.ack < x.ack:
        return False
    if not asked.is_keep_alive:
        if segment.window:
            return False
        notebook.note(segment.row, Note.ZERO_WINDOW_ANSWER, (asked.row,))
    elif segment.ack == y.next:
        notebook.note(segment.row, Note.KEEP_ALIVE_ANSWER, (asked.row,))
    else:
        return False
    return True


def fill_window(segment: Segment, y: Endpoint, notebook: Notebook) -> None:
    """Whether payload reaches exactly to the end of the window that the peer announced last, its scale being known."""
    if y.window_shift < 0 or y.window <= 0 or y.ack == UNSET:
        return
    window = y.window_bytes
    if segment.seq + segment.length == y.ack + window:
        notebook.note(segment.row, Note.WINDOW_FULL, (y.window_row,), (window,))


def announce(segment: Segment, x: Endpoint, *, repeats: bool, notebook: Notebook) -> None:
    """Take over the window that the segment announces; it has no RST.

    `repeats`: nothing else is new in it.
    """
    before, before_shift, before_row = x.window, x.window_shift, x.window_row
    x.window_shift = 0 if segment.flags & SYN or segment.shift == UNSCALED else segment.shift
    x.window_row = segment.row
    x.window = segment.window
    if not segment.window:
        if not segment.flags & (SYN | FIN):
            _close(segment, x, notebook)
        return
    if repeats and before not in (segment.window, -1):
        values = (before << max(before_shift, 0), x.window_bytes)
        notebook.note(segment.row, Note.WINDOW_UPDATE, (before_row,), values)
    if x.closed_ns != UNSET:
        closed = max(segment.time_ns - x.closed_ns, 0)
        for row in x.closed_rows:
            notebook.prove(row, Note.ZERO_WINDOW, (segment.row,), (closed,))
        x.closed_ns, x.closed_rows = UNSET, []


def _close(segment: Segment, x: Endpoint, notebook: Notebook) -> None:
    if x.closed_ns == UNSET:
        x.closed_ns = segment.time_ns
    if len(x.closed_rows) < CLOSED_LIMIT:
        x.closed_rows.append(segment.row)
    notebook.note(segment.row, Note.ZERO_WINDOW, (), (-1,))
