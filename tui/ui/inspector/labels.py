"""The lines of a description: a label at the left edge, and the value behind it."""

from datetime import UTC, datetime, timedelta

from tui.text import printable
from tui.ui.inspector.links import Links
from tui.ui.inspector.wrapping import Part
from tui.ui.look.quantities import counted
from tui.ui.told import Told
from tui.views import FrameView

LABEL_WIDTH = 10
"""Cells of the labels at the left edge."""

MARK_WIDTH = 2
"""Cells of a glyph and the blank behind it, where lines begin with one."""

QUIET, STRONG, WARNING = "quiet", "changed", "warning"
"""Kinds of what is said beside a value, of what matters most, and of what to be careful with."""


def field(label: str, *parts: Part) -> list[Part]:
    """A line that begins with a label; an empty one goes on with what the line before told of."""
    return [(f"\n{label:<{LABEL_WIDTH}}", QUIET), *parts]


def utc(time_ns: int) -> str:
    """A time in nanoseconds since the epoch as date and time in UTC, with all nine digits."""
    seconds, nanoseconds = divmod(time_ns, 1_000_000_000)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{nanoseconds:09d}"


def sentence_parts(told: Told, links: Links) -> list[Part]:
    """What was told in sentences, each with the place in the standards that it rests on."""
    parts: list[Part] = []
    for place, sentence in enumerate(told.sentences):
        text, stop = (sentence.text[:-1], ".") if sentence.reference else (sentence.text, "")
        parts += [(" ", "")] * (place > 0) + links.linked(text, sentence.frames)
        if sentence.reference:
            parts += [(f" ({sentence.reference})", QUIET), (stop, "")]
    return parts


def frame_parts(view: FrameView, more: str = "") -> list[Part]:
    """What every frame has. `more` is said behind its number."""
    cut = f", {view.captured_length:,} captured" if view.captured_length != view.frame_length else ""
    lines = field("frame", (f"{view.number:,}{more}", ""))
    lines += field("UTC", (utc(view.time_ns), ""))
    lines += field("elapsed", (f"{view.elapsed:.9f} s", ""))
    lines += field("on wire", (f"{counted(view.frame_length, 'byte')}{cut}", ""))
    if view.interface is not None:
        lines += field("interface", (printable(view.interface), ""))
    return lines
