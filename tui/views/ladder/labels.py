"""The words of a ladder: on the arrows, from the longest form to the shortest, and beside them."""

import re
from collections.abc import Iterator

from tui.views.amounts import byte_count, counted, time_span
from tui.views.ladder.rung import Fold, Hole, Rung
from tui.views.wording.notes import GLYPH, KIND, problem_words, quiet_words
from tui.views.wording.roles import leading, role_text
from tui.views.wording.shorter import short_role

Span = tuple[str, str]
"""Text and its kind: the name of a style (tui.ui.look.theme.KINDS), or empty."""

SEPARATOR = " · "
"""Stands between two remarks."""

SHORTER = {", needlessly": "", "lost, sent again in": "lost, again in", "sent again in": "again in"}
"""Remarks in fewer words."""

BEFORE_IT = {"lost segment": "bytes missing before", "capture gap": "capture gap before"}
"""Problems that stand with the segment after them, which is sound itself."""

_WHICH = re.compile(r" (of|after) \d+$")
"""Which other frame a remark speaks of."""

SELF_EVIDENT = ("data", "ack")
"""Kinds of segments whose arrow says all."""


def numbers(rung: Rung, absolute: bool) -> Iterator[str]:
    """A segment's flags, numbers and length, from the whole to the flags alone."""
    view = rung.segment
    seq, ack = (view.raw_seq, view.raw_ack) if absolute else (view.seq, view.ack)
    flags = f"{view.flags:<2}"
    length = f" len {view.length}" if view.length else ""
    carries = f" {seq}:{seq + view.length}" if view.length else f" seq {seq}"
    acks = "" if view.ack is None else f" ack {ack}"
    yield f"{flags}{carries}{acks}{length}"
    yield f"{flags}{carries}{length}" if view.length else f"{flags}{carries}{acks}"
    if not view.length:
        yield f"{flags}{acks if view.flags == '.' else carries}"
    else:
        yield f"{flags}{carries}"
        yield f"{flags}{length}"
    yield view.flags


def remarks(rung: Rung) -> list[Span]:
    """What a segment does and what is wrong with it, with what separates these: that it was lost, problems, roles, then
    what else is worth a word.
    """
    found = list(_remarks(rung))
    return [part for place, span in enumerate(found) for part in ([(SEPARATOR, "quiet"), span] if place else [span])]


def _remarks(rung: Rung) -> Iterator[Span]:
    view, fate = rung.segment, rung.fate
    leads = leading(view.roles)
    if fate is not None and fate.lost:
        yield f"{GLYPH} lost, sent again in {fate.frame}", KIND
    problem, quiet = problem_words(view.notes), quiet_words(view.notes, rung.duplicate_ack)
    if problem:
        which = "" if rung.related is None else f" {'after' if 'reordered' in view.notes else 'of'} {rung.related}"
        for words, before in BEFORE_IT.items():
            problem = problem.replace(words, before)
        first, *others = problem.split(", ")
        yield f"{GLYPH} {', '.join([f'{first}{which}', *others])}", KIND
    if leads.kind not in SELF_EVIDENT:
        yield f"{leads.glyph} {role_text(view.roles)}", leads.kind
    if fate is not None and not fate.lost:
        yield f"sent again in {fate.frame}{', needlessly' if fate.needless else ''}", "quiet"
    if quiet:
        yield quiet, "quiet"


def first_remark(rung: Rung) -> Span | None:
    """The remark that matters most; None where the arrow says all."""
    return next(_remarks(rung), None)


def shortened(text: str, width: int) -> str:
    """A remark in fewer words, as far as it takes."""
    for words, short in SHORTER.items():
        if len(text) > width:
            text = text.replace(words, short)
    text = short_role(text, width)
    if len(text) > width:
        text = text.partition(", ")[0]
    return _WHICH.sub("", text) if len(text) > width else text


def fold_words(fold: Fold) -> Iterator[str]:
    """What is folded, from the longest form to the shortest."""
    client, server = fold.payload
    total = counted(sum(fold.segments), "segment")
    if client and server:
        again = f", {_duplicates(fold)}" if fold.duplicate_acks else ""
        yield f"{total}: {client:,} B → ← {server:,} B{again}"
        yield f"{total}: {client:,} B → ← {server:,} B"
        yield f"{total}, {client + server:,} B"
    elif client or server:
        end = 0 if client else 1
        sent, acks = fold.segments[end], fold.segments[1 - end] - fold.duplicate_acks
        what = f"{counted(sent, 'segment')}, {client + server:,} B"
        back = [f"{counted(acks, 'ACK')}"] if acks > 0 else []
        duplicates = [_duplicates(fold)] if fold.duplicate_acks else []
        yield ", ".join([what, *back, *duplicates])
        yield ", ".join([what, *duplicates])
        if duplicates:
            yield f"{what}, {fold.duplicate_acks} dup. ACKs"
        yield what
    else:
        ordinary = sum(fold.segments) - fold.duplicate_acks
        whole = [counted(ordinary, "ACK")] if ordinary else []
        yield ", ".join([*whole, *([_duplicates(fold)] if fold.duplicate_acks else [])])
    yield f"{sum(fold.segments):,} ×"


def _duplicates(fold: Fold) -> str:
    return counted(fold.duplicate_acks, "duplicate ACK")


def fold_remark(rung: Rung, fold: Fold) -> str:
    """Which frames are folded, and how long they took."""
    return f"{rung.segment.number}–{fold.last_frame} in {time_span(fold.seconds)}"


def hole_words(hole: Hole) -> Iterator[str]:
    """What is missing, from the longest form to the shortest."""
    amount = "bytes" if hole.missing is None else f"{hole.missing:,} B"
    if hole.arrived:
        yield f"{amount} not captured"
    elif hole.sent_again:
        yield f"{amount} lost before the capture"
        yield f"{amount} lost"
    else:
        yield f"{amount} {'missing' if hole.filled_in is None else 'come late'}"
    yield amount


def hole_remark(hole: Hole) -> str:
    """What became of what is missing."""
    if hole.arrived:
        return "yet acknowledged"
    if hole.filled_in is not None:
        return f"{'sent again' if hole.sent_again else 'comes late'} in {hole.filled_in}"
    return "lost, late or not captured"


def silence_words(seconds: float) -> str:
    """A gap in time."""
    return f"{time_span(seconds)} of silence"


def fold_sentences(rung: Rung, fold: Fold) -> str:
    """What a fold holds, in sentences."""
    first, last = rung.segment.number, fold.last_frame
    parts = [f"Frames {first} to {last}: {sum(fold.segments):,} ordinary segments in {time_span(fold.seconds)}."]
    for end, count, payload in zip(("client", "server"), fold.segments, fold.payload, strict=True):
        if count:
            what = f"with {byte_count(payload)}" if payload else "without data"
            parts.append(f"The {end} sent {count:,} of them, {what}.")
    if fold.duplicate_acks:
        verb = "is a duplicate ACK" if fold.duplicate_acks == 1 else "are duplicate ACKs"
        parts.append(f"{fold.duplicate_acks:,} {verb}.")
    return " ".join(parts)
