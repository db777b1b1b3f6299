"""What the kernel knows of a scenario: each socket's states, and each segment that it sent again, and why.

How the kernel's states are read, where its sockets show others than RFC 9293 has:

- A listener's child begins in SYN-RECEIVED, when the handshake's last segment makes it a socket. Before that it is a
  request, of which there is no tracepoint: one that never becomes a socket has no states here.
- The full socket is closed when it enters TIME-WAIT, or when its owner has left it in FIN-WAIT-2; /proc/net/tcp shows
  the small socket that lives on, and its state takes the place of that CLOSED.
- A socket in LISTEN is no endpoint of a connection.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tests.kernel.recording import SIDES, Recorded
from tests.kernel.tracing import KernelEvent

STATES = {
    "TCP_ESTABLISHED": "ESTABLISHED",
    "TCP_SYN_SENT": "SYN-SENT",
    "TCP_SYN_RECV": "SYN-RECEIVED",
    "TCP_FIN_WAIT1": "FIN-WAIT-1",
    "TCP_FIN_WAIT2": "FIN-WAIT-2",
    "TCP_TIME_WAIT": "TIME-WAIT",
    "TCP_CLOSE": "CLOSED",
    "TCP_CLOSE_WAIT": "CLOSE-WAIT",
    "TCP_LAST_ACK": "LAST-ACK",
    "TCP_LISTEN": "LISTEN",
    "TCP_CLOSING": "CLOSING",
    "TCP_NEW_SYN_RECV": "SYN-RECEIVED",
}
"""The kernel's names of states as its tracepoints print them."""

RECOVERY, LOSS = "3", "4"
"""Congestion states, from include/net/tcp.h: TCP_CA_Recovery, TCP_CA_Loss."""


@dataclass(slots=True)
class KernelSocket:
    """A socket's life."""

    side: str
    port: int
    """Its own; the client's may be 0 until it is known."""
    peer_port: int
    states: list[str]
    """From the one that it was given first."""
    times_us: list[int]
    """When it was given each of them, in microseconds since the epoch."""

    closed: bool = False
    """Whether the full socket was closed."""

    @property
    def closed_us(self) -> int:
        """When that was; 0 where it was not."""
        return self.times_us[-1] if self.closed else 0

    def states_between(self, start_us: int, stop_us: int) -> set[str]:
        """The state at one time, which is not before its first, and those that it was given up to another."""
        return set(self.states[bisect_right(self.times_us, start_us) - 1 : bisect_right(self.times_us, stop_us)])


@dataclass(frozen=True, slots=True)
class Resent:
    """A segment that the kernel sent again."""

    side: str
    """Who sent it."""
    frame: int
    """Its number in the capture taken beside the sender."""
    time_ns: int
    raw_seq: int
    length: int
    flags: str
    kind: str
    """`fast` in fast recovery, `timeout` in recovery from a timeout, `probe` without any: a tail loss probe;
    `SYN`, `SYN+ACK`: in the handshake; `SYN data`: data that came with the SYN and was ignored."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A segment of the capture taken beside its sender."""

    frame: int
    time_ns: int
    ports: tuple[int, int]
    """The sender's and the receiver's."""
    raw_seq: int
    length: int
    flags: str


def sockets_of(recorded: Recorded) -> list[KernelSocket]:
    """The sockets of a scenario's connections, in the order in which they came to life."""
    found: list[KernelSocket] = []
    living: dict[tuple[str, int], KernelSocket] = {}
    for event in recorded.events:
        if event.name != "inet_sock_set_state":
            continue
        old, new = STATES[event.values["oldstate"]], STATES[event.values["newstate"]]
        if "LISTEN" in (old, new) and new != "SYN-RECEIVED":
            continue
        side = side_of(recorded, event)
        port, peer_port = int(event.values["sport"]), int(event.values["dport"])
        peer = peer_port if side == "server" else port
        known = living.get((side, peer)) or living.pop((side, 0), None)
        if old in ("LISTEN", "CLOSED") or known is None:
            known = KernelSocket(side, port, peer_port, [], [])
            found.append(known)
        known.port, known.peer_port = port, peer_port
        known.states.append(new)
        known.times_us.append(event.time_us)
        living[side, peer] = known
        if new == "CLOSED":
            known.closed = True
            del living[side, peer]
    _name_small_sockets(recorded, found)
    return found


def side_of(recorded: Recorded, event: KernelEvent) -> str:
    """Whose socket passed the tracepoint."""
    return next(side for side in SIDES if event.source in recorded.addresses[side])


def _name_small_sockets(recorded: Recorded, found: Sequence[KernelSocket]) -> None:
    """Put what became of a full socket that was closed in the place of that end."""
    for place, sock in enumerate(found):
        if sock.states[-1] != "CLOSED":
            continue
        pair = (sock.port, sock.peer_port)
        later = [
            other for other in found[place + 1 :] if (other.side, other.port, other.peer_port) == (sock.side, *pair)
        ]
        looks = [look for look in recorded.looks if look.time_us > sock.closed_us]
        if looks and not (later and later[0].closed_us and later[0].closed_us < looks[0].time_us):
            sock.states[-1] = looks[0].sockets[sock.side].get(pair, "CLOSED")


def resent_of(recorded: Recorded, sent: dict[str, list[Sent]]) -> list[Resent]:
    """The segments that the kernel sent again; `sent` is what each side's capture shows of that side.

    The tracepoint is passed right after the segment was given to the interface, with the socket locked: it is the
    last one that this side had sent then.
    """
    found: list[Resent] = []
    congestion: dict[tuple[str, tuple[int, int]], str] = {}
    for event in recorded.events:
        if event.name not in ("tcp_cong_state_set", "tcp_retransmit_skb", "tcp_retransmit_synack"):
            continue
        side = side_of(recorded, event)
        ports = int(event.values["sport"]), int(event.values["dport"])
        key = (side, ports)
        if event.name == "tcp_cong_state_set":
            congestion[key] = event.values["cong_state"]
            continue
        if event.values.get("err", "0") != "0":
            continue
        place = bisect_right(sent[side], event.time_us, key=lambda segment: segment.time_ns // 1000) - 1
        while sent[side][place].ports != ports:
            place -= 1
        segment = sent[side][place]
        kind = {RECOVERY: "fast", LOSS: "timeout"}.get(congestion.get(key, ""), "probe")
        if any(
            "S" in first.flags and first.length and first.raw_seq + 1 == segment.raw_seq for first in sent[side][:1]
        ):
            kind = "SYN data"
        elif "S" in segment.flags:
            kind = "SYN+ACK" if "." in segment.flags else "SYN"
        found.append(Resent(side, segment.frame, segment.time_ns, segment.raw_seq, segment.length, segment.flags, kind))
    frames = [(resent.side, resent.frame) for resent in found]
    if len(set(frames)) < len(frames):
        raise RuntimeError(f"two retransmissions are one frame in {recorded.scenario.name}: {frames}")
    return found
