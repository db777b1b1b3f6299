"""What is stored of each connection and of each endpoint pair, as columns that grow."""

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.notes import PROBLEM_NOTES, Note
from tui.tcp.tracking.histories import Histories
from tui.tcp.tracking.landmarks import LANDMARKS, MOSTLY_EQUAL, NO_LANDMARKS
from tui.tcp.tracking.listing import Listing
from tui.tcp.tracking.rows import Rows
from tui.tcp.tracking.sequence import UNSET

Integers = NDArray[np.int64]

UNKNOWN_SCALES = 0x0101
"""Packed effective shifts before both SYNs were seen."""

FOLLOWED = np.dtype(
    [
        ("isn", np.int64, (2,)),
        ("base", np.int64, (2,)),
        ("next", np.int64, (2,)),
        ("acked", np.int64, (2,)),
        ("fin_end", np.int64, (2,)),
        ("state", np.int32),
        ("window", np.int32, (2,)),
        ("shift", np.int8, (2,)),
        ("scales", np.uint16),
        ("zeek_next", np.int64, (2,)),
        ("zeek_reset", np.int64, (2,)),
        ("retransmitted", np.uint32, (2,)),
        ("zero_windows", np.uint32, (2,)),
    ]
)
"""What following a connection needs; pairs are (lower endpoint, upper endpoint), UNSET where not known.

- `isn`: initial sequence number; `base`: what relative numbers count from; `next`: one past all it sent;
  `acked`: the highest ack it sent; `fin_end`: one past its FIN. All unwrapped, in the sender's space but `acked`,
  which is in the peer's.
- `state`: number in tui.tcp.rules.transitions.
- `window`: last raw window; `shift`: window scale option of its SYN, -1 without one,
  OPTION_CUT_OFF where it was not captured; `scales`: both effective shifts
  (tui.tcp.tracking.live.pack_scales).
- `zeek_*`, `retransmitted`, `zero_windows`: for Zeek's history.
"""

FOLLOWED_FLAT = np.dtype(
    [
        (f"{name}{side}", base.subdtype[0] if base.subdtype else base)
        for name, (base, *_) in (FOLLOWED.fields or {}).items()
        for side in (range(2) if base.subdtype else ("",))
    ]
)
"""The same bytes as FOLLOWED, with a field of its own for each side: what converts quickly to Python numbers."""

NEW = (*[UNSET] * 10, 0, 0, 0, -1, -1, UNKNOWN_SCALES, *[UNSET] * 4, 0, 0, 0, 0)
"""A row of FOLLOWED_FLAT before the first segment."""

COUNTED = np.dtype(
    [
        ("first_row", np.int64),
        ("last_row", np.int64),
        ("payload", np.int64, (2,)),
        ("packets", np.int32, (2,)),
        ("slot", np.int32),
    ],
    align=True,
)
"""First and last row in the store, payload bytes and segments that each side sent, slot of the endpoint pair."""

NOTED = np.dtype(
    [
        ("problems", np.int32),
        ("retransmitted", np.int32, (2,)),
    ]
)
"""Segments with a note of PROBLEM_NOTES; segments that each side sent again."""

ANALYSED = np.dtype(
    [
        ("completeness", np.uint8),
        ("initial_rtt_ns", np.int64),
        ("initial_rtt_row", np.int64),
    ]
)
"""Wireshark's final `tcp.completeness`; `tcp.analysis.initial_rtt`, -1 where it is not known, and the row of the
segment that it is known from on (it takes part itself)."""

PAIRED = np.dtype(
    [
        ("current", np.int32),
        ("seq_before", np.int64, (2,)),
        ("ack_before", np.int64, (2,)),
        ("origin", np.int64, (2,)),
    ]
)
"""Per endpoint pair: its newest connection (-1: none); last seq and last ack that each side sent, unwrapped, and the
first number of each side's space (tui.tcp.tracking.sequence)."""


class Connections:
    """All connections and endpoint pairs of a session."""

    def __init__(self) -> None:
        new = np.array([NEW], FOLLOWED_FLAT).view(FOLLOWED)
        self.followed = Rows(FOLLOWED, new, following={"base": "isn", "zeek_next": "next"})
        self.counted = Rows(COUNTED, [(-1, -1, [0, 0], [0, 0], -1)], {"first_row": np.uint32, "last_row": np.uint32})
        self.landmarks = Rows(LANDMARKS, [NO_LANDMARKS], following=MOSTLY_EQUAL)
        self.noted = Rows(NOTED, [(0, [0, 0])])
        self.analysed = Rows(ANALYSED, [(0, -1, -1)], {"initial_rtt_row": np.uint32})
        unset = [UNSET, UNSET]
        self.paired = Rows(PAIRED, [(-1, unset, unset, unset)], following={"origin": "seq_before"})
        self.history = Histories()
        """Zeek's history of each connection."""
        self.given_up: set[int] = set()
        """Numbers that stay unused: a stray SYN had been taken for a new connection."""
        self.icmp_errors: dict[int, list[tuple[int, int, int]]] = {}
        """For connections that ICMP errors quote: (frame number, type, code) of each."""
        self.listing = Listing()

    def __len__(self) -> int:
        return self.counted.length

    def extend_to(self, length: int) -> None:
        """Make room for connections up to number `length` - 1."""
        self.followed.extend_to(length)
        self.history.extend_to(length)
        self.landmarks.extend_to(length)
        self.noted.extend_to(length)
        self.analysed.extend_to(length)
        self.counted.extend_to(length)

    def count_notes(self, connection: Integers, side: Integers, notes: NDArray[np.uint64], sign: int = 1) -> None:
        """Count the notes of segments of these connections, or, with sign -1, take them out of the count."""
        noted = self.noted.values
        problem = notes & np.uint64(PROBLEM_NOTES) != 0
        np.add.at(noted["problems"], connection[problem], sign)
        again = notes & np.uint64(Note.RETRANSMISSION) != 0
        np.add.at(noted["retransmitted"], (connection[again], side[again]), sign)

    def numbers(self, start: int) -> NDArray[np.int64]:
        """The numbers of all connections that have a row of the store from `start` on, ascending.

        Cheap enough to be asked after every batch, by any thread.
        """
        return self.listing.numbers(len(self), self.counted.values["last_row"], self.given_up, start)
