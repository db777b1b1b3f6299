"""What is kept of each connection from one batch to the next: columns, and more only of those that need it."""

import numpy as np

from tui.store import NO_ROW
from tui.tcp.analysis.conversation import Conversation
from tui.tcp.analysis.endpoint import UNKNOWN_SCALE, UNSEEN_WINDOW, Endpoint
from tui.tcp.analysis.unacked import Unacked
from tui.tcp.rules.analysis import AnalysisFlag
from tui.tcp.tracking.rows import Rows, Values

CARRIED = np.dtype(
    [
        ("next", np.uint32, (2,)),
        ("base", np.uint32, (2,)),
        ("acked", np.uint32, (2,)),
        ("start", np.uint32, (2,)),
        ("next_row", np.uint32, (2,)),
        ("new_ack_row", np.uint32, (2,)),
        ("next_ns", np.int64, (2,)),
        ("acked_ns", np.int64, (2,)),
        ("window", np.uint16, (2,)),
        ("scale", np.int8, (2,)),
        ("bits", np.uint8, (2,)),
        ("syn_ns", np.int64),
        ("withheld", np.uint8),
        ("known", np.uint8),
    ]
)
"""Of Endpoint and Conversation what their attributes of the same names are; pairs are (lower endpoint, upper endpoint).

- `start`: lowest number of the one segment in flight, where there is exactly one.
- `bits`: of an endpoint, below; `known`: of the connection, below.
"""

FLAT = np.dtype(
    [
        (f"{name}{side}", base.subdtype[0] if base.subdtype else base)
        for name, (base, *_) in (CARRIED.fields or {}).items()
        for side in (range(2) if base.subdtype else ("",))
    ]
)
"""The same bytes as CARRIED, with a field of its own for each side."""

BASE_KNOWN = 1
SEEN = 2
"""It has sent something, so that `window` is one."""
FIRST_ACK = 4
ONE_IN_FLIGHT = 8
MANY_IN_FLIGHT = 16
"""They are kept apart."""
ODD = 32
"""What an endpoint seldom has is kept apart."""
FIN_SENT = 64
"""Only of ordinary connections."""

BEGUN = 1
ORDINARY = 2
"""All segments so far were proved ordinary."""
PLAIN = 4
"""What is carried lets further segments be proved ordinary, whatever was before."""
REPEATED = 8
"""Something was sent again; only of ordinary connections."""

FRESH = (*(0,) * 8, *(NO_ROW,) * 4, *(0,) * 6, *(UNKNOWN_SCALE,) * 2, *(0,) * 5)
"""A row of FLAT before the first segment."""

_PROBED = int(AnalysisFlag.KEEP_ALIVE | AnalysisFlag.ZERO_WINDOW_PROBE)

_Odd = tuple[int, int, int, bool, int]
"""An endpoint's contiguous, duplicates, previous, flight_known and sacked."""


class Carried:
    """The conversations of a session between batches. An endpoint is a connection's number * 2 + side."""

    def __init__(self) -> None:
        self._rows = Rows(CARRIED, np.array([FRESH], FLAT).view(CARRIED), following={"acked_ns": "next_ns"})
        self.unacked: dict[int, Unacked] = {}
        """Of endpoints with MANY_IN_FLIGHT."""
        self._odd: dict[int, _Odd] = {}

    def extend_to(self, length: int) -> None:
        """Make room for connections up to number `length` - 1."""
        self._rows.extend_to(length)

    @property
    def rows(self) -> Values:
        """A row of CARRIED for each connection."""
        return self._rows.values

    def forget(self, connection: int) -> None:
        """Make a connection as new."""
        for endpoint in (2 * connection, 2 * connection + 1):
            self.unacked.pop(endpoint, None)
            self._odd.pop(endpoint, None)
        if connection < self._rows.length:
            self._rows.reset(connection)

    def load(self, connection: int, row: tuple[int, ...]) -> Conversation:
        """The conversation of a connection, whose row of FLAT this is."""
        conversation = Conversation()
        *pairs, conversation.syn_ns, conversation.withheld, known = row
        conversation.begun = bool(known & BEGUN)
        for side, endpoint in enumerate(conversation.ends):
            self._load(endpoint, 2 * connection + side, pairs[side::2])
        return conversation

    def _load(self, endpoint: Endpoint, number: int, row: list[int]) -> None:
        endpoint.next, base, endpoint.acked, start, endpoint.next_row, endpoint.new_ack_row, *rest = row
        endpoint.next_ns, endpoint.acked_ns, window, endpoint.scale, bits = rest
        endpoint.base = base if bits & BASE_KNOWN else None
        endpoint.window = window if bits & SEEN else UNSEEN_WINDOW
        endpoint.first_ack = bool(bits & FIRST_ACK)
        endpoint.contiguous = endpoint.next
        if bits & ONE_IN_FLIGHT:
            endpoint.unacked.add(start, endpoint.next, endpoint.next_row)
        elif bits & MANY_IN_FLIGHT:
            endpoint.unacked = self.unacked.pop(number)
        if bits & ODD:
            (
                endpoint.contiguous,
                endpoint.duplicates,
                endpoint.previous,
                endpoint.flight_known,
                endpoint.sacked,
            ) = self._odd.pop(number)

    def stored(self, connection: int, conversation: Conversation) -> tuple[int, ...]:
        """The row of FLAT of a connection; what does not fit into it is kept."""
        ends = conversation.ends
        columns = [self._stored(endpoint, 2 * connection + side) for side, endpoint in enumerate(ends)]
        pairs = [value for pair in zip(*columns, strict=True) for value in pair]
        plain = not any(bits & ODD for bits in pairs[-2:])
        plain &= all(_is_plain(*pair) for pair in (ends, ends[::-1]))
        return *pairs, conversation.syn_ns, conversation.withheld, BEGUN | (PLAIN if plain else 0)

    def _stored(self, endpoint: Endpoint, number: int) -> tuple[int, ...]:
        bits = FIRST_ACK if endpoint.first_ack else 0
        if endpoint.base is not None:
            bits |= BASE_KNOWN
        if endpoint.window != UNSEEN_WINDOW:
            bits |= SEEN
        start = 0
        unacked = endpoint.unacked
        if len(unacked) == 1 and unacked.entries[0][1] == endpoint.next_row and unacked.end == endpoint.next:
            bits |= ONE_IN_FLIGHT
            start = unacked.start
        elif len(unacked):
            bits |= MANY_IN_FLIGHT
            self.unacked[number] = unacked
        odd = (
            endpoint.contiguous,
            endpoint.duplicates,
            endpoint.previous & _PROBED,
            endpoint.flight_known,
            endpoint.sacked,
        )
        if odd != (endpoint.next, 0, 0, True, 0):
            bits |= ODD
            self._odd[number] = odd
        return (
            *(endpoint.next, endpoint.base or 0, endpoint.acked, start, endpoint.next_row, endpoint.new_ack_row),
            *(endpoint.next_ns, endpoint.acked_ns, max(endpoint.window, 0), endpoint.scale, bits),
        )


def _is_plain(own: Endpoint, peer: Endpoint) -> bool:
    """Whether what the endpoint has in flight is all from the peer's last ACK on, and its window is open."""
    unacked = own.unacked
    if own.window == 0:
        return False
    if not len(unacked):
        return own.next == peer.acked
    if (unacked.end, unacked.entries[-1][1]) != (own.next, own.next_row):
        return False
    if peer.acked == 0:  # has sent nothing, or a SYN
        return own.first_ack and len(unacked) == 1 and unacked.extent(0) == 1
    return unacked.start == peer.acked and unacked.is_plain
