"""The rows on which a filter is evaluated, and what is read of them once for all fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Protocol
from tui.errors import InputError
from tui.files import link_types
from tui.session import Session
from tui.store import FORWARD
from tui.tcp.rules.transitions import TRANSITIONS
from tui.views.filtering.layers import SIZES, Headers, Kind, Layers, concatenated, layers_of
from tui.views.filtering.pieces import Piece, join, put_together, read_pieces
from tui.views.filtering.shared import Shared
from tui.views.filtering.values import Addresses, Indices, Mask

LINK_HEADERS = {
    link_types.ETHERNET: 14,
    link_types.NULL: 4,
    link_types.LOOP: 4,
    link_types.LINUX_SLL: 16,
    link_types.LINUX_SLL2: 20,
}
"""Bytes of link headers of fixed length; others are taken for none, which errs to the safe side below."""

IP_BYTES = {4: 20, 6: 40}
"""Least bytes of an IP header by version."""

QUOTING = (Protocol.ICMP, Protocol.ICMPV6, Protocol.TCP_CUT)
"""What frames are that may have a TCP header and are no segment."""


@dataclass(eq=False)
class Rows:
    """Some rows of a session's store, ascending."""

    session: Session
    index: Indices
    shared: Shared
    """What is worked out for many rows at once."""
    kinds: frozenset[Kind]
    """Of which headers fields are asked for."""

    def __len__(self) -> int:
        return len(self.index)

    def subset(self, chosen: Mask) -> "Rows":
        """Those where `chosen` is true."""
        return Rows(self.session, self.index[chosen], self.shared, self.kinds)

    def column(self, name: str) -> NDArray[Any]:
        """A column of the store."""
        if not len(self.index):
            return self.session.store.column(name, 0, 0)
        first, stop = int(self.index[0]), int(self.index[-1]) + 1
        values = self.session.store.column(name, first, stop)
        return values if len(values) == len(self.index) else values[self.index - first]

    @cached_property
    def connection(self) -> NDArray[np.int64]:
        """Of each row the number of its connection, -1 where it is no segment."""
        numbers: NDArray[np.int64] = self.column("connection").astype(np.int64)
        return numbers

    @cached_property
    def is_tcp(self) -> Mask:
        """Which rows are segments."""
        return self.connection >= 0

    @cached_property
    def sender(self) -> NDArray[np.int64]:
        """0 where the lower endpoint sent the segment, 1 where the upper one did."""
        return np.where(self.column("marks") & FORWARD, 0, 1)

    @cached_property
    def _bases(self) -> NDArray[np.int64]:
        bases: NDArray[np.int64] = self.session.connections.followed.values["base"][np.maximum(self.connection, 0)]
        return bases

    @property
    def base(self) -> NDArray[np.int64]:
        """What each segment's relative sequence number counts from; 0 where the row is no segment."""
        return np.where(self.is_tcp, np.where(self.sender == 0, self._bases[:, 0], self._bases[:, 1]), 0)

    @property
    def peer_base(self) -> NDArray[np.int64]:
        """What its relative acknowledgment number counts from."""
        return np.where(self.is_tcp, np.where(self.sender == 0, self._bases[:, 1], self._bases[:, 0]), 0)

    @cached_property
    def _slots(self) -> NDArray[np.int32]:
        slots: NDArray[np.int32] = self.session.connections.counted.values["slot"][np.maximum(self.connection, 0)]
        return slots

    @cached_property
    def ports(self) -> NDArray[np.int64]:
        """Of each segment IP version << 32 | lower endpoint's port << 16 | upper endpoint's port."""
        found: Indices = self.session.tuples.keys[4][self._slots].astype(np.int64)
        return found

    def address(self, side: NDArray[np.int64]) -> Addresses:
        """Address of each segment's lower endpoint where `side` is 0, of its upper one where it is 1."""
        keys = self.session.tuples.keys
        has_high = bool((self.family == 6).any())
        column = self._slots + np.int64(0)
        column += 2 * side * keys.shape[1]  # into the table as one row after the other: two of them for each end
        flat = keys.ravel()
        low = flat[column + keys.shape[1]]
        return Addresses(self.family.astype(np.uint8), flat[column] if has_high else np.zeros_like(low), low)

    @cached_property
    def family(self) -> NDArray[np.int64]:
        """IP version of each segment's innermost IP header."""
        return np.where(self.is_tcp, self.ports >> 32, 0)

    @cached_property
    def client_side(self) -> NDArray[np.int64]:
        """0 where the lower endpoint is the client of the segment's connection, 1 where the upper one is."""
        sides = np.array([state.client for state in TRANSITIONS.states], np.int64)
        states = self.session.connections.followed.values["state"][np.maximum(self.connection, 0)]
        found: Indices = sides[states]
        return found

    @cached_property
    def link_type(self) -> NDArray[np.int64]:
        """LINKTYPE_ number of each frame's interface."""
        types = np.array([interface.link_type for interface in self.session.capture.interfaces] or [-1], np.int64)
        found: Indices = types[self.column("interface")]
        return found

    @cached_property
    def _before_tcp(self) -> NDArray[np.int64]:
        """Bytes between link header and TCP header."""
        lengths = [LINK_HEADERS.get(interface.link_type, 0) for interface in self.session.capture.interfaces] or [0]
        found: Indices = (
            self.column("tcp_offset").astype(np.int64) - np.array(lengths, np.int64)[self.column("interface")]
        )
        return found

    @cached_property
    def is_simple(self) -> Mask:
        """Which rows are segments that are surely in no tunnel: there is no room for a second IP header."""
        return self.is_tcp & (self._before_tcp < np.where(self.family == 4, 2 * IP_BYTES[4], IP_BYTES[4] + IP_BYTES[6]))

    @cached_property
    def is_bare(self) -> Mask:
        """Which rows are segments with nothing between link header and TCP header but an IP header of least length."""
        found: Mask = self.is_tcp & (self._before_tcp == np.where(self.family == 4, IP_BYTES[4], IP_BYTES[6]))
        return found

    @cached_property
    def may_quote(self) -> Mask:
        """Which rows are no segments and may have a TCP header all the same."""
        return np.isin(self.column("protocol"), QUOTING)

    @cached_property
    def _pieces(self) -> list[Piece]:
        return list(self._read_pieces())

    def _read_pieces(self) -> Iterator[Piece]:
        offset, captured = (self.column(name).astype(np.int64) for name in ("offset", "captured"))
        for piece in read_pieces(self.session, offset, captured):
            missing = self.index[piece.index[piece.captured < captured[piece.index]]]
            missing = missing[missing >= self.session.store.start]  # rows that were given up have no bytes any more
            if len(missing):
                frame = self.session.store.value("number", int(missing[0]))
                name = self.session.capture.shown_name
                raise InputError(f"{name}: frame {frame} is no longer in the file, which was cut; open it again")
            yield piece

    @cached_property
    def frames(self) -> Piece:
        """The bytes of all rows. Raises InputError where the disk fails."""
        return join(self._pieces)

    @cached_property
    def _layers(self) -> Layers:
        link_type, wire = self.link_type, self.column("wire").astype(np.int64)
        pieces = self._pieces if "_pieces" in self.__dict__ else put_together(self._read_pieces())
        parts = [layers_of(piece, link_type[piece.index], wire[piece.index], self.kinds) for piece in pieces]
        return concatenated(parts)

    def headers(self, kind: Kind) -> Headers:
        """All headers of a kind. Raises InputError where the disk fails."""
        none = np.empty(0, np.int64)
        return self._layers.get(kind) or Headers(none, none, np.empty((0, SIZES[kind]), np.uint8), none)
