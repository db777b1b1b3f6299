"""Forwards frames between two interfaces, and does on purpose what bad networks do by chance.

Usage: python -m tests.recording.relay RULE...

    delay=SECONDS     every frame is that long on its way
    lose=N,N,...      of the server's segments with data, counted from 1, these are lost
    late=N,...        these arrive 4 ms late, after those behind them
    double=N,...      these arrive twice
    stall=N           from the server's Nth of these on, the client's frames are kept for half a second, once
    hold=SYN|FIN      such segments of one side wait until the other side has sent one: they cross
    tag=SIDE          towards that side frames are tagged for VLAN 7; the kernel removes the tags of those from there
"""

import errno
import heapq
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

ETH_P_ALL = 0x0003
PACKET_OUTGOING = 4
"""Type of a frame that this host sends: the relay's own."""

SO_RCVBUFFORCE = 33
BUFFER = 64 << 20
"""Bytes that may wait for the relay: it loses what it is told to lose, and nothing else."""

FLAGS = {"FIN": 0x01, "SYN": 0x02}

VLAN_TAG = b"\x81\x00\x00\x07"
"""What stands before the type of a frame in VLAN 7."""

LATENESS = 0.004
"""Seconds by which a segment is held back so that others overtake it."""

STALL = 0.5
"""Seconds for which a stall keeps frames: longer than the kernel's shortest retransmission timeout, 0.2 s."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What the rules look at in a frame."""

    flags: int
    payload_length: int


def segment_of(frame: bytes) -> Segment | None:
    """The TCP segment in an Ethernet frame with IPv4, or None."""
    if frame[12:14] != b"\x08\x00" or frame[23] != socket.IPPROTO_TCP:
        return None
    start = 14 + (frame[14] & 15) * 4
    header = (frame[start + 12] >> 4) * 4
    return Segment(frame[start + 13], 14 + int.from_bytes(frame[16:18]) - start - header)


@dataclass(slots=True)
class Rules:
    """When each frame is forwarded."""

    delay: float = 0.0
    lose: frozenset[int] = frozenset()
    late: frozenset[int] = frozenset()
    double: frozenset[int] = frozenset()
    stall: int = 0
    stalled_until: float = 0.0
    """Monotonic clock's time."""
    hold: int = 0
    """Flag of the segments that have to cross."""
    tag: str = ""
    """Side towards which frames are tagged."""
    data_segments: int = 0
    """The server's segments with data so far."""
    held: list[tuple[str, bytes]] = field(default_factory=list)
    seen_from: set[str] = field(default_factory=set)
    """Sides that have sent a segment with the flag `hold`."""

    @classmethod
    def parse(cls, words: list[str]) -> "Rules":
        """Rules from the command line."""
        given = dict(word.split("=", 1) for word in words)
        numbers = {name: frozenset(map(int, given.get(name, "0").split(","))) for name in ("lose", "late", "double")}
        return cls(
            delay=float(given.get("delay", 0)),
            lose=numbers["lose"],
            late=numbers["late"],
            double=numbers["double"],
            stall=int(given.get("stall", 0)),
            hold=FLAGS.get(given.get("hold", ""), 0),
            tag=given.get("tag", ""),
        )

    def forward(self, side: str, frame: bytes) -> Iterator[tuple[float, str, bytes]]:
        """What is to be sent now that a frame has come from a side: after how many seconds, from which side, what."""
        segment = segment_of(frame)
        if segment is not None and segment.flags & self.hold:
            self.seen_from.add(side)
            self.held.append((side, frame))
            if len(self.seen_from) == 2:
                yield from ((self.delay, *held) for held in self.held)
                self.held.clear()
            return
        if segment is None or side != "server" or not segment.payload_length:
            stalled = self.stalled_until - time.monotonic() if side == "client" else 0.0
            yield max(self.delay, stalled), side, frame
            return
        self.data_segments += 1
        number = self.data_segments
        if number == self.stall:
            self.stalled_until = time.monotonic() + STALL
        if number not in self.lose:
            yield self.delay + (LATENESS if number in self.late else 0.0), side, frame
        if number in self.double:
            yield self.delay, side, frame


def forward_for_ever(rules: Rules) -> None:
    """Forward between the interfaces `client` and `server`, until the process is ended."""
    ports = {side: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) for side in _OTHER}
    for side, port in ports.items():
        port.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
        port.bind((side, 0))
    print("ready", flush=True)
    order = 0
    waiting: list[tuple[float, int, str, bytes]] = []
    while True:
        timeout = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        readable = select.select(list(ports.values()), [], [], timeout)[0]
        for side, port in ports.items():
            if port not in readable:
                continue
            frame, (_, _, kind, *_) = port.recvfrom(65536)
            if kind == PACKET_OUTGOING:
                continue
            for delay, sender, content in rules.forward(side, frame):
                order += 1
                heapq.heappush(waiting, (time.monotonic() + delay, order, sender, content))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, sender, content = heapq.heappop(waiting)
            receiver = _OTHER[sender]
            _send(ports[receiver], content[:12] + VLAN_TAG + content[12:] if receiver == rules.tag else content)


def _send(port: socket.socket, frame: bytes) -> None:
    """Send a frame, unless a rule of the kernel's filter drops it."""
    try:
        port.send(frame)
    except OSError as error:
        if error.errno != errno.ENOBUFS:
            raise


_OTHER = {"client": "server", "server": "client"}


if __name__ == "__main__":
    forward_for_ever(Rules.parse(sys.argv[1:]))
