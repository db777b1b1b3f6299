"""A segment, another frame or a connection in words: what it means, the states, then the numbers."""

from datetime import UTC, datetime, timedelta

from tui.decode.options import TcpOptions, parse_options
from tui.text import printable
from tui.ui.inspector.wrapping import Part
from tui.ui.look.quantities import counted
from tui.ui.look.words import leading, role_text
from tui.views import ConnectionView, FrameView, SegmentView

LABEL_WIDTH = 10
"""Cells of the labels at the left edge."""

FLAG_NAMES = {"F": "FIN", "S": "SYN", "R": "RST", "P": "PSH", ".": "ACK", "U": "URG", "E": "ECE", "W": "CWR"}
"""tcpdump's letters in full."""

MASK = 0xFFFFFFFF
"""Sequence numbers on the wire have 32 bits."""

MOST_ICMP_ERRORS = 20
"""ICMP errors that are listed; a capture may hold any number that quote one connection."""

OPENING_KINDS = {
    "three-way": "handshake",
    "fast-open": "handshake",
    "simultaneous": "simultaneous",
    "refused": "reset",
    "aborted": "reset",
}
CLOSING_KINDS = {
    "four-segment": "teardown",
    "three-segment": "teardown",
    "simultaneous": "simultaneous",
    "reset": "reset",
}

QUIET, STRONG, WARNING = "quiet", "changed", "warning"
"""Kinds of what is said beside a value, of what matters most, and of what to be careful with."""


def describe(subject: FrameView | ConnectionView | str, meaning: str, frame: bytes = b"") -> list[Part]:
    """A frame (with its captured bytes), a connection or a sentence, by parts and their kinds."""
    if isinstance(subject, str):
        return [(subject, QUIET)]
    if isinstance(subject, ConnectionView):
        return _connection(subject, meaning)
    if isinstance(subject, SegmentView):
        return _segment(subject, meaning, frame)
    head: list[Part] = [(printable(subject.protocol), "other"), ("\n", "")]
    return [*head, *_frame(subject)]


def utc(time_ns: int) -> str:
    """A time in nanoseconds since the epoch as date and time in UTC, with all nine digits."""
    seconds, nanoseconds = divmod(time_ns, 1_000_000_000)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{nanoseconds:09d}"


def options_of(view: SegmentView, frame: bytes) -> TcpOptions | None:
    """The TCP options of a segment, from the captured bytes of its frame; None where its header is not in them."""
    source, destination = (int(end.rpartition(":")[2]) for end in (view.source, view.destination))
    beginning = source.to_bytes(2, "big") + destination.to_bytes(2, "big") + view.raw_seq.to_bytes(4, "big")
    at = frame.find(beginning)
    return parse_options(frame[at : at + 60]) if at >= 0 else None


def _field(label: str, *parts: Part) -> list[Part]:
    return [(f"\n{label:<{LABEL_WIDTH}}", QUIET), *parts]


def _segment(view: SegmentView, meaning: str, frame: bytes) -> list[Part]:
    sender, receiver = ("client", "server") if view.from_client else ("server", "client")
    words = leading(view.roles)
    lines: list[Part] = [(f"{words.glyph} {role_text(view.roles)}", words.kind)]
    lines.append((f"\n{meaning}\n", ""))
    lines += _state("client", view.client_state_before, view.client_state, view.assumed)
    lines += _state("server", view.server_state_before, view.server_state, view.assumed)
    lines.append(("\n", ""))
    lines += _field("from", (view.source, ""), (f"  {sender}", QUIET))
    lines += _field("to", (view.destination, ""), (f"  {receiver}", QUIET))
    lines += _field("flags", *_flags(view.flags))
    lines += _field("seq", (f"{view.seq:,}", ""), (f"  raw {view.raw_seq}", QUIET))
    if view.ack is not None:
        lines += _field("ack", (f"{view.ack:,}", ""), (f"  raw {view.raw_ack}", QUIET))
    lines += _field("payload", (counted(view.length, "byte") if view.length else "none", ""))
    lines += _field("window", (f"{view.window:,}", ""), (f"  {_scale(view)}", QUIET))
    lines += _options(view, options_of(view, frame))
    if view.notes:
        lines += _field("notes", (", ".join(view.notes), WARNING))
    return [*lines, ("\n", ""), *_frame(view, f" of connection {view.connection}")]


def _state(end: str, before: str | None, after: str, assumed: tuple[str, ...]) -> list[Part]:
    proof = ("  assumed", WARNING) if end in assumed else ("  proved", QUIET)
    if before is None:
        return _field(end, (after, STRONG), proof)
    if before == after:
        return _field(end, ("stays ", QUIET), (after, ""), proof)
    return _field(end, (f"{before} → ", ""), (after, STRONG), proof)


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
        parts += _field("" if place else "options", (text, ""))
    return [*parts, *_field("" if lines else "options", ("malformed", WARNING))] if options.malformed else parts


def _sizes(options: TcpOptions) -> str:
    sizes = [f"MSS {options.mss:,}"] if options.mss is not None else []
    return " · ".join(sizes + ([f"scale {options.window_scale}"] if options.window_scale is not None else []))


def _frame(view: FrameView, more: str = "") -> list[Part]:
    cut = f", {view.captured_length:,} captured" if view.captured_length != view.frame_length else ""
    lines = _field("frame", (f"{view.number:,}{more}", ""))
    lines += _field("UTC", (utc(view.time_ns), ""))
    lines += _field("elapsed", (f"{view.elapsed:.9f} s", ""))
    lines += _field("on wire", (f"{counted(view.frame_length, 'byte')}{cut}", ""))
    if view.interface is not None:
        lines += _field("interface", (printable(view.interface), ""))
    return lines


def _connection(view: ConnectionView, meaning: str) -> list[Part]:
    lines: list[Part] = [(f"Connection {view.connection}: {view.verdict}", STRONG), (f"\n{meaning}\n", "")]
    lines += _field("client", (view.client, ""), *([("  guessed", WARNING)] if view.client_guessed else []))
    lines += _field("", (view.client_state, STRONG), *_if_assumed("client", view.assumed))
    lines += _field("server", (view.server, ""))
    lines += _field("", (view.server_state, STRONG), *_if_assumed("server", view.assumed))
    lines.append(("\n", ""))
    lines += _field("opening", (view.opening, OPENING_KINDS.get(view.opening, "")), *_letters(view.opening_flags))
    if view.handshake_time is not None:
        lines += _field("", (f"{view.handshake_time * 1000:,.3f} ms", ""), ("  from SYN to its last ACK", QUIET))
    closer = view.reset_by if view.closing == "reset" else view.closed_by
    by = f" by the {closer}" if closer and view.closing != "simultaneous" else ""
    closing = CLOSING_KINDS.get(view.closing, "")
    lines += _field("closing", (view.closing, closing), (by, ""), *_letters(view.closing_flags))
    lines.append(("\n", ""))
    for label, (client, server) in (("packets", view.packets), ("payload", view.payload_bytes)):
        lines += _field(label, (f"→ {client:,}   ← {server:,}", ""), ("  bytes" if label == "payload" else "", QUIET))
    lines += _field("frames", (f"{view.first_frame:,} to {view.last_frame:,}", ""))
    lines += _field("began", (f"{utc(view.start_ns)} UTC", ""))
    lines += _field("duration", (f"{view.duration:.6f} s", ""))
    lines += _field("Zeek", (f"{view.zeek_state} {view.zeek_history}", ""))
    return [*lines, *_icmp_errors(view)]


def _if_assumed(end: str, assumed: tuple[str, ...]) -> list[Part]:
    return [("  assumed", WARNING)] if end in assumed else []


def _letters(flags: tuple[str, ...]) -> list[Part]:
    """The segments of an opening or a closing by their flags."""
    return [(f"  {' '.join(flags)}", QUIET)] if flags else []


def _icmp_errors(view: ConnectionView) -> list[Part]:
    lines: list[Part] = []
    for frame, kind, code in view.icmp_errors[:MOST_ICMP_ERRORS]:
        lines += _field("ICMP", (f"frame {frame:,}: type {kind}, code {code}", WARNING))
    further = len(view.icmp_errors) - MOST_ICMP_ERRORS
    if further > 0:
        lines += _field("", (f"and {further:,} more", QUIET))
    return lines
