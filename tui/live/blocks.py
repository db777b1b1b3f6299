"""The blocks of a spool's segments, as far as the spool has to know them (draft-ietf-opsawg-pcapng)."""

import os
from dataclasses import dataclass
from struct import Struct

from tui.files.pcapng import BYTE_ORDERS, INTERFACE, SECTION, SECTION_HEADER

BLOCK_START = 8
"""Bytes of a block that tell its type and length."""

LEAST_BLOCK = 12
"""Bytes of a block without a body."""

PIECE = 1 << 20
"""Bytes of a segment that are looked at at once."""


@dataclass(frozen=True, slots=True)
class Lead:
    """What a segment begins with: a section header, and the interfaces announced directly behind it."""

    order: str
    """`<` or `>`: the section's byte order."""
    ends: tuple[int, ...]
    """Where the section header ends, then where each of the interface blocks does, in bytes."""

    @property
    def interfaces(self) -> int:
        """How many interfaces it announces."""
        return len(self.ends) - 1


def read_lead(head: bytes) -> Lead | None:
    """The lead of a segment that begins with `head`, as far as it is there; None without a whole section header."""
    order = BYTE_ORDERS.get(head[8:12])
    if order is None or len(head) < SECTION_HEADER or int.from_bytes(head[:4], "little") != SECTION:
        return None
    start = Struct(order + "II")
    ends: list[int] = []
    position, expected = 0, SECTION
    while position + BLOCK_START <= len(head):
        kind, length = start.unpack_from(head, position)
        if kind != expected or length < LEAST_BLOCK or position + length > len(head):
            break
        position += length
        ends.append(position)
        expected = INTERFACE
    return Lead(order, tuple(ends)) if ends else None


@dataclass(frozen=True, slots=True)
class Walked:
    """What lies in a part of a segment."""

    interfaces: int
    """Interface blocks in it."""
    end: int
    """Where its last whole block ends, in bytes from the segment's start."""


def walk_blocks(descriptor: int, order: str, start: int, stop: int) -> Walked:
    """Walk the whole blocks of a segment from the one at `start` up to `stop`. Raises OSError where the disk fails."""
    unpack = Struct(order + "II").unpack_from
    interfaces, position, base, piece = 0, start, start, b""
    while position + BLOCK_START <= stop:
        if position + BLOCK_START > base + len(piece):
            base, piece = position, os.pread(descriptor, PIECE, position)
            if len(piece) < BLOCK_START:
                break
        kind, length = unpack(piece, position - base)
        if length < LEAST_BLOCK or position + length > stop:
            break
        interfaces += kind == INTERFACE
        position += length
    return Walked(interfaces, position)
