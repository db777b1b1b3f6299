"""Explanations of segments that are made by hand, with evidence that is made by hand."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.tcp.wire import OPEN, Packet, c, read, s
from tui import views
from tui.files.source import open_capture
from tui.session import Session
from tui.tcp.rules.evidence import Evidence
from tui.views import EvidenceView, SegmentView, Sentence
from tui.views.explaining.context import Context
from tui.views.explaining.notes import of_notes

TALK_OF_THREE = [*OPEN, c("P.", 1, 1, 1448), s(".", 1, 1449), c("P.", 1449, 1, 1448)]
"""Rows 3 to 5 are data, its ACK, and data that is explained."""


@dataclass(frozen=True)
class RoleCase:
    """A segment without findings, and all that is said of it."""

    packets: list[Packet]
    at: int
    """Which of them is explained."""
    text: str


@dataclass(frozen=True)
class NoteCase:
    """A segment with notes, and what is said of them."""

    notes: tuple[str, ...]
    packets: list[Packet]
    evidence: list[Evidence]
    text: str
    at: int = field(default=-1, kw_only=True)
    """Which packet has the notes."""

    def __str__(self) -> str:
        return " ".join((*self.notes, *(entry.reason.name for entry in self.evidence)))

    def sentences(self) -> list[Sentence]:
        """What is said of the notes, and of nothing else."""
        session = prepared(read(self.packets), self.at, self.evidence)
        return of_notes(Context(session, segment(session, self.at, self.notes)))


@contextmanager
def opened(path: Path) -> Iterator[Session]:
    """The session of a capture, read to its end, whose file can still be read."""
    with open_capture(str(path)) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        yield session


def segment(session: Session, at: int, notes: tuple[str, ...] | None = ()) -> SegmentView:
    """A segment with the states before it, and with these notes instead of those that were found; None: with those."""
    view = views.frame(session, at % len(session.store))
    assert isinstance(view, SegmentView)
    return view if notes is None else replace(view, notes=notes)


def prepared(session: Session, at: int, evidence: Sequence[Evidence]) -> Session:
    """The session with only this evidence for one of its segments."""
    row = at % len(session.store)
    session.evidence.remove(row, -1)
    for entry in evidence:
        session.evidence.put(row, entry.note, entry.rows, entry.values, entry.reason)
    return session


def sentences_of(
    packets: Sequence[Packet],
    notes: tuple[str, ...] | None = (),
    evidence: Sequence[Evidence] = (),
    at: int = -1,
) -> tuple[Sentence, ...]:
    """The sentences about a segment: about the last one unless `at` says which."""
    session = read(packets)
    if notes is not None:
        prepared(session, at, evidence)
    return views.explanation(session, segment(session, at, notes))


def told(
    packets: Sequence[Packet],
    notes: tuple[str, ...] | None = (),
    evidence: Sequence[Evidence] = (),
    at: int = -1,
) -> str:
    """The explanation of a segment: of the last one unless `at` says which."""
    return " ".join(map(str, sentences_of(packets, notes, evidence, at)))


def proved(
    packets: Sequence[Packet], notes: tuple[str, ...], evidence: Sequence[Evidence] = (), at: int = -1
) -> tuple[EvidenceView, ...]:
    """What proves these notes of a segment, the last one unless `at` says which."""
    session = prepared(read(packets), at, evidence)
    return views.evidence(session, segment(session, at, notes))


def frames_named(sentence: Sentence) -> tuple[int, ...]:
    """The numbers of the frames that a sentence's text names, each once."""
    return tuple(dict.fromkeys(int(number) for number in re.findall(r"frame (\d+)", sentence.text)))
