"""How a connection closed, who was first, and in how many segments."""

from tui.tcp.tracking.landmarks import Landmark
from tui.views.amounts import time_span
from tui.views.frame_views import NS
from tui.views.telling.subject import Subject

# Plain numbers, as looking a member up takes far longer, and is done many times a connection.
_FIN = int(Landmark.FIN)
_FIN_ACK = int(Landmark.FIN_ACK)
_LAST_ACK = int(Landmark.LAST_ACK)
_OTHER_FIN = int(Landmark.OTHER_FIN)
_RESET = int(Landmark.RESET)

_NO_CLOSING = frozenset({"refused", "unanswered", "half-open", "aborted"})
"""Openings after which there is nothing to close."""

_NEARLY_ALL = 0.95

SILENT_SECONDS = 1.0
"""A silence at the end is told from here on."""


SILENT_CLOSINGS = frozenset({"none", "half-closed"})
"""Closings with which is told how long nothing came."""


def never_opened(verdict: str, opening: str) -> bool:
    """Whether there was no connection that could be closed."""
    return verdict == "malformed" or opening in _NO_CLOSING


def tell_closing(subject: Subject) -> None:
    """The closing, in one line."""
    view = subject.view
    if never_opened(view.verdict, view.opening):
        return
    named = subject.landmark_frames
    frames = [named[_FIN], named[_FIN_ACK], named[_OTHER_FIN], named[_LAST_ACK]]
    if view.closing == "reset":
        _tell_reset(subject, frames)
    elif view.closing == "none":
        subject.say("closing", f"The connection is still open {subject.until_now}{_silence(subject)}.")
    elif view.closing == "half-closed":
        first, other = _ends(subject)
        acked = "" if frames[1] else ", and nothing has acknowledged that"
        text = f"Half-closed: the {first} has finished sending{_in(frames[0], ' with its FIN in ')}{acked}"
        subject.say("closing", f"{text}; the {other} may still send {subject.until_now}{_silence(subject)}.", *frames)
    else:
        _tell_close(subject, frames)


def _tell_close(subject: Subject, frames: list[int]) -> None:
    fin, fin_ack, other_fin, last_ack = frames
    first, other = _ends(subject)
    closing = subject.view.closing
    last = _in(last_ack, "; the last ACK is ") or "; the last ACK was not captured"
    if closing == "simultaneous":
        text = (
            f"Both ends closed at once: the FINs crossed, that of the {first}{_in(fin)} and that of the {other}"
            f"{_in(other_fin)}, so both ends were in CLOSING{_in(last_ack, ' until ')}."
        )
    elif closing == "three-segment":
        text = (
            f"The {first} closed first, with its FIN{_in(fin)}. The {other}'s FIN{_in(other_fin)} acknowledges it as "
            f"well, so there are three segments and not four{last}."
        )
    else:
        acked = _in(fin_ack, ", acknowledged in ")
        own = f"then the {other} with its own{_in(other_fin)}{last}"
        text = f"The {first} closed first, with its FIN{_in(fin)}{acked}; {own}."
    text += _times(subject)
    reset = subject.landmark_frames[_RESET]
    if subject.view.verdict == "closed-then-reset" and reset:
        text += f" A reset followed in frame {reset}."
    subject.say("closing", text, *frames, reset)


def _times(subject: Subject) -> str:
    view = subject.view
    if view.teardown_time is None:
        return ""
    text = f" It took {subject.times.teardown}"
    half = view.half_closed_time
    if view.closing == "four-segment" and half is not None and half >= view.teardown_time / 2:
        share = "nearly all" if half >= view.teardown_time * _NEARLY_ALL else subject.times.half_closed
        text += f", {share} of it between the two FINs"
    return f"{text}."


def _tell_reset(subject: Subject, frames: list[int]) -> None:
    view = subject.view
    reset = subject.landmark_frames[_RESET]
    text = f"The {view.reset_by} ended it with a reset{_in(reset)}"
    before = _OTHER_FIN if frames[2] else _FIN
    if subject.landmarks[_FIN] >= 0:
        elapsed = max(subject.landmark_times[_RESET] - subject.landmark_times[before], 0) / NS
        whose = "both FINs" if frames[2] else f"the {view.closed_by}'s FIN"
        place = (
            f" (frame {subject.landmark_frames[before]})" if subject.landmark_frames[before] and not frames[2] else ""
        )
        text += f", {time_span(elapsed)} after {whose}{place}"
    elif view.verdict == "reset" and view.packets[0] and view.packets[1]:
        text += ", without any FIN"
    subject.say("closing", f"{text}.", *frames, reset)


def _ends(subject: Subject) -> tuple[str, str]:
    """Who closed first, and the other."""
    first = subject.view.closed_by or "client"
    return first, "server" if first == "client" else "client"


def _in(frame: int, before: str = " in ") -> str:
    """`before` and the frame; nothing where it is not there or was given up."""
    return f"{before}frame {frame}" if frame else ""


def _silence(subject: Subject) -> str:
    """A silence at the end of the capture; while it goes on, that would be old the moment it is told."""
    store = subject.session.store
    if subject.so_far:
        return ""
    silent = subject.measures.idle_time(store.value("time_ns", len(store) - 1))
    return f"; nothing came in the last {time_span(silent)}" if silent >= SILENT_SECONDS else ""
