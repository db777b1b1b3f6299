"""What is found of packets: of each segment its notes, and what proves them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from tests.tcp.wire import CLIENT, MILLISECOND, SERVER, Packet, Sender, dialogue, read, segments
from tui.session import Session
from tui.tcp.findings.findings import Findings
from tui.tcp.rules.evidence import VALUE_NAMES, Evidence, Reason
from tui.tcp.rules.notes import NOTE_NAMES, Note

CLIENT_ISN, SERVER_ISN = 10_000, 50_000
_LEFT_OUT = ("scale-unknown", "truncated", "time-backwards")


class Found(NamedTuple):
    """One note and its evidence."""

    note: str
    rows: tuple[int, ...]
    """Places in the list of packets."""
    values: dict[str, int]
    reason: Reason


def notes(packets: Sequence[Packet], skip: int = 0) -> list[str]:
    """The notes of each segment in one line, those of the first `skip` left out."""
    return notes_of(read(packets))[skip:]


def notes_of(session: Session) -> list[str]:
    """The notes of each segment of a session in one line."""
    return [" ".join(note for note in view.notes if note not in _LEFT_OUT) for view in segments(session)]


def proof(packets: Sequence[Packet], row: int, note: Note) -> Found:
    """The evidence of one note of one segment, which has to be there."""
    session = read(packets)
    (view,) = (view for view in segments(session) if view.row == row)
    assert NOTE_NAMES[note] in view.notes
    (entry,) = (entry for entry in session.evidence.of(row) if entry.note == note)
    return found(entry)


def found(entry: Evidence) -> Found:
    """Evidence under the names that belong to its note."""
    names = VALUE_NAMES.get(entry.note, ())
    return Found(NOTE_NAMES[entry.note], entry.rows, dict(zip(names, entry.values, strict=False)), entry.reason)


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Connections are let go of after every batch, whether they have ended or not."""

    def let_go(findings: Findings) -> None:
        for number, conversation in list(findings._conversations.items()):
            findings._take_out(number, conversation)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tui.tcp.findings.findings.ENDED_KEPT", -1)
        patch.setattr(Findings, "_let_go", let_go)
        yield


class Clock:
    """Gives packets their times, and each sender its own count of IP identifications."""

    def __init__(self, to_client_ms: float, to_server_ms: float, server_isn: int = SERVER_ISN, **syn: Any) -> None:
        """A handshake whose two halves take so long, seen from the capture point and back."""
        c, s = dialogue(CLIENT_ISN, server_isn, CLIENT, SERVER)
        self._senders: dict[str, Sender] = {"c": c, "s": s}
        self._ids = {"c": 100, "s": 7000}
        self._now = 10**18
        self.packets: list[Packet] = []
        self.send("c", 0, "S", 0, **syn)
        self.send("s", to_server_ms, "S.", 0, 1, **syn)
        self.send("c", to_client_ms, ".", 1, 1)

    def send(self, who: str, after_ms: float, flags: str, seq: int, ack: int = 0, length: int = 0, **more: Any) -> int:
        """A packet so long after the one before; returns its place."""
        self._now += round(after_ms * MILLISECOND)
        if "ip_id" not in more:
            self._ids[who] += 1
            more["ip_id"] = self._ids[who]
        self.packets.append(self._senders[who](flags, seq, ack, length, time_ns=self._now, **more))
        return len(self.packets) - 1

    def notes(self) -> dict[int, str]:
        """The notes of the segments that have any."""
        return {row: line for row, line in enumerate(notes(self.packets)) if line}

    def proof(self, row: int, note: Note) -> Found:
        """The evidence of a note."""
        return proof(self.packets, row, note)
