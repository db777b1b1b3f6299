"""Walks the segments of one pair of endpoints, from connection to connection, skipping what is proved ordinary."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.rules.roles import Role
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.follower import Segment, SegmentOutcome, follow, replay, starts_anew, unmoved
from tui.tcp.tracking.live import Live

_BEFORE_SYN = int(Note.BEFORE_SYN)
_PORT_REUSED = int(Note.PORT_REUSED)
_CHALLENGE_ACK = int(Note.CHALLENGE_ACK)
_RESET_IN_WINDOW = int(Note.RESET_IN_WINDOW)
_MALFORMED = int(Role.MALFORMED)
_OPENING = SYN | ACK | RST | FIN
"""Of these flags, a segment that may open a connection has SYN alone."""

STRAY_LIMIT = 16
"""Segments from the sender of a doubtful SYN after which it is taken for the beginning of a new connection."""

RESET_LIMIT = 1000
"""Segments after an in-window reset after which it is taken for effective, whoever goes on talking."""


@dataclass(slots=True)
class DoubtfulSyn:
    """A SYN on a live connection whose peer has not answered yet (RFC 5961 section 4)."""

    old: Live
    segments: list[Segment]
    """The SYN and what came after it."""
    provisional: list[Live]
    """The connections that this SYN and later ones of its sender would begin, the newest last."""


@dataclass(slots=True)
class DoubtfulReset:
    """An in-window reset: effective, unless both sides go on talking (RFC 5961 section 3)."""

    before: Live
    """The connection as it was before the reset."""
    segments: list[Segment]
    """The reset and what came after it."""
    spoke: set[int] = field(default_factory=set)
    """Sides that sent something else than a reset since."""


class Walker:
    """The state of the walk over one batch; what is in doubt is carried over from batch to batch."""

    def __init__(self, guess_client: Callable[[int, int], int]) -> None:
        """`guess_client(slot, side)`: the side of the client where `side` sent the first segment, which is no SYN."""
        self.guess_client = guess_client
        self.syns: dict[int, DoubtfulSyn] = {}
        """By slot."""
        self.resets: dict[int, DoubtfulReset] = {}
        """By slot."""
        self.begin_batch()

    def begin_batch(self) -> None:
        """Forget the results of the batch before."""
        self.outcomes: list[SegmentOutcome] = []
        """In the order in which they were found; the last one of a row counts."""
        self.birth_rows: list[int] = []
        """Of the connections that began in this batch, the first row of each; connection -1 - i is that of place i."""
        self.birth_slots: list[int] = []
        self.reattached: list[tuple[Live, Live]] = []
        """Connections that never were, each with the one that its segments belong to."""
        self.extra_notes: list[tuple[Live, int]] = []
        """Notes for the first segments of connections, proved later."""
        self.must_walk = False
        """Something happened to the present group that the proof of ordinary segments does not know."""

    def in_doubt(self, slot: int) -> bool:
        """Whether every segment of a slot must be looked at."""
        return slot in self.syns or slot in self.resets

    def walk(self, slot: int, live: Live | None, segment: Segment) -> Live:
        """Apply one segment; returns the connection that it belongs to."""
        if slot in self.syns:
            assert live is not None
            old = self._settle_syn(slot, segment)
            if old is not None:
                return old
        if segment.flags & _OPENING == SYN and live is not None:
            return self._syn(slot, live, segment)
        if live is None:
            live = self._new(slot, segment)
        return self._follow(slot, live, segment, 0)

    def follow(self, live: Live, segment: Segment) -> None:
        """Apply one segment, neither SYN nor RST, of a slot that is not in doubt."""
        outcome = follow(live, segment)
        self.outcomes.append(outcome)
        *_, roles, _ = outcome
        if roles & _MALFORMED:
            self.must_walk = True

    def _new(self, slot: int, segment: Segment) -> Live:
        """A connection that begins with this segment."""
        if segment.flags & SYN:
            answers = segment.flags & ACK
            state = TRANSITIONS.begin(1 - segment.side if answers else segment.side, guessed=False)
        else:
            state = TRANSITIONS.begin(self.guess_client(slot, segment.side), guessed=True)
        live = Live.new(-1 - len(self.birth_rows), state)
        self.birth_rows.append(segment.row)
        self.birth_slots.append(slot)
        return live

    def _follow(self, slot: int, live: Live, segment: Segment, notes: int) -> Live:
        doubt = self.resets.get(slot)
        before = live.copy() if segment.flags & RST and doubt is None else None
        outcome = follow(live, segment, notes)
        self.outcomes.append(outcome)
        *_, roles, found_notes = outcome
        if roles & _MALFORMED or segment.duplicate:
            self.must_walk = True
        if doubt is not None:
            return self._settle_reset(slot, doubt, live, segment)
        if before is not None and found_notes & _RESET_IN_WINDOW:
            self.resets[slot] = DoubtfulReset(before, [segment])
        return live

    def _syn(self, slot: int, live: Live, segment: Segment) -> Live:
        """A SYN without ACK on a used pair of endpoints (RFC 9293 section 3.10.7.4)."""
        self.must_walk = True
        anew = starts_anew(live, segment)
        if anew is False:
            state = TRANSITIONS.states[live.state]
            first = not (state.midstream or state.ends[segment.side].syn or segment.duplicate)
            if first and state.ends[1 - segment.side].synack:
                self.extra_notes.append((live, _BEFORE_SYN))
            return self._follow(slot, live, segment, 0)
        self.resets.pop(slot, None)
        born = self._new(slot, segment)
        if slot in self.syns:
            self.syns[slot].provisional.append(born)
        elif anew is None:
            self.syns[slot] = DoubtfulSyn(live, [segment], [born])
        return self._follow(slot, born, segment, _PORT_REUSED)

    def _settle_syn(self, slot: int, segment: Segment) -> Live | None:
        """The peer's first answer tells whether a SYN was stray: a challenge ACK repeats what it has received.

        Returns the old connection, the segment applied, where that is so.
        """
        doubt = self.syns[slot]
        sender = doubt.segments[0].side
        if segment.side == sender or segment.duplicate:
            doubt.segments.append(segment)
            if len(doubt.segments) > STRAY_LIMIT:
                del self.syns[slot]
            return None
        del self.syns[slot]
        if segment.flags & (SYN | RST | ACK) != ACK or segment.ack != doubt.old.next[sender]:
            return None
        self.must_walk = True
        self.reattached.extend((live, doubt.old) for live in doubt.provisional)
        self.outcomes.extend(replay(doubt.old, doubt.segments))
        self.outcomes.append(follow(doubt.old, segment, _CHALLENGE_ACK))
        return doubt.old

    def _settle_reset(self, slot: int, doubt: DoubtfulReset, live: Live, segment: Segment) -> Live:
        """Once both sides have gone on talking, an in-window reset was ignored: what came after it is seen anew."""
        doubt.segments.append(segment)
        if _speaks(segment):
            doubt.spoke.add(segment.side)
        if len(doubt.spoke) == 2:
            del self.resets[slot]
            return self._retract(slot, doubt, live)
        if len(doubt.segments) > RESET_LIMIT:
            del self.resets[slot]
        return live

    def _retract(self, slot: int, doubt: DoubtfulReset, live: Live) -> Live:
        """See what came after an ignored reset anew: of further in-window resets, those that both sides have outlived
        were ignored as well, and the first one that they have not is in doubt now."""
        segments = doubt.segments
        last = {segment.side: place for place, segment in enumerate(segments) if _speaks(segment)}
        outlived = min(last.values())
        now = doubt.before
        now.connection = live.connection
        for place, segment in enumerate(segments):
            before = now.copy() if segment.flags & RST and slot not in self.resets else None
            outcome = follow(now, segment)
            if before is not None and outcome[-1] & _RESET_IN_WINDOW:
                if place < outlived:
                    now = before
                    outcome = unmoved(now, segment, int(Role.IGNORED_RESET), _RESET_IN_WINDOW)
                else:
                    later = segments[place + 1 :]
                    spoke = {segment.side for segment in later if _speaks(segment)}
                    self.resets[slot] = DoubtfulReset(before, [segment, *later], spoke)
            self.outcomes.append(outcome)
        return now


def _speaks(segment: Segment) -> bool:
    """Whether the segment shows that its sender takes the connection for alive."""
    return not (segment.flags & RST or segment.duplicate)
