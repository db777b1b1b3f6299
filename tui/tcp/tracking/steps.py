"""Steps of the state machine for many connections at once: the transitions that were met, as columns."""

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.event import Event
from tui.tcp.rules.roles import Role
from tui.tcp.rules.states import State
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.memo import LIMIT, Memo

Integers = NDArray[np.int64]

_EVENT_BITS = 16
_MALFORMED = int(Role.MALFORMED)
_LISTEN = int(State.LISTEN)
_TAKEN = int(Event.SYN | Event.PAYLOAD)


class Steps:
    """Transitions (tui.tcp.rules.transitions) under numbers that hold until they are forgotten."""

    def __init__(self) -> None:
        self._memo = Memo(self._add)
        self._clear()

    def _clear(self) -> None:
        self._memo.clear()
        self.after = np.empty(0, np.int64)
        """Number of the state after each step; the following are of each step too."""
        self.roles = np.empty(0, np.int64)
        self.notes = np.empty(0, np.int64)
        self.letter = np.empty(0, np.int64)
        """Code point of the letter for Zeek's history, 0 for none."""
        self.moves_nothing = np.empty(0, np.bool_)
        """The connection's numbers stay, whatever the segment says: it makes no sense, or answers a SYN as no answer
        does."""
        self.restful = np.empty(0, np.bool_)
        """Ordinary segments change nothing after it."""

    def forget(self) -> None:
        """Let go of all steps once they are too many."""
        if len(self._memo) > LIMIT:
            self._clear()

    def find(self, state: Integers, event: Integers) -> Integers:
        """The step of each of n segments, given the numbers of the states before them."""
        return self._memo.find(state << _EVENT_BITS | event)

    def _add(self, keys: list[int]) -> list[int]:
        """Work out the steps of new keys; returns their numbers."""
        found = []
        for key in keys:
            before, event = key >> _EVENT_BITS, key & (1 << _EVENT_BITS) - 1
            after, roles, notes, letter = TRANSITIONS.step(before, event)
            sender = TRANSITIONS.pair[before] >> (0 if event & Event.UPPER else 4) & 15
            moves_nothing = roles & _MALFORMED or (sender == _LISTEN and not event & _TAKEN)
            found.append((after, roles, notes, ord(letter or "\0"), moves_nothing != 0, TRANSITIONS.restful[after]))
        first = len(self.after)
        names = ("after", "roles", "notes", "letter", "moves_nothing", "restful")
        for name, values in zip(names, np.array(found, np.int64).T, strict=True):
            column = getattr(self, name)
            setattr(self, name, np.concatenate([column, values.astype(column.dtype)]))
        return list(range(first, len(self.after)))


STEPS = Steps()
"""The steps that every session shares: they depend on nothing but the rules."""
