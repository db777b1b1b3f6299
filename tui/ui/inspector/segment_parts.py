"""A segment in words: what it does and why, the states, what proves its notes, then the numbers."""

from tui.decode.options import TcpOptions, parse_options
from tui.ui.inspector.evidence_parts import analysis_parts, evidence_parts
from tui.ui.inspector.labels import QUIET, STRONG, WARNING, field, frame_parts, sentence_parts
from tui.ui.inspector.links import Links
from tui.ui.inspector.wrapping import Part
from tui.ui.look.quantities import counted
from tui.ui.told import Told
from tui.views import SegmentView
from tui.views.wording.notes import GLYPH, KIND, problem_words
from tui.views.wording.roles import leading, role_text

FLAG_NAMES = {"F": "FIN", "S": "SYN", "R": "RST", "P": "PSH", ".": "ACK", "U": "URG", "E": "ECE", "W": "CWR"}
"""tcpdump's letters in full."""

MASK = 0xFFFFFFFF
"""Sequence numbers on the wire have 32 bits."""


def segment_parts(view: SegmentView, told: Told, links: Links, frame: bytes) -> list[Part]:
    """A TCP segment with the captured bytes of its frame, by parts and their kinds."""
    sender, receiver = ("client", "server") if view.from_client else ("server", "client")
    lines = [*_heading(view), ("\n", ""), *sentence_parts(told, links), ("\n", "")]
    lines += _state("client", view.client_state_before, view.client_state, view.assumed)
    lines += _state("server", view.server_state_before, view.server_state, view.assumed)
    lines.append(("\n", ""))
    if told.evidence:
        lines += [*evidence_parts(told.evidence, links), ("\n", "")]
    lines += field("from", (view.source, ""), (f"  {sender}", QUIET))
    lines += field("to", (view.destination, ""), (f"  {receiver}", QUIET))
    lines += field("flags", *_flags(view.flags))
    lines += field("seq", (f"{view.seq:,}", ""), (f"  raw {view.raw_seq}", QUIET))
    if view.ack is not None:
        lines += field("ack", (f"{view.ack:,}", ""), (f"  raw {view.raw_ack}", QUIET))
    lines += field("payload", (counted(view.length, "byte") if view.length else "none", ""))
    lines += field("window", (f"{view.window:,}", ""), (f"  {_scale(view)}", QUIET))
    lines += _options(view, options_of(view, frame))
    lines += analysis_parts(view, links)
    return [*lines, ("\n", ""), *frame_parts(view, f" of connection {view.connection}")]


def _heading(view: SegmentView) -> list[Part]:
    """The problems of a segment, then its roles."""
    words, problem = leading(view.roles), problem_words(view.notes)
    return [
        *([(f"{GLYPH} {problem}", KIND), (" ", "")] if problem else []),
        (f"{words.glyph} {role_text(view.roles)}", words.kind),
    ]


def options_of(view: SegmentView, frame: bytes) -> TcpOptions | None:
    """The TCP options of a segment, from the captured bytes of its frame; None where its header is not in them."""
    source, destination = (int(end.rpartition(":")[2]) for end in (view.source, view.destination))
    beginning = source.to_bytes(2, "big") + destination.to_bytes(2, "big") + view.raw_seq.to_bytes(4, "big")
    at = frame.find(beginning)
    return parse_options(frame[at : at + 60]) if at >= 0 else None


def _state(end: str, before: str | None, after: str, assumed: tuple[str, ...]) -> list[Part]:
    proof = ("  assumed", WARNING) if end in assumed else ("  proved", QUIET)
    if before is None:
        return field(end, (after, STRONG), proof)
    if before == after:
        return field(end, ("stays ", QUIET), (after, ""), proof)
    return field(end, (f"{before} → ", ""), (after, STRONG), proof)


def _flags(letters: str) -> list[Part]:
    if letters == "none":
        return [("none", "")]
    return [(letters, ""), (f"  {', '.join(FLAG_NAMES.get(letter, letter) for letter in letters)}", QUIET)]


def _scale(view: SegmentView) -> str:
    if "S" in view.flags:
        return "a SYN's window is never scaled"
    if view.window_scale is None:
        return "scale unknown" if "scale-unknown" in view.notes else "not scaled"
    if view.window == view.raw_window:
        return f"as sent; scale {view.window_scale}"
    return f"raw {view.raw_window} × 2^{view.window_scale}"


def _options(view: SegmentView, options: TcpOptions | None) -> list[Part]:
    if options is None:
        return []
    told = [_sizes(options), "SACK permitted" if options.sack_permitted else ""]
    if view.ack is not None:  # the blocks tell of the bytes that the acknowledgement is about
        base = view.raw_ack - view.ack
        told += [f"SACK {left - base & MASK:,} to {right - base & MASK:,}" for left, right in options.sack]
    if options.timestamp is not None:
        told.append(f"TS {options.timestamp[0]}, echo {options.timestamp[1]}")
    if options.fast_open is not None:
        told.append(f"Fast Open {options.fast_open.hex() or 'asks for a cookie'}")
    lines = [text for text in told if text]
    parts: list[Part] = []
    for place, text in enumerate(lines):
        parts += field("" if place else "options", (text, ""))
    return [*parts, *field("" if lines else "options", ("malformed", WARNING))] if options.malformed else parts


def _sizes(options: TcpOptions) -> str:
    sizes = [f"MSS {options.mss:,}"] if options.mss is not None else []
    return " · ".join(sizes + ([f"scale {options.window_scale}"] if options.window_scale is not None else []))
