"""The analysis of a batch: what is proved ordinary at once, the rest rule by rule."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tui.store import NO_ROW
from tui.tcp.analysis.carried import BEGUN, CARRIED, FLAT, ORDINARY, Carried
from tui.tcp.analysis.conversation import COMPLETE_SYN, REUSING, STRAY, completeness
from tui.tcp.analysis.ordinary import Ordinary, prove
from tui.tcp.analysis.repeats import progress
from tui.tcp.analysis.settling import Settling, acknowledged_rows
from tui.tcp.analysis.waiting import Waiting
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.rules.roles import Role
from tui.tcp.tracking.connections import Connections
from tui.tcp.tracking.progress import NO_PROGRESS, Progress
from tui.tcp.tracking.runs import Runs
from tui.tcp.tracking.sequence import MASK

Integers = NDArray[np.int64]

_PORT_REUSED = int(Note.PORT_REUSED)
_STRAY_SYN = int(Role.STRAY_SYN)
_OPENING = ACK | SYN | FIN | RST

_COMPLETENESS = np.array(
    [
        [COMPLETE_SYN if flags & (SYN | ACK) == SYN else completeness(flags, length) for length in (0, 1)]
        for flags in range(_OPENING + 1)
    ],
    np.uint8,
)
"""What a segment of an ordinary connection adds to `tcp.completeness`, by its flags and whether it has payload."""


@dataclass(slots=True)
class Analysed:
    """Of the m segments of Runs, in their order, the store's columns of the same names."""

    analysis: NDArray[np.uint16]
    acks_row: NDArray[np.uint32]
    related_row: NDArray[np.uint32]
    amount: NDArray[np.uint32]
    ordinary: NDArray[np.bool_]
    """k: connections that are proved ordinary with all their segments so far, those of this batch included.

    Of such a connection, in capture order: the first segment is a SYN, and its sender sends no other; the peer's first
    is the SYN+ACK that acknowledges exactly that SYN. None of the two carries data. Every later segment has the ACK
    flag and no SYN and no RST, begins exactly where its sender's numbers end or brings once more what an earlier one
    brought of which nothing is acknowledged yet (nothing is missing), and acknowledges no less than its sender's
    segment before and nothing that was not captured. A segment without payload and without FIN acknowledges more than
    the one before (no duplicate ACK, no window update). After a
    FIN its sender sends nothing but ACKs without payload. No window is zero, none is filled exactly, no segment has
    SACK blocks, no SYN lacks its options because the capture cut them off, no segment was moved here from another
    connection, and no flag of tui.tcp.rules.analysis is set but on what is sent again. All that was in flight when a
    segment was sent again has been acknowledged before the batch.

    Nothing is said of times, TTLs, IP identifications, timestamps, checksums, the handshake being complete, or the
    size of segments. A connection that is not ordinary never becomes it again.
    """
    progress: Progress
    """Of the ordinary connections in which something was sent again."""


class Analysis:
    """What Wireshark would remember of each connection."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._carried = Carried()

    def examine(self, runs: Runs) -> Analysed:
        """Analyse a batch's segments."""
        m = len(runs)
        analysed = Analysed(
            analysis=np.zeros(m, np.uint16),
            acks_row=np.full(m, NO_ROW, np.uint32),
            related_row=np.full(m, NO_ROW, np.uint32),
            amount=np.zeros(m, np.uint32),
            ordinary=np.zeros(len(runs.connection), np.bool_),
            progress=NO_PROGRESS,
        )
        self._carried.extend_to(len(self._connections))
        rows = self._carried.rows.take(runs.connection)
        waiting = Waiting(rows, runs.connection, self._carried)
        rtt_known = self._connections.analysed.values["initial_rtt_row"][runs.connection] >= 0
        ordinary = prove(runs, rows, waiting, rtt_known)
        if ordinary.proved.any():
            self._settle(runs, rows, ordinary, waiting, analysed)
        others = np.flatnonzero(~ordinary.proved)
        if len(others):
            self._walk(runs, others, rows, analysed)
        return analysed

    def forget(self, connections: list[int]) -> None:
        """Let go of connections that never were: their segments belong to others and come again."""
        for number in connections:
            self._carried.forget(number)
            self._connections.analysed.reset(number)

    def _settle(
        self, runs: Runs, rows: NDArray[np.void], ordinary: Ordinary, waiting: Waiting, analysed: Analysed
    ) -> None:
        """Enter what was proved."""
        proved = ordinary.proved
        analysed.ordinary[:] = proved & ((rows["known"] & BEGUN == 0) | (rows["known"] & ORDINARY != 0))
        places = np.flatnonzero(np.repeat(proved, np.diff(runs.start)))
        analysed.amount[places] = ordinary.in_flight[places]
        self._enter_repeats(runs, ordinary, analysed)
        repeated = analysed.ordinary & ordinary.repeated
        analysed.progress = progress(runs, ordinary.sides, ordinary.repeats, ordinary.newest_place, waiting, repeated)
        analysed.acks_row[places] = acknowledged_rows(runs, ordinary, waiting, places)
        settling = Settling(runs, rows, ordinary, waiting)
        settling.settle(self._carried)
        self._carried.rows.put(runs.connection[proved], settling.rows.compress(proved))
        results = self._connections.analysed.values
        flags = runs.flags & _OPENING
        found = np.bitwise_or.reduceat(_COMPLETENESS[flags, (runs.length > 0).astype(np.int64)], runs.start[:-1])
        results["completeness"][runs.connection[proved]] |= (found | rows["withheld"])[proved]
        told = np.flatnonzero(proved & (ordinary.rtt_place < len(runs)))
        at, number = ordinary.rtt_place[told], runs.connection[told]
        results["initial_rtt_ns"][number] = runs.time_ns[at] - ordinary.syn_ns[told]
        results["initial_rtt_row"][number] = runs.row[at]

    def _enter_repeats(self, runs: Runs, ordinary: Ordinary, analysed: Analysed) -> None:
        """Enter which segments of proved connections are sent again."""
        repeats = ordinary.repeats
        if not len(repeats.place):
            return
        index = ordinary.sides.endpoint[repeats.place] >> 1
        proved = ordinary.proved[index]
        known = self._connections.analysed.values.take(runs.connection[index])
        told = ordinary.rtt_place[index]
        now_ns = runs.time_ns[np.minimum(told, len(runs) - 1)] - ordinary.syn_ns[index]
        rtt_ns = np.where(
            told < repeats.place, now_ns, np.where(known["initial_rtt_row"] >= 0, known["initial_rtt_ns"], 0)
        )
        kinds, related = repeats.analysis(runs, ordinary.sides, rtt_ns)
        analysed.analysis[repeats.place[proved]] = kinds[proved]
        analysed.related_row[repeats.place[proved]] = related[proved]

    def _walk(self, runs: Runs, others: Integers, rows: NDArray[np.void], analysed: Analysed) -> None:
        """Apply the rules segment by segment to some of the batch's connections."""
        places = np.flatnonzero(np.repeat(np.isin(np.arange(len(rows)), others), np.diff(runs.start)))
        columns = (
            *(runs.row, runs.time_ns, runs.side, runs.flags, runs.seq & MASK, runs.ack & MASK),
            *(runs.length, runs.window, runs.option_shift, _syns(runs)),
        )
        segments = zip(*(column[places].tolist() for column in columns), strict=True)
        at = iter(places.tolist())
        results = self._connections.analysed.values
        numbers, sizes = runs.connection[others], (runs.start[others + 1] - runs.start[others]).tolist()
        known, told_before = rows.view(FLAT).take(others).tolist(), results.take(numbers).tolist()
        before = zip(numbers.tolist(), sizes, known, told_before, strict=True)
        found, kept, told = [], [], []
        sack = runs.sack
        for number, size, row, (complete, rtt_ns, rtt_row) in before:
            conversation = self._carried.load(number, row)
            conversation.completeness = complete
            if rtt_row >= 0:
                conversation.rtt_ns, conversation.rtt_row = rtt_ns, rtt_row
            found += [conversation.segment(segment, sack.get(next(at), ())) for segment in islice(segments, size)]
            kept.append(self._carried.stored(number, conversation))
            told.append((conversation.completeness, conversation.rtt_ns or -1, conversation.rtt_row))
        self._carried.rows.put(numbers, np.array(kept, FLAT).view(CARRIED))
        results.put(numbers, np.array(told, results.dtype))
        names = ("analysis", "acks_row", "related_row", "amount")
        for name, values in zip(names, zip(*found, strict=True), strict=True):
            getattr(analysed, name)[places] = values


def _syns(runs: Runs) -> Integers:
    """m: which segments are a REUSING or a STRAY SYN; 0: none.

    Segments that were moved here were noted as those of another connection; a SYN among them is stray."""
    reusing = runs.own & (runs.notes & _PORT_REUSED != 0)
    stray = (runs.roles & _STRAY_SYN != 0) | (~runs.own & (runs.flags & (SYN | ACK | RST | FIN) == SYN))
    return np.where(stray, STRAY, np.where(reusing, REUSING, 0))
