"""Requests and their answers: the first exchanges of many connections, a line each."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.views.amounts import byte_count
from tui.views.frame_views import NS
from tui.views.measuring.gathered import Integers
from tui.views.measuring.measures import Measured
from tui.views.telling.line import ENDS, Line
from tui.views.telling.naming import span
from tui.views.time_spans import time_spans

MOST_EXCHANGES = 3
"""Exchanges that are told one by one where there are no more; else all but one of these."""

PAUSE_SECONDS = 0.2
"""A pause of the client before it asks again is told from here on."""

_MOSTLY = 0.8
"""A server's own share of a delay is told where it is less than this."""
_WORTH_SECONDS = 0.001
"""… and where the delay is at least as long as this."""


class _Turns(NamedTuple):
    """Some turns in words."""

    frames: list[tuple[int, int]]
    """First and last of each."""
    places: list[str]
    """`frame 4`, `frames 4 to 8`."""
    amounts: list[str]
    """`28,500 bytes in 21 segments within 2.48 s`."""


def exchanges_of(measured: Measured, applications: list[str], so_far: bool) -> list[list[Line]]:
    """The lines on each connection's first exchanges.

    - `applications`: what each connection's first request is, fit to be drawn; empty where that is not known.
    - `so_far`: more of the capture may come.
    """
    turns = measured.turns
    connection, of_client = turns.way // 2, turns.way % 2 == 0
    begins = of_client.copy()  # each turn of the client asks for something, and the server may be the first to speak
    begins[turns.start[:-1][np.diff(turns.start) > 0]] = True
    before = np.cumsum(begins) - begins
    index = before - before[turns.start[connection]]
    exchanges = np.bincount(connection[begins], minlength=len(turns.start) - 1)
    shown = np.where(exchanges <= MOST_EXCHANGES, exchanges, MOST_EXCHANGES - 1)
    told = np.flatnonzero(begins & (index < shown[connection]))
    own = connection[told]
    words = [applications[number] for number in own.tolist()]
    for at in np.flatnonzero(index[told]).tolist():
        words[at] = ""
    answered = of_client[told] & (told + 1 < turns.start[own + 1])
    lines = _lines(measured, told, words, answered, so_far)
    return [lines[start:stop] for start, stop in pairwise(np.searchsorted(told, turns.start).tolist())]


def _lines(
    measured: Measured, told: Integers, words: list[str], answered: NDArray[np.bool_], so_far: bool
) -> list[Line]:
    """A line for each turn that begins an exchange; where the next one answers it, on both."""
    asked = _in_words(measured, told)
    texts = _requests(measured, told, words, asked)
    lines: list[Line] = [(text, frames, "exchange") for text, frames in zip(texts, asked.frames, strict=True)]
    answers = told[answered] + 1
    answer = _in_words(measured, answers)
    columns = np.flatnonzero(answered).tolist(), _delays(measured, answers), *answer
    for at, delay, frames, place, amount in zip(*columns, strict=True):
        text, request_frames, kind = lines[at]
        lines[at] = (f"{text} and waited {delay} for {amount} ({place}).", request_frames + frames, kind)
    for at in np.flatnonzero(~answered).tolist():
        sent = f"{asked.amounts[at]} ({{}}{asked.places[at]})"
        lines[at] = (_alone(measured, told[at], words[at], texts[at], sent, so_far), asked.frames[at], "exchange")
    return lines


def _requests(measured: Measured, told: Integers, words: list[str], asked: _Turns) -> list[str]:
    """What the client sent, and, where that is known, what it is."""
    delay = np.maximum(measured.turns.delay_ns[told], 0) / NS
    begin = ["The client sent"] * len(told)
    paused = np.flatnonzero(delay >= PAUSE_SECONDS)
    for at, pause in zip(paused.tolist(), time_spans(delay[paused]), strict=True):
        begin[at] = f"{pause} later the client sent"
    return [
        f"{sent} {amount} ({what}; {place})" if what else f"{sent} {amount} ({place})"
        for sent, amount, what, place in zip(begin, asked.amounts, words, asked.places, strict=True)
    ]


def _delays(measured: Measured, answers: Integers) -> list[str]:
    """How long each answer was waited for, and how much of it the server took for itself where that is not all."""
    turns = measured.turns
    delay, think = (np.maximum(times[answers], 0) / NS for times in (turns.delay_ns, turns.think_ns))
    texts = time_spans(delay)
    shared = np.flatnonzero((delay >= _WORTH_SECONDS) & (think <= delay * _MOSTLY))
    for at, own in zip(shared.tolist(), time_spans(think[shared]), strict=True):
        texts[at] += f", {own} of them for the server itself,"
    return texts


def _alone(measured: Measured, turn: int, what: str, request: str, sent: str, so_far: bool) -> str:
    """The server's first turn, or the client's last one; `sent`: how much it was, with a place for `what`."""
    turns = measured.turns
    end, of = int(turns.way[turn] % 2), int(turns.way[turn] // 2)
    if turns.start[of + 1] - turns.start[of] == 1:
        silent = f"the {ENDS[1 - end]} sent no data{' so far' if so_far else ''}"
        return f"The {ENDS[end]} sent {sent.format(f'{what}; ' if what and end == 0 else '')}; {silent}."
    if end == 1:
        return f"The server spoke first: {sent.format('')}."
    return f"{request}; {'no answer so far' if so_far else 'the server sent nothing more'}."


def _in_words(measured: Measured, chosen: Integers) -> _Turns:
    """Some turns in words."""
    turns, gathered = measured.turns, measured.gathered
    first, last = turns.first[chosen], turns.last[chosen]
    frames = gathered.number[first].tolist(), gathered.number[last].tolist()
    packets = turns.packets[chosen]
    amounts = list(map(byte_count, turns.size[chosen].tolist()))
    several = np.flatnonzero(packets > 1)
    within = time_spans(np.maximum(gathered.time_ns[last] - gathered.time_ns[first], 0)[several] / NS)
    for at, segments, time in zip(several.tolist(), packets[several].tolist(), within, strict=True):
        amounts[at] += f" in {segments:,} segments within {time}"
    return _Turns(list(zip(*frames, strict=True)), list(map(span, *frames)), amounts)
