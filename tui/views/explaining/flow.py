"""Notes of windows, probes and keep-alives, and of what a reset or a SYN meets."""

from tui.tcp.rules.flags import SYN
from tui.tcp.tracking.landmarks import Landmark
from tui.views.amounts import byte_count, count
from tui.views.explaining.context import Context
from tui.views.explaining.proof import EvidenceView
from tui.views.explaining.sentence import Sentence

_FIRST_WAIT = 0.9
"""Seconds from which a SYN that is repeated waited as RFC 6298 wants it, with some allowance."""


def keep_alive(c: Context, p: EvidenceView) -> list[Sentence]:
    """`keep-alive`."""
    idle = f" After {p.span('idle')} of silence it" if p.span("idle") else " It"
    carried = "no byte" if not c.view.length else "one byte that is acknowledged already"
    text = (
        f"Keep-alive: seq {count(c.view.seq)} is one below the next byte and the segment has {carried}, so nothing new "
        f"is sent.{idle} asks whether the {c.peer} is still there: an old number must be answered with an ACK."
    )
    return [Sentence(text, "RFC 9293 §3.8.4")]


def keep_alive_answer(c: Context, p: EvidenceView) -> list[Sentence]:
    """`keep-alive-answer`."""
    of = f" of frame {p.frame}" if p.frame is not None else ""
    text = f"It answers the keep-alive{of}: the {c.sender} is there, and still expects {count(c.view.ack or 0)}."
    return [Sentence(text, "RFC 9293 §3.8.4", p.frames)]


def zero_window(c: Context, p: EvidenceView) -> list[Sentence]:
    """`zero-window`."""
    text = (
        f"Window 0: the {c.sender} has no room for more, as its program does not read as fast as data comes, and the "
        f"{c.peer} has to stop."
    )
    closed = p.span("closed")
    if closed:
        opened = f" frame {p.frame} opens it" if p.frame is not None else " it opens"
        text += f" It stays closed for {closed}, until{opened}."
    elif p.found:
        text += " It was not opened again so far."
    return [Sentence(text, "RFC 9293 §3.8.6", p.frames)]


def zero_window_probe(c: Context, p: EvidenceView) -> list[Sentence]:
    """`zero-window-probe`."""
    by = f" by frame {p.frame}" if p.frame is not None else ""
    what = byte_count(c.view.length) if c.view.length else "an old number and no byte"
    text = (
        f"Zero-window probe: the {c.peer}'s window was closed{by}, so the {c.sender} sends {what} to draw an ACK that "
        "tells the window now. Without it both would wait for ever if the update that opens the window were lost."
    )
    return [Sentence(text, "RFC 9293 §3.8.6.1", p.frames)]


def zero_window_answer(c: Context, p: EvidenceView) -> list[Sentence]:
    """`zero-window-answer`."""
    of = f" of frame {p.frame}" if p.frame is not None else ""
    state = "is still closed" if not c.view.window else f"is {byte_count(c.view.window)} now"
    text = f"It answers the probe{of}: ack {count(c.view.ack or 0)}, and the window {state}."
    return [Sentence(text, "RFC 9293 §3.8.6.1", p.frames)]


def window_full(c: Context, p: EvidenceView) -> list[Sentence]:
    """`window-full`."""
    window = p.number("window")
    size = f" of {byte_count(window)}" if window is not None else ""
    by = f" that frame {p.frame} announced" if p.frame is not None else ""
    text = (
        f"It fills the {c.peer}'s window{size}{by} to the last byte: the {c.sender} has to wait for an ACK or a larger "
        "window."
    )
    return [Sentence(text, "RFC 9293 §3.8.6", p.frames)]


def window_update(c: Context, p: EvidenceView) -> list[Sentence]:
    """`window-update`."""
    before, after = p.number("before"), p.number("after")
    if after is None:
        after = c.view.window
    place = f" in frame {p.frame}" if p.frame is not None else ""
    was = f", and was {count(before)}{place}" if before is not None else ""
    program = f": the {c.sender}'s program has read" if before is None or after > before else ""
    if program and before != 0:
        program += ", or its buffer has grown"
    flags = c.of_telling_row("window-update", "flags")
    if flags is not None and flags & SYN and c.session.store.value("shift", c.view.row) > 0:
        program = ": the first window that is scaled, as that of a SYN never is"
    text = (
        f"Window update{program}. The window is {byte_count(after)} now{was}; ack {count(c.view.ack or 0)} says "
        "nothing new."
    )
    return [Sentence(text, "RFC 9293 §3.8.6", p.frames)]


def syn_retry(c: Context, p: EvidenceView) -> list[Sentence]:
    """`syn-retry`."""
    number = p.number("number")
    nth = f"Repetition {count(number)} of the SYN" if number is not None else "The SYN is repeated"
    after = f" {p.span('elapsed')}" if p.span("elapsed") else ""
    frame = f" after the one of frame {p.frame}" if p.frame is not None else ""
    when = f",{after}{frame}" if frame else ""
    answer, frames, why = c.landmark(Landmark.SYN_ACK), p.frames, "no answer had come by then"
    if answer is not None:
        why, frames = (
            f"the answer of frame {answer.frame} had not reached the {c.sender} by then",
            (*frames, answer.frame),
        )
    text = f"{nth}{when}: {why}."
    if number in (None, 1) and (p.seconds("elapsed") or _FIRST_WAIT) >= _FIRST_WAIT:
        text += " The wait begins at about 1 s and doubles from try to try; some stacks double it only after a few."
    return [Sentence(text, "RFC 6298 §5", frames)]


def port_reused(_: Context, p: EvidenceView) -> list[Sentence]:
    """`port-reused`."""
    last = ""
    if p.frame is not None:
        ago = f", {p.span('elapsed')} earlier" if p.span("elapsed") else ""
        last = f", whose last segment was frame {p.frame}{ago}"
    text = f"The same addresses and ports had a connection before{last}: this SYN begins a new one."
    return [Sentence(text, "RFC 9293 §3.6.1", p.frames)]


def fast_open(c: Context, p: EvidenceView) -> list[Sentence]:
    """`fast-open`."""
    sent = p.number("sent")
    amount = f"the {byte_count(sent)}" if sent is not None else "the data"
    of = f" of frame {p.frame}" if p.frame is not None else ""
    text = (
        f"Fast Open: the {c.sender} takes {amount} that the SYN{of} carried, a round trip earlier than a handshake "
        "alone would let it."
    )
    return [Sentence(text, "RFC 7413 §4.2.2", p.frames)]


def fast_open_ignored(c: Context, p: EvidenceView) -> list[Sentence]:
    """`fast-open-ignored`."""
    sent, acked = p.number("sent"), p.number("acked")
    amount = f"the {byte_count(sent)}" if sent is not None else "the data"
    of = f" of frame {p.frame}" if p.frame is not None else ""
    only = " covers the SYN alone" if not acked else f" covers {count(acked)} of them"
    text = (
        f"Fast Open was refused: ack {count(c.view.ack or 0)}{only}, not {amount} that the SYN{of} carried, so the "
        f"{c.peer} has to send them again."
    )
    return [Sentence(text, "RFC 7413 §4.2.2", p.frames)]


def reset_in_window(c: Context, p: EvidenceView) -> list[Sentence]:
    """`reset-in-window`."""
    expected, window = p.number("expected"), p.number("window")
    if expected is None:
        place = f"seq {count(c.view.seq)} is not the number that the {c.peer} expects, though within its window"
    else:
        size = f" of {byte_count(window)}" if window is not None else ""
        by = f" by its frame {p.frame}" if p.frame is not None else ""
        place = (
            f"seq {count(c.view.seq)} lies within the {c.peer}'s window{size}, but is not "
            f"{count(expected)}, which it expects{by}"
        )
    text = (
        f"A careful receiver doubts this reset: {place}. It answers with a challenge ACK, which only the true peer can "
        "confirm by a second reset."
    )
    return [Sentence(text, "RFC 5961 §3.2", p.frames)]


def challenge_ack(c: Context, p: EvidenceView) -> list[Sentence]:
    """`challenge-ack`."""
    to = f" in answer to frame {p.frame}" if p.frame is not None else ""
    text = (
        f"Challenge ACK{to}: the {c.sender} does not believe that segment and repeats what it expects, ack "
        f"{count(c.view.ack or 0)}. A peer that meant it would now send a reset with that number."
    )
    return [Sentence(text, "RFC 5961 §4.2", p.frames)]


def middlebox_reset(c: Context, p: EvidenceView) -> list[Sentence]:
    """`middlebox-reset`."""
    ours, theirs = p.number("ours"), p.number("theirs")
    what = "IP identification" if p.reason == "ip-id" else "TTL"
    own = f" {ours}" if ours is not None else ""
    other = f" the {theirs}" if theirs is not None else " that"
    of = f" of the {c.sender}'s segments"
    if p.frame is not None:
        of = f" of the {c.sender}'s segment before, frame {p.frame}"
    text = (
        f"The {c.sender} hardly sent this reset: its {what}{own} is unlike{other}{of}. A firewall or another box "
        "on the way sends such resets in the name of an endpoint."
    )
    return [Sentence(text, "RFC 3360", p.frames)]
