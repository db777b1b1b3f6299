"""Notes of how a segment was recorded: checksums, offload, cuts, clocks, duplicates."""

from tui.views.amounts import byte_count, count, time_span
from tui.views.explaining.context import Context
from tui.views.explaining.proof import EvidenceView
from tui.views.explaining.sentence import Sentence


def duplicate_capture(_: Context, p: EvidenceView) -> list[Sentence]:
    """`duplicate-capture`."""
    first = "The same packet was captured a moment before"
    if p.frame is not None:
        elapsed = p.seconds("elapsed")
        when = ""
        if elapsed is not None:
            when = f", {time_span(abs(elapsed))} {'after' if elapsed >= 0 else 'before'} it"
        first = f"The same packet as frame {p.frame}{when}"
    return [Sentence(f"{first}: it was recorded twice, or doubled on the way; its sender sent it once.", "", p.frames)]


def checksum_bad(c: Context, p: EvidenceView) -> list[Sentence]:
    """`checksum-bad`."""
    known = "stored" in p.values
    which = f": it says {p.values['stored']} and {p.values['computed']} is right" if known else ""
    if c.told_before("checksum-bad"):
        return [Sentence(f"Its checksum, too, is wrong{which}.", "RFC 9293 §3.1")]
    text = (
        f"The checksum is wrong{which}. The {c.peer} drops what arrives like this; if it acknowledges it nevertheless, "
        "the network card has put it right after the capture."
    )
    return [Sentence(text, "RFC 9293 §3.1")]


def checksum_offloaded(c: Context, p: EvidenceView) -> list[Sentence]:
    """`checksum-offloaded`."""
    which = f" {p.values['stored']}" if "stored" in p.values else ""
    if c.told_before("checksum-offloaded"):
        return [Sentence(f"Its checksum{which}, too, is left for the network card to complete.")]
    text = (
        f"The checksum{which} looks wrong and is not: it is the sum of the pseudo-header alone, left for the network "
        f"card to complete after the capture has seen the segment. So it was captured on the {c.sender}'s own host."
    )
    return [Sentence(text, "RFC 9293 §3.1")]


def offload_merged(c: Context, p: EvidenceView) -> list[Sentence]:
    """`offload-merged`."""
    mss, length = p.number("mss"), p.number("length") or c.view.length
    limit = f" of {byte_count(mss)}" if mss is not None else ""
    of = f" (frame {p.frame})" if p.frame is not None else ""
    text = (
        f"Its {byte_count(length)} are more than the {c.peer}'s MSS{limit}{of} allows in one segment. That is offload: "
        "the sender's network card cuts it up after the capture, or the receiver's joined what came in pieces before."
    )
    return [Sentence(text, "RFC 9293 §3.7.1", p.frames)]


def truncated(_: Context, p: EvidenceView) -> list[Sentence]:
    """`truncated`."""
    captured, length = p.number("captured"), p.number("length")
    if captured is None or length is None:
        text = "The capture's snap length cut the frame: not all of the segment is there."
    else:
        text = f"The capture's snap length cut the frame: {count(captured)} of its {byte_count(length)} are there."
    return [Sentence(text)]


def fragmented(_: Context, p: EvidenceView) -> list[Sentence]:
    """`fragmented`."""
    ip_id = p.number("ip_id")
    which = f" (IP identification {ip_id})" if ip_id is not None else ""
    text = f"The first fragment of a larger IP packet{which}: the rest of the segment travels in other packets."
    return [Sentence(text, "RFC 791 §3.2")]


def time_backwards(_: Context, p: EvidenceView) -> list[Sentence]:
    """`time-backwards`."""
    step = p.seconds("step")
    by = f" by {time_span(abs(step))}" if step is not None else ""
    frame = f" after frame {p.frame}" if p.frame is not None else ""
    text = (
        f"The capture's clock stepped back{by}{frame}: it was set, or frames of several queues are not in order. Times "
        "across this step mean little."
    )
    return [Sentence(text, "", p.frames)]


def scale_unknown(c: Context, p: EvidenceView) -> list[Sentence]:
    """`scale-unknown`."""
    if c.told_before("scale-unknown"):
        return [Sentence(f"The window {count(c.view.raw_window)} is as on the wire, as its scale is not known.")]
    which = "which were not captured"
    if len(p.frames) == 1:
        which = f"of which only frame {p.frames[0]} was captured"
    elif p.frames:
        which = f"frame {p.frames[0]} and frame {p.frames[1]}, whose options were not captured in full"
    text = (
        f"The window {count(c.view.raw_window)} is as on the wire: a scale is agreed in the two SYNs, {which}. The "
        "true window may be up to 16,384 times larger."
    )
    return [Sentence(text, "RFC 7323 §2.3", p.frames)]


def reply_not_captured(c: Context, _: EvidenceView) -> list[Sentence]:
    """`reply-not-captured`."""
    text = (
        f"It tells of an answer that was not captured: the handshake of {c.sender} and {c.peer} is complete, and this "
        "capture saw only part of it."
    )
    return [Sentence(text, "RFC 9293 §3.5")]


def before_syn(_: Context, p: EvidenceView) -> list[Sentence]:
    """`before-syn`."""
    of = f" of frame {p.frame}" if p.frame is not None else ""
    text = (
        f"It was recorded before the SYN{of} that it answers: the capture has the two out of order, as several queues "
        "or interfaces make it."
    )
    return [Sentence(text, "", p.frames)]


def urgent(c: Context, p: EvidenceView) -> list[Sentence]:
    """`urgent`."""
    pointer = p.number("pointer")
    upto = f" up to {count(c.view.seq + pointer)} (urgent pointer {count(pointer)})" if pointer is not None else ""
    text = f"URG marks the bytes{upto} as urgent: the {c.peer}'s program is told to read on to there."
    return [Sentence(text, "RFC 9293 §3.8.5")]
