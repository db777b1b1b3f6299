"""The proof that connections are ordinary, and what the rules say of those: which segments are sent again, what is
acknowledged, what is in flight. For a whole batch at once, and equal to what tui.tcp.analysis.conversation finds
segment by segment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import OPTION_CUT_OFF
from tui.tcp.analysis.carried import BASE_KNOWN, BEGUN, FIN_SENT, PLAIN, REPEATED
from tui.tcp.analysis.conversation import MASK, MOST_IN_FLIGHT
from tui.tcp.analysis.endpoint import UNKNOWN_SCALE, UNSCALED
from tui.tcp.analysis.repeats import Repeats, find_repeats
from tui.tcp.analysis.sides import HALF, Sides
from tui.tcp.analysis.unacked import LIMIT
from tui.tcp.analysis.waiting import Waiting
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.runs import Runs

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_SPECIAL = ACK | SYN | FIN | RST
_PORT_REUSED = int(Note.PORT_REUSED)


@dataclass(slots=True)
class Ordinary:
    """What was proved of a batch of k connections with m segments, e of which bring something new."""

    sides: Sides
    proved: Booleans
    """k: whether a connection is; of others the values below say nothing."""
    scale: Integers
    """2k: each endpoint's window scale after the batch."""
    base: Integers
    """2k: each endpoint's initial sequence number, where it has sent something."""
    rtt_place: Integers
    """k: place of the segment that tells the initial round trip, m where none does."""
    syn_ns: Integers
    """k: time of the SYN; 0: not captured."""
    entry: Integers
    """e: places of the segments that take new numbers, endpoint by endpoint."""
    entry_key: Integers
    """e: where each of them ends, as keys of Sides."""
    acked_place: Integers
    """m: place of the segment that a segment acknowledges, -1 where there is none in the batch."""
    newest_place: Integers
    """m: place of the last segment that a segment acknowledges as a whole, whether or not it ends there; -1 where there
    is none in the batch."""
    in_flight: Integers
    """m: bytes, of segments with payload; else 0."""
    repeats: Repeats
    repeated: Booleans
    """k: whether something was sent again, in the batch or before."""


def prove(runs: Runs, rows: NDArray[np.void], waiting: Waiting, rtt_known: Booleans) -> Ordinary:
    """Prove what can be proved.

    - `rows`: k rows of CARRIED. `rtt_known`: k, whether a connection's initial round trip is.
    """
    bits = rows["bits"].reshape(-1)
    sides = Sides.of(runs, rows, bits & FIN_SENT != 0)
    opening = runs.flags & (SYN | ACK)
    scale = _scales(runs, sides, rows, opening)
    base = np.where(bits & BASE_KNOWN != 0, rows["base"].reshape(-1), 0).astype(np.int64)
    syn = np.flatnonzero(runs.flags & SYN)
    base[sides.endpoint[syn]] = sides.seq[syn]
    entry = sides.order[sides.advances[sides.order]]
    entry_key = sides.key(sides.endpoint[entry], sides.end[entry])
    plain = (rows["known"] & (BEGUN | PLAIN)) != BEGUN
    repeats = find_repeats(runs, sides, entry, entry_key, waiting, plain)
    good = _in_order(runs, sides, rows, opening, base, repeats.place)
    in_flight = sides.next_after - sides.peer_acked - (runs.flags & FIN) & MASK
    in_flight[runs.length == 0] = 0
    good &= (runs.length == 0) | _fits(runs, sides, scale, base, in_flight)
    good[_crowded(sides, entry, entry_key, repeats, waiting.count)] = False
    proved = np.logical_and.reduceat(good, runs.start[:-1]) & plain
    m = len(runs)
    starts = runs.start[:-1]
    plain_ack = np.minimum.reduceat(np.where(opening == ACK, np.arange(m), m), starts)
    syn_ns = np.where(opening[starts] == SYN, runs.time_ns[starts], rows["syn_ns"])
    rtt_place = np.where(rtt_known | (syn_ns == 0), m, plain_ack)
    told = rtt_place < m
    proved[told] &= runs.time_ns[rtt_place[told]] != syn_ns[told]
    repeated = rows["known"] & REPEATED != 0
    repeated[sides.endpoint[repeats.place] >> 1] = True
    acked = _acknowledged(sides, entry, entry_key)
    columns = (scale, base, rtt_place, syn_ns, entry, entry_key, *acked, in_flight)
    return Ordinary(sides, proved, *columns, repeats, repeated)


def _in_order(
    runs: Runs, sides: Sides, rows: NDArray[np.void], opening: Integers, base: Integers, again: Integers
) -> Booleans:
    """Whether each segment continues its sender's numbers and acknowledges something new, but nothing unseen.

    `again`: places of segments that may bring earlier numbers once more."""
    flags = runs.flags
    begins = np.zeros(len(runs), np.bool_)
    begins[runs.start[:-1]] = rows["known"] & BEGUN == 0
    nothing_sent = sides.next_before == 0
    pure = runs.length == 0
    syn = (flags & _SPECIAL == SYN) & begins & pure & (sides.ack == 0)
    unknown = rows["bits"].reshape(-1)[sides.endpoint] & BASE_KNOWN == 0
    answer = (flags & _SPECIAL == SYN | ACK) & nothing_sent & unknown & pure
    answer &= (sides.acked_before == 0) & (sides.ack == sides.peer_next)
    option_known = runs.option_shift != OPTION_CUT_OFF
    continues = sides.seq == sides.next_before
    continues[again] = True
    rest = (opening == ACK) & (flags & RST == 0) & ~nothing_sent & continues
    rest &= (sides.peer_next - sides.ack & MASK) < HALF
    least = np.where(sides.acked_before == 0, base[sides.endpoint ^ 1] + 1, sides.acked_before)
    rest &= (sides.ack - least & MASK) < HALF
    rest &= ~pure | (flags & FIN != 0) | (sides.ack != sides.acked_before)
    rest &= ~sides.numbered | ~sides.fin_before
    good: Booleans = (syn | answer) & option_known | rest
    good &= (runs.window != 0) & (sides.end != 0) & (sides.seq != 0) & ((sides.ack != 0) | syn)
    good &= (sides.peer_next != 0) | syn
    good &= runs.own & (runs.notes & _PORT_REUSED == 0)
    if runs.sack:
        good[np.fromiter(runs.sack, np.int64, len(runs.sack))] = False
    return good


def _fits(runs: Runs, sides: Sides, scale: Integers, base: Integers, in_flight: Integers) -> Booleans:
    """Whether a segment with payload does not fill the peer's window, and what is in flight can be told."""
    shift = scale[sides.endpoint ^ 1]
    shift_in_use = np.where(sides.peer_unscaled, 0, np.maximum(shift, 0))
    limit = sides.peer_acked + (sides.peer_window << shift_in_use)
    full = (runs.flags & FIN == 0) & (shift != UNKNOWN_SCALE) & ((limit - sides.end & MASK) == 0)
    own_base = base[sides.endpoint]
    across = (sides.peer_acked - own_base & MASK) > (sides.next_after - own_base & MASK)
    fits: Booleans = ~full & (sides.peer_acked != 0) & ~across & (in_flight < MOST_IN_FLIGHT)
    return fits


def _scales(runs: Runs, sides: Sides, rows: NDArray[np.void], opening: Integers) -> Integers:
    """Each endpoint's window scale, from its SYN in the batch or carried over."""
    scale = rows["scale"].reshape(-1).astype(np.int64)
    for kind in (SYN, SYN | ACK):
        places = np.flatnonzero(opening == kind)
        own = sides.endpoint[places]
        option = runs.option_shift[places]
        scale[own] = np.where(option >= 0, np.minimum(option, 14), scale[own])
        without = own[scale[own] == UNKNOWN_SCALE]
        scale[without] = scale[without ^ 1] = UNSCALED
        if kind & ACK:
            scale[own[scale[own ^ 1] == UNSCALED]] = UNSCALED
    return scale


def _acknowledged(sides: Sides, entry: Integers, entry_key: Integers) -> tuple[Integers, Integers]:
    """`acked_place` and `newest_place` of the segments that acknowledge something else than the one before."""
    acked, newest = np.full(len(sides.ack), -1), np.full(len(sides.ack), -1)
    if not len(entry):
        return acked, newest
    new = np.flatnonzero(sides.ack != sides.acked_before)
    peer = sides.endpoint[new] ^ 1
    target = sides.key(peer, sides.ack[new])
    at = np.searchsorted(entry_key, target, "right") - 1
    newest[new] = np.where((at >= 0) & (sides.endpoint[entry[at]] == peer), entry[at], -1)
    acked[new] = np.where(entry_key[at] == target, entry[at], -1)
    return acked, newest


def _crowded(sides: Sides, entry: Integers, entry_key: Integers, repeats: Repeats, waiting: Integers) -> Integers:
    """Places of segments that are sent while so many are in flight that Wireshark leaves them out, perhaps.

    `waiting`: 2k, how many of each endpoint were in flight before the batch.
    """
    endpoint = sides.endpoint[entry]
    count = np.bincount(endpoint, minlength=len(waiting))
    before = waiting + np.bincount(sides.endpoint[repeats.place], minlength=len(waiting))
    if (count + before).max(initial=0) <= LIMIT:
        return np.empty(0, np.int64)
    first = np.cumsum(count) - count
    lowest = np.searchsorted(entry_key, sides.key(endpoint, sides.peer_acked[entry]), "right")
    flying = np.arange(len(entry)) - np.maximum(lowest, first[endpoint]) + 1 + before[endpoint]
    crowded: Integers = entry[flying > LIMIT]
    return crowded
