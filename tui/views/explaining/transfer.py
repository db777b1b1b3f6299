"""What data and plain ACKs do, and why one within a teardown is no part of it."""

from tui.views.amounts import byte_count, count, listed
from tui.views.explaining.context import Context
from tui.views.explaining.sentence import Sentence

_FIN_IN_FLIGHT = ("FIN-WAIT-1", "CLOSING", "LAST-ACK")
"""States of an endpoint whose FIN is not acknowledged."""

_TOLD_BY_NOTES = frozenset(
    (
        *("duplicate-ack", "keep-alive", "keep-alive-answer", "zero-window-probe", "zero-window-answer"),
        *("window-update", "challenge-ack", "duplicate-capture"),
    )
)
"""Notes that say all that there is to say of an ACK without payload."""

_COVERS_A_FIN = frozenset(("teardown 2/4", "teardown 4/4", "simultaneous close 3/4", "simultaneous close 4/4"))
"""Roles that tell what the ack of their segment covers."""

_LARGEST_WINDOW = 1 << 30
"""Bytes (RFC 7323 section 2.3): 65,535 scaled by 2^14, and a little more."""

_FULL = 3
"""SACK blocks that a header with timestamps has room for (RFC 2018 section 3): with as many there may be more."""


def data(c: Context) -> list[Sentence]:
    """Payload."""
    view = c.view
    end = count(c.end_of_data)
    begin = f"The {c.sender} sends {byte_count(view.length)}{_again(c)}"
    if "S" in view.flags:
        begin = f"The SYN carries {byte_count(view.length)} of data already"
    them = "it" if view.length == 1 else "them"
    begin += f", seq {count(c.first_data)} up to {end}: ack {end} will cover {them}."
    sentences = [Sentence(begin, "RFC 9293 §3.4")]
    if c.in_flight > view.length:
        text = f"With {them} {byte_count(c.in_flight)} are in flight: sent, and not acknowledged yet."
        sentences.append(Sentence(text, "RFC 9293 §3.8.6"))
    return sentences + _carried_ack(c) + _half_closed(c) + _not_covered(c)


def ack(c: Context) -> list[Sentence]:
    """A segment without payload that does nothing but acknowledge."""
    answer = _answers_syn_ack(c)
    if answer:
        return answer
    if _TOLD_BY_NOTES.intersection(c.view.notes):
        return _not_covered(c)
    number, acknowledged = count(c.view.ack or 0), c.acknowledged
    frames = (acknowledged.frame,) if acknowledged else ()
    which = f" acknowledges frame {acknowledged.frame}, {acknowledged.after} after it" if acknowledged else ""
    has = f"has received everything before {number}" if (c.view.ack or 0) > 1 else f"expects number {number} next"
    text = f"ack {number}{which}: the {c.sender} {has}{_room(c)}."
    return [Sentence(text, "RFC 9293 §3.4", frames), *_not_covered(c)]


def selective(c: Context) -> list[Sentence]:
    """What SACK blocks say beyond the ack, and what a D-SACK block says of bytes that came twice."""
    ack_number = c.view.ack
    if not c.sack or ack_number is None:
        return []
    blocks = [block for block in c.sack if all(abs(edge - ack_number) <= _LARGEST_WINDOW for edge in block)]
    sentences = []
    if len(blocks) < len(c.sack):
        text = f"SACK: a block lies further from ack {count(ack_number)} than any window reaches, so it tells nothing."
        sentences.append(Sentence(text, "RFC 7323 §2.3"))
    if not blocks:
        return sentences
    (left, right), *others = blocks
    if right <= ack_number or any(begin <= left and right <= end for begin, end in others):
        text = f"D-SACK: {_came_twice(c, left, right)} arrived twice"
        if right > 1:  # both ends of a simultaneous open have to send their SYN twice
            text += ", so one of the two was needless"
        text += "."
        sentences.append(Sentence(text, "RFC 2883 §4"))
        blocks = others
    held = sorted(block for block in blocks if block[1] > ack_number)
    if held:
        ranges = listed(f"{count(begin)} up to {count(end)}" for begin, end in held)
        text = f"SACK: the {c.sender} also has {ranges}; {_missing(c, ack_number, held)}."
        sentences.append(Sentence(text, "RFC 2018 §3"))
    return sentences


def _came_twice(c: Context, left: int, right: int) -> str:
    """What a D-SACK block reports: bytes, or the one number of a SYN or FIN."""
    if (left, right) == (0, 1):
        return f"the {c.peer}'s SYN"
    if c.peer_fin is not None and (left, right) == (c.peer_fin.number, c.peer_fin.number + 1):
        return f"the {c.peer}'s FIN"
    return f"the byte {count(left)}" if right - left == 1 else f"the bytes {count(left)} up to {count(right)}"


def _missing(c: Context, ack_number: int, held: list[tuple[int, int]]) -> str:
    """The holes, where there was room to report all that is held; else only the first of them begins for certain."""
    if len(c.sack) >= _FULL:
        return f"what begins at {count(ack_number)} is missing"
    begins = [ack_number, *(end for _, end in held[:-1])]
    holes = [f"{count(begin)} up to {count(block[0])}" for begin, block in zip(begins, held, strict=True)]
    return f"{listed(holes)} {'is' if len(holes) == 1 else 'are'} missing"


def _again(c: Context) -> str:
    """Whether the payload was sent before, and how much of it."""
    if "retransmission" not in c.view.notes or "zero-window-probe" in c.view.notes:
        return ""
    overlap = c.proof("retransmission").number("overlap")
    return f", {count(overlap)} of them again" if overlap and overlap < c.view.length else " again"


def _carried_ack(c: Context) -> list[Sentence]:
    """What the ack of a segment with payload says."""
    number, acknowledged = c.view.ack or 0, c.acknowledged
    if _COVERS_A_FIN.intersection(c.view.roles):
        return []
    if acknowledged is not None and "S" not in c.view.flags:
        text = f"Its ack {count(number)} acknowledges frame {acknowledged.frame}, {acknowledged.after} after it."
        return [Sentence(text, "", (acknowledged.frame,))]
    if number <= 1:
        return []
    return [Sentence(f"It has received everything before {count(number)}.")]


def _room(c: Context) -> str:
    if "scale-unknown" in c.view.notes or "zero-window" in c.view.notes:
        return ""
    return f" and has room for {count(c.view.window)} more" if c.view.window else " and has no room for more"


def _half_closed(c: Context) -> list[Sentence]:
    """Data that is sent to an end that has finished sending, and whose FIN was covered before."""
    if "teardown 2/4" in c.view.roles:
        return []
    if c.sender_before != "CLOSE-WAIT" or c.peer_fin is None or (c.view.ack or 0) <= c.peer_fin.number:
        return []
    text = (
        f"The {c.peer} has finished sending (FIN number {count(c.peer_fin.number)}{c.peer_fin.place}) and still "
        f"receives: the connection is half-closed, and the {c.sender}'s direction stays open until its own FIN."
    )
    return [Sentence(text, "RFC 9293 §3.6.1", c.peer_fin.frames)]


def _not_covered(c: Context) -> list[Sentence]:
    """Why a segment that lies within the teardown is no part of it."""
    if "F" in c.view.flags or "teardown 2/4" in c.view.roles or "teardown 4/4" in c.view.roles:
        return []
    if c.sender_before == "FIN-WAIT-1" and c.peer_before == "CLOSE-WAIT":
        text = (
            f"It lies within the teardown but is no part of it: no FIN of the {c.peer} was captured yet that it could "
            "acknowledge."
        )
        return [Sentence(text, "RFC 9293 §3.6")]
    fin, number = c.peer_fin, c.view.ack
    if c.peer_before not in _FIN_IN_FLIGHT or fin is None or number is None or number > fin.number:
        return []
    place = f", in frame {fin.found.frame}" if fin.found else ""
    text = (
        f"It lies within the teardown but is no part of it: the {c.peer}'s FIN has number {count(fin.number)}{place}, "
        f"so only ack {count(fin.number + 1)} covers it, and this one says {count(number)}."
    )
    return [Sentence(text, "RFC 9293 §3.6", fin.frames)]


def _answers_syn_ack(c: Context) -> list[Sentence]:
    """The ACK that a simultaneous open's SYN+ACK gets, which brings nothing that had not arrived before."""
    view = c.view
    if not c.opened_simultaneously or (view.seq, view.ack) != (1, 1) or c.peer_syn_ack is None:
        return []
    frame = c.peer_syn_ack.frame
    text = (
        f"It answers the SYN+ACK of frame {frame}, which repeats a SYN that the {c.sender} had received before: a "
        f"segment with old numbers is answered with an ACK that says what is expected, here ack 1. The {c.peer}'s SYN "
        "is acknowledged already, so nothing changes."
    )
    return [Sentence(text, "RFC 9293 §3.10.7.4", (frame,))]
