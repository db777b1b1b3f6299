"""Addresses and ports of generated connections: ordinary ones, and ones that an attacker would choose."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Colliding = Literal["", "xor", "unseeded"]
"""Hashes of tuples that all connections have in common: the XOR of all fields, or tcptui's own without its secret."""

CLIENTS, SERVERS, SERVER_PORTS = 4096, 64, (80, 443)
"""Different addresses, and the ports that servers have."""

CLIENT_PORTS = 1024, 64_000
"""The first port of clients, and how many they use."""

PREFIX = 0x20010DB8 << 32
"""The upper half of addresses of 2001:db8::/64 (RFC 3849)."""

IPV6_FAMILY = 6 << 32
"""Beside the ports in the last of these columns."""

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Clients and servers of connections, one row a connection. IPv4 addresses are in the low halves."""

    ipv6: Bools
    client_high: Words
    client_low: Words
    server_high: Words
    server_low: Words
    client_port: Ints
    server_port: Ints


def ordinary(ipv6: Bools) -> Endpoints:
    """Endpoints of ordinary connections, which `ipv6` are over IPv6."""
    number = np.arange(len(ipv6))
    client_port = CLIENT_PORTS[0] + number // CLIENTS % CLIENT_PORTS[1]
    server_port = np.array(SERVER_PORTS)[number // SERVERS % len(SERVER_PORTS)]
    high = np.where(ipv6, PREFIX, 0).astype(np.uint64)
    client_low = (np.where(ipv6, 0x10000, 0x0A010000) + number % CLIENTS).astype(np.uint64)
    server_low = (np.where(ipv6, 0x20000, 0xC6336400) + number % SERVERS).astype(np.uint64)
    return Endpoints(ipv6, high, client_low, high, server_low, client_port, server_port)


def colliding(kind: Colliding, count: int) -> Endpoints:
    """Endpoints that have one hash in common, of the given kind."""
    return _colliding_by_xor(count) if kind == "xor" else _colliding_unseeded(count)


def _colliding_by_xor(count: int) -> Endpoints:
    """IPv4: client and server differ by the same bits everywhere, and the ports are always the same."""
    number = np.arange(count, dtype=np.uint64)
    zeros = np.zeros(count, np.uint64)
    ports = np.zeros(count, np.int64)
    addresses = zeros, number + np.uint64(10 << 24), zeros, number + np.uint64(198 << 24)
    return Endpoints(zeros > 0, *addresses, ports + CLIENT_PORTS[0], ports + SERVER_PORTS[0])


def _colliding_unseeded(count: int) -> Endpoints:
    """IPv6: the hash is computed backwards, to the lower half of a server's address that leads to the same end."""
    number = np.arange(count)
    client_port = CLIENT_PORTS[0] + number % CLIENT_PORTS[1]
    server_port = np.full(count, SERVER_PORTS[0])
    client_high = np.full(count, PREFIX, np.uint64)
    client_low = (0x10000 + number // CLIENT_PORTS[1]).astype(np.uint64)
    server_high = client_high + np.uint64(1)
    before = np.zeros(count, np.uint64)
    for column in (client_high, client_low, server_high):
        before = _mixed(before ^ column)
    ports = (IPV6_FAMILY | client_port << 16 | server_port).astype(np.uint64)
    server_low = before ^ _unmixed(_unmixed(np.zeros(count, np.uint64)) ^ ports)
    return Endpoints(client_high > 0, client_high, client_low, server_high, server_low, client_port, server_port)


def _mixed(state: Words) -> Words:
    """One step of tcptui's hash of tuples (tui.tcp.tracking.mixing), with 1 as its secret."""
    return state ^ state >> np.uint64(32)


def _unmixed(state: Words) -> Words:
    """What one step has led from."""
    return state ^ state >> np.uint64(32)
