"""What is said of the passages of a stream."""

from tui.views.frame_views import NS
from tui.views.streams.passages import Passage, Passages
from tui.views.streams.stream import CLIENT, Kind

ARROWS = ("→", "←")
"""Sign of what client and server send."""

GUTTERS = (">", "<")
"""The same before each line."""

_MISSING = {
    Kind.NOT_CAPTURED: "not captured, though received",
    Kind.LOST: "missing: not captured, nor acknowledged so far",
    Kind.CUT: "not captured: only the beginning of the frame was kept",
}


def side_name(side: int) -> str:
    """`client` or `server`."""
    return "client" if side == CLIENT else "server"


def heading(passages: Passages, passage: Passage) -> str:
    """Who begins to speak, when, in which frames, and how much follows."""
    amount = f"{_counted(passage.length, 'byte')}" if passage.kind == Kind.DATA else ""
    parts = [
        f"{ARROWS[passage.side]} {side_name(passage.side)} {passages.stream.ends[passage.side]}",
        amount,
        _frames(passages, passage),
        _time(passages, passage.first_row),
    ]
    return " · ".join(part for part in parts if part)


def notice(passages: Passages, passage: Passage) -> str:
    """What is missing, or has ended."""
    name = f"{ARROWS[passage.side]} {side_name(passage.side)}"
    where = [_frames(passages, passage), _time(passages, passage.first_row)]
    if passage.kind == Kind.FIN:
        what = f"{name} has closed its side (FIN) after {_counted(passage.position, 'byte')}"
    elif passage.kind == Kind.RESET:
        what = f"{name} has reset the connection (RST)"
    else:
        what = f"{name}: {_counted(passage.length, 'byte')} {_MISSING[passage.kind]}"
    return " · ".join([what, *(part for part in where if part)])


def gone(passage: Passage) -> str:
    """Said in the place of bytes whose frames were given up since the stream was put together."""
    return f"{ARROWS[passage.side]} {side_name(passage.side)}: bytes of frames that are not there any more"


def frame_number(passages: Passages, row: int) -> int | None:
    """The number of a row's frame; None where there is none, or not any more."""
    store = passages.stream.session.store
    return store.value("number", row) if row >= store.start else None


def _frames(passages: Passages, passage: Passage) -> str:
    first, last = frame_number(passages, passage.first_row), frame_number(passages, passage.last_row)
    if first is None or last is None:
        return ""
    if first == last:
        return f"frame {first:,}"
    low, high = min(first, last), max(first, last)
    return f"{passages.frames(passage.number):,} frames, {low:,} to {high:,}"


def _time(passages: Passages, row: int) -> str:
    session = passages.stream.session
    if frame_number(passages, row) is None:
        return ""
    return f"{(session.store.value('time_ns', row) - session.origin_ns) / NS:.6f} s"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
