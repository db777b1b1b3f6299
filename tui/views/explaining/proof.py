"""What proves one note of one segment, as people and reports see it."""

from dataclasses import dataclass, field

from tui.views.amounts import time_span

Value = int | float | str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """The frames to look at and the values to compare, for one note."""

    note: str
    frames: tuple[int, ...] = ()
    """Numbers of frames that are still there, the most telling first."""
    values: dict[str, Value] = field(default_factory=dict)
    """By the names of tui.tcp.rules.evidence, times in seconds, sequence numbers relative; `reason` where there are
    several ways to find the note."""
    found: bool = False
    """Whether the evidence was kept when the note was found; else it is what columns and bytes still tell."""

    @property
    def frame(self) -> int | None:
        """The most telling frame."""
        return self.frames[0] if self.frames else None

    @property
    def reason(self) -> str:
        """The name of the reason; empty where the note has but one, or it isn't known."""
        return str(self.values.get("reason", ""))

    def number(self, name: str) -> int | None:
        """A value that is a whole number, where it is known."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def seconds(self, name: str) -> float | None:
        """A value that is a time, where it is known."""
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) else None

    def span(self, name: str) -> str:
        """A time as it is written; empty where it is not known."""
        value = self.seconds(name)
        return "" if value is None else time_span(value)
