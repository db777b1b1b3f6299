"""What there is to tell about the row that the cursor rests on, beside its own values."""

from dataclasses import dataclass

from tui.views import EvidenceView, Measures, Sentence, StoryLine


@dataclass(frozen=True, slots=True)
class Told:
    """What the views say of a segment or of a connection; a frame of another protocol has nothing of it."""

    sentences: tuple[Sentence, ...] = ()
    """What a segment does, why, and what follows; or how a connection went, in one."""
    evidence: tuple[EvidenceView, ...] = ()
    """What proves each note of a segment."""
    application: str = ""
    """What a connection is for."""
    problems: tuple[str, ...] = ()
    """What went wrong with a connection, the worst first."""
    story: tuple[StoryLine, ...] = ()
    """How a connection went, in a handful of lines."""
    measures: Measures | None = None
    """What was counted and timed of a connection."""


NOTHING = Told()
"""Of what has no more to it than its values."""
