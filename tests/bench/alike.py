"""Captures whose packets are all alike: the SYNs of as many connections, or one segment again and again."""

import numpy as np

from tests.bench.layout import ACK, PSH, START_US, SYN, Settings, Traffic, identifications, of_connections

RST = 4

APART_US = 10
"""Microseconds between two packets."""

OPENING = [(True, SYN, 0, 0), (False, SYN | ACK, 0, 1), (True, ACK, 1, 1)]
"""Segments of a handshake as (sent by the client, flags, relative seq, relative ack)."""

REPEATED = {
    "syns": [(True, SYN, 0, 0)],
    "resets": [*OPENING, (True, RST | ACK, 1, 1)],
    "data": [*OPENING, (True, PSH | ACK, 1, 1)],
}
"""The segments of a connection whose last one is repeated, by the name of what is repeated."""


def lay_out_alike(settings: Settings) -> Traffic:
    """The segments of a capture with `one_syn` or `identical`; ValueError where it has no packet to repeat."""
    count = settings.packets
    first = [(True, SYN, 0, 0)] if settings.one_syn else REPEATED[settings.identical]
    if count < len(first):
        raise ValueError(f"needs {len(first)} packets")
    table = np.array(first, np.int64)
    from_client, flags, seq, ack = table[np.minimum(np.arange(count), len(table) - 1)].T
    connections = count if settings.one_syn else 1
    times = START_US + np.arange(count) * APART_US
    return Traffic(
        time_us=times,
        sent_us=times,
        connection=np.arange(count) if settings.one_syn else np.zeros(count, np.int64),
        from_client=from_client == 1,
        flags=flags,
        payload=np.where(flags & PSH != 0, settings.payload_bytes, 0),
        seq=seq,
        ack=ack,
        repeated=(np.arange(count) >= len(first)) & (not settings.one_syn),
        sack_bytes=np.zeros(count, np.int64),
        hole_bytes=np.zeros(count, np.int64),
        ip_id=identifications(count),
        **of_connections(settings, connections, np.random.default_rng(settings.seed)),
    )
