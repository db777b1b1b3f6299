"""Frames and connections as people and reports see them: plain values made from the columns of a session."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tui.session import Session


@dataclass(frozen=True, slots=True)
class FrameView:
    """What every frame has, of whatever protocol."""

    row: int
    number: int
    """1-based frame number in the capture."""
    time_ns: int
    """Nanoseconds since the epoch."""
    elapsed: float
    """Seconds since the first frame of the capture."""
    frame_length: int
    captured_length: int
    interface: str | None
    """Raw: draw through tui.text only."""
    protocol: str
    """A short name such as `TCP`, `UDP`, `ARP`, `not understood`."""


@dataclass(frozen=True, slots=True)
class SegmentView(FrameView):
    """A TCP segment; the fields are those of the JSON report, under the same names where a name is free in Python."""

    connection: int
    from_client: bool
    source: str
    """`192.0.2.1:80` or `[2001:db8::1]:80`."""
    destination: str
    flags: str
    """tcpdump's letters: `S`, `S.`, `P.`, `.`; `none` where no flag is set."""
    seq: int
    """Relative to the initial sequence number, unwrapped."""
    ack: int | None
    """Relative; None without the ACK flag."""
    raw_seq: int
    raw_ack: int
    length: int
    """TCP payload bytes on the wire."""
    window: int
    """Scaled where the scale is known, else raw."""
    raw_window: int
    window_scale: int | None
    roles: list[str]
    client_state: str
    server_state: str
    client_state_before: str | None
    """State before this segment: after the connection's segment before it; None on its first."""
    server_state_before: str | None
    assumed: list[str]
    """Which of `client`, `server` is in a state that no segment of its own has proved."""
    notes: list[str]


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection at the end of what was read so far."""

    connection: int
    client: str
    server: str
    client_address: str
    client_port: int
    server_address: str
    server_port: int
    client_guessed: bool
    first_frame: int
    last_frame: int
    start_ns: int
    duration: float
    opening: str
    closing: str
    closed_by: str | None
    client_state: str
    server_state: str
    verdict: str
    summary: str
    """One sentence for people."""
    zeek_state: str
    zeek_history: str
    packets: dict[str, int]
    """Segments sent by `client` and `server`."""
    payload_bytes: dict[str, int]
    """Payload bytes sent by `client` and `server`, retransmissions included."""
    icmp_errors: list[dict[str, int]] = field(default_factory=list)


def frame(session: Session, row: int) -> FrameView:
    """The frame of a row: a SegmentView where it is a TCP segment."""
    raise NotImplementedError


def connection(session: Session, number: int) -> ConnectionView:
    """The connection of a number; KeyError where a number was given up (see tui.tcp)."""
    raise NotImplementedError


def connection_numbers(session: Session) -> NDArray[np.int64]:
    """The numbers of all connections so far, ascending."""
    raise NotImplementedError


def rows_of(session: Session, number: int, start: int, stop: int) -> NDArray[np.int64]:
    """The rows from `start` to `stop` that belong to a connection, ascending."""
    raise NotImplementedError
