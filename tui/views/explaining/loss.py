"""Notes of what was sent again, came out of order, or is missing."""

from tui.tcp.rules.flags import SYN
from tui.tcp.tracking.sequence import nearest
from tui.views.amounts import byte_count, count, counted
from tui.views.explaining.context import Context
from tui.views.explaining.proof import EvidenceView
from tui.views.explaining.sentence import Sentence

_KINDS = frozenset(("fast-retransmission", "tail-loss-probe"))
"""Notes that tell why a segment was sent again."""

_TIMER = "RFC 6298 §5"

_ENOUGH = 3
"""Duplicate ACKs after which a segment is taken for lost (RFC 5681 section 3.2)."""


def again(c: Context, p: EvidenceView) -> list[Sentence]:
    """`retransmission`."""
    if "syn-retry" in c.view.notes:
        return []
    if p.reason in _FILLS:
        return [_fills(c, p)]
    by_timer = p.reason == "timeout" and not _KINDS.intersection(c.view.notes)
    if p.number("overlap") == 0 and c.view.length:
        return [_first_sending_unseen(c, p, by_timer)]
    cause, reference = "", "RFC 9293 §3.8.1"
    if by_timer:
        cause, reference = "; no fast retransmit explains it, so the retransmission timer ran out", _TIMER
    if "S" in c.view.flags:  # states tell what had not reached its sender
        cause, reference = "", "RFC 9293 §3.8.1"
    if p.frame is None:
        text = f"It was sent before: this is a retransmission of {_content(c)}{cause}."
    else:
        after = f" {p.span('elapsed')}" if p.span("elapsed") else ""
        text = f"Sent again{after} after frame {p.frame}, {_carried(c, p)}{cause}."
    return [Sentence(text, reference, p.frames)]


def fast(c: Context, p: EvidenceView) -> list[Sentence]:
    """`fast-retransmission`."""
    duplicates, sacked = p.number("duplicate_acks"), p.number("sacked")
    last = f", {'' if duplicates == 1 else 'the last '}in frame {p.frame}," if p.frame is not None else ""
    if (duplicates, sacked) == (0, 0):
        return [_by_time(c, p)]
    if duplicates:
        asked = f"{counted(duplicates, 'duplicate ACK')}{last} asked for it"
    elif sacked:
        asked = f"SACK blocks{f' of frame {p.frame}' if p.frame is not None else ''} report a hole there"
    else:
        asked = f"Duplicate ACKs{last} asked for it"
    text = f"{asked}: the {c.sender} sends it at once and does not wait for its timer. That is fast retransmit"
    if duplicates and duplicates < _ENOUGH:
        text += "; a stack that goes by time as well (RACK) need not wait for three"
    sentences = [Sentence(f"{text}.", "RFC 8985 §6.2" if "RACK" in text else "RFC 5681 §3.2", p.frames)]
    if sacked:
        text = f"The {c.peer} had reported {byte_count(sacked)} beyond the hole, so what is in it was taken for lost."
        sentences.append(Sentence(text, "RFC 6675 §5"))
    return sentences


def _by_time(c: Context, p: EvidenceView) -> Sentence:
    """Sent again early, though no report tells of a hole there."""
    after = f" right after the ACK of frame {p.frame}" if p.frame is not None else " early"
    text = (
        f"The {c.sender} sends it{after} and does not wait for its timer, though no duplicate ACK and no SACK block "
        "asked for it: some stacks take for lost what has been on its way for too long."
    )
    return Sentence(text, "RFC 8985 §6.2", p.frames)


def spurious(c: Context, p: EvidenceView) -> list[Sentence]:
    """`spurious-retransmission`."""
    number = p.number("ack")
    upto = f" up to {count(number)}" if number is not None else ""
    where = f"frame {p.frame}" if p.frame is not None else "another segment"
    if p.reason == "dsack":
        what = f"the bytes{upto}" if c.view.length else _single(c)
        text = f"It was needless: the D-SACK block of {where} tells that {what} arrived twice."
        return [Sentence(text, "RFC 2883 §4", p.frames)]
    if p.reason == "acked-before" or p.frame is not None:
        acked = f" (ack {count(number)})" if number is not None else ""
        text = (
            f"It was needless: {where} had acknowledged {_bytes(c)} before{acked}. That ACK was lost, or still on its "
            f"way to the {c.sender}."
        )
        return [Sentence(text, "RFC 6298 §5", p.frames)]
    return [Sentence(f"It was needless: the {c.peer} has {_bytes(c)} already.", "RFC 6298 §5")]


def tail_loss(c: Context, p: EvidenceView) -> list[Sentence]:
    """`tail-loss-probe`."""
    silence = f" of {p.span('elapsed')}" if p.span("elapsed") else ""
    since = f" since frame {p.frame}" if p.frame is not None else ""
    trip = f" (a round trip takes {p.span('rtt')})" if p.span("rtt") else ""
    end = "the end of its data" if c.view.length else "its FIN"
    text = (
        f"A tail loss probe: after a silence{silence}{since}{trip} the {c.sender} sends {end} again. "
        "That draws an ACK which tells whether something was lost, before the slower retransmission timer runs out."
    )
    return [Sentence(text, "RFC 8985 §7.3", p.frames)]


def reordered(_: Context, p: EvidenceView) -> list[Sentence]:
    """`reordered`."""
    hole = "Fills a hole that was left shortly before"
    overtaker = f"frame {p.frame}" if p.frame is not None else "the segment that overtook it"
    if p.frame is not None:
        before = f" {p.span('elapsed')} before" if p.span("elapsed") else ""
        hole = f"Fills the hole that frame {p.frame} left{before}"
    ours, theirs = p.number("ours"), p.number("theirs")
    told = ours is not None and theirs is not None
    if p.reason == "earlier-ip-id":
        which = f" {ours} precedes {theirs}" if told else " precedes that"
        why = f"its IP identification{which} of {overtaker}, so it was sent before it"
    elif p.reason == "earlier-timestamp":
        which = f" {count(ours or 0)} precedes {count(theirs or 0)}" if told else " precedes that"
        why = f"its TCP timestamp{which} of {overtaker}, so it was sent before it"
    elif p.reason == "too-soon":
        why = "no report of a hole can have reached the sender so soon"
    else:
        why = "nothing tells of a second sending"
    reference = "RFC 7323 §3" if p.reason == "earlier-timestamp" else "RFC 9293 §3.4"
    return [Sentence(f"{hole}; {why}: reordered on the way, not sent again.", reference, p.frames)]


def lost(c: Context, p: EvidenceView) -> list[Sentence]:
    """`lost-segment`."""
    missing, expected = p.number("missing"), p.number("expected")
    amount = byte_count(missing) if missing is not None else "Some bytes"
    verb = "is" if missing == 1 else "are"
    frame = f", after frame {p.frame}" if p.frame is not None else ""
    numbers = f": seq {count(expected)} was expected and {count(c.view.seq)} came" if expected is not None else ""
    text = (
        f"{amount} {verb} missing before it{frame}{numbers}. What is missing was lost on the way, comes late, or was "
        "missed by the capture."
    )
    return [Sentence(text, "RFC 9293 §3.4", p.frames)]


def gap(c: Context, p: EvidenceView) -> list[Sentence]:
    """`capture-gap`."""
    missing, expected = p.number("missing"), p.number("expected")
    amount = byte_count(missing) if missing is not None else "Some bytes"
    from_ = f" from seq {count(expected)} on" if expected is not None else ""
    from_ += f", after frame {p.frame}," if p.frame is not None else ""
    verb = "was" if missing == 1 else "were"
    if p.reason == "ack-of-unseen":
        proof = f"this ack covers {amount.lower()} of the {c.peer}{from_} that {verb} never captured"
    else:
        ack_frame = p.frames[1] if len(p.frames) > 1 else None
        by = f" in frame {ack_frame}" if ack_frame is not None else ""
        proof = f"{amount.lower()}{from_} {verb} never captured before it, yet the {c.peer} acknowledged them{by}"
    text = f"The capture has a hole, not the connection: {proof}. They arrived, and the capture missed them."
    return [Sentence(text, "", p.frames)]


def duplicate_ack(c: Context, p: EvidenceView) -> list[Sentence]:
    """`duplicate-ack`."""
    number = p.number("number")
    ack = count(c.view.ack or 0)
    nth = f" number {count(number)}" if number is not None else ""
    of = f" of frame {p.frame}" if p.frame is not None else ""
    text = (
        f"Duplicate ACK{nth}{of}: a segment arrived that is not the next one, so the {c.sender} repeats ack {ack}: it "
        "still expects that number."
    )
    return [Sentence(text, "RFC 5681 §2", p.frames)]


def _fills(c: Context, p: EvidenceView) -> Sentence:
    """A retransmission whose first sending is not in the capture, told by what it carries or by when it came."""
    after = f"frame {p.frame}" if p.frame is not None else "segments sent after the hole"
    span = p.span("elapsed")
    if p.reason == "later-ip-id":
        ours, theirs = c.session.store.value("ip_id", c.view.row), c.of_telling_row("retransmission", "ip_id")
        which = f" {ours} follows {theirs}" if theirs is not None else " follows that"
        why, reference = f"Its IP identification{which} of {after}, so it was sent after it", "RFC 9293 §3.8.1"
    elif p.reason == "later-timestamp":
        ours, theirs = c.session.store.value("tsval", c.view.row), c.of_telling_row("retransmission", "tsval")
        which = f" {count(ours)} lies after {count(theirs)}" if theirs is not None else " lies after that"
        why, reference = f"Its TCP timestamp{which} of {after}, so it was sent after it", "RFC 7323 §3"
    elif p.reason == "answers-report":
        reported = f" in frame {p.frame}" if p.frame is not None else ""
        why = f"The {c.peer} reported the hole{reported}, and this came a round trip or more after that"
        reference = "RFC 5681 §3.2"
    else:
        silence = (f" of {span}" if span else "") + (f" since frame {p.frame}" if p.frame is not None else "")
        why, reference = f"It came after a silence{silence} that no reordering explains", _TIMER
    text = f"Fills a hole: its first sending was lost before it was captured. {why}: sent again, not reordered."
    return Sentence(text, reference, p.frames)


_FILLS = frozenset(("later-ip-id", "later-timestamp", "answers-report", "after-silence"))
"""Reasons that tell a retransmission from a segment that was only late."""


def _first_sending_unseen(c: Context, p: EvidenceView, by_timer: bool) -> Sentence:
    came = f" It came {p.span('elapsed')} after frame {p.frame}, the last before it" if p.frame is not None else ""
    cause = "no fast retransmit explains it, so the retransmission timer ran out"
    begin = f"Sent again, though the first sending of these {byte_count(c.view.length)} is not in the capture."
    if by_timer:
        text = f"{begin}{came}; {cause}." if came else f"{begin} {cause[0].upper()}{cause[1:]}."
        return Sentence(text, _TIMER, p.frames)
    return Sentence(f"{begin}{came}." if came else begin, "RFC 9293 §3.8.1", p.frames)


def _content(c: Context) -> str:
    if "S" in c.view.flags:
        return "this SYN+ACK" if c.view.ack is not None else "this SYN"
    if c.view.length:
        return f"these {byte_count(c.view.length)}" if c.view.length > 1 else "this byte"
    return "this FIN" if "F" in c.view.flags else "this segment"


def _bytes(c: Context) -> str:
    return "these bytes" if c.view.length > 1 else "this byte" if c.view.length else _single(c)


def _single(c: Context) -> str:
    """What a segment without payload takes a number for."""
    return "this FIN" if "F" in c.view.flags else "this SYN" if "S" in c.view.flags else "this number"


def _carried(c: Context, p: EvidenceView) -> str:
    """What the earlier segment had in common with this one."""
    overlap, length = p.number("overlap"), c.view.length
    if "S" in c.view.flags:
        return f"which carried the same {'SYN' if c.view.ack is None else 'SYN+ACK'}"
    if not length:
        return "which carried the same FIN" if "F" in c.view.flags else "which carried the same number"
    before = length if overlap is None else min(overlap, length)
    if _in_common(c, before) < before:
        share = "all" if before == length else count(before)
        return f"the last that carried any of these {byte_count(length)}, of which {share} were sent before"
    which = f"{count(before)} of these" if before < length else "the same"
    return f"which carried {which} {byte_count(length)}"


def _in_common(c: Context, otherwise: int) -> int:
    """How many of the segment's bytes the earlier one carried; `otherwise` where that can't be told."""
    seq, length, flags = (c.of_telling_row("retransmission", name) for name in ("seq", "length", "flags"))
    if seq is None or length is None or flags is None:
        return otherwise
    first = nearest(c.view.raw_seq, seq + bool(flags & SYN)) - c.view.raw_seq - ("S" in c.view.flags)
    return max(min(first + length, c.view.length) - max(first, 0), 0)
