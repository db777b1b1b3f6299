"""Steps of the state machine for many connections at once: the transitions that were met, as columns."""

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.event import Event
from tui.tcp.rules.roles import Role
from tui.tcp.rules.states import State
from tui.tcp.rules.transitions import TRANSITIONS

Integers = NDArray[np.int64]

_EVENT_BITS = 12
"""Enough for the events of all segments that are no resets and were recorded once."""
_LIMIT = 1 << 16
"""Steps that are remembered; hostile captures can't make the memory grow further."""
_MALFORMED = int(Role.MALFORMED)
_LISTEN = int(State.LISTEN)
_TAKEN = int(Event.SYN | Event.PAYLOAD)


class Steps:
    """Transitions (tui.tcp.rules.transitions) under numbers that hold until they are forgotten."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._number = np.zeros(64 << _EVENT_BITS, np.int32)
        """By state and event the number of the step, 0 where it was not met: hardly any of it is ever touched."""
        self.after = np.zeros(1, np.int64)
        """Number of the state after each step; the following are of each step too."""
        self.roles = np.zeros(1, np.int64)
        self.notes = np.zeros(1, np.int64)
        self.letter = np.zeros(1, np.int64)
        """Code point of the letter for Zeek's history, 0 for none."""
        self.moves_nothing = np.zeros(1, np.bool_)
        """The connection's numbers stay, whatever the segment says: it makes no sense, or answers a SYN as no answer
        does."""
        self.restful = np.zeros(1, np.bool_)
        """Ordinary segments change nothing after it."""

    def forget(self) -> None:
        """Let go of all steps once they are too many."""
        if len(self.after) > _LIMIT:
            self._clear()

    def find(self, state: Integers, event: Integers) -> NDArray[np.int32]:
        """The step of each of n segments, given the numbers of the states before them."""
        keys = state << _EVENT_BITS | event
        if len(self._number) < len(TRANSITIONS.states) << _EVENT_BITS:
            grown = np.zeros(len(TRANSITIONS.states) << _EVENT_BITS + 1, np.int32)
            grown[: len(self._number)] = self._number
            self._number = grown
        found: NDArray[np.int32] = self._number[keys]
        if not found.all():
            self._add(sorted(set(keys[found == 0].tolist())))
            found = self._number[keys]
        return found

    def _add(self, keys: list[int]) -> None:
        """Work out the steps of new keys."""
        found = []
        for key in keys:
            before, event = key >> _EVENT_BITS, key & (1 << _EVENT_BITS) - 1
            after, roles, notes, letter = TRANSITIONS.step(before, event)
            sender = TRANSITIONS.pair[before] >> (0 if event & Event.UPPER else 4) & 15
            moves_nothing = roles & _MALFORMED or (sender == _LISTEN and not event & _TAKEN)
            found.append((after, roles, notes, ord(letter or "\0"), moves_nothing != 0, TRANSITIONS.restful[after]))
        self._number[keys] = np.arange(len(self.after), len(self.after) + len(keys))
        names = ("after", "roles", "notes", "letter", "moves_nothing", "restful")
        for name, values in zip(names, np.array(found, np.int64).T, strict=True):
            column = getattr(self, name)
            setattr(self, name, np.concatenate([column, values.astype(column.dtype)]))


STEPS = Steps()
"""The steps that every session shares: they depend on nothing but the rules."""
