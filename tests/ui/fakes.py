"""A session of any size that costs nothing: every connection is the same ten segments, then comes one UDP frame."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from tui.files.frames import Interface
from tui.files.source import shown_name
from tui.live.capture import Counts, LiveCapture
from tui.session import Session
from tui.views import (
    ConnectionView,
    EvidenceView,
    FrameView,
    SegmentView,
    Sentence,
    StoryLine,
)

SCRIPT: list[tuple[bool, str, int, list[str], str, str]] = [
    (True, "S", 0, ["handshake 1/3"], "SYN-SENT", "LISTEN"),
    (False, "S.", 0, ["handshake 2/3"], "ESTABLISHED", "SYN-RECEIVED"),
    (True, ".", 0, ["handshake 3/3"], "ESTABLISHED", "ESTABLISHED"),
    (True, "P.", 120, ["data"], "ESTABLISHED", "ESTABLISHED"),
    (False, ".", 0, ["ack"], "ESTABLISHED", "ESTABLISHED"),
    (False, "P.", 1448, ["data"], "ESTABLISHED", "ESTABLISHED"),
    (True, ".", 0, ["ack"], "ESTABLISHED", "ESTABLISHED"),
    (True, "F.", 0, ["teardown 1/4"], "FIN-WAIT-1", "CLOSE-WAIT"),
    (False, "F.", 0, ["teardown 2/4", "teardown 3/4"], "TIME-WAIT", "LAST-ACK"),
    (True, ".", 0, ["teardown 4/4"], "TIME-WAIT", "CLOSED"),
]
"""Direction, flags, length, roles and both states of each segment."""

START_NS = 1_700_000_000_000_000_000
"""Time of the first frame, in nanoseconds since the epoch."""

PAYLOAD = b"GET /message HTTP/1.1\r\nHost: example.org\r\n\r\n"
"""Beginning of every payload."""

PERIOD = len(SCRIPT) + 1
"""Frames from the start of a connection to the start of the next."""


@dataclass
class FakeDamage:
    """Where the fake capture ends."""

    offset: int
    reason: str


@dataclass
class FakeCapture:
    """What the status line reads, and bytes that are all alike."""

    name: str = "message.pcap"
    position: int = 50
    size: int = 100
    growing: bool = False
    damage: FakeDamage | None = None

    @property
    def shown_name(self) -> str:
        """As a real capture has it."""
        return shown_name(self.name)

    @property
    def interfaces(self) -> list[Interface]:
        """One, of Ethernet."""
        return [Interface(1, 0, "<", "eth0")]

    def read_at(self, offset: int, length: int) -> bytes:
        """The beginning of a payload."""
        return PAYLOAD[:length]

    def read_many(self, offsets: Sequence[int], lengths: Sequence[int]) -> list[bytes]:
        """The same for many places."""
        return list(map(self.read_at, offsets, lengths))


@dataclass
class FakeLive(FakeCapture):
    """A live capture that the tests change as they like."""

    name: str = "lo"
    growing: bool = True
    counts: Counts = field(default_factory=Counts)
    running: bool = True
    waiting: dict[str, str] = field(default_factory=dict)
    fault: str | None = None
    own_ssh: str | None = None
    own_ssh_left_out: bool = True

    @property
    def wanted(self) -> bool:
        """As fast as that, the fake obeys."""
        return self.running

    def close(self) -> None:
        """Nothing is open."""


class FakeStore:
    """A length and a few columns; the tests make it longer, or give up its first rows."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.start = 0
        self.revision = 0

    def __len__(self) -> int:
        return self.rows

    def value(self, name: str, row: int) -> int:
        """Frame numbers go up by two, as if a filter had left out every other frame."""
        assert 0 <= row < self.rows
        return {
            "number": 2 * row + 1,
            "time_ns": START_NS + row * 1_000,
            "offset": 0,
            "interface": 0,
            "captured": 1514,
            "tcp_offset": 34,
            "header_length": 32,
        }[name]


@dataclass
class FakeSession:
    """A session that takes its next step when it is told to."""

    rows: int = 0
    capture: FakeCapture = field(default_factory=FakeCapture)
    interface: str = "eth0"
    protocol: str = "UDP"
    filter_expression: str = ""
    finished: bool = False
    error: Exception | None = None

    origin_ns: int = START_NS
    copy_to: None = None
    copy_name: str = ""

    def __post_init__(self) -> None:
        self.store = FakeStore(self.rows)
        self.step = threading.Semaphore(0)
        self.ending = False

    def run(self) -> Iterator[None]:
        """Yield at once, then after every release of `step`, until `ending`."""
        yield
        while not self.ending:
            self.step.acquire()
            if self.error is not None:
                raise self.error
            yield
        self.finished = True

    @property
    def live(self) -> LiveCapture | None:
        """The capture where it is a live one."""
        return cast(LiveCapture, self.capture) if isinstance(self.capture, FakeLive) else None

    def read_frame(self, row: int) -> bytes:
        """The bytes of a frame, which are nothing but a payload."""
        return PAYLOAD

    def clear(self) -> None:
        """Give up all rows so far."""
        self.store.start = self.store.rows

    @property
    def session(self) -> Session:
        """This fake, for those who ask for the real one."""
        return cast(Session, self)


@dataclass
class FakeAccount:
    """Nothing was measured."""

    number: int
    measures: None = None
    problems: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """A sentence with the connection's number."""
        return f"How connection {self.number} went."

    @property
    def story(self) -> tuple[StoryLine, ...]:
        """One line, which names the first frame."""
        first = 2 * PERIOD * self.number + 1
        return (StoryLine(f"It began with frame {first}.", (first,), "opening"),)


class FakeViews:
    """Stands in for the module tui.views."""

    @staticmethod
    def explanation(session: FakeSession, view: SegmentView) -> tuple[Sentence, ...]:
        """A sentence with the frame's number, and one that names the connection's first frame."""
        first = 2 * PERIOD * view.connection + 1
        began = Sentence(f"All began with frame {first}.", "RFC 9293 §3.10", (first,))
        return Sentence(f"What frame {view.number} means."), began

    @staticmethod
    def evidence(session: FakeSession, view: SegmentView) -> tuple[EvidenceView, ...]:
        """The same values for every note."""
        return tuple(EvidenceView(note, (view.number - 2,), {"elapsed": 0.25}) for note in view.notes)

    @staticmethod
    def summarise(view: ConnectionView) -> str:
        """A sentence with the connection's number."""
        return f"How connection {view.connection} went."

    @staticmethod
    def frame(session: FakeSession, row: int) -> FrameView:
        """A frame made from its row."""
        connection, place = divmod(row, PERIOD)
        number, time_ns, elapsed = 2 * row + 1, START_NS + row * 1_000, row / 1e6
        if place == len(SCRIPT):
            return FrameView(row, number, time_ns, elapsed, 90, 90, session.interface, session.protocol)
        from_client, flags, length, roles, client, server = SCRIPT[place]
        before = SCRIPT[place - 1] if place else None
        ends = [f"192.0.2.1:{20_000 + connection % 40_000}", "[2001:db8::1]:443"]
        return SegmentView(
            *(row, number, time_ns, elapsed, 66 + length, 66 + length, session.interface, "TCP"),
            connection=connection,
            from_client=from_client,
            source=ends[0 if from_client else 1],
            destination=ends[1 if from_client else 0],
            flags=flags,
            seq=place,
            ack=None if flags == "S" else place + 1,
            raw_seq=4_000_000_000 + place,
            raw_ack=5 + place,
            length=length,
            window=64_256,
            raw_window=502,
            window_scale=7,
            roles=tuple(roles),
            client_state=client,
            server_state=server,
            client_state_before=before[4] if before else None,
            server_state_before=before[5] if before else None,
            assumed=("server",) if server == "LISTEN" else (),
            notes=("retransmission",) if place == 6 else (),
            analysis=(),
            duplicate_ack_number=None,
            duplicate_ack_frame=None,
            acks_frame=None,
            bytes_in_flight=None,
            ack_rtt=None,
            initial_rtt=None,
            rto=None,
        )

    @staticmethod
    def connection(session: FakeSession, number: int) -> ConnectionView:
        """A connection made from its number and from how much of it there is."""
        first = number * PERIOD
        count = min(len(session.store) - first, len(SCRIPT))
        segments = SCRIPT[:count]
        return ConnectionView(
            connection=number,
            client=f"192.0.2.1:{20_000 + number % 40_000}",
            server="[2001:db8::1]:443",
            client_address="192.0.2.1",
            client_port=20_000,
            server_address="2001:db8::1",
            server_port=443,
            client_guessed=False,
            first_frame=2 * first + 1,
            last_frame=2 * (first + count) - 1,
            start_ns=START_NS + first * 1_000,
            duration=count / 1e6,
            opening="three-way",
            closing="three-segment" if count == len(SCRIPT) else "none",
            closed_by="client" if count == len(SCRIPT) else None,
            reset_by=None,
            unseen="",
            client_state=segments[-1][4],
            server_state=segments[-1][5],
            verdict="closed" if count == len(SCRIPT) else "open",
            zeek_state="SF",
            zeek_history="ShADadFf",
            packets=(sum(s[0] for s in segments), sum(not s[0] for s in segments)),
            payload_bytes=(120 if count > 3 else 0, 1448 if count > 5 else 0),
            icmp_errors=(),
        )

    @staticmethod
    def frames_with_states_before(session: FakeSession, rows: NDArray[np.int64]) -> list[FrameView]:
        """Frames, one by one."""
        return [FakeViews.frame(session, row) for row in rows.tolist()]

    @staticmethod
    def listed(session: FakeSession, numbers: Sequence[int]) -> list[tuple[ConnectionView | None, str]]:
        """Connections, one by one."""
        return [(FakeViews.connection(session, number), FakeViews.application(session, number)) for number in numbers]

    @staticmethod
    def account(session: FakeSession, number: int) -> FakeAccount:
        """A story of one line, which names the first frame."""
        return FakeAccount(number)

    @staticmethod
    def connection_keys(session: FakeSession, numbers: NDArray[np.int64], by: str) -> NDArray[np.int64]:
        """How many problems they have."""
        assert by == "problems"
        return np.array([FakeViews.connection(session, number).problem_count for number in numbers.tolist()], np.int64)

    @staticmethod
    def application(session: FakeSession, number: int) -> str:
        """The same for all."""
        return "GET /message"

    @staticmethod
    def frames_not_understood(session: FakeSession, stop: int) -> dict[str, int]:
        """None: the fake knows no link types."""
        return {}

    @staticmethod
    def connection_numbers(session: FakeSession) -> NDArray[np.int64]:
        """All connections that have begun, and of which a row is left."""
        first = -(-(session.store.start - len(SCRIPT) + 1) // PERIOD)
        return np.arange(max(0, first), -(-len(session.store) // PERIOD), dtype=np.int64)

    @staticmethod
    def rows_of(session: FakeSession, number: int, start: int, stop: int) -> NDArray[np.int64]:
        """The rows of a connection."""
        first = number * PERIOD
        return np.arange(max(first, start), min(first + len(SCRIPT), stop), dtype=np.int64)
