"""What a line of a ladder says, as plain values, ready to be drawn at any width."""

from dataclasses import dataclass

from tui.views.frame_views import SegmentView
from tui.views.ladder.steps import StepKind


@dataclass(frozen=True, slots=True)
class Margin:
    """An endpoint beside a line."""

    state: str
    """Its state after the line, with `?` where nothing has proved it; empty where it is the one before."""
    changed: bool
    """It has come to another state, not only been proved to be in it."""
    alive: bool
    """It is not in CLOSED both before and after the line."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a segment that was sent again."""

    frame: int
    """Number of the frame that carries it again."""
    lost: bool
    needless: bool


@dataclass(frozen=True, slots=True)
class Fold:
    """Ordinary segments that are not shown one by one; pairs are (client, server)."""

    last_frame: int
    seconds: float
    """From the first to the last."""
    segments: tuple[int, int]
    payload: tuple[int, int]
    duplicate_acks: int


@dataclass(frozen=True, slots=True)
class Hole:
    """Bytes that are missing in the capture at this place."""

    missing: int | None
    by_client: bool
    """The client sent them."""
    arrived: bool
    """They were acknowledged: it is the capture that missed them."""
    filled_in: int | None
    """Number of the frame that brings them later."""
    sent_again: bool
    """That frame was sent again, so that the first sending was lost before it could be captured."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A line of a ladder."""

    kind: StepKind
    segment: SegmentView
    """The segment; of a fold the first one; of a silence or a hole the one after it."""
    client: Margin
    server: Margin
    duplicate_ack: int | None = None
    """Number of a duplicate ACK."""
    related: int | None = None
    """Of a retransmission the frame with the earlier sending, of a late segment the one that overtook it."""
    fate: Fate | None = None
    fold: Fold | None = None
    hole: Hole | None = None
    silence: float = 0.0
    """Seconds."""
    opens_fold: bool = False
    """The first segment of a fold that is open."""
