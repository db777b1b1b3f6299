"""Who talks to whom in a connection."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
    lower, upper = _address(family, lower_high, lower_low), _address(family, upper_high, upper_low)
    return _pair(lower, ports >> 16 & 0xFFFF, upper, ports & 0xFFFF, client_is_lower)


def endpoints_of_pairs(keys: NDArray[np.uint64], client_is_lower: list[bool]) -> list[Endpoints]:
    """The endpoints of n pairs; `keys`: 5 by n."""
    lower, upper = addresses_of(keys)
    columns = (
        lower,
        (keys[4] >> 16 & 0xFFFF).tolist(),
        upper,
        (keys[4] & 0xFFFF).tolist(),
        client_is_lower,
    )
    return list(map(_pair, *columns))


def addresses_of(keys: NDArray[np.uint64]) -> tuple[list[str], list[str]]:
    """The addresses of the lower and of the upper endpoints of n pairs; `keys`: 5 by n."""
    lower_high, lower_low, upper_high, upper_low, ports = keys.tolist()
    families = [port >> 32 for port in ports]
    return list(map(_address, families, lower_high, lower_low)), list(map(_address, families, upper_high, upper_low))


def _pair(lower: str, lower_port: int, upper: str, upper_port: int, client_is_lower: bool) -> Endpoints:
    if client_is_lower:
        client, client_port, server, server_port = lower, lower_port, upper, upper_port
    else:
        client, client_port, server, server_port = upper, upper_port, lower, lower_port
    client_name = with_port(client, client_port, bracketed=":" in client)
    server_name = with_port(server, server_port, bracketed=":" in server)
    return Endpoints(client, client_port, server, server_port, client_name, server_name, client_is_lower)


@lru_cache(maxsize=4096)
def _address(family: int, high: int, low: int) -> str:
    if family == 4:
        return f"{low >> 24}.{low >> 16 & 255}.{low >> 8 & 255}.{low & 255}"
    import socket  # noqa: PLC0415 - seldom needed, and takes a while to load

    return socket.inet_ntop(socket.AF_INET6, (high << 64 | low).to_bytes(16, "big"))


def with_port(address: str, port: int, *, bracketed: bool) -> str:
    """An endpoint; `bracketed`: the address is one of IPv6."""
    return f"[{address}]:{port}" if bracketed else f"{address}:{port}"


def client_is_lower(session: Session, connection: int) -> bool:
    """Whether a connection's client is the lower endpoint, as it is known now."""
    state = int(session.connections.followed.values["state"][connection])
    return TRANSITIONS.states[state].client == 0
