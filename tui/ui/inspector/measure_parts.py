"""What was counted and timed of a connection, each direction beside the other."""

from collections.abc import Callable

from tui.ui.inspector.labels import QUIET, STRONG, field
from tui.ui.inspector.wrapping import Part
from tui.ui.look.quantities import bytes_text, counted
from tui.views import Measures, Sent
from tui.views.amounts import time_span

NOT_KNOWN = "unknown"
"""Stands for a value that is known of one direction only."""

DOT = " · "

ENDS = ("client", "server")


def measure_parts(measures: Measures) -> list[Part]:
    """The measures of a connection, by parts and their kinds; only those that say something of it."""
    return [*_counts(measures), *_round_trips(measures), *_handshake(measures), *_times(measures)]


def _counts(measures: Measures) -> list[Part]:
    parts = _both("packets", measures, lambda sent: f"{sent.packets:,}")
    parts += _both("payload", measures, lambda sent: f"{sent.payload_bytes:,}", "bytes")
    if any(sent.unique_bytes not in (None, sent.payload_bytes) for sent in measures.sent):
        parts += _both("unique", measures, lambda sent: _number(sent.unique_bytes), "bytes")
    if any(sent.retransmitted_packets for sent in measures.sent):
        parts += _both("again", measures, lambda sent: _number(sent.retransmitted_packets), "segments", STRONG)
        parts += _both("", measures, lambda sent: _number(sent.retransmitted_bytes), "bytes")
    for label, count in _RARE.items():
        if any(map(count, measures.sent)):
            parts += _both(label, measures, lambda sent, count=count: f"{count(sent):,}", "segments")  # type: ignore[misc]
    closed = [(end, sent) for end, sent in zip(ENDS, measures.sent, strict=True) if sent.zero_windows]
    for place, (end, sent) in enumerate(closed):
        long = f", for {time_span(sent.zero_window_time)} in all" if sent.zero_window_time else ""
        times = counted(sent.zero_windows, "segment")
        parts += field("" if place else "window 0", (f"in {times} of the {end}{long}", STRONG))
    return parts


_RARE: dict[str, Callable[[Sent], int]] = {
    "overtaken": lambda sent: sent.reordered,
    "dup. ACKs": lambda sent: sent.duplicate_acks,
    "gaps": lambda sent: sent.capture_gaps,
}
"""What most connections have none of."""


def _round_trips(measures: Measures) -> list[Part]:
    if all(sent.rtt is None for sent in measures.sent):
        return []
    parts = field("RTT", (f"min{DOT}mean{DOT}p95{DOT}max, each segment sent once", QUIET))
    for sign, sent in zip("→←", measures.sent, strict=True):
        if sent.rtt is not None:
            times = (sent.rtt.min, sent.rtt.mean, sent.rtt.p95, sent.rtt.max)
            parts += field("", (f"{sign} {DOT.join(map(time_span, times))}", ""), (f"  of {sent.rtt.samples:,}", QUIET))
    return parts


def _handshake(measures: Measures) -> list[Part]:
    halves = (("server", measures.server_half), ("client", measures.client_half))
    told = [f"{time_span(half)} to the {end} and back" for end, half in halves if half is not None]
    parts = field("handshake", (", ".join(told), ""), ("  from where it was captured", QUIET)) if told else []
    if measures.capture_point is not None:
        where = "between client and server" if measures.capture_point == "in between" else measures.capture_point
        parts += field("captured", (where, ""))
    return parts


def _times(measures: Measures) -> list[Part]:
    parts: list[Part] = []
    if any(sent.throughput for sent in measures.sent):
        parts += _both("rate", measures, lambda sent: _rate(sent.throughput))
        parts += _both("new data", measures, lambda sent: _rate(sent.goodput))
    if any(sent.max_in_flight for sent in measures.sent):
        parts += _both("in flight", measures, lambda sent: _number(sent.max_in_flight), "bytes at most")
    if any(sent.max_window for sent in measures.sent):
        parts += _both("window", measures, lambda sent: _number(sent.max_window), "bytes at most")
    if measures.exchanges:
        slowest = measures.slowest_answer
        more = "" if slowest is None else f", the slowest answer after {time_span(slowest)}"
        parts += field("exchanges", (f"{measures.exchanges:,}{more}", ""))
    if measures.idle_max is not None:
        parts += field("silence", (f"at most {time_span(measures.idle_max)}", ""))
    return parts


def _both(label: str, measures: Measures, text: Callable[[Sent], str], unit: str = "", kind: str = "") -> list[Part]:
    """A value of what the client sent, and of what the server sent."""
    client, server = map(text, measures.sent)
    return field(label, (f"→ {client}   ← {server}", kind), (f"  {unit}" if unit else "", QUIET))


def _number(value: int | None) -> str:
    return NOT_KNOWN if value is None else f"{value:,}"


def _rate(value: float | None) -> str:
    return NOT_KNOWN if value is None else f"{bytes_text(round(value))}/s"
