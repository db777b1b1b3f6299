"""Accounts of connections: their measures, what went wrong, and their stories, all from one look at the segments."""

import time
from collections.abc import Iterator
from itertools import repeat
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tui.applications.services import SERVICES
from tui.session import Session
from tui.tcp.rules.outcome import outcome_of
from tui.tcp.rules.transitions import TRANSITIONS
from tui.views.applications import MOST_KEPT, applications
from tui.views.connection_views import ConnectionView, connections
from tui.views.measuring.gathered import columns_at
from tui.views.measuring.measures import Measures, measure_all
from tui.views.rows import rows_as
from tui.views.sides import state_numbers
from tui.views.strips import effective_rows
from tui.views.summaries import summarise
from tui.views.telling.closing import tell_closing
from tui.views.telling.icmp import tell_icmp_errors
from tui.views.telling.line import Line, StoryLine, story_line
from tui.views.telling.opening import tell_opening
from tui.views.telling.problems import dropped_frames, judged
from tui.views.telling.scans import scanning
from tui.views.telling.subject import Subject, times_of
from tui.views.telling.talk import talks_of
from tui.views.telling.talking import tell_exchanges
from tui.views.telling.troubles import tell_troubles
from tui.views.telling.worst import worst_problem

MOST_KEPT_ACCOUNTS = 1024
"""Accounts of single connections that are kept of a session."""

LONG_PACKETS = 50_000
"""A connection of so many segments takes time; while it goes on growing, its account is made again now and then."""

_REST = 20
"""How many times longer it is then left alone than making its account took."""


class Account(NamedTuple):
    """One connection, told."""

    view: ConnectionView
    measures: Measures
    problems: tuple[str, ...]
    """What went wrong, the worst first; a closed list (tui.views.telling.problems)."""
    lines: list[Line]
    """What `story` is made from."""
    so_far: bool = False
    """The capture goes on."""

    @property
    def story(self) -> tuple[StoryLine, ...]:
        """How it went, in a handful of lines."""
        return tuple(map(story_line, self.lines))

    @property
    def summary(self) -> str:
        """How it went, in one sentence, with what went wrong most."""
        return summarise(self.view, worst_problem(self.view, self.measures, self.problems), so_far=self.so_far)


class _Kept(NamedTuple):
    """An account, and what it was made from."""

    made_from: tuple[Any, ...]
    good_until: float
    """Time on the clock time.monotonic() before which it is good enough, whatever has changed."""
    account: Account


_KEPT: WeakKeyDictionary[Session, dict[int, _Kept]] = WeakKeyDictionary()


def accounts(session: Session, numbers: NDArray[np.int64]) -> Iterator[Account]:
    """The accounts of connections; `numbers` ascending."""
    return map(tell, subjects(session, numbers))


def subjects(session: Session, numbers: NDArray[np.int64]) -> Iterator[Subject]:
    """Connections that are to be told; `numbers` ascending."""
    dropped = dropped_frames(session)
    with_words = len(numbers) <= MOST_KEPT
    so_far = not session.finished
    for measured in measure_all(session, numbers):
        own = measured.gathered.numbers
        many = len(own)
        words = applications(session, own) if with_words else [""] * many
        seen, found = list(connections(session, own)), measured.measures
        verdicts = [view.verdict for view in seen]
        columns = (
            *([session] * many, [measured] * many, [so_far] * many, range(many)),
            *(seen, found, times_of(seen, found), measured.notes),
            talks_of(measured, list(map(_first_request, words, seen)), so_far),
            *_landmarks(session, own),
            map(judged, found, verdicts, measured.notes, repeat(dropped), scanning(session, own)),
            [[] for _ in range(many)],
        )
        yield from rows_as(Subject, columns)


def tell(subject: Subject) -> Account:
    """The account of a connection, of which nothing was said before."""
    tell_opening(subject)
    tell_exchanges(subject)
    tell_troubles(subject)
    tell_icmp_errors(subject)
    tell_closing(subject)
    return Account(subject.view, subject.measures, subject.problems, subject.lines, subject.so_far)


def _first_request(application: str, view: ConnectionView) -> str:
    """What a connection is for, where that is more than its server's port tells."""
    return "" if application == SERVICES.get(view.server_port) else application


def _landmarks(session: Session, numbers: NDArray[np.int64]) -> list[Any]:
    """The landmarks of connections: rows, frame numbers and times, as Subject has them."""
    landmarks = session.connections.landmarks.values.take(numbers)
    rows = effective_rows(landmarks)
    there = rows >= session.store.start
    frames = np.zeros(rows.shape, np.int64)
    frames[there] = columns_at(session.store, rows[there])("number")
    return [rows.tolist(), frames.tolist(), landmarks["time_ns"].tolist()]


def account(session: Session, number: int) -> Account:
    """The account of one connection; KeyError where there is none.

    Of a very long one that still grows, what is told may be a few seconds old.
    """
    kept = _KEPT.setdefault(session, {})
    if number in session.connections.given_up or not 0 <= number < len(session.connections):
        raise KeyError(number)
    made_from = _made_from(session, number)
    begun = time.monotonic()
    known = kept.get(number)
    if known is not None:
        over = session.finished or (known.made_from[0] != made_from[0] and TRANSITIONS.states[made_from[0]].ended)
        if known.made_from == made_from or (begun < known.good_until and not over):
            return known.account
    if len(kept) >= MOST_KEPT_ACCOUNTS:
        kept.clear()
    found = next(accounts(session, np.array([number])))
    ended = time.monotonic()
    is_long = sum(sent.packets for sent in found.measures.sent) >= LONG_PACKETS
    kept[number] = _Kept(made_from, ended + (ended - begun) * _REST if is_long else ended, found)
    return found


def _made_from(session: Session, number: int) -> tuple[Any, ...]:
    """All that a connection's account may change by; first the number of its state."""
    of = session.connections
    rows = (of.counted, of.landmarks, of.noted)
    return (
        int(of.followed.values["state"][number]),
        *(row.values[number].tobytes() for row in rows),
        len(of.icmp_errors.get(number, ())),
        session.finished,
        max(session.store.start - int(of.counted.values["first_row"][number]), 0),
        dropped_frames(session) > 0,
    )


def measure(session: Session, number: int) -> Measures:
    """The measures of one connection; KeyError where there is none."""
    return account(session, number).measures


def measures(session: Session, numbers: NDArray[np.int64]) -> Iterator[Measures]:
    """The measures of connections; `numbers` ascending."""
    for measured in measure_all(session, numbers):
        yield from measured.measures


def problems(session: Session, number: int) -> tuple[str, ...]:
    """What went wrong with a connection, the worst first; KeyError where there is none."""
    return account(session, number).problems


def problems_of(session: Session, numbers: NDArray[np.int64]) -> Iterator[tuple[str, ...]]:
    """What went wrong with each of many connections; `numbers` ascending."""
    dropped = dropped_frames(session)
    for measured in measure_all(session, numbers):
        own = measured.gathered.numbers
        verdicts = [outcome_of(state).verdict for state in state_numbers(session, own).tolist()]
        yield from map(judged, measured.measures, verdicts, measured.notes, repeat(dropped), scanning(session, own))


def story(session: Session, number: int) -> tuple[StoryLine, ...]:
    """How a connection went, in a handful of lines; KeyError where there is none."""
    return account(session, number).story
