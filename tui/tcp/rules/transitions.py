"""Transitions of the state machine, each worked out once: states are numbers, and a step is one look-up."""

import numpy as np
from numpy.typing import NDArray

from tui.store import ASSUMED_LOWER, ASSUMED_UPPER
from tui.tcp.rules import zeek
from tui.tcp.rules.connection_state import ConnectionState, begin
from tui.tcp.rules.event import Event, Ordinary
from tui.tcp.rules.machine import advance
from tui.tcp.rules.roles import Role

_EVENT_BITS = 16
_MEMO_LIMIT = 1 << 20
"""Remembered transitions; hostile captures can't make the memory grow further."""

LOWER_DATA_SEEN = 1
LOWER_ACK_SEEN = 2
UPPER_DATA_SEEN = 4
UPPER_ACK_SEEN = 8


class Transitions:
    """Numbers for connection states, and the remembered steps between them. Numbers are never given up."""

    def __init__(self) -> None:
        self.states: list[ConnectionState] = []
        """The state of each number."""
        self._numbers: dict[ConnectionState, int] = {}
        self._memo: dict[int, tuple[int, int, int, str]] = {}
        self._beginnings: dict[tuple[int, bool], int] = {}
        self.pair: list[int] = []
        """Both endpoints' states, as the store's column `states` has them."""
        self.assumed: list[int] = []
        """The store's ASSUMED marks."""
        self.restful: list[bool] = []
        """Whether all of the four ordinary events that were seen before leave the state as it is."""
        self.seen: list[int] = []
        """Which kinds of ordinary segment each side has sent: *_SEEN bits."""
        self.reset: list[bool] = []
        """Whether a reset has come from either side, as Zeek sees it: its numbers may stand still then."""
        self._tables: tuple[int, dict[str, NDArray[np.uint8]]] = (0, {})
        self.begin(client=0, guessed=True)

    def number(self, state: ConnectionState) -> int:
        """The number of a state."""
        known = self._numbers.get(state)
        if known is not None:
            return known
        number = len(self.states)
        lower, upper = state.ends
        self._numbers[state] = number
        self.pair.append(lower.state << 4 | upper.state)
        self.assumed.append((not lower.proved) * ASSUMED_LOWER | (not upper.proved) * ASSUMED_UPPER)
        self.seen.append(
            lower.data * LOWER_DATA_SEEN
            | lower.pure_ack * LOWER_ACK_SEEN
            | upper.data * UPPER_DATA_SEEN
            | upper.pure_ack * UPPER_ACK_SEEN
        )
        self.restful.append(_is_restful(state))
        self.reset.append(max(state.zeek) >= zeek.ZeekState.RESET)
        self.states.append(state)
        return number

    def begin(self, client: int, guessed: bool) -> int:
        """The number of the state before a connection's first segment."""
        key = client, guessed
        if key not in self._beginnings:
            self._beginnings[key] = self.number(begin(client, guessed))
        return self._beginnings[key]

    def step(self, number: int, event: int) -> tuple[int, int, int, str]:
        """State after an event, with the segment's roles and notes, all as numbers, and Zeek's letter."""
        key = number << _EVENT_BITS | event
        known = self._memo.get(key)
        if known is None:
            if len(self._memo) >= _MEMO_LIMIT:
                self._memo.clear()
            found = advance(self.states[number], Event(event))
            known = self._memo[key] = (self.number(found.state), int(found.roles), int(found.notes), found.letter)
        return known

    def tables(self) -> dict[str, NDArray[np.uint8]]:
        """`pair`, `assumed`, `restful`, `seen` and `reset` as arrays indexed by state number."""
        size, arrays = self._tables
        if size != len(self.states):
            arrays = {
                "pair": np.array(self.pair, np.uint8),
                "assumed": np.array(self.assumed, np.uint8),
                "restful": np.array(self.restful, np.uint8),
                "seen": np.array(self.seen, np.uint8),
                "reset": np.array(self.reset, np.uint8),
            }
            self._tables = (len(self.states), arrays)
        return arrays


def _is_restful(state: ConnectionState) -> bool:
    """Whether ordinary segments of kinds that were seen before change nothing, whatever FIN they cover."""
    if not state.begun or max(state.zeek) >= zeek.ZeekState.RESET:
        return False  # after a reset Zeek's numbers stand still, while ours move on
    for kind in Ordinary:
        side = 1 if kind & Event.UPPER else 0
        end = state.ends[side]
        if not (end.data if kind & Event.PAYLOAD else end.pure_ack):
            continue
        plain = Role.DATA if kind & Event.PAYLOAD else Role.ACK
        covers = (Event(0), Event.ACKS_FIN) if state.ends[1 - side].fin else (Event(0),)
        for extra in covers:
            if advance(state, Event(kind) | extra) != (state, plain, 0, ""):
                return False
    return True


TRANSITIONS = Transitions()
"""The transitions that every session shares: they depend on nothing but the rules."""
