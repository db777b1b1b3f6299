"""Looking through the columns of the tables: what is said of frames and of connections."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import PROTOCOL_NAMES, Protocol
from tui.session import Session
from tui.store import ASSUMED_LOWER, ASSUMED_UPPER, FORWARD
from tui.tcp.rules.closed_lists import PROBLEMS
from tui.tcp.rules.flags import ACK, letters
from tui.tcp.rules.notes import note_names
from tui.tcp.rules.roles import role_names
from tui.tcp.rules.states import STATE_NAMES
from tui.tcp.tracking.sequence import MASK
from tui.views.applications import applications
from tui.views.connection_views import ConnectionView, connections
from tui.views.searching.borders import Match
from tui.views.telling.accounts import problems_of
from tui.views.wording.notes import problem_text, problem_words, quiet_words
from tui.views.wording.roles import leading, role_text

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

COMBINATIONS = 1 << 16
"""Sets of roles and notes whose words are remembered."""

LARGEST_NUMBER = 18
"""Digits of a number that any column may have."""

CONNECTIONS_AT_ONCE = 2048
"""Connections whose cells are made at once."""


class Words:
    """What is looked for in text: in upper and lower case alike, unless it has an upper-case letter."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._any_case = text == text.lower()

    def found_in(self, cell: str) -> bool:
        """Whether a cell has it."""
        return self.text in (cell.lower() if self._any_case else cell)


class FrameColumnSearch:
    """Looks for words in what the packet table says of frames, and for numbers and times among theirs."""

    def __init__(
        self,
        session: Session,
        text: str,
        write_time: Callable[[int], str],
        absolute: bool,
    ) -> None:
        """`write_time`: a time in nanoseconds since the epoch, as the table has it; `absolute`: sequence numbers are
        those on the wire.
        """
        self._session = session
        self._words = Words(text)
        self._write_time = write_time
        self._absolute = absolute
        digits = text.replace(",", "")
        is_number = digits.isascii() and digits.isdecimal() and len(digits) <= LARGEST_NUMBER
        self._number = int(digits) if is_number else None
        self._is_time = any(mark in text for mark in ".:") and any(letter.isdigit() for letter in text)
        found_in = self._words.found_in

        @lru_cache(maxsize=COMBINATIONS)
        def is_told(roles: int, notes: int) -> bool:
            return found_in(_told(role_names(roles), note_names(notes)))

        @lru_cache(maxsize=COMBINATIONS)
        def is_state(states: int, marks: int) -> bool:
            lower = STATE_NAMES[states >> 4] + "?" * bool(marks & ASSUMED_LOWER)
            upper = STATE_NAMES[states & 15] + "?" * bool(marks & ASSUMED_UPPER)
            return found_in(lower) or found_in(upper)

        self._is_told, self._is_state = is_told, is_state

    def __call__(self, rows: Indices, before: Indices) -> Iterator[Match]:  # noqa: ARG002 - as others need them
        """The frames among these rows that have it in a column: words in any part, a number as a whole, a time from
        its beginning.
        """
        mask = self._in_words(rows)
        if self._number is not None:
            mask |= self._in_numbers(rows, self._number)
        if self._is_time:
            times = map(self._write_time, self._of("time_ns", rows).tolist())
            begins = (text.startswith(self._words.text) for text in times)
            mask |= np.fromiter(begins, np.bool_, len(rows))
        mask &= rows >= self._session.store.start
        for index in np.flatnonzero(mask).tolist():
            yield Match(index, 0, 0, 0)

    def _of(self, name: str, rows: Indices) -> Indices:
        values: Indices = self._session.store.gather(name, rows).astype(np.int64)
        return values

    def _in_words(self, rows: Indices) -> Mask:
        segments = self._of("connection", rows) >= 0
        columns = (self._session.store.gather(name, rows).tolist() for name in ("roles", "notes", "states", "marks"))
        roles, notes, states, marks = columns
        count = len(rows)
        mask = np.fromiter(map(self._is_told, roles, notes), np.bool_, count)
        mask |= np.fromiter(map(self._is_state, states, marks), np.bool_, count)
        mask |= self._among("flags", rows, letters)
        other = self._among("protocol", rows, lambda number: PROTOCOL_NAMES[Protocol(number)])
        return np.where(segments, mask, other)

    def _among(self, name: str, rows: Indices, write: Callable[[int], str]) -> Mask:
        """Where a column of few different values has it in the text of the value."""
        values, place = np.unique(self._of(name, rows), return_inverse=True)
        return np.array([self._words.found_in(write(value)) for value in values.tolist()], np.bool_)[place]

    def _in_numbers(self, rows: Indices, number: int) -> Mask:
        connection, marks = self._of("connection", rows), self._of("marks", rows)
        segments = connection >= 0
        seq, ack = self._of("seq", rows), self._of("ack", rows)
        if self._absolute:
            seq, ack = seq & MASK, ack & MASK
        else:
            base = self._session.connections.followed.values["base"][connection]
            sender = np.where(marks & FORWARD, 0, 1)
            at = np.arange(len(rows))
            seq, ack = seq - base[at, sender], ack - base[at, 1 - sender]
        window = self._of("window", rows) << np.maximum(self._of("shift", rows), 0)
        length = np.where(segments, self._of("length", rows), self._of("wire", rows))
        in_segment = (connection == number) | (seq == number) | (window == number)
        in_segment |= (ack == number) & (self._of("flags", rows) & ACK > 0)
        found: Mask = (segments & in_segment) | (self._of("number", rows) == number) | (length == number)
        return found


def _told(roles: tuple[str, ...], notes: tuple[str, ...]) -> str:
    """What the table says of a segment's roles and notes: that it is data or an acknowledgement only where that is all
    there is to say.
    """
    problem, quiet = problem_words(notes), quiet_words(notes)
    role = "" if leading(roles).kind in _SELF_EVIDENT and (problem or quiet) else role_text(roles)
    return "  ".join(words for words in (problem, role, quiet) if words)


_SELF_EVIDENT = ("data", "ack")
"""Kinds of roles that need no words beside a note."""


class ConnectionSearch:
    """Looks for words in the cells of the connection list."""

    def __init__(
        self,
        session: Session,
        text: str,
        cells: Callable[[ConnectionView, str, tuple[str, ...]], Iterable[str]],
    ) -> None:
        """`cells`: the texts of a row, of a connection, what it is for, and its problems, the worst first."""
        self._session = session
        self._words = Words(text)
        self._cells = cells
        self._may_be_problem = any(self._words.found_in(problem_text(problem)) for problem in PROBLEMS)

    def __call__(self, numbers: Indices, before: Indices) -> Iterator[Match]:  # noqa: ARG002 - as others need them
        """The connections among these that have it in any cell."""
        for first in range(0, len(numbers), CONNECTIONS_AT_ONCE):
            chosen = numbers[first : first + CONNECTIONS_AT_ONCE]
            problems = self._problems(chosen)
            known = zip(connections(self._session, chosen), applications(self._session, chosen), problems, strict=True)
            for index, of_one in enumerate(known):
                if any(map(self._words.found_in, self._cells(*of_one))):
                    yield Match(first + index, 0, 0, 0)

    def _problems(self, numbers: Indices) -> list[tuple[str, ...]]:
        if not self._may_be_problem:  # to work them all out takes longer than all else
            return [()] * len(numbers)
        order = np.argsort(numbers)
        found: list[tuple[str, ...]] = [()] * len(numbers)
        for place, problems in zip(order.tolist(), problems_of(self._session, numbers[order]), strict=True):
            found[place] = problems
        return found
