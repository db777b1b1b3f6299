"""Who talks to whom in a connection."""

import socket
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from tui.session import Session
from tui.tcp.rules.transitions import TRANSITIONS


class Endpoints(NamedTuple):
    """Who talks to whom in a connection."""

    client_address: str
    client_port: int
    server_address: str
    server_port: int
    client: str
    server: str
    client_is_lower: bool


def endpoints(session: Session, connection: int) -> Endpoints:
    """The endpoints of a connection, as they are known now."""
    slot = int(session.connections.counted.values["slot"][connection])
    return endpoints_of(session.tuples.key(slot), client_is_lower(session, connection))


def endpoints_of(key: tuple[int, ...], client_is_lower: bool) -> Endpoints:
    """The endpoints of a pair as tui.tcp.tracking.tuples keeps it."""
    lower_high, lower_low, upper_high, upper_low, ports = key
    family = ports >> 32
    lower = (_address(family, lower_high, lower_low), ports >> 16 & 0xFFFF)
    upper = (_address(family, upper_high, upper_low), ports & 0xFFFF)
    client, server = (lower, upper) if client_is_lower else (upper, lower)
    return Endpoints(*client, *server, _with_port(*client), _with_port(*server), client_is_lower)


def endpoint_texts(session: Session, numbers: Sequence[int]) -> tuple[list[str], list[str]]:
    """Address and port of the lower and of the upper endpoint of each of these connections."""
    keys = session.tuples.keys[:, session.connections.counted.values["slot"][numbers]].T.tolist()
    lower, upper = [], []
    for lower_high, lower_low, upper_high, upper_low, ports in keys:
        family = ports >> 32
        lower.append(_with_port(_address(family, lower_high, lower_low), ports >> 16 & 0xFFFF))
        upper.append(_with_port(_address(family, upper_high, upper_low), ports & 0xFFFF))
    return lower, upper


@lru_cache(maxsize=4096)
def _address(family: int, high: int, low: int) -> str:
    if family == 4:
        return f"{low >> 24}.{low >> 16 & 255}.{low >> 8 & 255}.{low & 255}"
    return socket.inet_ntop(socket.AF_INET6, (high << 64 | low).to_bytes(16, "big"))


def _with_port(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def client_is_lower(session: Session, connection: int) -> bool:
    """Whether a connection's client is the lower endpoint, as it is known now."""
    state = int(session.connections.followed.values["state"][connection])
    return TRANSITIONS.states[state].client == 0
