"""What is remembered of one endpoint of a connection that is followed."""

from typing import NamedTuple

from tui.tcp.findings.header import HeaderMarks
from tui.tcp.findings.holes import Holes
from tui.tcp.findings.reports import Reported
from tui.tcp.findings.round_trips import after_sample
from tui.tcp.findings.segment import NO_ROW
from tui.tcp.findings.transmissions import Transmissions
from tui.tcp.tracking.sequence import UNSET

RESENT_LIMIT = 32
"""Segments sent again that a D-SACK may still name."""


class Resent(NamedTuple):
    """A segment that was sent again."""

    start: int
    end: int
    row: int


class Probe(NamedTuple):
    """A keep-alive or zero-window probe that waits for its answer."""

    row: int
    is_keep_alive: bool


class Endpoint(HeaderMarks):
    """One side. Names tell of what it sent, unless they say otherwise; rows are NO_ROW where there is none."""

    __slots__ = (
        "ack",
        "ack_ns",
        "ack_row",
        "closed_ns",
        "closed_rows",
        "data_ns",
        "duplicates",
        "duplicates_before",
        "gap_row",
        "holes",
        "isn",
        "last_ns",
        "last_row",
        "loss_point",
        "next",
        "next_ns",
        "next_row",
        "probe",
        "probe_end",
        "recovery_point",
        "report_row",
        "reported",
        "resent",
        "rtt_min",
        "rtt_smooth",
        "sent",
        "syn_row",
        "syn_time_ns",
        "syn_times",
        "synack_row",
        "synack_time_ns",
        "tail_probe",
        "window",
        "window_row",
        "window_shift",
    )

    def __init__(self) -> None:
        super().__init__()
        self.isn = UNSET
        """The number of its SYN, where that was captured."""
        self.next = UNSET
        """One past the highest byte."""
        self.next_row = self.last_row = NO_ROW
        self.next_ns = self.last_ns = UNSET
        self.data_ns = UNSET
        """When it last sent something that takes up numbers."""
        self.holes = Holes()
        self.sent = Transmissions()
        self.resent: list[Resent] = []
        self.reported = Reported()
        """Its bytes that the peer reports by SACK."""
        self.report_row = NO_ROW
        """The peer's last report that something is missing."""
        self.recovery_point = UNSET
        """In fast recovery: what has to be acknowledged to end it; else UNSET."""
        self.loss_point = UNSET
        """After a timeout: what has to be acknowledged to end the recovery from it; else UNSET."""
        self.tail_probe: tuple[int, int, int] | None = None
        """A tail loss probe of a lone segment that is not answered: row, start, time since the segment was sent."""
        self.ack = UNSET
        """Highest."""
        self.ack_row = NO_ROW
        self.ack_ns = UNSET
        self.duplicates = 0
        self.duplicates_before: tuple[int, int] = (UNSET, 0)
        """The highest ACK before the present one, and how often it was repeated."""
        self.gap_row = NO_ROW
        """The peer's ACK that covers bytes of this side that were never captured, while none were captured since."""
        self.window = -1
        """Raw; -1 before the first segment."""
        self.window_shift = 0
        """-1: not known."""
        self.window_row = NO_ROW
        self.closed_ns = UNSET
        """When its window was closed, where it is."""
        self.closed_rows: list[int] = []
        self.probe: Probe | None = None
        self.probe_end = UNSET
        """End of a zero-window probe with a byte of new data."""
        self.rtt_min = -1
        """Round trip from the capture point to it and back, -1: not known."""
        self.rtt_smooth = -1
        self.syn_row = self.synack_row = NO_ROW
        self.syn_time_ns = self.synack_time_ns = UNSET
        self.syn_times = 0

    def add_rtt(self, sample_ns: int) -> None:
        """A round trip from the capture point to this side, smoothed as in RFC 6298 section 2."""
        self.rtt_min, self.rtt_smooth = after_sample(self.rtt_min, self.rtt_smooth, sample_ns)

    @property
    def window_bytes(self) -> int:
        """The window that it announced last; as on the wire where the scale is not known."""
        return self.window << max(self.window_shift, 0)
