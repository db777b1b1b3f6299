"""Fields of segments that are in the columns of the store."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tui.store import HAS_TIMESTAMPS, NO_ROW
from tui.tcp.rules.analysis import ANALYSIS_NAMES, AnalysisFlag
from tui.tcp.rules.flags import ACK, FIN, SYN
from tui.tcp.tracking.sequence import MASK
from tui.views.filtering.rows import Rows
from tui.views.filtering.values import Data, Mask, Values, Words, existing, single

Numbers = NDArray[np.int64]
Fetch = Callable[[Rows], Values]

_FLAG_LETTERS = "RRRACEUAPRSF"

_SENT_AGAIN = AnalysisFlag.RETRANSMISSION | AnalysisFlag.FAST_RETRANSMISSION | AnalysisFlag.SPURIOUS_RETRANSMISSION


def number(rows: Rows, name: str) -> Numbers:
    """A column of the store as numbers."""
    values: Numbers = rows.column(name).astype(np.int64)
    return values


def relative_seq(rows: Rows) -> Numbers:
    """Sequence numbers as tshark shows them."""
    return (number(rows, "seq") - rows.base) & MASK


def relative_ack(rows: Rows) -> Numbers:
    """Acknowledgment numbers as tshark shows them: as on the wire where the flag is not set."""
    ack = number(rows, "ack")
    return np.where(number(rows, "flags") & ACK, ack - rows.peer_base, ack) & MASK


def next_seq(rows: Rows) -> Numbers:
    """Relative sequence number of what follows; SYN and FIN count one."""
    takes_one = (number(rows, "flags") & (SYN | FIN) != 0).astype(np.int64)
    found: NDArray[np.int64] = (relative_seq(rows) + number(rows, "length") + takes_one) & MASK
    return found


def flag_text(rows: Rows) -> Data:
    """The flags in the way of `tcp.flags.str`."""
    return Words(number(rows, "flags"), _flag_texts())


@cache
def _flag_texts() -> list[str]:
    return [
        "".join(letter if flags >> 11 - place & 1 else "·" for place, letter in enumerate(_FLAG_LETTERS))
        for flags in range(1 << 12)
    ]


def window(rows: Rows) -> Numbers:
    """Windows in bytes: scaled where the scale is known."""
    return number(rows, "window") << np.maximum(number(rows, "shift"), 0)


STORED: dict[str, Callable[[Rows], Data]] = {
    "tcp.srcport": lambda rows: _ports(rows, rows.sender),
    "tcp.dstport": lambda rows: _ports(rows, 1 - rows.sender),
    "tcp.stream": lambda rows: rows.connection,
    "conn.number": lambda rows: rows.connection,
    "tcp.len": lambda rows: number(rows, "length"),
    "packet.length": lambda rows: number(rows, "length"),
    "tcp.seq": relative_seq,
    "tcp.seq_raw": lambda rows: number(rows, "seq") & MASK,
    "tcp.nxtseq": next_seq,
    "tcp.ack": relative_ack,
    "tcp.ack_raw": lambda rows: number(rows, "ack") & MASK,
    "tcp.hdr_len": lambda rows: number(rows, "header_length"),
    "tcp.flags": lambda rows: number(rows, "flags"),
    "tcp.flags.str": flag_text,
    "tcp.window_size_value": lambda rows: number(rows, "window"),
    "tcp.window_size": window,
    "packet.seq": lambda rows: number(rows, "seq") - rows.base,
}
"""Fields that every segment has."""


def _ports(rows: Rows, side: Numbers) -> Numbers:
    """Port of each segment's lower endpoint where `side` is 0, of its upper one where it is 1."""
    return rows.ports >> 16 * (1 - side) & 0xFFFF


def _scale_factor(rows: Rows) -> Values:
    """Of segments without SYN, whose windows are never scaled."""
    shift = number(rows, "shift")
    factor = np.where(shift < 0, shift, 1 << np.maximum(shift, 0))
    return single(factor, rows.is_tcp & (number(rows, "flags") & SYN == 0))


def _timestamps(name: str) -> Fetch:
    return lambda rows: single(number(rows, name), _has_timestamps(rows))


def _has_timestamps(rows: Rows) -> Mask:
    found: Mask = rows.is_tcp & (rows.column("marks") & HAS_TIMESTAMPS != 0)
    return found


def _own_ack(rows: Rows) -> Values:
    return single(number(rows, "ack") - rows.peer_base, rows.is_tcp & (number(rows, "flags") & ACK != 0))


def _analysis(bits: int) -> Fetch:
    return lambda rows: existing(rows.is_tcp & (rows.column("analysis") & np.uint16(bits) != 0))


def _repeats(rows: Rows) -> Mask:
    found: Mask = rows.is_tcp & (rows.column("analysis") & np.uint16(AnalysisFlag.DUPLICATE_ACK) != 0)
    return found


def _in_flight(rows: Rows) -> Mask:
    return rows.is_tcp & (rows.column("amount") > 0) & ~_repeats(rows)


def is_analysed(rows: Rows) -> Mask:
    """Which segments tshark's analysis says something about."""
    found = (rows.column("analysis") != 0) | (rows.column("acks_row") != NO_ROW) | (rows.column("amount") > 0)
    there: Mask = rows.is_tcp & found
    return there


def _named(rows: Rows, column: str, there: Mask, wanted: str) -> tuple[Numbers, Mask]:
    """A column of the rows that a column names, and where these rows are still there."""
    store = rows.session.store
    named = number(rows, column)
    there = there & (named != NO_ROW) & (named >= store.start)
    found = np.zeros(len(rows), np.int64)
    index = np.flatnonzero(there)
    if len(index):
        found[index] = store.gather(wanted, named[index])
    return found, there


def _frame_named(column: str, of: Callable[[Rows], Mask]) -> Fetch:
    def fetch(rows: Rows) -> Values:
        found, there = _named(rows, column, of(rows), "number")
        return single(found, there & (found > 0))

    return fetch


def _since_named(column: str, of: Callable[[Rows], Mask]) -> Fetch:
    """Nanoseconds since the frame that a column names; like tshark, no time that is 0."""

    def fetch(rows: Rows) -> Values:
        found, there = _named(rows, column, of(rows), "time_ns")
        elapsed = number(rows, "time_ns") - found
        return single(elapsed, there & (elapsed != 0) & (found > 0))

    return fetch


def _sent_again(rows: Rows) -> Mask:
    found: Mask = rows.is_tcp & (rows.column("analysis") & np.uint16(AnalysisFlag.RETRANSMISSION) != 0)
    return found


def _is_tcp(rows: Rows) -> Mask:
    return rows.is_tcp


def _initial_rtt(rows: Rows) -> Values:
    """Of the segments that are analysed in any other way, from the first ACK on."""
    known = rows.session.connections.analysed.values.take(np.maximum(rows.connection, 0))
    there = is_analysed(rows) & (known["initial_rtt_row"] >= 0) & (known["initial_rtt_row"] <= rows.index)
    return single(known["initial_rtt_ns"].astype(np.int64), there)


def _frame_waited_for(rows: Rows) -> Values:
    """Of segments sent again, the frame from which the time that passed is told; none, where none passed."""
    frames = _frame_named("related_row", _sent_again)(rows)
    return frames.where(_since_named("related_row", _sent_again)(rows).exists()[frames.owners()])


SEGMENT_FIELDS: dict[str, Fetch] = {
    "tcp.window_size_scalefactor": _scale_factor,
    "tcp.options.timestamp": lambda rows: existing(_has_timestamps(rows)),
    "tcp.options.timestamp.tsval": _timestamps("tsval"),
    "tcp.options.timestamp.tsecr": _timestamps("tsecr"),
    "packet.ack": _own_ack,
    "packet": lambda rows: existing(rows.is_tcp),
    "conn": lambda rows: existing(rows.is_tcp),
    "tcp.analysis": lambda rows: existing(is_analysed(rows)),
    "tcp.analysis.flags": _analysis((1 << len(ANALYSIS_NAMES)) - 1),
    **{f"tcp.analysis.{name}": _analysis(flag) for flag, name in ANALYSIS_NAMES.items()},
    "tcp.analysis.retransmission": _analysis(_SENT_AGAIN),
    "tcp.analysis.duplicate_ack_num": lambda rows: single(number(rows, "amount"), _repeats(rows)),
    "tcp.analysis.duplicate_ack_frame": _frame_named("related_row", _repeats),
    "tcp.analysis.acks_frame": _frame_named("acks_row", _is_tcp),
    "tcp.analysis.bytes_in_flight": lambda rows: single(number(rows, "amount"), _in_flight(rows)),
    "tcp.analysis.ack_rtt": _since_named("acks_row", _is_tcp),
    "tcp.analysis.initial_rtt": _initial_rtt,
    "tcp.analysis.rto": _since_named("related_row", _sent_again),
    "tcp.analysis.rto_frame": _frame_waited_for,
}
"""Fields that only some segments have."""

FLAG_BITS = {"fin": 0, "syn": 1, "reset": 2, "push": 3, "ack": 4, "urg": 5, "ece": 6, "cwr": 7, "ae": 8}
"""Place of each bit of the TCP flags, by the last part of its field's name."""
