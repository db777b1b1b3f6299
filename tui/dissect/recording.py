"""Where scapy found each field: it keeps no positions, so they are noted while it dissects."""

from dataclasses import dataclass
from typing import Any

from scapy.packet import Packet


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes of one field, counted from its header's first byte."""

    field: Any
    """scapy's description of the field."""
    value: Any
    start: int
    end: int
    bits: tuple[int, int] | None
    """First and last bit from the first byte's most significant one, where the field does not fill its bytes."""


@dataclass(slots=True)
class Header:
    """What one packet object was made of."""

    data: bytes
    """The bytes that its own fields took."""
    spans: list[Span]


_headers: dict[tuple[type[Packet], int], Header] = {}
"""By class and the identity of the bytes, which a copy of a packet shares with it."""


def header_of(packet: Packet) -> Header | None:
    """Where a packet's fields are; None where its class goes its own way about dissecting."""
    return _headers.get((type(packet), id(packet.raw_packet_cache)))


def forget() -> None:
    """Begin with another frame."""
    _headers.clear()


def install() -> None:
    """Let every packet class that dissects field by field note where its fields are."""
    Packet.do_dissect = _dissect_noting  # type: ignore[method-assign, assignment]  # scapy has no hook for it


def _dissect_noting(packet: Packet, data: bytes) -> bytes:
    """What scapy's Packet.do_dissect has to do, with a note of every field's place."""
    spans: list[Span] = []
    rest: Any = data
    packet.raw_packet_cache_fields = {}
    for described in packet.fields_desc:
        before = _bit_position(data, rest)
        rest, value = described.getfield(packet, rest)
        if value is None and described.isconditional:
            continue
        packet.fields[described.name] = value
        spans.append(_span(described, value, before, _bit_position(data, rest)))
        if not rest and _may_end(described):
            break
    if isinstance(rest, tuple):  # a header that ends within a byte is not one
        rest = rest[0]
    own = packet.raw_packet_cache = data[: len(data) - len(rest)]
    packet.explicit = 1
    _headers[type(packet), id(own)] = Header(own, spans)
    return bytes(rest)


def _may_end(described: Any) -> bool:
    inner = getattr(described, "fld", described)
    return bool(getattr(described, "ismayend", False) or getattr(inner, "ismayend", False))


def _bit_position(data: bytes, rest: Any) -> int:
    """Bits of `data` before `rest`, which is bytes, or bytes with the number of bits of the first that are taken."""
    if isinstance(rest, tuple):
        return 8 * (len(data) - len(rest[0])) + int(rest[1])
    return 8 * (len(data) - len(rest))


def _span(described: Any, value: Any, first: int, stop: int) -> Span:
    start, end = first // 8, -(-stop // 8)
    if first % 8 == 0 and stop % 8 == 0:
        return Span(described, value, start, end, None)
    return Span(described, value, start, end, (first - 8 * start, stop - 1 - 8 * start))
