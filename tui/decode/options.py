"""The TCP options of one header. tui.decode.option_columns reads those of many at once.

Formats: RFC 9293 section 3.1, RFC 7323 (window scale, timestamps), RFC 2018 and 2883 (SACK), RFC 7413 (Fast Open).
Both ways take an option as an operating system does: a length byte below 2 or beyond the header ends the options, and
an option of a length that its definition does not have is passed over.
"""

import struct
from dataclasses import dataclass, field

END, NOP, MSS, WINDOW_SCALE, SACK_PERMITTED, SACK, TIMESTAMPS, FAST_OPEN, EXPERIMENT = 0, 1, 2, 3, 4, 5, 8, 34, 254
"""Option kinds as IANA assigns them."""

FAST_OPEN_EXPERIMENT = b"\xf9\x89"
"""Identifier of Fast Open under the experimental kind (RFC 7413 appendix A)."""

LENGTHS: dict[int, frozenset[int]] = {
    MSS: frozenset({4}),
    WINDOW_SCALE: frozenset({3}),
    SACK_PERMITTED: frozenset({2}),
    SACK: frozenset({10, 18, 26, 34}),
    TIMESTAMPS: frozenset({10}),
    FAST_OPEN: frozenset({2, *range(6, 19, 2)}),
}
"""Lengths that options may have, kind and length byte included."""

MOST_OPTION_BYTES = 40
"""Bytes of options that a TCP header can hold, and so the most options."""

LARGEST_SHIFT = 127
"""Shifts above it are given as this one in the column, whose type ends here; RFC 7323 allows 14."""


@dataclass(slots=True)
class TcpOptions:
    """The options of one TCP header, as on the wire; the last wins where one is repeated."""

    mss: int | None = None
    """Maximum segment size in bytes."""
    window_scale: int | None = None
    """Shift count, unclamped."""
    sack_permitted: bool = False
    sack: list[tuple[int, int]] = field(default_factory=list)
    """Left and right edge of each block, in the option's order."""
    timestamp: tuple[int, int] | None = None
    """Value and echo reply."""
    fast_open: bytes | None = None
    """Fast Open cookie; empty where one is asked for."""
    malformed: bool = False
    """Whether an option had a length that it cannot have."""


def parse_options(header: bytes) -> TcpOptions:
    """The options of a TCP header that starts at its source port; bytes behind its data offset are ignored.

    A header that is cut short gives the options that are there in full, and is not malformed for that.
    """
    options = TcpOptions()
    header_end = (header[12] >> 4) * 4 if len(header) > 12 else 0
    captured_end = min(header_end, len(header))
    at = 20
    while at < captured_end and header[at] != END:
        if header[at] == NOP:
            at += 1
            continue
        if at + 1 >= captured_end:
            options.malformed |= at + 1 >= header_end
            break
        kind, length = header[at], header[at + 1]
        if length < 2 or at + length > header_end:
            options.malformed = True
            break
        if at + length > captured_end:
            break
        if kind in LENGTHS and length not in LENGTHS[kind]:
            options.malformed = True
        else:
            _take(options, kind, header[at + 2 : at + length])
        at += length
    return options


def _take(options: TcpOptions, kind: int, value: bytes) -> None:
    """Enter one option, whose length is right, into `options`."""
    if kind == MSS:
        options.mss = int.from_bytes(value, "big")
    elif kind == WINDOW_SCALE:
        options.window_scale = value[0]
    elif kind == SACK_PERMITTED:
        options.sack_permitted = True
    elif kind == SACK:
        options.sack = [(left, right) for left, right in struct.iter_unpack(">II", value)]
    elif kind == TIMESTAMPS:
        options.timestamp = struct.unpack(">II", value)
    elif kind == FAST_OPEN:
        options.fast_open = value
    elif kind == EXPERIMENT and value.startswith(FAST_OPEN_EXPERIMENT):
        options.fast_open = value[2:]
