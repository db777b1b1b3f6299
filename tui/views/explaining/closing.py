"""What the segments of a teardown do (RFC 9293, section 3.6)."""

from tui.views.amounts import count
from tui.views.explaining.context import Context, Fin
from tui.views.explaining.sentence import Sentence

_CLOSING = "RFC 9293 §3.6"

MERGED = frozenset(("teardown 2/4", "teardown 3/4"))
"""Roles of the segment that makes a teardown one of three segments."""

OF_A_FIN = frozenset(("teardown 1/4", "teardown 2/4", "teardown 3/4", "simultaneous close 2/4"))
"""Roles that a FIN has for good: when it is sent again, it does what it did the first time."""


def fin_again(c: Context) -> list[Sentence]:
    """A FIN that was sent before."""
    return [Sentence(f"The {c.sender} sends its FIN, number {count(c.end_of_data)}, again.", _CLOSING)]


def first_fin(c: Context) -> list[Sentence]:
    """Teardown 1/4."""
    number = c.end_of_data
    text = (
        f"The {c.sender} has finished sending: its FIN takes number {count(number)}, so ack {count(number + 1)} will "
        f"cover it. It still receives: the {c.peer}'s direction stays open until the {c.peer}'s own FIN."
    )
    return [Sentence(text, _CLOSING)]


def covers_first(c: Context) -> list[Sentence]:
    """Teardown 2/4."""
    text = (
        f"{_sum(c)}{_when(c)}. That closes the {c.peer}'s direction; the connection is half-closed, and the {c.sender} "
        "may go on sending for as long as it likes."
    )
    return [Sentence(text, "RFC 9293 §3.6.1", _frames(c.peer_fin))]


def merged(c: Context) -> list[Sentence]:
    """Teardown 2/4 and 3/4 in one segment."""
    text = (
        f"{_sum(c)}{_when(c)}. It carries a FIN as well (number {count(c.end_of_data)}), as the {c.sender} has nothing "
        "more to send: teardown steps 2 and 3 travel together, and three segments and not four are seen."
    )
    return [Sentence(text, _CLOSING, _frames(c.peer_fin))]


def second_fin(c: Context) -> list[Sentence]:
    """Teardown 3/4."""
    number, fin = c.end_of_data, c.peer_fin
    after = ""
    if fin is not None and fin.found is not None:
        after = f", {c.since(fin.found)} after the {c.peer}'s FIN of frame {fin.found.frame}"
    text = (
        f"The {c.sender} has finished too{after}: its FIN takes number {count(number)}, so ack {count(number + 1)} "
        "will cover it."
    )
    return [Sentence(text, _CLOSING, _frames(fin))]


def covers_second(c: Context) -> list[Sentence]:
    """Teardown 4/4."""
    return [Sentence(f"{_sum(c)}{_when(c)}. Both directions are closed.", _CLOSING, _frames(c.peer_fin)), *lingers(c)]


def crossing_fin(c: Context) -> list[Sentence]:
    """Simultaneous close 2/4."""
    fin, ack = c.peer_fin, count(c.view.ack or 0)
    place = f"frame {fin.found.frame}, " if fin and fin.found else ""
    number = f"{place}number {count(fin.number)}" if fin else "sent before"
    text = (
        f"The two FINs cross: this one (number {count(c.end_of_data)}) says ack {ack}, which does not cover the "
        f"{c.peer}'s FIN ({number}), so it was sent before that one arrived. Both ends are in CLOSING: each has sent "
        "its FIN and gets the other's, but not yet the ACK of its own."
    )
    return [Sentence(text, _CLOSING, _frames(fin))]


def covers_crossing(c: Context) -> list[Sentence]:
    """Simultaneous close 3/4."""
    text = f"{_sum(c)}{_when(c)}. The {c.sender}'s own FIN had crossed with it and is still to be acknowledged."
    return [Sentence(text, _CLOSING, _frames(c.peer_fin))]


def covers_last_crossing(c: Context) -> list[Sentence]:
    """Simultaneous close 4/4."""
    text = f"{_sum(c)}{_when(c)}. Both FINs, which had crossed, are acknowledged: both directions are closed."
    return [Sentence(text, _CLOSING, _frames(c.peer_fin)), *lingers(c)]


def lingers(c: Context) -> list[Sentence]:
    """Why an end that has closed stays in TIME-WAIT."""
    both = c.sender_after == c.peer_after == "TIME-WAIT"
    if not both and c.sender_after != "TIME-WAIT":
        return []
    who = "Both ends stay" if both else f"The {c.sender} stays"
    text = (
        f"{who} in TIME-WAIT for two maximum segment lifetimes (60 s on Linux): to repeat the last ACK if it was lost, "
        "and so that no late segment gets into a new connection on the same ports."
    )
    return [Sentence(text, "RFC 9293 §3.6.1")]


def _sum(c: Context) -> str:
    """How the ack covers the peer's FIN."""
    number, fin = c.view.ack or 0, c.peer_fin
    if fin is None or number != fin.number + 1:
        return f"ack {count(number)} covers the {c.peer}'s FIN{fin.place if fin else ''}"
    return f"ack {count(number)} = FIN seq {count(fin.number)} + 1, so it covers the {c.peer}'s FIN{fin.place}"


def _when(c: Context) -> str:
    fin = c.peer_fin
    return f", {c.since(fin.found)} later" if fin is not None and fin.found is not None else ""


def _frames(fin: Fin | None) -> tuple[int, ...]:
    return fin.frames if fin else ()
