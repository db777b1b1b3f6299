"""Clients that seem to look for open ports."""

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.tcp.rules.outcome import outcome_of
from tui.views.sides import client_sides, server_ports, state_numbers

MANY_TARGETS = 15
"""Different servers and ports at which one client must have failed to be called a possible scanner."""

_FRUITLESS = frozenset({"malformed", "refused", "aborted-handshake", "no-answer", "half-open"})
"""Verdicts on connections that a scanner makes and others seldom do; an ICMP error does not change that."""

_GROWTH = 8
"""A capture that grows is looked through again when it has an eighth more connections or segments."""

_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


@dataclass(slots=True)
class _Seen:
    """What was found when a session was last looked through."""

    connections: int = -1
    rows: int = -1
    finished: bool = False
    scanning: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))


_SEEN: WeakKeyDictionary[Session, _Seen] = WeakKeyDictionary()


def scanning(session: Session, numbers: NDArray[np.int64]) -> list[bool]:
    """Whether connections look like parts of a scan: one client that gets nowhere at MANY_TARGETS or more targets."""
    seen = _SEEN.setdefault(session, _Seen())
    connections, rows = len(session.connections), len(session.store)
    grown = connections > seen.connections * (_GROWTH + 1) // _GROWTH or rows > seen.rows * (_GROWTH + 1) // _GROWTH
    if grown or session.finished != seen.finished:
        seen.finished = session.finished
        seen.connections, seen.rows = connections, rows
        seen.scanning = _look_through(session, connections)
    found = np.zeros(len(numbers), np.bool_)
    known = numbers < len(seen.scanning)
    found[known] = seen.scanning[numbers[known]]
    return found.tolist()


def _look_through(session: Session, count: int) -> NDArray[np.bool_]:
    found = np.zeros(count, np.bool_)
    numbers = np.arange(count)
    states, place = np.unique(state_numbers(session, numbers), return_inverse=True)
    fruitless = np.array([outcome_of(state).verdict in _FRUITLESS for state in states.tolist()], np.bool_)
    numbers = numbers[fruitless[place]] if count else numbers
    if len(numbers) < MANY_TARGETS:
        return found
    keys = session.tuples.keys[:, session.connections.counted.values["slot"][numbers]]
    upper_is_client = client_sides(session, numbers) == 1
    lower, upper = (_mixed(keys[at].astype(np.uint64), keys[at + 1].astype(np.uint64)) for at in (0, 2))
    client = np.where(upper_is_client, upper, lower)
    server = np.where(upper_is_client, lower, upper)
    target = _mixed(_mixed(client, server), server_ports(session, numbers).astype(np.uint64))
    _, first = np.unique(target, return_index=True)
    clients, targets = np.unique(client[first], return_counts=True)
    scanners = clients[targets >= MANY_TARGETS]
    found[numbers[np.isin(client, scanners)]] = True
    return found


def _mixed(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Both numbers in one; different pairs seldom make the same."""
    mixed = (one * _MIX[0] + other) * _MIX[1]
    return (mixed ^ mixed >> np.uint64(29)) * _MIX[2]
