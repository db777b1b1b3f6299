"""A line of a ladder at a given width, as pieces of text with their kinds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tui.views.ladder import signs
from tui.views.ladder.labels import (
    SELF_EVIDENT,
    Span,
    first_remark,
    fold_remark,
    fold_words,
    hole_remark,
    hole_words,
    numbers,
    remarks,
    shortened,
    silence_words,
)
from tui.views.ladder.rung import Hole, Margin, Rung
from tui.views.ladder.steps import StepKind
from tui.views.wording.roles import leading
from tui.views.wording.shorter import short_state

WHOLE_STATE, SHORT_STATE = 12, 11
"""Cells of a margin that has whole states, `SYN-RECEIVED`, and of one that has short ones, `CLOSE-WAIT?`."""

ROOM_FOR_WHOLE_STATES = 74
ROOM_FOR_STATES = 44
ROOM_FOR_REMARKS = 84
"""Cells of a whole line from which on it has whole states, states, and remarks beside the arrows."""

LEAST_REMARKS, MOST_REMARKS = 30, 46
"""Cells for remarks."""

BEFORE_LABEL = 2
"""Cells of an arrow before its label."""

LEAST_LINE = 2
"""Cells of an arrow after its label, with its head."""

LOST_AT = 0.7
"""Where on its way the arrow of a lost segment ends."""


@dataclass(frozen=True, slots=True)
class Widths:
    """How a line is divided; a blank stands between a margin and the arrows, and before the remarks."""

    margin: int
    """Cells of each margin with its blank; 0 without states."""
    arrow: int
    """Cells between the two lifelines."""
    remarks: int
    """Cells of the remarks with their blank; 0 where they stand on the arrows."""


@lru_cache(maxsize=64)
def widths_of(width: int) -> Widths:
    """The parts of a line of so many cells."""
    state = WHOLE_STATE if width >= ROOM_FOR_WHOLE_STATES else SHORT_STATE
    margin = state + 1 if width >= ROOM_FOR_STATES else 0
    rest = max(width - 2 * margin - 2, 0)
    beside = min(max(rest // 3, LEAST_REMARKS), MOST_REMARKS) if width >= ROOM_FOR_REMARKS else 0
    return Widths(margin, rest - beside, beside)


def heading(client: str, server: str, width: int) -> str:
    """Both endpoints over their lifelines."""
    widths = widths_of(width)
    room = 2 * widths.margin + widths.arrow + 2
    for left, right in ((f"client {client}", f"server {server}"), (client, server), ("client", "server"), ("", "")):
        if len(left) + len(right) + 2 <= room:
            return left + " " * (room - len(left) - len(right)) + right
    return ""


def draw(rung: Rung, width: int, absolute: bool = False, ascii_only: bool = False) -> tuple[Span, ...]:
    """A line in exactly `width` cells. `absolute`: numbers as on the wire, instead of relative to the first ones."""
    if width <= 0:
        return ()
    widths = widths_of(width)
    between, beside = _parts(rung, widths, absolute)
    spans = [*_state(rung.client, widths.margin, client=True)]
    spans += between
    spans += _state(rung.server, widths.margin, client=False)
    spans += _beside(beside, widths.remarks)
    fitting = cut(spans, width)
    return tuple((signs.plain(text), kind) for text, kind in fitting) if ascii_only else tuple(fitting)


def _parts(rung: Rung, widths: Widths, absolute: bool) -> tuple[list[Span], list[Span]]:
    """What stands from lifeline to lifeline, and the remarks beside."""
    room = widths.arrow
    if rung.kind == StepKind.SILENCE:
        words = f"· · · {silence_words(rung.silence)} · · ·"
        if len(words) > room:
            words = silence_words(rung.silence)
        text = fit(words, room).strip().center(room)
        return [(signs.NO_LIFE, "quiet"), (text, "changed"), (signs.NO_LIFE, "quiet")], []
    if rung.hole is not None:
        return _hole(rung, rung.hole, room), [(hole_remark(rung.hole), "quiet")]
    if rung.fold is not None:
        return _folded(rung, room), [(fold_remark(rung, rung.fold), "quiet")]
    return _segment(rung, room, absolute, bool(widths.remarks)), remarks(rung)


def _segment(rung: Rung, room: int, absolute: bool, has_remarks: bool) -> list[Span]:
    view = rung.segment
    kind = leading(view.roles).kind
    most = room - BEFORE_LABEL - LEAST_LINE - 2
    label = _label(rung, most, absolute, has_remarks)
    if rung.fate is not None and rung.fate.lost:
        arrow = _lost(view.from_client, label, room, kind)
    else:
        arrow = _arrow(view.from_client, label, room, _line(rung, kind), kind)
    return _between(rung, view.from_client, arrow)


def _label(rung: Rung, most: int, absolute: bool, has_remarks: bool) -> list[Span]:
    """The words on an arrow, in at most so many cells: with the remark that matters most where it has no place
    beside. Words are shortened first, then numbers give way, last the remark is cut.
    """
    text_kind = "quiet" if leading(rung.segment.roles).kind == "ack" else ""
    remark = None if has_remarks else first_remark(rung)
    fold_sign = f"{signs.OPEN_FOLD} " if rung.opens_fold else ""
    forms = [f"{fold_sign}{form}" for form in numbers(rung, absolute)]
    if remark is None:
        return [(_first_fitting(forms, most), text_kind)]
    whole, kind = remark
    for form in forms:
        words = shortened(whole, most - len(form) - 1)
        if len(form) + 1 + len(words) <= most:
            return [(form, text_kind), (" ", ""), (words, kind)]
    return [(fit(f"{rung.segment.flags} {shortened(whole, 0)}", most).rstrip(), kind)]


def _line(rung: Rung, kind: str) -> str:
    notes = rung.segment.notes
    if "reordered" in notes:
        return signs.BROKEN
    if "retransmission" in notes:
        return signs.DOUBLE
    if kind == "data":
        return signs.LIGHT
    return signs.DOTTED if kind in (*SELF_EVIDENT, "other") else signs.HEAVY


def _arrow(from_client: bool, label: list[Span], room: int, line: str, kind: str) -> list[Span]:
    """An arrow from end to end with its label; the labels of both directions begin in the same cell."""
    used = sum(len(text) for text, _ in label) + (2 if label else 0)
    before = min(BEFORE_LABEL, max(room - used - 1, 0))
    after = max(room - used - before, 0)
    middle = [(" ", ""), *label, (" ", "")] if label else []
    if from_client:
        return [(line * before, kind), *middle, ((line * after)[:-1] + signs.TO_SERVER if after else "", kind)]
    return [((signs.TO_CLIENT + line * before)[:before], kind), *middle, (line * after, kind)]


def _lost(from_client: bool, label: list[Span], room: int, kind: str) -> list[Span]:
    """An arrow that does not come to its end."""
    used = sum(len(text) for text, _ in label) + 2
    middle = [(" ", ""), *label, (" ", "")]
    if from_client:
        length = min(max(int(room * LOST_AT), used + BEFORE_LABEL + 2), room - 1)
        line = max(length - used - BEFORE_LABEL - 1, 0)
        spans = [(signs.LIGHT * BEFORE_LABEL, kind), *middle, (signs.LIGHT * line, kind), (signs.LOST, "problem")]
        return [*spans, (" " * (room - BEFORE_LABEL - used - line - 1), "")]
    gap = max(min(int(room * (1 - LOST_AT)), room - used - 3), 1)
    line = max(room - gap - 1 - used - 1, 0)
    return [(" " * gap, ""), (signs.LOST, "problem"), (signs.LIGHT, kind), *middle, (signs.LIGHT * line, kind)]


def _hole(rung: Rung, hole: Hole, room: int) -> list[Span]:
    """What is missing: an arrow where it is known to have arrived, else one that breaks off."""
    words = _first_fitting(hole_words(hole), max(room - 2 * BEFORE_LABEL - 3, 0))
    if hole.arrived:
        arrow = _arrow(hole.by_client, [(words, "changed")], room, signs.DOTTED, "quiet")
    else:
        end = signs.LOST if hole.sent_again else "" if hole.filled_in is not None else "?"
        arrow = _broken_off(hole.by_client, words, room, end)
    return _between(rung, hole.by_client, arrow)


def _broken_off(from_client: bool, words: str, room: int, head: str) -> list[Span]:
    """What was not seen to arrive: a dotted line that ends with its words."""
    dots = signs.DOTTED * BEFORE_LABEL
    text = f" {words} {dots}"
    rest = room - len(dots) - len(text) - len(head)
    if from_client:
        return [(dots, "quiet"), (text, "changed"), (head, "problem"), (" " * rest, "")]
    return [(" " * rest, ""), (head, "problem"), (dots, "quiet"), (f" {words} ", "changed"), (dots, "quiet")]


def _folded(rung: Rung, room: int) -> list[Span]:
    fold = rung.fold
    assert fold is not None
    words = _first_fitting(fold_words(fold), max(room - 7, 0))
    label: list[Span] = [(f"{signs.CLOSED_FOLD} ", "changed"), (words, "data" if any(fold.payload) else "quiet")]
    kind = "data" if any(fold.payload) else "quiet"
    to_server = bool(fold.payload[0]) or (not any(fold.payload) and not fold.segments[1])
    to_client = bool(fold.payload[1]) or (not any(fold.payload) and not fold.segments[0])
    if not (to_server or to_client):
        to_server = to_client = True
    arrow = _arrow(True, label, room, signs.FOLDED, kind)
    first, last = arrow[0][0], arrow[-1][0]
    if to_client:
        first = signs.TO_CLIENT + first[1:]
    if not to_server:
        last = last[:-1] + signs.FOLDED
    arrow[0], arrow[-1] = (first, kind), (last, kind)
    left = _life(rung.client) if to_client else signs.LEAVES_CLIENT
    right = _life(rung.server) if to_server else signs.LEAVES_SERVER
    return [(left, "quiet"), *arrow, (right, "quiet")]


def _between(rung: Rung, from_client: bool, arrow: list[Span]) -> list[Span]:
    """An arrow with the lifelines on both sides of it."""
    left = signs.LEAVES_CLIENT if from_client else _life(rung.client)
    right = _life(rung.server) if from_client else signs.LEAVES_SERVER
    return [(left, "quiet"), *arrow, (right, "quiet")]


def _life(margin: Margin) -> str:
    return signs.LIFE if margin.alive else signs.NO_LIFE


def _state(margin: Margin, width: int, client: bool) -> list[Span]:
    """A state in its margin with the blank, next to the lifeline."""
    if not width:
        return []
    text = margin.state if width > WHOLE_STATE else short_state(margin.state, 0)
    if len(text) > width - 1:
        text = text[: width - 2] + "…"
    kind = "changed" if margin.changed else "quiet"
    padding = " " * (width - 1 - len(text))
    return [(padding, ""), (text, kind), (" ", "")] if client else [(" ", ""), (text, kind), (padding, "")]


def _beside(spans: Sequence[Span], width: int) -> list[Span]:
    """Remarks with the blank before them, shortened as far as they need; the last ones are left out where that is not
    enough.
    """
    if not width:
        return []
    kept = _shorter(spans, width - 1)
    while len(spans) > 1 and _length(kept) > width - 1:
        spans = spans[:-2]  # a remark, and what separates it from the one before
        kept = _shorter(spans, width - 1)
    return list(cut([(" ", ""), *kept, (" " * width, "")], width))


def _shorter(spans: Sequence[Span], width: int) -> list[Span]:
    """Remarks in as few words as they need, the last ones first."""
    kept: list[Span] = []
    spare = width - _length(spans)
    for text, kind in reversed(spans):
        short = shortened(text, max(len(text) + spare, 0)) if spare < 0 else text
        spare += len(text) - len(short)
        kept.append((short, kind))
    return kept[::-1]


def _length(spans: Iterable[Span]) -> int:
    return sum(len(text) for text, _ in spans)


def cut(spans: Iterable[Span], width: int) -> Iterable[Span]:
    """The spans in exactly `width` cells at most; what does not fit ends in `…`."""
    spans = [span for span in spans if span[0]]
    while spans and not spans[-1][0].strip() and sum(len(text) for text, _ in spans) > width:
        text, kind = spans.pop()
        left = width - sum(len(other) for other, _ in spans)
        if left > 0:
            spans.append((text[:left], kind))
    for text, kind in spans:
        if len(text) > width:
            yield text[: max(width - 1, 0)] + "…" if width > 0 else "", kind
            return
        yield text, kind
        width -= len(text)


def _first_fitting(forms: Iterable[str], width: int) -> str:
    """The first form that fits; the last one, cut, where none does."""
    form = ""
    for form in forms:
        if len(form) <= width:
            return form
    return fit(form, max(width, 0)).rstrip()


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells; what does not fit ends in `…`."""
    if len(text) <= width:
        return text.ljust(width)
    return text[: width - 1] + "…" if width > 0 else ""
