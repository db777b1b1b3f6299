"""Wireshark's rules for one connection, segment by segment, as tshark 4.0 has them (packet-tcp.c of that version).

All numbers are as on the wire, compared modulo 2^32 as tshark does it, its habit to take 0 for unknown included.
"""

from tui.decode.columns import OPTION_CUT_OFF
from tui.store import NO_ROW
from tui.tcp.analysis.endpoint import UNKNOWN_SCALE, UNSCALED, Endpoint
from tui.tcp.analysis.unacked import LIMIT
from tui.tcp.rules.analysis import AnalysisFlag
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.tracking.runs import SackBlocks

MASK = 0xFFFFFFFF
_HALF = 1 << 31
_UNSIGNED_64 = (1 << 64) - 1

_CONTROL = SYN | FIN | RST
_TAKES_NUMBER = SYN | FIN

FAST_NS = 20_000_000
"""A fast retransmission follows the ACK that asks for it within this time."""
REORDERED_NS = 3_000_000
"""A segment is out of order within this time, where the initial round trip is not known."""
MOST_IN_FLIGHT = 2_000_000_000
"""More bytes in flight are not believed."""
SACK_BLOCKS = 3
"""Blocks of an option that are looked at."""

REUSING = 1
"""A SYN that begins a connection on a used pair of endpoints."""
STRAY = 2
"""A SYN that its receiver does not take. For Wireshark it begins a stream of its own; ours goes on without it."""

Segment = tuple[int, int, int, int, int, int, int, int, int, int]
"""Row, time, side, flags, seq, ack, length, window, option_shift as in Runs, but seq and ack as on the wire; last 0,
REUSING or STRAY."""

Found = tuple[int, int, int, int]
"""Of a segment the store's columns analysis, acks_row, related_row and amount."""

_RETRANSMISSION = int(AnalysisFlag.RETRANSMISSION)
_FAST = int(AnalysisFlag.FAST_RETRANSMISSION)
_SPURIOUS = int(AnalysisFlag.SPURIOUS_RETRANSMISSION)
_OUT_OF_ORDER = int(AnalysisFlag.OUT_OF_ORDER)
_LOST_SEGMENT = int(AnalysisFlag.LOST_SEGMENT)
_ACK_LOST_SEGMENT = int(AnalysisFlag.ACK_LOST_SEGMENT)
_KEEP_ALIVE = int(AnalysisFlag.KEEP_ALIVE)
_KEEP_ALIVE_ACK = int(AnalysisFlag.KEEP_ALIVE_ACK)
_ZERO_WINDOW = int(AnalysisFlag.ZERO_WINDOW)
_PROBE = int(AnalysisFlag.ZERO_WINDOW_PROBE)
_PROBE_ACK = int(AnalysisFlag.ZERO_WINDOW_PROBE_ACK)
_WINDOW_UPDATE = int(AnalysisFlag.WINDOW_UPDATE)
_WINDOW_FULL = int(AnalysisFlag.WINDOW_FULL)
_REUSED_PORTS = int(AnalysisFlag.REUSED_PORTS)
_DUPLICATE_ACK = int(AnalysisFlag.DUPLICATE_ACK)

COMPLETE_SYN, COMPLETE_SYN_ACK, COMPLETE_ACK, COMPLETE_DATA, COMPLETE_FIN, COMPLETE_RST = (1 << bit for bit in range(6))
"""Bits of `tcp.completeness`."""


class Conversation:
    """One connection; pairs are (lower endpoint, upper endpoint)."""

    __slots__ = ("begun", "completeness", "ends", "rtt_ns", "rtt_row", "syn_ns", "withheld")

    def __init__(self) -> None:
        self.ends = (Endpoint(), Endpoint())
        self.begun = False
        self.completeness = 0
        self.withheld = 0
        """What the first segment adds to it when a second one comes."""
        self.syn_ns = 0
        """Time of the last SYN without ACK; 0: none."""
        self.rtt_ns = 0
        """Initial round trip; 0 while it is not known."""
        self.rtt_row = -1

    def segment(self, segment: Segment, sack: SackBlocks) -> Found:
        """Analyse the next segment."""
        row, time_ns, side, flags, seq, ack, length, window, option_shift, syn = segment
        if syn == STRAY:
            return _REUSED_PORTS, NO_ROW, NO_ROW, 0
        own, peer = self.ends[side], self.ends[1 - side]
        found = _REUSED_PORTS if syn else 0
        self._complete(flags, length, syn == REUSING)
        if flags & SYN:
            found |= self._syn(own, flags, seq, time_ns)
        if own.base is None:
            own.base = seq if flags & SYN else seq - 1 & MASK
        if flags & ACK:
            if peer.base is None:
                peer.base = ack - 1 & MASK
            peer.flight_known = True
        related, amount = NO_ROW, 0
        found |= _own_stream(own, peer, flags, seq, ack, length, window)
        if found & _DUPLICATE_ACK:
            related, amount = own.new_ack_row, own.duplicates
        if ack != own.acked:
            own.new_ack_row = row
            own.duplicates = 0
        if flags & ACK and peer.contiguous and (peer.contiguous - ack & MASK) >= _HALF:
            found |= _acks_unseen(peer)
        end = seq + length
        if (length or flags & _TAKES_NUMBER) and not found & _KEEP_ALIVE:
            again = self._sent_again(own, peer, flags, seq, length, time_ns)
            if again == _RETRANSMISSION:
                oldest = own.unacked.oldest()
                related = own.next_row if oldest == NO_ROW else oldest
            found |= again
        if (length or flags & _TAKES_NUMBER) and len(own.unacked) < LIMIT:
            end += 1 if flags & _TAKES_NUMBER else 0
            own.unacked.add(seq, end & MASK, row)
        _advance(own, found, seq, end & MASK, row, time_ns)
        own.window, own.acked, own.acked_ns, own.previous = window, ack, time_ns, found
        acks_row = peer.unacked.acknowledge(ack)
        if length and own.flight_known:
            in_flight = (own.unacked.extent(own.base) - peer.sacked - (1 if flags & _TAKES_NUMBER else 0)) & MASK
            amount = in_flight if in_flight < MOST_IN_FLIGHT else 0
        own.sacked = sum(right - left & MASK for left, right in sack[:SACK_BLOCKS]) if sack else 0
        if flags & SYN:
            self._scale(own, peer, flags, option_shift)
        elif flags & ACK:
            own.first_ack = False
            if not self.rtt_ns and self.syn_ns:
                self.rtt_ns = time_ns - self.syn_ns
                self.rtt_row = row if self.rtt_ns else -1
        return found, acks_row, related, amount

    def _complete(self, flags: int, length: int, reused: bool) -> None:
        """Add to `tcp.completeness`; what a first segment adds that is no SYN counts from the second one on."""
        if self.begun:
            self.completeness |= self.withheld | completeness(flags, length)
            self.withheld = 0
            return
        self.begun = True
        if flags & (SYN | ACK) == SYN:
            self.completeness = COMPLETE_SYN | (COMPLETE_DATA if length and not reused else 0)
        self.withheld = completeness(flags, length)

    def _syn(self, own: Endpoint, flags: int, seq: int, time_ns: int) -> int:
        """What a SYN does before it is analysed."""
        if not flags & ACK:
            self.syn_ns = time_ns
            if own.base == seq:
                own.next = own.contiguous
        elif own.base is not None and own.base != seq:
            own.base = seq
            return _REUSED_PORTS
        return 0

    def _scale(self, own: Endpoint, peer: Endpoint, flags: int, option_shift: int) -> None:
        """The window scale that a SYN announces, and whether scaling is in use after the second one."""
        own.first_ack = True
        if option_shift == OPTION_CUT_OFF:
            return
        if option_shift >= 0:
            own.scale = min(option_shift, 14)
        if own.scale == UNKNOWN_SCALE:
            own.scale = peer.scale = UNSCALED
        elif flags & ACK and peer.scale == UNSCALED:
            own.scale = UNSCALED

    def _sent_again(self, own: Endpoint, peer: Endpoint, flags: int, seq: int, length: int, time_ns: int) -> int:
        """Which kind of segment is sent again, if it is."""
        if length and peer.acked:
            beyond = seq + length - peer.acked & MASK
            if beyond >= _HALF or beyond == 0:
                return _SPURIOUS
        if not own.next or (seq - own.next & MASK) < _HALF or (length > 1 and own.next - 1 & MASK == seq):
            return 0
        if peer.duplicates not in (0, 1) and seq == peer.acked and 0 <= time_ns - peer.acked_ns < FAST_NS:
            return _FAST
        reordered = (self.rtt_ns or REORDERED_NS) & _UNSIGNED_64
        if time_ns - own.next_ns & _UNSIGNED_64 < reordered:
            end = seq + length + (1 if flags & _TAKES_NUMBER else 0)
            if own.next != end & MASK:
                return _OUT_OF_ORDER
        return _RETRANSMISSION


def completeness(flags: int, length: int) -> int:
    """What a segment adds to `tcp.completeness`; a SYN without ACK adds nothing."""
    opening = flags & (SYN | ACK)
    found = 0
    if opening == SYN | ACK:
        found = COMPLETE_SYN_ACK
    elif opening == ACK:
        found = COMPLETE_DATA if length else COMPLETE_ACK
    if flags & (FIN | ACK) == FIN | ACK:
        found |= COMPLETE_FIN
    if flags & RST:
        found |= COMPLETE_RST
    return found


def _own_stream(own: Endpoint, peer: Endpoint, flags: int, seq: int, ack: int, length: int, window: int) -> int:
    """What the sender's own numbers and window tell."""
    if length == 1 and seq == own.next and peer.window == 0:
        return _PROBE
    in_order = seq == own.next
    control = flags & _CONTROL
    found = _ZERO_WINDOW if window == 0 and not control else 0
    if not in_order and own.next and (own.next - seq & MASK) >= _HALF and not flags & RST:
        found |= _LOST_SEGMENT
        own.flight_known = False
    if control:
        return found
    if length <= 1 and seq == own.next - 1 & MASK:
        found |= _KEEP_ALIVE
    if length:
        return found | _window_full(peer, seq + length)
    if not in_order or ack != own.acked:
        return found
    if window == own.window:
        if window and peer.previous & _KEEP_ALIVE:
            return found | _KEEP_ALIVE_ACK
        if not window:
            return found | (_PROBE_ACK if peer.previous & _PROBE else 0)
        own.duplicates = max(own.duplicates, 0) + 1
        return found | _DUPLICATE_ACK
    return found | (_WINDOW_UPDATE if window else 0)


def _window_full(peer: Endpoint, end: int) -> int:
    """Whether a segment that ends there fills the peer's window."""
    if peer.scale == UNKNOWN_SCALE:
        return 0
    shift = 0 if peer.first_ack or peer.scale == UNSCALED else peer.scale
    # Before the peer's first segment Wireshark has the highest number for its window.
    limit = peer.acked + ((peer.window & MASK) << shift)
    return _WINDOW_FULL if (limit - end) & MASK == 0 else 0


def _acks_unseen(peer: Endpoint) -> int:
    """The peer's stream is acknowledged further than it was captured without a gap."""
    if (peer.contiguous - peer.next & MASK) >= _HALF:
        peer.contiguous = peer.next
        return _ACK_LOST_SEGMENT
    first = peer.duplicates == 0
    peer.duplicates = -1
    return _ACK_LOST_SEGMENT if first else 0


def _advance(own: Endpoint, found: int, seq: int, end: int, row: int, time_ns: int) -> None:
    """Move the sender's numbers on; a zero-window probe moves none."""
    if found & _PROBE:
        return
    if not own.next or (own.next - end & MASK) >= _HALF:
        own.next, own.next_row, own.next_ns = end, row, time_ns
    if not own.contiguous or seq == own.contiguous:
        own.contiguous = own.next
