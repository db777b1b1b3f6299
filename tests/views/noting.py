"""Notes put on segments by hand, to test what is made of them without depending on how they are found."""

from collections.abc import Sequence

from tests.tcp.wire import Packet, read
from tui import views
from tui.session import Session
from tui.tcp.rules.evidence import Reason
from tui.tcp.rules.notes import FOUND_NOTES, NOTE_NAMES, Note

NOTES = {name: note for note, name in NOTE_NAMES.items()}

CLEARED = int(FOUND_NOTES)


def noted(packets: Sequence[Packet], notes: dict[int, str], reasons: dict[int, Reason] | None = None) -> Session:
    """The session of a capture whose segments have these notes by frame number, several separated by spaces, and no
    other notes that need evidence; `reasons` are those of their retransmissions."""
    session = read(packets)
    for row in range(len(session.store)):
        kept = session.store.value("notes", row) & ~CLEARED
        for name in notes.get(row + 1, "").split():
            kept |= int(NOTES[name])
        session.store.change(row, {"notes": kept})
        session.evidence.remove(row, -1)
    for frame, reason in (reasons or {}).items():
        session.evidence.put(frame - 1, Note.RETRANSMISSION, (), (0, 0), reason)
    return session


def measured(packets: Sequence[Packet], notes: dict[int, str] | None = None) -> views.Measures:
    """The measures of the first connection of a capture."""
    return views.measure(noted(packets, notes or {}), 0)


def lines(session: Session, number: int = 0, kind: str = "") -> list[str]:
    """The lines of a connection's story, or those of one kind."""
    return [line.text for line in views.story(session, number) if kind in ("", line.kind)]
