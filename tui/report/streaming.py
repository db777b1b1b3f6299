"""JSON Lines of a live capture: a segment when it is captured, a connection when it has ended."""

from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from tui.report.json_lines import NoteCounts, PacketLines, connection_lines
from tui.session import Session
from tui.tcp.rules.outcome import outcome_of

ENDED = frozenset({"CLOSED", "TIME-WAIT"})
"""States in which an endpoint sends nothing more of its own accord."""


def stream_packets(session: Session, output: BinaryIO, with_explanation: bool) -> None:
    """Read the session to its end, and print each TCP segment as soon as it is known."""
    lines = PacketLines(session, with_explanation)
    done = 0
    for _ in session.run():
        output.writelines(lines.between(done, len(session.store)))
        output.flush()
        done = len(session.store)


def stream_connections(session: Session, output: BinaryIO) -> None:
    """Read the session to its end, and print each connection once: when it has ended, or at the end."""
    notes = NoteCounts()
    ended = _Ended()
    printed = np.zeros(0, np.bool_)
    done = 0
    for _ in session.run():
        count = len(session.connections)
        notes.add(session, done, len(session.store))
        done = len(session.store)
        printed = np.concatenate([printed, np.zeros(count - len(printed), np.bool_)])
        over = ended.of(session.connections.followed.values["state"][:count])
        if session.finished:
            over[:] = True
        over[list(session.connections.given_up)] = False
        numbers = np.flatnonzero(over & ~printed)
        printed[numbers] = True
        output.writelines(connection_lines(session, numbers, notes))
        output.flush()


class _Ended:
    """Which of the interned states of a connection are those of one that has ended."""

    def __init__(self) -> None:
        self._known = np.zeros(0, np.bool_)

    def of(self, states: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each of the given connection states is one in which nothing more is to come."""
        highest = int(states.max(initial=-1))
        more = [_has_ended(number) for number in range(len(self._known), highest + 1)]
        self._known = np.concatenate([self._known, np.array(more, np.bool_)])
        return self._known[states]


def _has_ended(state: int) -> bool:
    found = outcome_of(state)
    return found.client_state in ENDED and found.server_state in ENDED
