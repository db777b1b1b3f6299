"""Which segments a generated capture has, in which order: columns, not bytes yet."""

from dataclasses import dataclass, fields
from typing import Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

from tests.bench.endpoints import Colliding, Endpoints, colliding, ordinary

FIN, SYN, PSH, ACK = 1, 2, 8, 16

GAP_SECONDS = 0.028
"""Mean time between two segments of a connection."""

RETRANSMISSION_SECONDS = 0.25
"""Time after which a segment is sent again."""

OVERTAKING_US = 50
"""Microseconds by which a reordered segment comes behind the one that was sent after it."""

ALIVE = 300
"""Connections that are alive at once."""

START_US = 1_700_000_000 * 1_000_000
"""When captures begin, microseconds since the epoch."""

LARGEST_PAYLOAD = 1448
"""Bytes that fit a segment over Ethernet, with timestamps over IPv4."""

REQUEST_BYTES = (100, 500)
"""Payload of a request, from and below."""

HANDSHAKE = [(True, SYN, 0), (False, SYN | ACK, 0), (True, ACK, 0)]
EXCHANGE = [(True, PSH | ACK, 1), (False, ACK, 0), (False, ACK, 2), (False, PSH | ACK, 2), (True, ACK, 0)]
FOUR_SEGMENTS = [(False, FIN | ACK, 0), (True, ACK, 0), (True, FIN | ACK, 0), (False, ACK, 0)]
THREE_SEGMENTS = [(False, FIN | ACK, 0), (True, FIN | ACK, 0), (False, ACK, 0)]
"""Segments as (sent by the client, flags, kind of payload: 0 none, 1 request, 2 answer)."""

FEWEST_SEGMENTS = len(HANDSHAKE) + len(FOUR_SEGMENTS)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a generated capture shall be like."""

    packets: int = 1_000_000
    connections: int = 25_000
    retransmissions: float = 0.0
    """Share of the segments with payload that are sent again."""
    losses: float = 0.0
    """Share of the answers whose first segment is lost behind the capture: the second is acknowledged by a SACK block,
    and the first sent again."""
    reordering: float = 0.0
    """Share of the answers whose two segments arrive in the wrong order."""
    payload_bytes: int = 920
    """Mean payload of a segment of an answer."""
    ipv6_share: float = 0.0
    vlan_share: float = 0.0
    one_syn: bool = False
    """Each packet is the SYN of its own connection."""
    identical: Literal["", "syns", "resets", "data"] = ""
    """One segment of one connection, repeated to the end."""
    colliding: Colliding = ""
    """The hash that all tuples have in common."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Traffic:
    """Segments in order of time; columns of equal length but for the last three, which have one row a connection."""

    time_us: Ints
    sent_us: Ints
    """When the sender's clock of timestamps was read; before `time_us` where another segment has overtaken it."""
    connection: Ints
    from_client: Bools
    flags: Ints
    payload: Ints
    """Bytes."""
    seq: Ints
    """Relative to the sender's initial sequence number."""
    ack: Ints
    """Relative to the other's; 0 on the first SYN."""
    repeated: Bools
    """The segment was sent before."""
    sack_bytes: Ints
    """Bytes of the SACK block of a duplicate ACK; 0 where there is none. What it lacks is as long as `hole_bytes`."""
    hole_bytes: Ints
    ip_id: Ints
    """IPv4 identification, a new one for every packet, in the order of sending."""
    initial: Ints
    """Initial sequence numbers, two columns: the server's, the client's."""
    endpoints: Endpoints
    vlan: Bools

    def take(self, rows: Ints) -> "Traffic":
        """Some of the segments; the connections keep their numbers."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return Traffic(**{name: values if name in OF_CONNECTIONS else values[rows] for name, values in columns.items()})


OF_CONNECTIONS = ("initial", "endpoints", "vlan")
"""The columns of `Traffic` that have one row a connection."""


class OfConnections(TypedDict):
    """Those columns."""

    initial: Ints
    endpoints: Endpoints
    vlan: Bools


@dataclass(frozen=True, slots=True)
class Order:
    """In which order segments are sent, connection by connection."""

    segment: Ints
    """Index of each; that of a duplicate ACK is the one of the acknowledgement that comes too early there."""
    again: Bools
    """It is sent again after a time without an answer."""
    repaired: Bools
    """It is sent again because a duplicate ACK asks for it."""
    duplicate_ack: Bools
    overtaken: Bools
    """It arrives behind the next one."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Segments connection by connection, each in its order."""

    connection: Ints
    from_client: Bools
    flags: Ints
    payload: Ints


def lay_out(settings: Settings) -> Traffic:
    """The segments of a capture; ValueError where there are too few packets for the connections."""
    rng = np.random.default_rng(settings.seed)
    if settings.packets < settings.connections * FEWEST_SEGMENTS:
        raise ValueError(f"a connection needs {FEWEST_SEGMENTS} packets")
    if not all(0 <= share <= 0.5 for share in (settings.retransmissions, settings.losses, settings.reordering)):
        raise ValueError("the shares of retransmissions, losses and reordering must be from 0 to 0.5")
    some = _segments(settings, settings.packets, rng)
    copies = np.count_nonzero(some.payload) * settings.retransmissions
    holes = len(_answers(some)) * settings.losses
    once = settings.packets / (settings.packets + copies + 2 * holes)
    most = settings.packets - settings.connections * FEWEST_SEGMENTS
    lost = min(round(holes * once), most // 2)
    again = min(round(copies * once), most - 2 * lost)
    segments = _segments(settings, settings.packets - 2 * lost - again, rng)
    answers, with_payload = _answers(segments), np.flatnonzero(segments.payload)
    sent_again = rng.choice(with_payload, again, replace=False)
    of_lost = rng.choice(answers, lost, replace=False)
    once_only = answers[~np.isin(answers, np.concatenate([of_lost, sent_again, sent_again - 1]))]
    overtaken = _some(once_only, round(len(answers) * settings.reordering), settings.seed)
    return _in_time_order(settings, segments, _order(len(segments.payload), sent_again, of_lost, overtaken), rng)


def _some(rows: Ints, count: int, seed: int) -> Ints:
    """At most `count` of the rows; drawn apart, so that all else in a capture stays as it is without them."""
    return np.random.default_rng([seed, 1]).choice(rows, min(count, len(rows)), replace=False)


def _answers(segments: Segments) -> Ints:
    """Where answers begin whose two segments are followed by the client's acknowledgement."""
    to_client = (segments.payload > 0) & ~segments.from_client
    acknowledges = segments.from_client & (segments.flags == ACK) & (segments.payload == 0)
    return np.flatnonzero(to_client[:-2] & to_client[1:-1] & acknowledges[2:] & (segments.flags[:-2] == ACK))


def _segments(settings: Settings, total: int, rng: np.random.Generator) -> Segments:
    """`total` segments, spread over the connections unevenly."""
    weights = rng.random(settings.connections) + 0.5
    spare = total - settings.connections * FEWEST_SEGMENTS
    extra = np.diff(np.floor(np.cumsum(weights) / weights.sum() * spare + 1e-6).astype(np.int64), prepend=0)
    extra[-1] += spare - int(extra.sum())
    counts = extra + FEWEST_SEGMENTS
    first = np.cumsum(counts) - counts
    connection = np.repeat(np.arange(settings.connections), counts)
    place = np.arange(total) - first[connection]
    teardown_length = np.where(rng.random(settings.connections) < 0.5, len(THREE_SEGMENTS), len(FOUR_SEGMENTS))
    into_teardown = place - (counts - teardown_length)[connection]
    table = np.array(HANDSHAKE + EXCHANGE + THREE_SEGMENTS + FOUR_SEGMENTS, np.int64)
    row = np.where(place < len(HANDSHAKE), place, len(HANDSHAKE) + (place - len(HANDSHAKE)) % len(EXCHANGE))
    teardown_row = np.where(teardown_length == len(THREE_SEGMENTS), 0, len(THREE_SEGMENTS))[connection] + into_teardown
    row = np.where(into_teardown >= 0, len(HANDSHAKE) + len(EXCHANGE) + teardown_row, row)
    payload = _payloads(table[row, 2], settings.payload_bytes, rng)
    return Segments(connection, table[row, 0] == 1, table[row, 1], payload)


def _payloads(kind: Ints, mean: int, rng: np.random.Generator) -> Ints:
    """Payload bytes of segments: even spreads, an answer's around `mean`."""
    spread = min(mean - 1, LARGEST_PAYLOAD - mean)
    if spread < 0:
        raise ValueError(f"payloads must be of 1 to {LARGEST_PAYLOAD} bytes")
    request = rng.integers(*REQUEST_BYTES, len(kind))
    answer = rng.integers(mean - spread, mean + spread + 1, len(kind))
    return np.where(kind == 0, 0, np.where(kind == 1, request, answer))


def _order(count: int, again: Ints, lost: Ints, overtaken: Ints) -> Order:
    """The order of `count` segments: those of `again` twice in a row, and for those of `lost`, behind the next one,
    a duplicate ACK and the same segment again. Those of `overtaken` stand where they were sent.
    """
    once = np.arange(count)
    segment = np.concatenate([once, again, lost + 2, lost])
    kind = np.repeat(np.arange(4), [count, len(again), len(lost), len(lost)])
    behind = np.concatenate([once, again, lost + 1, lost + 1])
    order = np.lexsort((kind, behind))
    kind = kind[order]
    is_first = kind == 0
    return Order(segment[order], kind == 1, kind == 3, kind == 2, is_first & np.isin(segment[order], overtaken))


def _in_time_order(settings: Settings, segments: Segments, order: Order, rng: np.random.Generator) -> Traffic:
    """Sequence numbers and times for segments in their order."""
    connection, from_client, flags = segments.connection, segments.from_client, segments.flags
    consumed = segments.payload + (flags & SYN != 0) + (flags & FIN != 0)
    first = np.searchsorted(connection, connection)
    sent = [_sums_before(np.where(from_client == side, consumed, 0), first) for side in (False, True)]
    seq = np.where(from_client, sent[1], sent[0])
    ack = np.where(from_client, sent[0], sent[1])
    gaps = rng.uniform(0.5, 1.5, len(order.segment)) * GAP_SECONDS
    gaps[order.again] += RETRANSMISSION_SECONDS
    elapsed = np.cumsum(gaps)
    of_order = connection[order.segment]
    start_of = np.searchsorted(of_order, np.arange(settings.connections))
    alive = min(ALIVE, settings.connections)
    begins = np.sort(rng.random(settings.connections)) * elapsed[-1] / alive
    time = begins[of_order] + elapsed - elapsed[start_of][of_order]
    sent_us = START_US + (time * 1e6).astype(np.int64)
    ip_id = np.empty_like(sent_us)
    ip_id[np.argsort(sent_us, kind="stable")] = identifications(len(sent_us))
    time_us = np.where(order.overtaken, np.append(sent_us[1:], 0) + OVERTAKING_US, sent_us)
    by_time = np.argsort(time_us, kind="stable")
    segment, duplicate_ack = order.segment[by_time], order.duplicate_ack[by_time]
    sack_bytes = segments.payload[segment - 1] * duplicate_ack
    hole_bytes = segments.payload[segment - 2] * duplicate_ack
    return Traffic(
        time_us[by_time],
        sent_us[by_time],
        connection[segment],
        from_client[segment],
        flags[segment],
        segments.payload[segment],
        seq[segment],
        ack[segment] - sack_bytes - hole_bytes,
        (order.again | order.repaired)[by_time],
        sack_bytes,
        hole_bytes,
        ip_id[by_time],
        **of_connections(settings, settings.connections, rng),
    )


def _sums_before(values: Ints, first: Ints) -> Ints:
    """The sum of a connection's values before each row; `first` is the row where the connection begins."""
    before = np.cumsum(values) - values
    return before - before[first]


def identifications(count: int) -> Ints:
    """IPv4 identifications as one counter gives them out, never 0."""
    return 1 + np.arange(count) % 0xFFFF


def of_connections(settings: Settings, count: int, rng: np.random.Generator) -> OfConnections:
    """The columns of `Traffic` that have one row for each of `count` connections."""
    initial = rng.integers(0, 1 << 32, (count, 2))
    ipv6, vlan = rng.random(count) < settings.ipv6_share, rng.random(count) < settings.vlan_share
    endpoints = colliding(settings.colliding, count) if settings.colliding else ordinary(ipv6)
    return {"initial": initial, "endpoints": endpoints, "vlan": vlan}
