"""How a connection opened, how long that took, and where the capture was taken."""

from tui.tcp.tracking.landmarks import Landmark
from tui.views.amounts import byte_count, counted, time_span
from tui.views.frame_views import NS
from tui.views.telling.naming import span
from tui.views.telling.subject import Subject

# Plain numbers, as looking a member up takes far longer, and is done many times a connection.
_LAST_SYN = int(Landmark.LAST_SYN)
_OTHER_SYN = int(Landmark.OTHER_SYN)
_OTHER_SYN_ACK = int(Landmark.OTHER_SYN_ACK)
_RESET = int(Landmark.RESET)
_SYN = int(Landmark.SYN)
_SYN_ACK = int(Landmark.SYN_ACK)
_THIRD = int(Landmark.THIRD)

_CLOSE_SECONDS = 0.0002
"""A handshake that is done within this time has both its ends on one host or one link."""


def tell_opening(subject: Subject) -> None:
    """The opening, in one line, and one more where the SYN had to be sent again."""
    view = subject.view
    syn, answer = subject.landmark_frames[_SYN], subject.landmark_frames[_SYN_ACK]
    if view.verdict == "malformed":
        frames = view.first_frame, view.last_frame
        text = f"No connection: only malformed segments, such as a scanner sends{_within(*frames)}."
        subject.say("opening", text, *frames)
    elif view.opening == "not-captured":
        guess = " Who is the client is told by the ports." if view.client_guessed else ""
        text = f"The opening was not captured: it begins in the middle, with frame {view.first_frame}.{guess}"
        subject.say("opening", text, view.first_frame)
    elif view.opening == "unanswered":
        _tell_unanswered(subject, syn)
    elif view.opening == "half-open":
        subject.say("opening", _half_open(subject, syn, answer), syn, answer)
    elif view.opening in ("refused", "aborted"):
        reset = subject.landmark_frames[_RESET]
        subject.say("opening", _broken_off(subject, syn, answer, reset), syn, answer, reset)
    else:
        _tell_handshake(subject, syn, answer)
    if view.opening != "unanswered" and subject.measures.syn_retries:
        _tell_retries(subject, syn)


def _tell_handshake(subject: Subject, syn: int, answer: int) -> None:
    view = subject.view
    third = subject.landmark_frames[_THIRD]
    if view.opening == "simultaneous":
        frames = [syn, subject.landmark_frames[_OTHER_SYN]]
        answers = [answer, subject.landmark_frames[_OTHER_SYN_ACK]]
        text = f"Both ends opened the connection at once: their SYNs crossed{_listed(frames)}"
        subject.say("opening", f"{text}, and each end answered with a SYN+ACK{_listed(answers)}.", *frames, *answers)
        return
    frames = [frame for frame in (syn, answer, third) if frame]
    text = "Opened with a three-way handshake"
    if view.opening == "fast-open":
        size = byte_count(subject.session.store.value("length", subject.landmarks[_SYN]) if syn else 0)
        text = f"Opened with {size} of data in the SYN, which the server took (TCP Fast Open)"
    if view.handshake_time is not None:
        text += f" in {subject.times.handshake}"
    text += _listed(frames)
    if view.unseen:
        text += f"; the {view.unseen} was not captured"
    subject.say("opening", f"{text}{_capture_point(subject)}.", *frames)


def _capture_point(subject: Subject) -> str:
    """What the handshake's two halves tell, to be put behind what was said of it."""
    measures = subject.measures
    server, client = measures.server_half, measures.client_half
    if server is None or client is None:
        return ""
    times = subject.times
    halves = f": {times.server_half} to the server and back, {times.client_half} to the client and back"
    if server + client <= _CLOSE_SECONDS:
        return f"{halves}, so both ends are close to where the capture was taken"
    if measures.capture_point == "in between":
        return f"{halves}, so the capture was taken on the way between the two"
    return f"{halves}, so the capture was taken {measures.capture_point}"


def _tell_unanswered(subject: Subject, syn: int) -> None:
    view = subject.view
    sent = counted(subject.measures.syn_retries + 1, "SYN")
    last = subject.landmark_frames[_LAST_SYN]
    if view.verdict == "open":
        text = f"The client sent {sent} to {view.server}; something came back, but nothing that answers."
        subject.say("opening", text, syn, last)
        return
    span_text = f" within {time_span(view.duration)}" if subject.measures.syn_retries else ""
    answer = "no TCP segment came back" if view.icmp_errors else "nothing came back"
    text = f"The client sent {sent} to {view.server}{span_text}{_within(syn, last)}; {answer}"
    subject.say("opening", f"{text}{' so far' if subject.so_far else ''}.", syn, last)


def _tell_retries(subject: Subject, syn: int) -> None:
    last, answer = subject.landmark_frames[_LAST_SYN], subject.landmark_frames[_SYN_ACK]
    if subject.landmarks[_LAST_SYN] == subject.landmarks[_SYN] and answer:
        text = f"The SYN was sent again although the SYN+ACK in frame {answer} had answered it"
        subject.say("problem", f"{text}: that had not reached the client.", answer)
        return
    lost = (subject.landmark_times[_LAST_SYN] - subject.landmark_times[_SYN]) / NS
    sent = subject.measures.syn_retries + 1
    before = " before it was answered" if subject.landmark_frames[_SYN_ACK] else ""
    text = f"The SYN had to be sent {'twice' if sent == 2 else f'{sent} times'}{before}{_within(syn, last)}"
    subject.say("problem", f"{text}: {time_span(lost)} lost.", syn, last)


def _half_open(subject: Subject, syn: int, answer: int) -> str:
    after = "" if subject.measures.server_half is None else f" after {subject.times.server_half}"
    first = f"The server answered the SYN{_listed([syn])}{after} with a SYN+ACK{_listed([answer])}"
    return f"{first}; the client never completed the handshake{' so far' if subject.so_far else ''}."


def _broken_off(subject: Subject, syn: int, answer: int, reset: int) -> str:
    view = subject.view
    if view.opening == "refused":
        asked = _LAST_SYN if subject.landmarks[_LAST_SYN] >= 0 else _SYN
        after = ""
        if subject.landmarks[asked] >= 0 and subject.landmarks[_RESET] >= 0:
            elapsed = (subject.landmark_times[_RESET] - subject.landmark_times[asked]) / NS
            after = f" {time_span(elapsed)} later"
        asking = f"The client's SYN{_listed([syn])} was answered{after} with a reset{_listed([reset])}"
        return f"{asking}: nothing listens on {view.server}."
    answered = f", which the server had answered{_listed([answer])}," if answer else ""
    return (
        f"The {view.reset_by or view.closed_by} broke the handshake off with a reset{_listed([reset])}: "
        f"the client's SYN{_listed([syn])}{answered} came to nothing."
    )


def _within(first: int, last: int) -> str:
    return f" ({span(first, last)})" if first and last else ""


def _listed(frames: list[int]) -> str:
    """Frames in parentheses, with a space before; nothing where one of them was given up."""
    if not frames or 0 in frames:
        return ""
    *most, last = frames
    return f" (frames {', '.join(map(str, most))} and {last})" if most else f" (frame {last})"
