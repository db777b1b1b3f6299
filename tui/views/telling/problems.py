"""What went wrong with a connection: a closed list."""

from tui.session import Session
from tui.tcp.rules.notes import Note
from tui.views.measuring.measures import Measures

RETRANSMISSION_RATE = 0.01
"""Share of one end's data segments that must have been sent again."""

SLOW_SECONDS = 1.0
"""What a server must take for itself before an answer."""

KEEP_ALIVES = 3
"""Keep-alives in a row without an answer."""

_GAP = int(Note.CAPTURE_GAP)
_MISSING = int(Note.CAPTURE_GAP | Note.LOST_SEGMENT)
_TELLING = int(Note.DUPLICATE_CAPTURE | Note.SCALE_UNKNOWN | Note.PORT_REUSED)


def judged(measures: Measures, verdict: str, notes: int, dropped: int, scanning: bool) -> tuple[str, ...]:
    """What went wrong with a connection, the worst first.

    - `notes`: all that its segments have. `dropped`: frames that the capture is known to have lost; they count as the
      connection's problem where segments of it are missing.
    - `scanning`: its client gets nowhere at many servers or ports. Malformed segments alone are as suspicious.
    """
    if verdict == "malformed":
        return ("possible-scan",)
    client, server = measures.client, measures.server
    found = []
    if dropped and notes & _MISSING:
        found.append("frames-dropped")
    if client.retransmission_rate >= RETRANSMISSION_RATE or server.retransmission_rate >= RETRANSMISSION_RATE:
        found.append("retransmissions")
    if client.zero_windows or server.zero_windows:
        found.append("zero-window")
    if notes & _GAP:
        found.append("capture-gaps")
    if measures.syn_retries:
        found.append("syn-retries")
    if measures.slowest_think is not None and measures.slowest_think > SLOW_SECONDS:
        found.append("slow-server")
    if client.keep_alives_unanswered >= KEEP_ALIVES or server.keep_alives_unanswered >= KEEP_ALIVES:
        found.append("keep-alive-unanswered")
    if notes & _TELLING:
        found += [name for note, name in _BY_NOTE.items() if notes & note]
    if scanning:
        found.append("possible-scan")
    return tuple(found)


_BY_NOTE = {
    Note.DUPLICATE_CAPTURE: "duplicate-capture",
    Note.SCALE_UNKNOWN: "scale-unknown",
    Note.PORT_REUSED: "port-reused",
}


def dropped_frames(session: Session) -> int:
    """Frames that a live capture has lost so far, in the kernel or in the interface."""
    if session.live is None:
        return 0
    return session.live.counts.dropped + session.live.counts.dropped_by_interface
