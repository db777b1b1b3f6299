"""In which state a segment's sender is said to be, beside the one that its kernel was in when it sent it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.kernel.inferred import Segment
from tests.kernel.truth import KernelSocket

CROSSING = {"simultaneous open", "simultaneous close 2/4"}
"""Roles of a SYN or FIN that crosses the peer's."""


@dataclass(frozen=True, slots=True)
class SenderRow:
    """A segment of a capture, and its sender's state."""

    capture: str
    frame: int
    side: str
    ours: str
    kernel: set[str]
    """The kernel's state when it sent it, and those that it went through before it sent or received another one."""
    foreseen: bool
    """The state is assumed, as that of a sender that one of the peer's segments is about to reach; a SYN or FIN has to
    prove it, but for one that crosses the peer's, as always where CLOSING is assumed. Or the segment was captured
    before one that was sent before it, which nobody can know of yet."""

    @property
    def right(self) -> bool:
        """Whether the project says what the kernel does."""
        return self.ours in self.kernel or self.foreseen


def sender_rows(captures: dict[str, list[Segment]], sockets: Sequence[KernelSocket]) -> Iterator[SenderRow]:
    """Every segment that a socket has sent, in the captures of both sides."""
    spans = {side: _spans(side, segments) for side, segments in captures.items()}
    for capture, segments in captures.items():
        taken: dict[tuple[str, bytes], int] = defaultdict(int)
        overtaking = _overtaking(segments, spans)
        for place_in_capture, segment in enumerate(segments):
            key = segment.side, segment.frame
            sent = spans[segment.side].get(segment.frame, [])
            place = min(taken[key], len(sent) - 1)
            taken[key] += 1
            if place < 0:
                continue
            start, stop = sent[place]
            kernel = _states(sockets, segment, start, stop)
            state, assumed = segment.state_of(segment.side)
            if kernel:
                proves = not {"S", "F"}.isdisjoint(segment.view.flags) and CROSSING.isdisjoint(segment.view.roles)
                foreseen = (assumed and (state == "CLOSING" or not proves)) or place_in_capture in overtaking
                yield SenderRow(capture, segment.view.number, segment.side, state, kernel, foreseen)


def _spans(side: str, segments: list[Segment]) -> dict[bytes, list[tuple[int, int]]]:
    """When each segment of a side was sent, and when the next one of its connection was sent or received, in
    microseconds since the epoch."""
    found: dict[bytes, list[tuple[int, int]]] = defaultdict(list)
    following: dict[frozenset[int], int] = {}
    for segment in reversed(segments):
        time_us = segment.view.time_ns // 1000
        pair = frozenset(segment.ports)
        if segment.side == side:
            found[segment.frame].insert(0, (time_us, following.get(pair, 1 << 62)))
        following[pair] = time_us
    return found


def _overtaking(segments: list[Segment], spans: dict[str, dict[bytes, list[tuple[int, int]]]]) -> set[int]:
    """The places in a capture of segments that were captured before one that the same socket has sent before them."""
    found = set()
    earliest: dict[tuple[str, tuple[int, int]], int] = {}
    for place in range(len(segments) - 1, -1, -1):
        segment = segments[place]
        sent = spans[segment.side].get(segment.frame, [])
        if len(sent) != 1:
            continue  # which of several sendings it is tells only the order
        time_us, key = sent[0][0], (segment.side, segment.ports)
        if earliest.get(key, time_us) < time_us:
            found.add(place)
        earliest[key] = min(earliest.get(key, time_us), time_us)
    return found


def _states(sockets: Sequence[KernelSocket], segment: Segment, start: int, stop: int) -> set[str]:
    """Those of the sender's newest socket; none where a request or nobody has sent the segment."""
    ends = segment.side, *segment.ports
    there = [sock for sock in sockets if (sock.side, sock.port, sock.peer_port) == ends and sock.times_us[0] <= start]
    if not there or (there[-1].closed_us and there[-1].closed_us <= start and segment.view.flags == "S."):
        return set()
    return there[-1].states_between(start, stop)
