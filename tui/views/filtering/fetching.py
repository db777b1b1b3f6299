"""The values of every field: from what is stored where that tells them, else from headers or whole frames."""

from collections.abc import Callable
from functools import partial

import numpy as np

from tui.decode.columns import Protocol
from tui.files import link_types
from tui.query.display.field import Field, Source
from tui.views.filtering.connection_fields import CHEAP, COSTLY
from tui.views.filtering.frame_fields import FRAME_FIELDS, frame_bytes, payload
from tui.views.filtering.header_fields import HEADER_FIELDS, PROTOCOLS, protocol_bytes, protocol_lengths, read_field
from tui.views.filtering.layers import Kind
from tui.views.filtering.option_fields import OPTION_FIELDS, may_have
from tui.views.filtering.packet_fields import PACKET_FIELDS
from tui.views.filtering.rows import Rows
from tui.views.filtering.stored_fields import FLAG_BITS, SEGMENT_FIELDS, STORED, Fetch, number
from tui.views.filtering.values import Data, Mask, Values, existing, joined, nothing, single

PAYLOAD_RANK, COSTLY_RANK = 3, 5
"""Costs of a field (`rank_of`): its bytes are searched; all segments of its connection are looked at."""

_RANKS = {Source.STORED: 0, Source.CONNECTION: 1, Source.HEADER: 2, Source.PAYLOAD: PAYLOAD_RANK}


def rank_of(field: Field) -> int:
    """How much the values of a field cost: 0 for columns of the store."""
    if field.name in COSTLY:
        return COSTLY_RANK
    if field.name in _FROM_HEADERS_SELDOM:
        return 0
    return _RANKS[field.source]


def kinds_of(names: frozenset[str]) -> frozenset[Kind]:
    """The kinds of headers that fields of these names are read from, where anything is."""
    kinds = {part.kind for name in names for part in HEADER_FIELDS.get(_base(name), ())}
    kinds |= {PROTOCOLS[name] for name in names if name in PROTOCOLS}
    if any(name in OPTION_FIELDS for name in names):
        kinds.add(Kind.TCP)
    return frozenset(kinds)


def _base(name: str) -> str:
    """A flag's field is read from the field of all flags."""
    return "tcp.flags" if name.startswith("tcp.flags.") else name


def fetch(rows: Rows, name: str) -> Values:
    """The values of a field. Raises InputError where the disk fails."""
    return _FETCHES[name](rows)


def fetch_bytes(rows: Rows, name: str, to_the_end: bool) -> Values:
    """The bytes that a protocol stands for: where it is searched, all to the end of the packet."""
    return frame_bytes(rows) if name == "frame" else protocol_bytes(rows, PROTOCOLS[name], to_the_end)


def fetch_length(rows: Rows, name: str) -> Values:
    """The length that a protocol has as a value: of its header alone, where that has an end."""
    if name == "frame":
        return Values(len(rows), None, number(rows, "captured"))
    return protocol_lengths(rows, PROTOCOLS[name])


def _where(rows: Rows, chosen: Mask, fetch_there: Fetch) -> Values:
    """The values of the rows where `chosen` is true, of all rows."""
    if not chosen.any():
        return nothing(len(rows))
    if chosen.all():
        return fetch_there(rows)
    found = fetch_there(rows.subset(chosen))
    return Values(len(rows), np.flatnonzero(chosen)[found.owners()], found.data)


def _in_headers(rows: Rows, name: str) -> Values:
    return joined([read_field(rows, place) for place in HEADER_FIELDS[name]])


def _understood(rows: Rows) -> Mask:
    """Which rows have headers that are understood."""
    found: Mask = rows.column("protocol") != Protocol.UNKNOWN
    return found


def _segment(name: str) -> Fetch:
    """A field that is stored of segments, and that the few other TCP headers may have as well."""

    def fetch_it(rows: Rows) -> Values:
        stored = single(STORED[name](rows), rows.is_tcp)
        if name not in HEADER_FIELDS or not rows.may_quote.any():
            return stored
        return _joined(stored, _where(rows, rows.may_quote, partial(_in_headers, name=name)))

    return fetch_it


def _joined(first: Values, second: Values) -> Values:
    return first if not second.count else joined([first, second]) if first.count else second


def _either_port(rows: Rows) -> Values:
    parts = [single(STORED[name](rows), rows.is_tcp) for name in ("tcp.srcport", "tcp.dstport")]
    return joined([*parts, _where(rows, rows.may_quote, partial(_in_headers, name="tcp.port"))])


def _flag(name: str) -> Fetch:
    bit = FLAG_BITS[name]

    def fetch_it(rows: Rows) -> Values:
        return _segment("tcp.flags")(rows).mapped(lambda data: _bit(data, bit))

    return fetch_it


def _bit(data: Data, place: int) -> Data:
    assert isinstance(data, np.ndarray)
    return data >> place & 1


def _network(name: str, stored: Callable[[Rows], Values]) -> Fetch:
    """A field of IP headers, stored of segments that are in no tunnel."""

    def fetch_it(rows: Rows) -> Values:
        others = _understood(rows) & ~rows.is_simple
        return _joined(stored(rows), _where(rows, others, partial(_in_headers, name=name)))

    return fetch_it


def _of_family(family: int, data: Callable[[Rows], Data]) -> Callable[[Rows], Values]:
    return lambda rows: single(data(rows), rows.is_simple & (rows.family == family))


def _address(of_receiver: int) -> Callable[[Rows], Data]:
    """The sender's or the receiver's address."""
    return lambda rows: rows.address(rows.sender ^ of_receiver)


def _either_address(family: int) -> Callable[[Rows], Values]:
    return lambda rows: joined([_of_family(family, _address(end))(rows) for end in (0, 1)])


def _version(rows: Rows) -> Values:
    return single(rows.family, rows.is_simple)


_STORED_NETWORK: dict[str, Callable[[Rows], Values]] = {
    "ip.src": _of_family(4, _address(0)),
    "ip.dst": _of_family(4, _address(1)),
    "ip.addr": _either_address(4),
    "ipv6.src": _of_family(6, _address(0)),
    "ipv6.dst": _of_family(6, _address(1)),
    "ipv6.addr": _either_address(6),
    "ip.ttl": _of_family(4, lambda rows: number(rows, "ttl")),
    "ipv6.hlim": _of_family(6, lambda rows: number(rows, "ttl")),
    "ip.id": _of_family(4, lambda rows: number(rows, "ip_id")),
    "ip.version": _version,
}


def _protocol(name: str) -> Fetch:
    """Whether a frame has a header, told by what is stored where that is enough."""

    def in_headers(rows: Rows) -> Values:
        return Values(len(rows), rows.headers(PROTOCOLS[name]).owner, None)

    def fetch_it(rows: Rows) -> Values:
        told = rows.is_bare if name == "vlan" else rows.is_simple
        others = _where(rows, _understood(rows) & ~told, in_headers)
        return _joined(existing(_STORED_PROTOCOLS[name](rows) & told), others)

    return fetch_it


_STORED_PROTOCOLS: dict[str, Callable[[Rows], Mask]] = {
    "eth": lambda rows: rows.link_type == link_types.ETHERNET,
    "ip": lambda rows: rows.family == 4,
    "ipv6": lambda rows: rows.family == 6,
    **{name: lambda rows: np.zeros(len(rows), np.bool_) for name in ("vlan", "arp", "icmp", "icmpv6", "udp")},
}
"""By protocol: whether a segment that is in no tunnel has its header; of VLAN, one with IP right behind Ethernet."""


def _has_tcp(rows: Rows) -> Values:
    def in_headers(some: Rows) -> Values:
        return Values(len(some), some.headers(Kind.TCP).owner, None)

    return _joined(existing(rows.is_tcp), _where(rows, rows.may_quote, in_headers))


def _vlan(rows: Rows) -> Values:
    return _where(rows, _understood(rows) & ~rows.is_bare, partial(_in_headers, name="vlan.id"))


def _not_of_segments(name: str) -> Fetch:
    """A field of UDP, which a segment has only in a tunnel."""
    return lambda rows: _where(rows, _understood(rows) & ~rows.is_simple, partial(_in_headers, name=name))


def _option(name: str) -> Fetch:
    return lambda rows: _where(rows, may_have(rows, name), OPTION_FIELDS[name])


def _header_of_tcp(name: str) -> Fetch:
    return lambda rows: _where(rows, rows.is_tcp | rows.may_quote, partial(_in_headers, name=name))


_FROM_HEADERS_SELDOM = frozenset({*_STORED_NETWORK, *_STORED_PROTOCOLS, "vlan.id"}) | {
    name for name in HEADER_FIELDS if name.startswith("udp.")
}
"""Fields that are read from headers only of other frames than ordinary segments."""


_FETCHES: dict[str, Fetch] = {
    **{name: partial(_in_headers, name=name) for name in HEADER_FIELDS},
    **{name: _header_of_tcp(name) for name in ("tcp.checksum", "tcp.urgent_pointer")},
    **{name: _not_of_segments(name) for name in HEADER_FIELDS if name.startswith("udp.")},
    **{name: _network(name, stored) for name, stored in _STORED_NETWORK.items()},
    **{name: _protocol(name) for name in _STORED_PROTOCOLS},
    **{name: _segment(name) for name in STORED},
    **{f"tcp.flags.{name}": _flag(name) for name in FLAG_BITS},
    **{name: _option(name) for name in OPTION_FIELDS},
    **FRAME_FIELDS,
    **SEGMENT_FIELDS,
    **PACKET_FIELDS,
    **CHEAP,
    **COSTLY,
    "frame": lambda rows: Values(len(rows), None, None),
    "tcp": _has_tcp,
    "tcp.port": _either_port,
    "vlan.id": _vlan,
    "tcp.payload": payload,
}
"""How each field's values are found."""

NAMES = frozenset(_FETCHES)
"""All fields that can be fetched."""
