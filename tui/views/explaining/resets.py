"""What resets do, and segments that no stack would send (RFC 9293, sections 3.5.2, 3.5.3 and 3.10.7)."""

from tui.tcp.tracking.landmarks import Landmark
from tui.views.amounts import byte_count, count
from tui.views.explaining import looking_back
from tui.views.explaining.context import Context
from tui.views.explaining.sentence import Sentence

_NO_CONNECTION = (None, "CLOSED")
_ENDED_FIN = ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT")


def refused(c: Context) -> list[Sentence]:
    """A reset that answers a SYN."""
    syn = c.landmark(Landmark.LAST_SYN) or c.landmark(Landmark.SYN)
    of, frames = (f" of frame {syn.frame}, {c.since(syn)} after it", (syn.frame,)) if syn else ("", ())
    text = (
        f"The {c.sender} refuses the SYN{of}: nothing listens on port {c.server_port}, or a firewall says so. Its ack "
        f"{count(c.view.ack or 0)} shows which SYN it answers. A refusal is an answer: somebody is there, whereas a "
        "dropped SYN would meet silence."
    )
    return [Sentence(text, "RFC 9293 §3.10.7.1", frames)]


def in_handshake(c: Context) -> list[Sentence]:
    """Any other reset before the handshake is complete."""
    if c.sender == "client" and c.peer_before == "SYN-RECEIVED":
        text = (
            "The client breaks off right after the SYN+ACK, before the handshake is complete: it was aborted, or never "
            "wanted a connection, as in a SYN scan, which only asks whether the port is open."
        )
    else:
        text = f"The {c.sender} breaks off before the handshake is complete: no connection comes about."
    return [Sentence(text, "RFC 9293 §3.5.3"), *_kind(c)]


def in_connection(c: Context) -> list[Sentence]:
    """A reset in mid-connection, or in answer to a probe."""
    if c.sender_before in _NO_CONNECTION and c.peer_before in _NO_CONNECTION:
        text = f"A reset from the {c.sender}, of a connection that is not there, or of which nothing else was captured."
        return [Sentence(text, "RFC 9293 §3.10.7.1"), *_kind(c)]
    text = (
        f"The {c.sender} aborts the connection at seq {count(c.view.seq)} instead of closing it with a FIN: what was "
        "not delivered by then is lost, and nothing answers a reset."
    )
    return [Sentence(text, "RFC 9293 §3.10.5"), *_kind(c)]


def in_teardown(c: Context) -> list[Sentence]:
    """A reset after the first FIN, before the close is complete."""
    text = f"The {c.sender} resets the connection before its teardown is complete, so the rest of it is never sent."
    return [Sentence(text, "RFC 9293 §3.6.1"), *_kind(c)]


def late(c: Context) -> list[Sentence]:
    """A reset after the end."""
    text = (
        f"The connection had ended already: mostly such a reset of the {c.sender} answers a segment that came too "
        "late. What had arrived by then is not undone."
    )
    return [Sentence(text, "RFC 9293 §3.10.7.1")]


def ignored(c: Context) -> list[Sentence]:
    """A reset that its receiver must ignore."""
    if c.peer_before == "SYN-SENT":
        said = "none" if c.view.ack is None else count(c.view.ack)
        text = f"A reset that the {c.peer} must ignore: only ack 1 would answer the SYN, and its ack is {said}."
        return [Sentence(text, "RFC 9293 §3.10.7.3")]
    text = (
        f"A reset that the {c.peer} must ignore: its number {count(c.view.seq)} is not the one that the {c.peer} "
        "expects. It may be late, or forged by somebody who guesses."
    )
    return [Sentence(text, "RFC 5961 §3.2")]


def stray_syn(c: Context) -> list[Sentence]:
    """A SYN within a connection that is open."""
    text = (
        f"A SYN that does not fit the open connection: an old one, or one of a {c.sender} that has forgotten the "
        f"connection. The {c.peer} answers with a challenge ACK and nothing changes."
    )
    return [Sentence(text, "RFC 5961 §4.2")]


def malformed(c: Context) -> list[Sentence]:
    """Flags or numbers that no stack sends."""
    if c.view.flags == "S.":
        said = "none" if c.view.ack is None else count(c.view.ack)
        text = (
            f"A SYN+ACK that answers no SYN of the {c.peer}: its ack {said} or its own number is not one that fits. "
            "The receiver drops it or answers with a reset, and nothing changes."
        )
        return [Sentence(text, "RFC 9293 §3.10.7.3")]
    name = _COMBINATIONS.get(frozenset(c.view.flags), f"the flags {c.view.flags}")
    text = (
        f"No TCP sends {name}: scanners do, to learn of a host by its answer or to slip past a filter. Nothing changes."
    )
    return [Sentence(text, "RFC 9293 §3.10.7")]


_COMBINATIONS = {
    frozenset("none"): "a segment without any flag (a null scan)",
    frozenset("F"): "a FIN without ACK (a FIN scan)",
    frozenset("FPU"): "FIN, PSH and URG without ACK (an Xmas scan)",
    frozenset("FS"): "SYN and FIN together",
    frozenset("FS."): "SYN and FIN together",
    frozenset("SR"): "SYN and RST together",
    frozenset("SR."): "SYN and RST together",
}
"""By tcpdump's letters."""


def _kind(c: Context) -> list[Sentence]:
    """What the reset's own form says of its cause."""
    if c.view.length:
        text = f"Its {byte_count(c.view.length)} are no data of the connection: a reset may carry a text that says why."
        return [Sentence(text, "RFC 9293 §3.5.3"), *_cause(c)]
    return _cause(c)


def _cause(c: Context) -> list[Sentence]:
    if "middlebox-reset" in c.view.notes:  # its form tells nothing of the endpoint
        return []
    if c.view.ack is None:
        return [_answers(c)]
    if c.view.raw_seq == 0:
        text = "Its number on the wire is 0, so it answers a segment that had no ACK, and takes its ack from there."
        return [Sentence(text, "RFC 9293 §3.5.2")]
    if "handshake reset" in c.view.roles:
        text = f"It has an ACK, so the {c.sender} sends it of its own accord: it gave up waiting, or its program did."
        return [Sentence(text, "RFC 9293 §3.10.5")]
    text = (
        f"It has an ACK, so the {c.sender} sends it of its own accord, mostly because its program closed the socket "
        "with received bytes unread or with SO_LINGER at 0, or was ended."
    )
    return [Sentence(text, "RFC 9293 §3.6.1")]


def _answers(c: Context) -> Sentence:
    """What a reset without ACK answers: it has its number from that segment's ack."""
    asked = looking_back.previous(c.session, c.view, by_sender=False)
    if asked is None or c.session.store.value("ack", asked.row) != c.session.store.value("seq", c.view.row):
        return Sentence("It has no ACK, as a reset has none that answers a segment.", "RFC 9293 §3.5.2")
    closed = ", as its program has closed it" if c.sender_before in _ENDED_FIN else ""
    text = (
        f"It has no ACK, as a reset that answers a segment: its number {count(c.view.seq)} is the ack of frame "
        f"{asked.frame}. The {c.sender} has no socket that takes such a segment{closed}."
    )
    return Sentence(text, "RFC 9293 §3.5.2", (asked.frame,))
