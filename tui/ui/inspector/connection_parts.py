"""A connection in words: how it went, what went wrong, its story, then the numbers."""

from collections.abc import Sequence

from tui.text import printable
from tui.ui.inspector.labels import QUIET, STRONG, WARNING, field, sentence_parts, utc
from tui.ui.inspector.links import Links
from tui.ui.inspector.measure_parts import measure_parts
from tui.ui.inspector.wrapping import Part
from tui.ui.told import Told
from tui.views import ConnectionView, StoryLine
from tui.views.wording.notes import GLYPH, KIND, problem_text

MOST_ICMP_ERRORS = 20
"""ICMP errors that are listed; a capture may hold any number that quote one connection."""

OPENING_KINDS = {
    "three-way": "handshake",
    "fast-open": "handshake",
    "simultaneous": "simultaneous",
    "refused": "reset",
    "aborted": "reset",
    "unanswered": "malformed",
    "half-open": "malformed",
}
CLOSING_KINDS = {
    "four-segment": "teardown",
    "three-segment": "teardown",
    "half-closed": "teardown",
    "simultaneous": "simultaneous",
    "reset": "reset",
}
"""Kinds of openings and closings; the others are quiet."""

GLYPHS = {
    "handshake": "▲",
    "teardown": "▼",
    "simultaneous": "◆",
    "reset": "✗",
    "malformed": "!",
    "data": "●",
    KIND: GLYPH,
    QUIET: "·",
}
"""Sign of each kind of a line of the story, as the packet table has it."""


def connection_parts(view: ConnectionView, told: Told, links: Links) -> list[Part]:
    """A connection, by parts and their kinds."""
    lines: list[Part] = [(f"Connection {view.connection}: {view.verdict}", STRONG)]
    lines += [("\n", ""), *sentence_parts(told, links)]
    if told.problems:
        lines += [("\n", ""), *_problems(told.problems)]
    lines.append(("\n", ""))
    if told.story:
        lines += [*story_parts(view, told.story, links), ("\n", "")]
    lines += field("client", (view.client, ""), *([("  guessed", WARNING)] if view.client_guessed else []))
    lines += field("", (view.client_state, STRONG), *_if_assumed("client", view.assumed))
    lines += field("server", (view.server, ""))
    lines += field("", (view.server_state, STRONG), *_if_assumed("server", view.assumed))
    if told.application:
        lines += field("what", (printable(told.application), ""))
    lines.append(("\n", ""))
    lines += _ends_of_it(view)
    lines.append(("\n", ""))
    if told.measures is not None:
        lines += [*measure_parts(told.measures), ("\n", "")]
    lines += field("frames", links.part(view.first_frame), (" to ", ""), links.part(view.last_frame))
    lines += field("began", (f"{utc(view.start_ns)} UTC", ""))
    lines += field("duration", (f"{view.duration:.6f} s", ""))
    lines += field("Zeek", (f"{view.zeek_state} {view.zeek_history}", ""))
    return [*lines, *_icmp_errors(view, links)]


def story_parts(view: ConnectionView, story: Sequence[StoryLine], links: Links) -> list[Part]:
    """The lines of a story, each behind the sign of its kind."""
    kinds = {
        "opening": OPENING_KINDS.get(view.opening, QUIET),
        "closing": CLOSING_KINDS.get(view.closing, QUIET),
        "exchange": "data",
        "problem": KIND,
    }
    parts: list[Part] = []
    for line in story:
        kind = kinds.get(line.kind, QUIET)
        parts += [(f"\n{GLYPHS[kind]} ", kind), *links.linked(line.text, line.frames)]
    return parts


def _problems(problems: Sequence[str]) -> list[Part]:
    return [(f"\n{GLYPH} ", KIND), (", ".join(problem_text(problem) for problem in problems), STRONG)]


def _ends_of_it(view: ConnectionView) -> list[Part]:
    """How it opened and closed."""
    lines = field("opening", (view.opening, OPENING_KINDS.get(view.opening, "")), *_letters(view.opening_flags))
    if view.handshake_time is not None:
        lines += field("", (f"{view.handshake_time * 1000:,.3f} ms", ""), ("  from SYN to its last ACK", QUIET))
    closer = view.reset_by if view.closing == "reset" else view.closed_by
    by = f" by the {closer}" if closer and view.closing != "simultaneous" else ""
    closing = CLOSING_KINDS.get(view.closing, "")
    return [*lines, *field("closing", (view.closing, closing), (by, ""), *_letters(view.closing_flags))]


def _if_assumed(end: str, assumed: tuple[str, ...]) -> list[Part]:
    return [("  assumed", WARNING)] if end in assumed else []


def _letters(flags: tuple[str, ...]) -> list[Part]:
    """The segments of an opening or a closing by their flags."""
    return [(f"  {' '.join(flags)}", QUIET)] if flags else []


def _icmp_errors(view: ConnectionView, links: Links) -> list[Part]:
    lines: list[Part] = []
    for frame, kind, code in view.icmp_errors[:MOST_ICMP_ERRORS]:
        lines += field("ICMP", *links.listed([frame]), (f": type {kind}, code {code}", WARNING))
    further = len(view.icmp_errors) - MOST_ICMP_ERRORS
    if further > 0:
        lines += field("", (f"and {further:,} more", QUIET))
    return lines
