"""The bytes of generated segments: pcap records of Ethernet frames with right checksums."""

import numpy as np
from numpy.typing import NDArray

from tests.bench.endpoints import Words
from tests.bench.layout import START_US, SYN, Traffic
from tests.bench.payloads import FILLER, HEADS, heads, kinds

RECORD, ETHERNET, VLAN, IPV4, IPV6, TCP = 16, 14, 4, 20, 40, 20
"""Bytes of the headers."""

SYN_OPTIONS = bytes.fromhex("020405b4 0402 080a 00000000 00000000 01 030307")
"""MSS 1460, SACK permitted, timestamps, no operation, window scale 7 (RFC 9293, 2018, 7323)."""
OPTIONS = bytes.fromhex("0101 080a 00000000 00000000")
"""Timestamps."""
SACK_OPTIONS = OPTIONS + bytes.fromhex("0101 050a 00000000 00000000")
"""Timestamps and a SACK block (RFC 2018)."""
SACK_AT = len(SACK_OPTIONS) - 8
"""Where the block stands in the options."""
TIMESTAMP_AT = {len(SYN_OPTIONS): 8, len(OPTIONS): 4, len(SACK_OPTIONS): 4}
"""Where the two timestamps stand in the options, by the options' length."""

ECHO_AGE_MS = 5
"""How old the other side's clock is that a timestamp option echoes."""

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


def frame_bytes(traffic: Traffic) -> Bytes:
    """The pcap records of segments, one after the other."""
    is_syn, has_sack = traffic.flags & SYN != 0, traffic.sack_bytes > 0
    ipv6, vlan = traffic.endpoints.ipv6[traffic.connection], traffic.vlan[traffic.connection]
    options = np.where(is_syn, len(SYN_OPTIONS), np.where(has_sack, len(SACK_OPTIONS), len(OPTIONS)))
    headers = RECORD + ETHERNET + VLAN * vlan + np.where(ipv6, IPV6, IPV4) + TCP + options
    lengths = headers + traffic.payload
    starts = np.cumsum(lengths) - lengths
    out = np.full(int(lengths.sum()), FILLER, np.uint8)
    carried = kinds(traffic)
    alike = carried * 16 + has_sack * 8 + is_syn * 4 + ipv6 * 2 + vlan
    for kind in np.unique(alike).tolist():
        rows = np.flatnonzero(alike == kind)
        header = _headers(traffic.take(rows), kind >> 4, bool(kind & 2), bool(kind & 1))
        out[starts[rows][:, None] + np.arange(header.shape[1])] = header
    return out


def _headers(traffic: Traffic, carried: int, ipv6: bool, vlan: bool) -> Bytes:
    """All that is not filler of segments that have the same headers and heads: a matrix of one row a packet."""
    options = SYN_OPTIONS if traffic.flags[0] & SYN else SACK_OPTIONS if traffic.sack_bytes[0] else OPTIONS
    ip_at = RECORD + ETHERNET + VLAN * vlan
    tcp_at = ip_at + (IPV6 if ipv6 else IPV4)
    payload_at = tcp_at + TCP + len(options)
    header = np.zeros((len(traffic.flags), payload_at + len(HEADS[carried])), np.uint8)
    payload = traffic.payload
    _record(header, payload_at - RECORD + payload, traffic)
    _ethernet(header, traffic.from_client, vlan, ipv6)
    tcp_length = TCP + len(options) + payload
    addresses = (_ipv6 if ipv6 else _ipv4)(header, ip_at, tcp_length, traffic)
    _tcp(header, tcp_at, options, traffic)
    header[:, payload_at:] = heads(carried, payload)
    pseudo_header = _sum_words(header[:, addresses]) + 6 + tcp_length
    rest = payload - len(HEADS[carried])
    filler = rest // 2 * (FILLER << 8 | FILLER) + rest % 2 * (FILLER << 8)
    _put(header, tcp_at + 16, 2, _checksum(_sum_words(header[:, tcp_at:]) + pseudo_header + filler))
    return header


def _record(header: Bytes, length: Ints, traffic: Traffic) -> None:
    """The pcap record header: little-endian seconds, microseconds, captured and original length."""
    values = np.stack([traffic.time_us // 1_000_000, traffic.time_us % 1_000_000, length, length], axis=1)
    header[:, :RECORD] = values.astype("<u4").view(np.uint8)


def _ethernet(header: Bytes, from_client: NDArray[np.bool_], vlan: bool, ipv6: bool) -> None:
    """Locally administered addresses of a client's and a server's side, and a tag of VLAN 100 (IEEE 802.1Q)."""
    header[:, RECORD] = header[:, RECORD + 6] = 2
    header[:, RECORD + 5] = np.where(from_client, 2, 1)
    header[:, RECORD + 11] = np.where(from_client, 1, 2)
    if vlan:
        _put(header, RECORD + 12, 4, 0x8100 << 16 | 100)
    _put(header, RECORD + 12 + VLAN * vlan, 2, 0x86DD if ipv6 else 0x0800)


def _ipv4(header: Bytes, at: int, tcp_length: Ints, traffic: Traffic) -> slice:
    """The IPv4 header (RFC 791) at `at`; where the addresses stand."""
    _put(header, at, 4, 0x4500 << 16 | (IPV4 + tcp_length))
    _put(header, at + 4, 4, traffic.ip_id << 16 | 0x4000)
    header[:, at + 8], header[:, at + 9] = 64, 6
    client = traffic.endpoints.client_low[traffic.connection]
    server = traffic.endpoints.server_low[traffic.connection]
    _put(header, at + 12, 4, np.where(traffic.from_client, client, server))
    _put(header, at + 16, 4, np.where(traffic.from_client, server, client))
    _put(header, at + 10, 2, _checksum(_sum_words(header[:, at : at + IPV4])))
    return slice(at + 12, at + IPV4)


def _ipv6(header: Bytes, at: int, tcp_length: Ints, traffic: Traffic) -> slice:
    """The IPv6 header (RFC 8200) at `at`; where the addresses stand."""
    _put(header, at, 4, 6 << 28)
    _put(header, at + 4, 4, tcp_length << 16 | 6 << 8 | 64)
    endpoints, connection, from_client = traffic.endpoints, traffic.connection, traffic.from_client
    halves = (endpoints.client_high, endpoints.client_low), (endpoints.server_high, endpoints.server_low)
    for half, (client, server) in enumerate(zip(*halves, strict=True)):
        _put(header, at + 8 + 8 * half, 8, np.where(from_client, client[connection], server[connection]))
        _put(header, at + 24 + 8 * half, 8, np.where(from_client, server[connection], client[connection]))
    return slice(at + 8, at + IPV6)


def _tcp(header: Bytes, at: int, options: bytes, traffic: Traffic) -> None:
    """The TCP header (RFC 9293) at `at`, its checksum 0. Both hosts' timestamps come from one clock of milliseconds."""
    connection, from_client = traffic.connection, traffic.from_client
    client_port = traffic.endpoints.client_port[connection]
    server_port = traffic.endpoints.server_port[connection]
    side = from_client.astype(np.int64)
    has_ack = traffic.flags != SYN
    _put(header, at, 2, np.where(from_client, client_port, server_port))
    _put(header, at + 2, 2, np.where(from_client, server_port, client_port))
    _put(header, at + 4, 4, traffic.initial[connection, side] + traffic.seq)
    _put(header, at + 8, 4, (traffic.initial[connection, 1 - side] + traffic.ack) * has_ack)
    header[:, at + 12] = (TCP + len(options)) // 4 << 4
    header[:, at + 13] = traffic.flags
    _put(header, at + 14, 2, 64_240)
    header[:, at + TCP : at + TCP + len(options)] = np.frombuffer(options, np.uint8)
    if options is SACK_OPTIONS:
        left = traffic.initial[connection, 1 - side] + traffic.ack + traffic.hole_bytes
        _put(header, at + TCP + SACK_AT, 4, left)
        _put(header, at + TCP + SACK_AT + 4, 4, left + traffic.sack_bytes)
    clock = (traffic.sent_us - START_US) // 1000 + 1000
    place = at + TCP + TIMESTAMP_AT[len(options)]
    _put(header, place, 4, clock)
    _put(header, place + 4, 4, (clock - ECHO_AGE_MS) * has_ack)


def _put(header: Bytes, at: int, size: int, value: Ints | Words | int) -> None:
    """Write the low `size` bytes of a number at a column, big-endian."""
    for byte in range(size):
        header[:, at + byte] = (np.asarray(value) >> 8 * (size - 1 - byte)) & 0xFF


def _sum_words(columns: Bytes) -> Ints:
    """The sum of each row's big-endian 16-bit words."""
    words: Ints = columns[:, ::2].sum(axis=1, dtype=np.int64) * 256 + columns[:, 1::2].sum(axis=1, dtype=np.int64)
    return words


def _checksum(total: Ints) -> Ints:
    """The Internet checksum (RFC 1071) of sums of words."""
    for _ in range(2):
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
