"""The details pane: one segment or one connection, in words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.text import printable
from tui.ui import theme
from tui.ui.actions import bindings
from tui.ui.connections import CLOSING_KINDS, OPENING_KINDS
from tui.ui.words import leading, role_text
from tui.views import ConnectionView, FrameView, SegmentView

Part = tuple[str, str]
"""Text and the style of its span."""

LABEL_WIDTH = 9
"""Cells of the labels at the left edge."""

FLAG_NAMES = {"F": "FIN", "S": "SYN", "R": "RST", "P": "PSH", ".": "ACK", "U": "URG", "E": "ECE", "W": "CWR"}
"""tcpdump's letters in full."""

MOST_ICMP_ERRORS = 20
"""ICMP errors that are listed; a capture may hold any number that quote one connection."""

QUIET = theme.KIND_SPANS["quiet"]
CHANGED = theme.KIND_SPANS["changed"]


class Details(VerticalScroll, can_focus=True):
    """What is known about the row that the cursor rests on."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("details")]

    def __init__(self, meaning: Callable[[FrameView | ConnectionView], str]) -> None:
        """`meaning`: what a segment or a connection means, in sentences."""
        super().__init__(id="details", classes="pane")
        self._meaning = meaning
        self._shown: FrameView | ConnectionView | str | None = None
        self._text = Static(id="details-text", markup=False)

    def compose(self) -> ComposeResult:
        """One text that wraps and scrolls."""
        yield self._text

    def show(self, subject: FrameView | ConnectionView | str) -> None:
        """Show a frame or a connection with what it means, or a sentence; nothing happens where it is shown already."""
        if subject == self._shown:
            return
        if _identity(subject) != _identity(self._shown):
            self.scroll_to(y=0, animate=False, immediate=True)
        self._shown = subject
        meaning = "" if isinstance(subject, str) else self._meaning(subject)
        self._text.update(Content.assemble(*describe(subject, meaning)))


def describe(subject: FrameView | ConnectionView | str, meaning: str) -> list[Part]:
    """A frame, a connection or a sentence as styled text."""
    if isinstance(subject, str):
        return [(subject, QUIET)]
    if isinstance(subject, ConnectionView):
        return _connection(subject, meaning)
    if isinstance(subject, SegmentView):
        return _segment(subject, meaning)
    return [*_frame_head(subject), ("\n\n", ""), (printable(subject.protocol), theme.KIND_SPANS["other"])]


def _identity(subject: FrameView | ConnectionView | str | None) -> tuple[str, int]:
    if isinstance(subject, ConnectionView):
        return "connection", subject.connection
    if isinstance(subject, FrameView):
        return "frame", subject.number
    return "", 0


def _field(label: str, *parts: Part) -> list[Part]:
    return [(f"\n{label:<{LABEL_WIDTH}}", QUIET), *parts]


def _frame_head(view: FrameView) -> list[Part]:
    cut = f", {view.captured_length:,} captured" if view.captured_length != view.frame_length else ""
    lines: list[Part] = [(f"Frame {view.number:,}", CHANGED)]
    lines += _field("UTC", (utc(view.time_ns), ""))
    lines += _field("elapsed", (f"{view.elapsed:.9f} s", ""))
    lines += _field("bytes", (f"{view.frame_length:,} on the wire{cut}", ""))
    if view.interface is not None:
        lines += _field("on", (printable(view.interface), ""))
    return lines


def _segment(view: SegmentView, meaning: str) -> list[Part]:
    sender, receiver = ("client", "server") if view.from_client else ("server", "client")
    words = leading(view.roles)
    lines: list[Part] = [(f"{words.glyph} {role_text(view.roles)}", theme.KIND_SPANS[words.kind])]
    lines.append((f"\n{meaning}", ""))
    lines += _state("client", view.client_state_before, view.client_state, view.assumed)
    lines += _state("server", view.server_state_before, view.server_state, view.assumed)
    lines += _field("from", (f"{view.source} ({sender})", ""))
    lines += _field("to", (f"{view.destination} ({receiver})", ""))
    lines += _field("flags", (_flags(view.flags), ""))
    lines += _field("seq", (f"{view.seq:,}", ""), (f"  raw {view.raw_seq}", QUIET))
    if view.ack is not None:
        lines += _field("ack", (f"{view.ack:,}", ""), (f"  raw {view.raw_ack}", QUIET))
    lines += _field("length", (f"{view.length:,} bytes of payload", ""))
    lines += _field("window", (f"{view.window:,}", ""), (f"  {_scale(view)}", QUIET))
    if view.notes:
        lines += _field("notes", (", ".join(view.notes), theme.KIND_SPANS["warning"]))
    return [*lines, ("\n\n", ""), *_frame_head(view), *_field("of", (f"connection {view.connection}", ""))]


def _state(end: str, before: str | None, after: str, assumed: tuple[str, ...]) -> list[Part]:
    guess = [("?", QUIET)] if end in assumed else []
    if before is None or before == after:
        return _field(end, (after, CHANGED if before is None else ""), *guess)
    return _field(end, (f"{before} → ", ""), (after, CHANGED), *guess)


def _flags(letters: str) -> str:
    if letters == "none":
        return "none"
    return f"{letters}  {', '.join(FLAG_NAMES.get(letter, letter) for letter in letters)}"


def _scale(view: SegmentView) -> str:
    if "S" in view.flags:
        return "a SYN's window is never scaled"
    if view.window_scale is None:
        return "scale unknown" if "scale-unknown" in view.notes else "not scaled"
    if view.window == view.raw_window:
        return f"as sent; scale {view.window_scale}"
    return f"raw {view.raw_window} × 2^{view.window_scale}"


def _connection(view: ConnectionView, meaning: str) -> list[Part]:
    spans = theme.KIND_SPANS
    lines: list[Part] = [(f"Connection {view.connection}: {view.verdict}", CHANGED), (f"\n{meaning}", "")]
    lines += _field("opening", (view.opening, spans[OPENING_KINDS.get(view.opening, "")]))
    closer = view.reset_by if view.closing == "reset" else view.closed_by
    by = f" by the {closer}" if closer else ""
    lines += _field("closing", (view.closing, spans[CLOSING_KINDS.get(view.closing, "")]), (by, ""))
    lines += _field("client", (view.client, ""), *([(" (guessed)", QUIET)] if view.client_guessed else []))
    lines += _field("server", (view.server, ""))
    lines += _field("states", (f"client {view.client_state}, server {view.server_state}", ""))
    for label, (client, server) in (("packets", view.packets), ("payload", view.payload_bytes)):
        lines += _field(label, (f"→ {client:,}   ← {server:,}", ""))
    lines += _field("frames", (f"{view.first_frame:,} to {view.last_frame:,}", ""))
    lines += _field("UTC", (utc(view.start_ns), ""))
    lines += _field("duration", (f"{view.duration:.6f} s", ""))
    lines += _field("Zeek", (f"{view.zeek_state} {view.zeek_history}", ""))
    for frame, kind, code in view.icmp_errors[:MOST_ICMP_ERRORS]:
        lines += _field("ICMP", (f"frame {frame:,}: type {kind}, code {code}", spans["warning"]))
    further = len(view.icmp_errors) - MOST_ICMP_ERRORS
    if further > 0:
        lines += _field("", (f"and {further:,} more", spans["quiet"]))
    return lines


def utc(time_ns: int) -> str:
    """A time in nanoseconds since the epoch as date and time in UTC, with all nine digits."""
    seconds, nanoseconds = divmod(time_ns, 1_000_000_000)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{nanoseconds:09d}"
