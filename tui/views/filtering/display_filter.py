"""Display filters: from a text to the rows that it selects."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tui.query.display.expression import And, Expression, Not, Or, Xor, fields_of
from tui.query.display.field import Field, Source
from tui.query.display.parsing import parse
from tui.session import Session
from tui.store import CHUNK_ROWS
from tui.views.filtering.evaluation import cost_of, selected
from tui.views.filtering.fetching import PAYLOAD_RANK, kinds_of
from tui.views.filtering.layers import Kind
from tui.views.filtering.rows import Rows
from tui.views.filtering.shared import Shared

Cost = Literal["stored", "headers", "payload"]

_RANK_OF_COLUMNS = 1
"""What costs no more is in columns, of frames or of connections."""

PAYLOAD_BYTES = 3 << 20
"""Bytes of frames that are searched in one go, unless one frame has more."""

_LATER = frozenset(
    [
        *("tcp.stream", "conn.number", "tcp.seq", "tcp.ack", "tcp.nxtseq", "tcp.time_relative", "tcp.time_delta"),
        *("tcp.options.sack_le", "tcp.options.sack_re", "tcp.analysis.initial_rtt"),
    ]
)
"""Fields of Wireshark's that a stray SYN changes once it has gone back to its connection."""


class _Stamp(NamedTuple):
    """What a session's values hold for."""

    rows: int
    start: int
    revision: int
    connections: int
    finished: bool


@dataclass(eq=False)
class DisplayFilter:
    """A filter that is understood and can be asked which rows it selects; any thread may do that."""

    expression: str
    """As it was given, raw."""
    cost: Cost
    """Whether it can be told from what is stored, takes headers that are read again, or all bytes of the frames.

    A million packets take a tenth of a second, a second, and a few seconds."""
    may_change: bool
    """Whether segments that come later can change what is selected among the earlier ones."""
    _parsed: Expression
    _kinds: frozenset[Kind]
    _shared: WeakKeyDictionary[Session, tuple[_Stamp, Shared]] = field(default_factory=WeakKeyDictionary, repr=False)

    def rows(self, session: Session, start: int, stop: int) -> NDArray[np.int64]:
        """The rows from `start` to `stop` that it selects, ascending; none that was given up.

        Raises UserError where a regular expression takes too long or the file can't be read any more.
        """
        start, stop = max(start, session.store.start, 0), min(stop, len(session.store))
        return self._among(
            session,
            (
                np.arange(max(start, base), min(base + CHUNK_ROWS, stop))
                for base in range(start // CHUNK_ROWS * CHUNK_ROWS, stop, CHUNK_ROWS)
            ),
        )

    def among(self, session: Session, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of some ascending rows that it selects; none that was given up. Raises as `rows` does."""
        new_chunk = np.flatnonzero(np.diff(rows // CHUNK_ROWS)) + 1
        return self._among(session, np.split(rows, new_chunk))

    def _among(self, session: Session, chunks: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
        """`among`, of rows that come in pieces, none of which spans chunks of the store."""
        shared = self._shared_of(session)
        found = [np.empty(0, np.int64)]
        for chunk in chunks:
            for block in self._blocks(session, chunk[chunk >= session.store.start]):
                rows = Rows(session, block, shared, self._kinds)
                found.append(rows.index[selected(rows, self._parsed)])
        selection = np.concatenate(found)
        return selection[selection >= session.store.start]

    def _blocks(self, session: Session, rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        """The rows cut into what is evaluated at once."""
        while len(rows):
            length = len(rows)
            if self.cost == "payload":
                size = np.cumsum(session.store.gather("captured", rows), dtype=np.int64)
                length = max(int(np.searchsorted(size, PAYLOAD_BYTES, "right")), 1)
            yield rows[:length]
            rows = rows[length:]

    def _shared_of(self, session: Session) -> Shared:
        store = session.store
        stamp = _Stamp(len(store), store.start, store.revision, len(session.connections), session.finished)
        kept = self._shared.get(session)
        if kept is None or kept[0] != stamp:
            kept = stamp, Shared(session)
            self._shared[session] = kept
        return kept[1]


def compile_filter(text: str) -> DisplayFilter:
    """Understand a display filter. Raises FilterError where it can't be."""
    parsed = parse(text)
    fields = fields_of(parsed)
    kinds = kinds_of(frozenset(one.name for one in fields))
    return DisplayFilter(text, _cost_of(parsed), any(map(_may_change, fields)), parsed, kinds)


def _cost_of(parsed: Expression) -> Cost:
    rank = cost_of(parsed)
    if rank == PAYLOAD_RANK or any(cost_of(part) == PAYLOAD_RANK for part in _leaves(parsed)):
        return "payload"
    return "stored" if rank <= _RANK_OF_COLUMNS else "headers"


def _leaves(expression: Expression) -> Iterator[Expression]:
    """The tests that an expression is made of."""
    match expression:
        case And(parts) | Or(parts) | Xor(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case _:
            yield expression


def _may_change(of: Field) -> bool:
    own = of.name.startswith("packet.") and of.name not in ("packet.flags", "packet.length")
    return own or of.source is Source.CONNECTION or of.name in _LATER
