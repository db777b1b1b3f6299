"""Captures made by hand, segment by segment, and read without a file."""

import ipaddress
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tui import views
from tui.files.frames import SLACK, FrameBatch, Interface
from tui.files.source import Capture
from tui.reading import BATCH_FRAMES
from tui.session import Session

ETHERNET = 1
MILLISECOND = 1_000_000
KEPT_PAYLOAD = 100
"""Payload bytes that the capture keeps of each segment."""

FLAG_BITS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "U": 32, "E": 64, "W": 128}


class Endpoint(NamedTuple):
    address: str
    port: int


CLIENT = Endpoint("10.0.0.1", 40000)
SERVER = Endpoint("10.0.0.2", 80)
CLIENT_ISN = 1000
SERVER_ISN = 500_000


@dataclass(frozen=True, slots=True)
class Packet:
    """A TCP segment, or any other IP payload where `raw` holds one."""

    source: Endpoint
    destination: Endpoint
    flags: str = "."
    """tcpdump's letters; empty: none."""
    seq: int = 0
    ack: int = 0
    """Both are cut to 32 bits."""
    length: int = 0
    window: int = 60000
    scale: int | None = None
    """Window scale option."""
    mss: int | None = None
    """MSS option."""
    timestamps: tuple[int, int] | None = None
    """Value and echo of the timestamps option."""
    sack: tuple[tuple[int, int], ...] = ()
    """Edges of SACK blocks, cut to 32 bits."""
    time_ns: int | None = None
    """None: a millisecond after the packet before."""
    ip_id: int | None = None
    """None: one that no other packet has."""
    ttl: int = 64
    interface: int = 0
    vlan: int | None = None
    checksum: int | None = None
    """None: the right one."""
    raw: tuple[int, bytes] | None = None
    """IP protocol and payload."""


class Sender:
    """Makes one endpoint's segments from numbers that are relative to both initial sequence numbers."""

    def __init__(self, source: Endpoint, destination: Endpoint, isn: int, peer_isn: int) -> None:
        self._blank = Packet(source, destination)
        self._isn, self._peer_isn = isn, peer_isn

    def __call__(self, flags: str, seq: int, ack: int = 0, length: int = 0, **more: object) -> Packet:
        ack = (ack + self._peer_isn) & 0xFFFFFFFF if "." in flags else 0
        number = (seq + self._isn) & 0xFFFFFFFF
        if "sack" in more:
            more["sack"] = tuple((left + self._peer_isn, right + self._peer_isn) for left, right in more["sack"])  # type: ignore[attr-defined]
        return replace(self._blank, flags=flags, seq=number, ack=ack, length=length, **more)  # type: ignore[arg-type]


def dialogue(
    client_isn: int = CLIENT_ISN,
    server_isn: int = SERVER_ISN,
    client: Endpoint = CLIENT,
    server: Endpoint = SERVER,
) -> tuple[Sender, Sender]:
    """Two endpoints that speak to each other."""
    return Sender(client, server, client_isn, server_isn), Sender(server, client, server_isn, client_isn)


c, s = dialogue()
"""The client and the server of most tests."""

OPEN = [c("S", 0), s("S.", 0, 1), c(".", 1, 1)]
"""A three-way handshake."""
TALK = [c("P.", 1, 1, 10), s("P.", 1, 11, 20), c(".", 11, 21)]
"""A request of 10 bytes and an answer of 20, after OPEN."""


def frame_of(packet: Packet, unique_id: int) -> tuple[bytes, int]:
    """The captured bytes of a packet's Ethernet frame, and its length on the wire."""
    protocol, payload, cut = _payload(packet)
    source, target = (ipaddress.ip_address(end.address) for end in (packet.source, packet.destination))
    total = len(payload) + cut
    if packet.raw is None and packet.checksum is None:
        pseudo_header = source.packed + target.packed + struct.pack(">II", total, protocol)
        checksum = _checksum(pseudo_header + payload + b"x" * cut)
        payload = payload[:16] + checksum.to_bytes(2, "big") + payload[18:]
    if source.version == 4:
        ip_id = unique_id & 0xFFFF if packet.ip_id is None else packet.ip_id
        header = struct.pack(">BBHHHBBH", 0x45, 0, (20 + total) & 0xFFFF, ip_id, 0, packet.ttl, protocol, 0)
        ethertype = 0x0800
    else:
        header = struct.pack(">IHBB", 6 << 28, total & 0xFFFF, protocol, packet.ttl)
        ethertype = 0x86DD
    link = bytes(12)
    if packet.vlan is not None:
        link += struct.pack(">HH", 0x8100, packet.vlan)
    frame = link + struct.pack(">H", ethertype) + header + source.packed + target.packed + payload
    return frame, len(frame) + cut


def _payload(packet: Packet) -> tuple[int, bytes, int]:
    """IP protocol, IP payload, and the bytes of it that are not captured."""
    if packet.raw is not None:
        return *packet.raw, 0
    options = _options(packet)
    bits = sum(FLAG_BITS[letter] for letter in packet.flags)
    words = 5 + len(options) // 4
    header = struct.pack(
        ">HHIIHHHH",
        *(packet.source.port, packet.destination.port, packet.seq & 0xFFFFFFFF, packet.ack & 0xFFFFFFFF),
        *(words << 12 | bits, packet.window, packet.checksum or 0, 0),
    )
    kept = min(packet.length, KEPT_PAYLOAD)
    return 6, header + options + b"x" * kept, packet.length - kept


def _options(packet: Packet) -> bytes:
    """The packet's TCP options, each filled up to four bytes."""
    options = b"" if packet.mss is None else struct.pack(">BBH", 2, 4, packet.mss)
    if packet.scale is not None:
        options += bytes([3, 3, packet.scale, 1])
    if packet.timestamps is not None:
        options += struct.pack(">BBBBII", 1, 1, 8, 10, *packet.timestamps)
    if packet.sack:
        edges = [edge & 0xFFFFFFFF for block in packet.sack for edge in block]
        options += struct.pack(f">BBBB{len(edges)}I", 1, 1, 5, 2 + 4 * len(edges), *edges)
    return options


def _checksum(content: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    return -int.from_bytes(content + bytes(len(content) % 2), "big") % 0xFFFF


class MadeCapture(Capture):
    """A capture in memory that hands out its packets in the batches that it is told to."""

    def __init__(self, packets: Sequence[Packet], cuts: Sequence[int] = ()) -> None:
        """`cuts`: packets after which a batch ends."""
        self._cuts = [0, *sorted(cuts), len(packets)]
        frames = [frame_of(packet, number) for number, packet in enumerate(packets, 1)]
        captured = np.array([len(frame) for frame, _ in frames], np.int64)
        start = np.cumsum(captured) - captured
        content = b"".join(frame for frame, _ in frames)
        self._content = content
        times: list[int] = []
        for packet in packets:
            later = times[-1] + MILLISECOND if times else 10**18
            times.append(later if packet.time_ns is None else packet.time_ns)
        self._batch = FrameBatch(
            data=np.frombuffer(content + bytes(SLACK), np.uint8),
            start=start,
            captured=captured,
            wire=np.array([wire for _, wire in frames], np.int64),
            time_ns=np.array(times, np.int64),
            offset=start,
            interface=np.array([packet.interface for packet in packets], np.int32),
            number=np.arange(1, len(packets) + 1),
        )

    @property
    def interfaces(self) -> list[Interface]:
        return [Interface(ETHERNET, 0, "<", name) for name in ("one", "two")]

    @property
    def growing(self) -> bool:
        """A growing capture's batches are tracked as they come."""
        return True

    def batches(self) -> Iterator[FrameBatch]:
        places = np.arange(len(self._batch))
        for start, stop in zip(self._cuts, self._cuts[1:], strict=False):
            if stop > start:
                yield self._batch.select((places >= start) & (places < stop))

    def read_at(self, offset: int, length: int) -> bytes:
        return self._content[offset : offset + length]

    def read_many(self, offsets: Sequence[int], lengths: Sequence[int]) -> list[bytes]:
        return list(map(self.read_at, offsets, lengths))


def read(
    packets: Sequence[Packet],
    *,
    cuts: Sequence[int] = (),
    batch_frames: int = BATCH_FRAMES,
    most_at_once: int | None = None,
) -> Session:
    """The session of a capture of these packets, read to its end."""
    session = Session(MadeCapture(packets, cuts), batch_frames=batch_frames)
    session.most_at_once = most_at_once
    for _ in session.run():
        pass
    return session


def segments(session: Session) -> list[views.SegmentView]:
    """All segments of a session."""
    found = views.frames(session, 0, len(session.store))
    return [view for view in found if isinstance(view, views.SegmentView)]


def connections(session: Session) -> list[views.ConnectionView]:
    """All connections of a session."""
    return list(views.connections(session, views.connection_numbers(session)))


def only_connection(packets: Sequence[Packet]) -> views.ConnectionView:
    """The one connection that these packets make."""
    (found,) = connections(read(packets))
    return found
