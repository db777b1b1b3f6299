"""What proves a segment's notes, and what Wireshark's analysis says of it."""

from collections.abc import Sequence

from tui.text import printable
from tui.ui.inspector.labels import QUIET, STRONG, field
from tui.ui.inspector.links import Links
from tui.ui.inspector.wrapping import Part
from tui.ui.look.quantities import counted
from tui.views import EvidenceView, SegmentView
from tui.views.amounts import time_span
from tui.views.wording.notes import KIND, PROBLEMS, note_text

REASON = "reason"
"""The value that says in words how a note was found; it comes first."""


REASON_WORDS = {
    "later-ip-id": "later IP identification",
    "earlier-ip-id": "earlier IP identification",
    "ip-id": "IP identification unlike its sender's",
    "ttl": "TTL unlike its sender's",
    "dsack": "reported as received twice",
    "answers-report": "the gap was reported before",
    "timeout": "its timer ran out",
}
"""Reasons whose words are not those of their names."""

VALUE_WORDS = {
    "elapsed": "after {}",
    "overlap": "{} bytes sent before",
    "duplicate_acks": "duplicate ACKs: {}",
    "sacked": "{} bytes above it reported as received",
    "ack": "ACK number {}",
    "rtt": "round trip {}",
    "missing": "{} bytes missing",
    "expected": "number {} expected",
    "number": "#{}",
    "idle": "after {} of silence",
    "closed": "closed for {}",
    "window": "window of {} bytes",
    "before": "{} bytes before",
    "after": "{} bytes after",
    "ours": "its own {}",
    "theirs": "the other {}",
    "mss": "MSS {}",
    "sent": "{} bytes sent with the SYN",
    "acked": "{} of them acknowledged",
    "raw_window": "{} in the window field",
    "ip_id": "IP identification {}",
    "captured": "{} bytes captured",
    "step": "{} since the frame before",
}
"""What the values of the evidence say, by their names; of all others, the name comes first."""


def evidence_parts(evidence: Sequence[EvidenceView], links: Links) -> list[Part]:
    """Each note with the values that prove it and the frames to compare."""
    parts: list[Part] = []
    for place, proof in enumerate(evidence):
        kind = KIND if proof.note in PROBLEMS else STRONG
        parts += field("" if place else "evidence", (note_text(proof.note), kind))
        ordered = sorted(proof.values.items(), key=lambda item: item[0] != REASON)
        values = [text for name, value in ordered if (text := value_text(name, value))]
        if values:
            parts.append((f": {', '.join(values)}", ""))
        if proof.frames:
            parts += [("; " if values else ": ", ""), *links.listed(proof.frames)]
    return parts


def value_text(name: str, value: float | str) -> str:
    """A value of the evidence in words; empty where it says nothing. Seconds are floats, numbers and bytes are not."""
    if isinstance(value, str):
        text = printable(value)
        return REASON_WORDS.get(text, text.replace("-", " ")) if name == REASON else f"{printable(name)} {text}"
    if name == "overlap" and not value:
        return ""
    amount = _seconds(value) if isinstance(value, float) else f"{value:,}"
    return VALUE_WORDS.get(name, f"{printable(name).replace('_', ' ')} {{}}").format(amount)


def analysis_parts(view: SegmentView, links: Links) -> list[Part]:
    """What Wireshark says of a segment, under its names; nothing where it says nothing."""
    told: list[list[Part]] = [[(", ".join(view.analysis), "")]] if view.analysis else []
    if view.duplicate_ack_number is not None:
        of = [(" of ", ""), *links.listed([view.duplicate_ack_frame])] if view.duplicate_ack_frame is not None else []
        told.append([(f"duplicate ACK {view.duplicate_ack_number}", ""), *of])
    if view.acks_frame is not None:
        after = "" if view.ack_rtt is None else f" after {_seconds(view.ack_rtt)}"
        told.append([("acknowledges ", ""), *links.listed([view.acks_frame]), (after, "")])
    if view.bytes_in_flight is not None:
        told.append([(f"{counted(view.bytes_in_flight, 'byte')} in flight", "")])
    times = (("RTO", view.rto), ("initial RTT", view.initial_rtt))
    told += [[(f"{name} {_seconds(time)}", "")] for name, time in times if time is not None]
    parts: list[Part] = []
    for place, item in enumerate(told):
        parts += [(" · ", QUIET)] * (place > 0) + item
    return field("Wireshark", *parts) if parts else []


def _seconds(value: float) -> str:
    return time_span(value) if value >= 0 else f"{value:.6f} s"
