"""The findings of a batch: notes for its segments and for earlier ones, with their evidence."""

import numpy as np
from numpy.typing import NDArray

from tui.store import FORWARD, HAS_TIMESTAMPS
from tui.tcp.findings.book import EvidenceBook
from tui.tcp.findings.carried import Carried
from tui.tcp.findings.conversation import Conversation
from tui.tcp.findings.repeats import Repeats
from tui.tcp.findings.reports import Blocks
from tui.tcp.findings.segment import SEGMENT_FIELDS, Notebook, NoteChange, Segment
from tui.tcp.rules.flags import RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.rules.states import State
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.connections import Connections
from tui.tcp.tracking.past import Past
from tui.tcp.tracking.progress import Progress
from tui.tcp.tracking.runs import Runs

Integers = NDArray[np.int64]

SHORT = 8
"""A connection of so few segments is not kept but gone through again when more come: a flood of them costs nothing."""
ENDED_KEPT = 256
"""So many connections are kept in any case before those are looked for that have ended."""
COPY_DISTANCE = 16
"""The first copy of a packet that was recorded twice lies at most so many of its connection's segments before."""

_TELLING = int(
    Note.RETRANSMISSION
    | Note.SYN_RETRY
    | Note.PORT_REUSED
    | Note.DUPLICATE_CAPTURE
    | Note.RESET_IN_WINDOW
    | Note.CHALLENGE_ACK
    | Note.BEFORE_SYN
)
"""Notes after which a connection is followed, for what proves them."""
_NO_MSS = 1 << 32
"""Longer than every segment."""
_DUPLICATE = int(Note.DUPLICATE_CAPTURE)
_ENDED = (State.CLOSED, State.TIME_WAIT)
_COPIED = ("ip_id", "seq", "ack", "length", "flags", "window")
_STORED = ("time_ns", "flags", "seq", "ack", "length", "window", "shift", "tsval", "ip_id", "ttl", "roles", "notes")


class Findings:
    """What is remembered of each connection to judge its next segments."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.book = EvidenceBook()
        self._notebook = Notebook(self.book)
        self._conversations: dict[int, Conversation] = {}
        self._limit = ENDED_KEPT
        """Past so many of them those that have ended are let go of."""
        self._start = 0
        """The first row of the store when rows were last given up."""
        self._blocks: dict[int, dict[int, Blocks]] = {}
        """SACK blocks by row of connections that were let go of."""
        self._carried = Carried()
        self._repeats = Repeats()

    def examine(self, runs: Runs, ordinary: NDArray[np.bool_], progress: Progress, past: Past) -> list[NoteChange]:
        """Examine a batch's segments; `ordinary` and `progress` are as tui.tcp.analysis tells them.

        Changes of one segment come in order of finding."""
        notebook, carried = self._notebook, self._carried
        notebook.changes = []
        carried.extend_to(len(self._connections))
        counted = self._connections.counted.values
        last_rows = carried.last_row[runs.connection]
        carried.enter(runs, counted["slot"][runs.connection], past.start)
        self._repeats.extend_to(len(self._connections))
        followed = self._followed(runs, ordinary)
        self._repeats.take_up(runs, progress, last_rows, carried.chain, past)
        followed |= self._repeats.unsteady(runs, progress, past)
        for place in np.flatnonzero(followed & (last_rows >= 0)).tolist():
            number = int(runs.connection[place])
            if number not in self._conversations:
                self._conversations[number] = self._go_through(number, int(last_rows[place]), past)
        carried.enter_mss(runs)
        self._repeats.examine(runs, progress, ordinary & ~followed, past, notebook)
        self._note_merged(runs, followed)
        self._follow(runs, followed, past)
        self._prove_reuse(runs)
        if past.start != self._start:
            self._start = past.start
            self._give_up()
        if len(self._conversations) > self._limit:
            self._let_go()
        return notebook.changes

    def forget(self, connections: list[int]) -> None:
        """Let go of connections that never were: their segments belong to others and come again."""
        for number in connections:
            self._conversations.pop(number, None)
            self._blocks.pop(number, None)
            self._carried.forget(number)
            self._repeats.forget(number)

    def _followed(self, runs: Runs, ordinary: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """k: connections whose segments are judged one by one."""
        starts = runs.start[:-1]
        notes = np.bitwise_or.reduceat(runs.notes, starts)
        flags = np.bitwise_or.reduceat(runs.flags, starts)
        quiet = (notes & _TELLING == 0) & (flags & RST == 0) & (runs.row[starts] >= runs.base_row)
        if runs.sack:
            places = np.fromiter(runs.sack, np.int64, len(runs.sack))
            quiet[np.searchsorted(runs.start, places, side="right") - 1] = False
        opens = (flags & SYN != 0) | (runs.window[starts] != 0)
        lone = opens & (self._carried.count[runs.connection] == 1)
        followed: NDArray[np.bool_] = ~(quiet & (ordinary | lone))
        if self._conversations:
            held = [number in self._conversations for number in runs.connection.tolist()]
            followed |= np.array(held, np.bool_)
        return followed

    def _go_through(self, number: int, last_row: int, past: Past) -> Conversation:
        """Follow a connection up to a row; what there is to be noted was noted before."""
        conversation, blocks = Conversation(), self._blocks.pop(number, {})
        rows = np.array(self._carried.chain.back_from(last_row, past.start), np.int64)
        self._notebook.muted = True
        columns = {name: past.gather(name, rows) for name in (*_STORED, "marks")}
        marks = columns.pop("marks")
        flags = columns["flags"]
        columns |= {
            "row": rows,
            "side": np.where(marks & FORWARD != 0, 0, 1),
            "end": columns["seq"] + columns["length"] + (flags >> 1 & 1) + (flags & 1),
            "mss": np.zeros(len(rows), np.int64),
            "has_timestamps": marks & HAS_TIMESTAMPS != 0,
        }
        for values in zip(*(columns[name].tolist() for name in SEGMENT_FIELDS), strict=True):
            segment = Segment._make(values)
            if not segment.notes & _DUPLICATE:
                conversation.segment(segment, blocks.get(segment.row, ()), self._notebook)
        self._notebook.muted = False
        for side in range(2):
            mss, row = self._carried.mss[number, side], self._carried.mss_row[number, side]
            conversation.announced_mss(side, int(mss), int(row))
        return conversation

    def _follow(self, runs: Runs, followed: NDArray[np.bool_], past: Past) -> None:
        """Judge the segments of the connections that are followed."""
        of_segment = np.repeat(np.arange(len(followed)), np.diff(runs.start))
        places = np.flatnonzero(followed[of_segment])
        columns = (getattr(runs, name)[places].tolist() for name in SEGMENT_FIELDS)
        segments = map(Segment._make, zip(*columns, strict=True))
        owners = runs.connection[of_segment[places]].tolist()
        number, conversation, sack, notebook = -1, Conversation(), runs.sack, self._notebook
        for place, owner, segment in zip(places.tolist(), owners, segments, strict=True):
            if owner != number:
                self._release(number, conversation)
                number = owner
                conversation = self._conversations.get(owner) or self._conversations.setdefault(owner, Conversation())
            if segment.notes & _DUPLICATE:
                self._prove_copy(segment, past)
            else:
                conversation.segment(segment, sack.get(place, ()), notebook)
        self._release(number, conversation)

    def _release(self, number: int, conversation: Conversation) -> None:
        """A short connection is not kept."""
        if number >= 0 and self._carried.count[number] <= SHORT:
            self._take_out(number, conversation)

    def _give_up(self) -> None:
        """Forget the connections of which no row is left."""
        for known in (self._conversations, self._blocks):
            for number in [number for number in known if self._carried.last_row[number] < self._start]:
                del known[number]

    def _let_go(self) -> None:
        """Take out the connections that have ended.

        Going through a connection again takes its length, so that each has to double before that happens again.
        """
        numbers = np.fromiter(self._conversations, np.int64, len(self._conversations))
        carried = self._carried
        again = carried.count[numbers] >= 2 * carried.let_go[numbers]
        for number in numbers[self._have_ended(numbers) & again].tolist():
            carried.let_go[number] = carried.count[number]
            self._take_out(number, self._conversations[number])
        self._limit = max(ENDED_KEPT, 2 * len(self._conversations))

    def _take_out(self, number: int, conversation: Conversation) -> None:
        """Keep of a connection only what its rows don't tell."""
        if conversation.blocks is not None:
            self._conversations.pop(number, None)
            if conversation.blocks:
                self._blocks[number] = conversation.blocks

    def _have_ended(self, numbers: Integers) -> NDArray[np.bool_]:
        """Whether both sides are closed or only wait."""
        states = TRANSITIONS.tables()["pair"][self._connections.followed.values["state"][numbers]]
        return np.isin(states >> 4, _ENDED) & np.isin(states & 15, _ENDED)

    def _note_merged(self, runs: Runs, followed: NDArray[np.bool_]) -> None:
        """Segments longer than the peer's MSS, of the connections that are not followed."""
        mss = self._carried.mss[runs.connection]
        longest = np.maximum.reduceat(runs.length, runs.start[:-1])
        least = np.where(mss > 0, mss, _NO_MSS).min(axis=1)
        for place in np.flatnonzero((longest > least) & ~followed).tolist():
            start, stop = runs.start[place : place + 2].tolist()
            announced = mss[place][1 - runs.side[start:stop]]
            rows = self._carried.mss_row[runs.connection[place]]
            for longer in (start + np.flatnonzero((runs.length[start:stop] > announced) & (announced > 0))).tolist():
                row = int(rows[1 - runs.side[longer]])
                values = (int(runs.length[longer]), int(announced[longer - start]))
                self._notebook.note(int(runs.row[longer]), Note.OFFLOAD_MERGED, (row,), values)

    def _prove_copy(self, segment: Segment, past: Past) -> None:
        """Find the first copy of a packet that was recorded twice."""
        row = segment.row
        for _ in range(COPY_DISTANCE):
            row = self._carried.chain.before(row)
            if row < past.start:
                return
            if all(past.value(name, row) == getattr(segment, name) for name in _COPIED):
                elapsed = max(segment.time_ns - past.value("time_ns", row), 0)
                self._notebook.prove(segment.row, Note.DUPLICATE_CAPTURE, (row,), (elapsed,))
                return

    def _prove_reuse(self, runs: Runs) -> None:
        """Connections on the ports of older ones."""
        starts = runs.start[:-1]
        for place in np.flatnonzero(runs.notes[starts] & int(Note.PORT_REUSED)).tolist():
            old_row = self._carried.older_row(int(runs.connection[place]))
            if old_row >= 0:
                self._notebook.prove(int(runs.row[starts[place]]), Note.PORT_REUSED, (old_row,))
