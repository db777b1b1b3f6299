"""A segment, and what its sentences need to know of the connection around it."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from tui.decode.options import TcpOptions
from tui.session import Session
from tui.tcp.rules.notes import NOTE_NAMES
from tui.tcp.tracking.landmarks import Landmark
from tui.tcp.tracking.sequence import UNSET
from tui.views.amounts import time_span
from tui.views.endpoints import client_is_lower, endpoints
from tui.views.explaining import looking_back, wire
from tui.views.explaining.evidence import evidence
from tui.views.explaining.looking_back import Earlier
from tui.views.explaining.proof import EvidenceView
from tui.views.frame_views import NS, SegmentView


class Fin(NamedTuple):
    """A FIN that was sent before the segment that is explained."""

    number: int
    """The sequence number that it takes, relative."""
    found: Earlier | None
    """None where its frame is not there any more."""

    @property
    def place(self) -> str:
        """`of frame 12`, with a space before it; empty where it isn't there."""
        return f" of frame {self.found.frame}" if self.found else ""

    @property
    def frames(self) -> tuple[int, ...]:
        """The FIN's frame, where it is there."""
        return (self.found.frame,) if self.found else ()


class Acknowledged(NamedTuple):
    """The segment that this one acknowledges."""

    frame: int
    after: str
    """The time from that segment to this one, as it is written."""


@dataclass(frozen=True)
class Context:
    """A segment and its surroundings. What costs a search or a read is looked up when a sentence asks for it."""

    session: Session
    view: SegmentView

    @property
    def sender(self) -> str:
        return "client" if self.view.from_client else "server"

    @property
    def peer(self) -> str:
        return "server" if self.view.from_client else "client"

    @property
    def sender_before(self) -> str | None:
        return self.view.client_state_before if self.view.from_client else self.view.server_state_before

    @property
    def peer_before(self) -> str | None:
        return self.view.server_state_before if self.view.from_client else self.view.client_state_before

    @property
    def sender_after(self) -> str:
        return self.view.client_state if self.view.from_client else self.view.server_state

    @property
    def peer_after(self) -> str:
        return self.view.server_state if self.view.from_client else self.view.client_state

    @property
    def first_data(self) -> int:
        """The number of the first payload byte: a SYN takes one number before it."""
        return self.view.seq + ("S" in self.view.flags)

    @property
    def end_of_data(self) -> int:
        """One past the number of the last payload byte; the number of a FIN that comes along."""
        return self.first_data + self.view.length

    @property
    def server_port(self) -> int:
        return endpoints(self.session, self.view.connection).server_port

    @cached_property
    def proofs(self) -> tuple[EvidenceView, ...]:
        """What proves each note, in the notes' order."""
        return evidence(self.session, self.view)

    def proof(self, note: str) -> EvidenceView:
        """What proves one of the notes."""
        return next((proof for proof in self.proofs if proof.note == note), EvidenceView(note))

    def of_telling_row(self, note: str, column: str) -> int | None:
        """A column's value of the segment that proves a note most, where it is still there."""
        rows = [
            row
            for entry in self.session.evidence.of(self.view.row)
            if NOTE_NAMES[entry.note] == note
            for row in entry.rows
        ]
        if not rows or looking_back.frame_at(self.session, rows[0]) is None:
            return None
        return self.session.store.value(column, rows[0])

    def told_before(self, note: str) -> bool:
        """Whether a segment of the same sender before this one has the note, so that little need be said of it."""
        return looking_back.noted_before(self.session, self.view, _NOTES[note])

    def landmark(self, which: Landmark) -> Earlier | None:
        """A landmark of the connection, where it lies before the segment."""
        return looking_back.landmark(self.session, self.view, which)

    def ever(self, which: Landmark) -> bool:
        """Whether the connection has a landmark, before or after the segment."""
        return looking_back.has_landmark(self.session, self.view.connection, which)

    def since(self, found: Earlier) -> str:
        """The time from an earlier segment to this one, as it is written."""
        return time_span((self.view.time_ns - found.time_ns) / NS)

    @cached_property
    def acknowledged(self) -> Acknowledged | None:
        """The segment that this one acknowledges, where it was captured and is still there."""
        row = self.session.store.value("acks_row", self.view.row)
        if self.view.ack is None or looking_back.frame_at(self.session, row) is None:
            return None
        found = looking_back.earlier(self.session, row)
        return Acknowledged(found.frame, self.since(found))

    @property
    def in_flight(self) -> int:
        """Of a segment with payload the bytes sent and not acknowledged, itself included; 0 where it isn't known."""
        amount = self.session.store.value("amount", self.view.row) if self.view.length else 0
        return amount if amount < self.end_of_data else 0  # a stray number leads the count astray

    @cached_property
    def options(self) -> TcpOptions:
        """The options of the header."""
        return wire.options_of(self.session, self.view)

    @cached_property
    def sack(self) -> wire.Blocks:
        """SACK blocks, relative to the peer's numbers."""
        peer = 1 - self._side
        base = int(self.session.connections.followed.values["base"][self.view.connection][peer])
        return wire.sack_blocks(self.session, self.view, base)

    @cached_property
    def peer_fin(self) -> Fin | None:
        """The FIN that the peer has sent before this segment."""
        return self._fin(1 - self._side)

    @cached_property
    def own_fin(self) -> Fin | None:
        """The FIN that the sender has sent before this segment."""
        return self._fin(self._side)

    @property
    def opened_simultaneously(self) -> bool:
        """Whether both ends had sent a SYN of their own accord before this segment."""
        return self.landmark(Landmark.OTHER_SYN) is not None

    @property
    def peer_syn_ack(self) -> Earlier | None:
        """In a simultaneous open the peer's SYN+ACK, where it lies before this segment."""
        return self.landmark(Landmark.SYN_ACK if self._side == 1 else Landmark.OTHER_SYN_ACK)

    @cached_property
    def _side(self) -> int:
        return 0 if self.view.from_client == client_is_lower(self.session, self.view.connection) else 1

    def _fin(self, side: int) -> Fin | None:
        """The first FIN of a side. Where its frame was given up the state tells whether it had been sent."""
        followed = self.session.connections.followed.values[self.view.connection]
        end = int(followed["fin_end"][side])
        if end == UNSET:
            return None
        number = end - 1 - int(followed["base"][side])
        for which in (Landmark.FIN, Landmark.OTHER_FIN):
            found = self.landmark(which)
            if found is not None and looking_back.is_forward(self.session, found.row) == (side == 0):
                return Fin(number, found)
        before = self.sender_before if side == self._side else self.peer_before
        return Fin(number, None) if before in _AFTER_OWN_FIN else None


_NOTES = {name: note for note, name in NOTE_NAMES.items()}

_AFTER_OWN_FIN = ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT")
"""States of an endpoint that has sent its FIN."""
