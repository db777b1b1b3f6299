"""Who is the client of many connections at once."""

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.tcp.rules.transitions import TRANSITIONS

Numbers = NDArray[np.int64]


def state_numbers(session: Session, numbers: Numbers) -> Numbers:
    """The states of connections, as numbers of tui.tcp.rules.transitions."""
    states: Numbers = session.connections.followed.values["state"][numbers].astype(np.int64)
    return states


def client_sides(session: Session, numbers: Numbers) -> Numbers:
    """0 where the lower endpoint is the client, 1 where the upper one is."""
    states, place = np.unique(state_numbers(session, numbers), return_inverse=True)
    return np.array([TRANSITIONS.states[state].client for state in states.tolist()], np.int64)[place]


def server_ports(session: Session, numbers: Numbers) -> Numbers:
    """The servers' ports."""
    ports: Numbers = session.tuples.keys[4, session.connections.counted.values["slot"][numbers]].astype(np.int64)
    of_server: Numbers = np.where(client_sides(session, numbers) == 1, ports >> 16, ports) & 0xFFFF
    return of_server
