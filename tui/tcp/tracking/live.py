"""A connection while it is being followed: plain Python numbers, loaded from the columns and stored back."""

from tui.decode.columns import OPTION_CUT_OFF
from tui.tcp.tracking.connections import NEW, UNKNOWN_SCALES
from tui.tcp.tracking.sequence import UNSET

UNSCALED = -2
"""Effective shift where both SYNs were seen and one had no window scale option: windows are as on the wire."""
UNKNOWN_SCALE = -1
"""Effective shift where not both SYNs were seen."""


class Live:
    """One connection's row of FOLLOWED, and what belongs to it. Pairs are lists: [lower endpoint, upper endpoint]."""

    __slots__ = (
        "acked",
        "base",
        "connection",
        "fin_end",
        "history",
        "isn",
        "next",
        "retransmitted",
        "scales",
        "shift",
        "state",
        "window",
        "zeek_next",
        "zeek_reset",
        "zero_windows",
    )

    def __init__(self, connection: int, history: str, row: tuple[int, ...]) -> None:
        self.connection = connection
        """Its number; negative while the batch that it began in is being worked on."""
        self.history = history
        self.isn = [row[0], row[1]]
        self.base = [row[2], row[3]]
        self.next = [row[4], row[5]]
        self.acked = [row[6], row[7]]
        self.fin_end = [row[8], row[9]]
        self.state = row[10]
        self.window = [row[11], row[12]]
        self.shift = [row[13], row[14]]
        self.scales = row[15]
        """Both effective shifts packed by `pack_scales`."""
        self.zeek_next = [row[16], row[17]]
        self.zeek_reset = [row[18], row[19]]
        self.retransmitted = [row[20], row[21]]
        self.zero_windows = [row[22], row[23]]

    @classmethod
    def new(cls, connection: int, state: int) -> "Live":
        """A connection before its first segment."""
        live = cls(connection, "", NEW)
        live.state = state
        return live

    def copy(self) -> "Live":
        """An independent copy, to go back to."""
        return Live(self.connection, self.history, self.stored())

    def stored(self) -> tuple[int, ...]:
        """The row of FOLLOWED, flat."""
        return (
            *self.isn,
            *self.base,
            *self.next,
            *self.acked,
            *self.fin_end,
            self.state,
            *self.window,
            *self.shift,
            self.scales,
            *self.zeek_next,
            *self.zeek_reset,
            *self.retransmitted,
            *self.zero_windows,
        )

    def set_scales(self) -> None:
        """Work out both effective shifts (RFC 7323 section 2.2: only where both SYNs carried the option)."""
        if UNSET in self.isn:
            effective = (UNKNOWN_SCALE, UNKNOWN_SCALE)
        elif -1 in self.shift:
            effective = (UNSCALED, UNSCALED)
        elif OPTION_CUT_OFF in self.shift:
            effective = (UNKNOWN_SCALE, UNKNOWN_SCALE)
        else:
            effective = (self.shift[0], self.shift[1])
        self.scales = pack_scales(*effective)

    def can_skip(self) -> bool:
        """Whether Zeek's view of the numbers agrees with ours, so that ordinary segments need not be looked at."""
        return self.zeek_next == self.next


def pack_scales(lower: int, upper: int) -> int:
    """Two effective shifts (-2 to 14) in one number."""
    return (lower + 2) | (upper + 2) << 8


assert pack_scales(UNKNOWN_SCALE, UNKNOWN_SCALE) == UNKNOWN_SCALES
