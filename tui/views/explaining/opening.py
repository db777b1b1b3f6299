"""What the segments of a handshake do (RFC 9293, section 3.5)."""

from tui.tcp.tracking.landmarks import Landmark
from tui.views.amounts import byte_count, count, listed
from tui.views.explaining.context import Context
from tui.views.explaining.sentence import Sentence

_OPENING = "RFC 9293 §3.5"


def first_syn(c: Context) -> list[Sentence]:
    """Handshake 1/3."""
    isn = count(c.view.raw_seq)
    if "syn-retry" in c.view.notes:
        text = f"The {c.sender} asks for the connection again: the same SYN, initial sequence number {isn}."
        return [Sentence(text, _OPENING)]
    text = (
        f"The {c.sender} asks for a connection: its SYN carries the initial sequence number {isn}, which counts as "
        "0 from here on. The SYN takes that one number, so ack 1 will answer it."
    )
    return [Sentence(text, _OPENING), *_offer(c, "offers"), *_unanswered(c)]


def syn_ack(c: Context) -> list[Sentence]:
    """Handshake 2/3."""
    if "retransmission" in c.view.notes:
        text = f"The {c.sender} agrees again: the same SYN+ACK, initial sequence number {count(c.view.raw_seq)}."
        return [Sentence(text, _OPENING)]
    syn = c.landmark(Landmark.LAST_SYN) or c.landmark(Landmark.SYN)
    of = f" of frame {syn.frame}" if syn else ""
    ack = c.view.ack or 0
    client_isn = count((c.view.raw_ack - ack) & 0xFFFFFFFF)
    if ack == 1:
        acks = (
            f"ack 1 = the {c.peer}'s initial sequence number {client_isn} + 1, as the SYN{of} takes one number though "
            "it carries no byte"
        )
    else:
        acks = f"ack {count(ack)} covers the SYN{of} and the {byte_count(ack - 1)} that it carried"
    after = f" {c.since(syn)} after the SYN" if syn else ""
    text = (
        f"The {c.sender} agrees{after}: {acks}. Its own SYN, with initial sequence number {count(c.view.raw_seq)}, "
        "travels in the same segment, so a handshake has three segments and not four."
    )
    return [Sentence(text, _OPENING, (syn.frame,) if syn else ()), *_offer(c, "agrees to")]


def third(c: Context) -> list[Sentence]:
    """Handshake 3/3."""
    ack = c.view.ack or 0
    answer = c.landmark(Landmark.SYN_ACK)
    syn = c.landmark(Landmark.LAST_SYN)
    frames: tuple[int, ...] = (answer.frame,) if answer else ()
    of = f"SYN+ACK of frame {answer.frame}" if answer else "SYN"
    sum_ = f"ack 1 = the {c.peer}'s initial sequence number + 1" if ack == 1 else f"ack {count(ack)} is beyond its SYN"
    text = f"The {c.sender} acknowledges the {c.peer}'s {of}: {sum_}. The handshake is complete"
    if syn is not None and answer is not None:
        text += f", {c.since(syn)} after the SYN of frame {syn.frame}: one round trip, measured where this was captured"
        frames += (syn.frame,)
    return [Sentence(f"{text}.", _OPENING, frames)]


def simultaneous(c: Context) -> list[Sentence]:
    """Every segment of a simultaneous open but its first SYN."""
    if "S" not in c.view.flags:
        answered = c.peer_syn_ack
        of = f" of frame {answered.frame}" if answered else ""
        text = (
            f"The {c.sender} acknowledges the {c.peer}'s SYN{of} (ack {count(c.view.ack or 0)}): this part of the "
            "simultaneous open is complete."
        )
        return [Sentence(text, _OPENING, (answered.frame,) if answered else ())]
    theirs = c.landmark(Landmark.OTHER_SYN if c.view.from_client else Landmark.SYN)
    of = f" of frame {theirs.frame}" if theirs else ""
    frames = (theirs.frame,) if theirs else ()
    if c.view.ack is None:
        text = (
            f"The {c.sender} asks for a connection too: this SYN (initial sequence number {count(c.view.raw_seq)}) "
            f"acknowledges nothing, so it was sent before the SYN{of} had arrived. Both ends ask at once, a "
            "simultaneous open: neither is the one that listens, and each answers the other's SYN."
        )
        return [Sentence(text, _OPENING, frames), *_offer(c, "offers")]
    text = (
        f"The {c.sender} answers the SYN{of} with ack {count(c.view.ack)} = that SYN + 1. Its own SYN comes along "
        "again, with the number it had before: so do both ends of a simultaneous open, and it is no retransmission."
    )
    return [Sentence(text, _OPENING, frames)]


def _offer(c: Context, verb: str) -> list[Sentence]:
    """What a SYN's options ask for."""
    options = c.options
    offers = []
    if options.window_scale is not None:
        offers.append(f"windows scaled by 2^{options.window_scale}")
    if options.sack_permitted:
        offers.append("SACK")
    if options.timestamp is not None:
        offers.append("timestamps")
    if options.fast_open is not None:
        gives = "gives" if c.view.ack is not None else "shows" if options.fast_open else "asks"
        offers.append(f"Fast Open, for which it {gives} a cookie")
    parts = [f"{verb} {listed(offers)}"] if offers else []
    if options.mss is not None:
        parts = [f"takes segments of at most {byte_count(options.mss)}, its MSS", *parts]
    return [Sentence(f"It {', and '.join(parts)}.", "RFC 9293 §3.2")] if parts else []


def _unanswered(c: Context) -> list[Sentence]:
    """Of a SYN that nothing answers: what that means, and what it is not."""
    answers = (Landmark.OTHER_SYN, Landmark.SYN_ACK, Landmark.THIRD, Landmark.RESET)
    if any(c.ever(which) for which in answers) or not c.session.finished:
        return []
    errors = c.session.connections.icmp_errors.get(c.view.connection, [])
    if errors:
        frame, kind, code = errors[0]
        text = (
            f"No TCP answer was captured, but frame {frame} is an ICMP error (type {kind}, code {code}) that quotes "
            "such a SYN: something on the way, or the host itself, says that it can't be delivered."
        )
        return [Sentence(text, "RFC 9293 §3.9.2.2", (frame,))]
    text = (
        "No answer was captured. A host without a listener would refuse with a reset; silence means that a firewall "
        "drops the SYN, that the answer was lost, or that no host is there."
    )
    return [Sentence(text, "RFC 9293 §3.8.3")]
