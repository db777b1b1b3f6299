"""What went wrong with a connection, with the frames that show it."""

from collections.abc import Callable, Iterator

import numpy as np

from tui.tcp.rules.evidence import Reason
from tui.tcp.rules.flags import FIN, SYN
from tui.tcp.rules.notes import Note
from tui.views.amounts import byte_count, counted, listed, time_span
from tui.views.frame_views import NS
from tui.views.telling.line import ENDS
from tui.views.telling.naming import named, span
from tui.views.telling.subject import Subject

MOST_TROUBLES = 4
"""Lines on what went wrong."""

_NOTED = int(
    Note.RETRANSMISSION
    | Note.CAPTURE_GAP
    | Note.MIDDLEBOX_RESET
    | Note.REORDERED
    | Note.CHECKSUM_BAD
    | Note.DUPLICATE_CAPTURE
    | Note.PORT_REUSED
)
"""Notes that are told."""

_AGAIN = int(Note.RETRANSMISSION)

LOOKED_AT = 10_000
"""Retransmissions whose cause is looked up, at most."""

Trouble = tuple[str, tuple[int, ...]]
"""A sentence, and the frames that it names."""


def tell_troubles(subject: Subject) -> None:
    """What went wrong, the worst first, a line each."""
    if not (subject.notes & _NOTED or subject.problems):
        return
    found = [trouble for tell in _TROUBLES for trouble in tell(subject)]
    for text, frames in found[:MOST_TROUBLES]:
        subject.say("problem", text, *frames)


def _retransmissions(subject: Subject) -> Iterator[Trouble]:
    if not subject.notes & _AGAIN:
        return
    gathered = subject.measured.gathered
    for end, sent in enumerate(subject.measures.sent):
        noted = subject.places_with(Note.RETRANSMISSION, end)
        data = [place for place in noted if gathered.length[place] and not gathered.flags[place] & SYN]
        if data:
            frames = subject.frames_at(data)
            size = "" if sent.retransmitted_bytes is None else f", {byte_count(sent.retransmitted_bytes)}"
            text = (
                f"The {ENDS[end]} sent {len(data):,} of its {counted(sent.data_packets, 'data segment')} again "
                f"({sent.retransmission_rate:.1%}{size}; {named(frames, len(data))}){_causes(subject, data)}."
            )
            yield text, frames
        fins = [place for place in noted if gathered.flags[place] & FIN and not gathered.length[place]]
        if fins:
            frames = subject.frames_at(fins)
            yield f"The {ENDS[end]}'s FIN had to be sent again ({named(frames, len(fins))}).", frames


def _causes(subject: Subject, places: list[int]) -> str:
    """Why segments were sent again, as far as that is known."""
    gathered = subject.measured.gathered
    if len(places) > LOOKED_AT:
        return ""
    counts = dict.fromkeys(_CAUSES, 0)
    for place in places:
        notes = int(gathered.notes[place])
        cause = next((cause for cause, note in _NOTED_CAUSES.items() if notes & note), "")
        if not cause:
            reasons = {evidence.reason for evidence in subject.session.evidence.of(int(gathered.row[place]))}
            cause = "timeout" if Reason.TIMEOUT in reasons else "unknown"
        counts[cause] += 1
    known = {cause: count for cause, count in counts.items() if count and _CAUSES[cause]}
    if len(known) == 1 and len(places) in known.values():
        return f": {_CAUSES[next(iter(known))]}"
    told = [f"{count:,} {_CAUSES[cause]}" for cause, count in known.items()]
    return f": {listed(told)}" if told else ""


_NOTED_CAUSES = {
    "needless": Note.SPURIOUS_RETRANSMISSION,
    "probe": Note.TAIL_LOSS_PROBE,
    "fast": Note.FAST_RETRANSMISSION,
}
"""Causes that a note tells, by the note; the first that holds is told."""

_CAUSES = {
    "fast": "as the receiver had reported a hole",
    "timeout": "after a timeout",
    "probe": "to probe for a lost tail",
    "needless": "needlessly, as the bytes had arrived",
    "unknown": "",
}
"""How each cause is told."""


def _zero_windows(subject: Subject) -> Iterator[Trouble]:
    gathered = subject.measured.gathered
    places = gathered.places_of(subject.at)
    for end, sent in enumerate(subject.measures.sent):
        if sent.zero_windows:
            zero = (gathered.window[places] == 0) & (gathered.sender[places] == end)
            zero &= (gathered.flags[places] & 7 == 0) & ~(
                gathered.notes[places] & np.uint64(Note.DUPLICATE_CAPTURE) != 0
            )
            frames = subject.frames_at((np.flatnonzero(zero)[:8] + places.start).tolist())
            text = (
                f"The {ENDS[end]} had no room for more: its receive window was closed for "
                f"{time_span(sent.zero_window_time)} in all ({named(frames, sent.zero_windows)}), "
                f"and the {ENDS[1 - end]} had to wait for its program to read."
            )
            yield text, frames


def _gaps(subject: Subject) -> Iterator[Trouble]:
    if "capture-gaps" in subject.problems:
        places = subject.places_with(Note.CAPTURE_GAP)
        frames = subject.frames_at(places)
        missing = sum(
            evidence.values[0]
            for place in places[:LOOKED_AT]
            for evidence in subject.session.evidence.of(int(subject.measured.gathered.row[place]))
            if evidence.note == Note.CAPTURE_GAP and evidence.values
        )
        what = byte_count(missing) if missing else "some segments"
        why = (
            "The capture lost frames"
            if "frames-dropped" in subject.problems
            else "The capture, not the network, lost them"
        )
        text = f"The capture misses {what} that the receiver has acknowledged ({named(frames, len(places))}). {why}."
        yield text, frames


def _slow(subject: Subject) -> Iterator[Trouble]:
    if "slow-server" in subject.problems:
        turns = subject.measured.turns
        first, stop = int(turns.start[subject.at]), int(turns.start[subject.at + 1])
        think = turns.think_ns[first:stop] * (turns.way[first:stop] % 2 == 1)
        at = first + int(think.argmax())
        frames = subject.frame_at(int(turns.last[at - 1])), subject.frame_at(int(turns.first[at]))
        slow = int(np.count_nonzero(think > NS))
        often = f", and {slow - 1:,} more took over a second" if slow > 1 else ""
        longest = time_span(int(think.max()) / NS)
        yield f"The server is slow: it needed {longest} for one answer ({span(*frames)}){often}.", frames


def _keep_alives(subject: Subject) -> Iterator[Trouble]:
    for end, sent in enumerate(subject.measures.sent):
        if "keep-alive-unanswered" in subject.problems and sent.keep_alives_unanswered >= 3:
            places = subject.places_with(Note.KEEP_ALIVE, end)[-sent.keep_alives_unanswered :]
            frames = subject.frames_at(places)
            text = (
                f"{sent.keep_alives_unanswered} keep-alives of the {ENDS[end]} in a row had no answer "
                f"({named(frames, len(places))}): the {ENDS[1 - end]}, or the way to it, is gone."
            )
            yield text, frames


def _noted(note: Note, one: str, several: str) -> Callable[[Subject], Iterator[Trouble]]:
    """What there is to say of segments with one note."""

    bit = int(note)

    def tell(subject: Subject) -> Iterator[Trouble]:
        if subject.notes & bit:
            places = subject.places_with(note)
            frames = subject.frames_at(places)
            words = one if len(places) == 1 else several
            yield words.format(count=f"{len(places):,}", frames=named(frames, len(places))), frames

    return tell


def _scale(subject: Subject) -> Iterator[Trouble]:
    if "scale-unknown" in subject.problems:
        text = "The windows can't be told: their scale was agreed on in a handshake that was not captured in full."
        yield text, ()


def _scan(subject: Subject) -> Iterator[Trouble]:
    if "possible-scan" in subject.problems and subject.view.verdict != "malformed":
        yield f"{subject.view.client_address} gets nowhere at many servers or ports: it may be a scanner.", ()


_TROUBLES: tuple[Callable[[Subject], Iterator[Trouble]], ...] = (
    _retransmissions,
    _zero_windows,
    _gaps,
    _slow,
    _keep_alives,
    _noted(
        Note.MIDDLEBOX_RESET,
        "A box on the way may have sent the reset in {frames}, as it is unlike its sender's other segments.",
        "A box on the way may have sent {count} resets ({frames}), as they are unlike their sender's other segments.",
    ),
    _noted(
        Note.REORDERED,
        "One segment was overtaken by another on its way ({frames}).",
        "{count} segments were overtaken by others on their way ({frames}).",
    ),
    _noted(
        Note.CHECKSUM_BAD,
        "One segment has a wrong checksum ({frames}): its receiver drops it, unless a network card put it right later.",
        "{count} segments have wrong checksums ({frames}): their receivers drop them, unless a network card put them "
        "right later.",
    ),
    _noted(
        Note.DUPLICATE_CAPTURE,
        "One packet is there twice ({frames}), recorded twice or doubled on the way; it counts once.",
        "{count} packets are there twice ({frames}), recorded twice or doubled on the way; they count once.",
    ),
    _scale,
    _noted(
        Note.PORT_REUSED,
        "An earlier connection has used the same ports ({frames} opens this one).",
        "An earlier connection has used the same ports ({frames}).",
    ),
    _scan,
)
"""What can go wrong, the worst first."""
