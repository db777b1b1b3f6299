"""Tracks the TCP of a capture batch by batch: every segment gets its connection, states, roles and notes."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import CHECKSUM_BAD, CHECKSUM_OFFLOADED, Decoded
from tui.store import HAS_TIMESTAMPS
from tui.tcp.rules.direction import guess_server
from tui.tcp.rules.flags import URG
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.chains import changes, lengths
from tui.tcp.tracking.connections import FOLLOWED, FOLLOWED_FLAT, Connections
from tui.tcp.tracking.filling import Changes, Columns, Found, earlier_changes, fill
from tui.tcp.tracking.marking import DoubtfulTimes, Marks
from tui.tcp.tracking.pairing import Paired, Pairing
from tui.tcp.tracking.picking import of_segments
from tui.tcp.tracking.segments import Segments, group_segments
from tui.tcp.tracking.tuples import pair_key
from tui.tcp.tracking.walk import Walked, walk_batch
from tui.tcp.tracking.walker import Walker

Integers = NDArray[np.int64]


@dataclass(slots=True)
class _Counts:
    """Counts of the segments of k connections in a batch."""

    connection: Integers
    packets: tuple[Integers, Integers]
    """Segments that the lower and the upper endpoint sent."""
    payload: tuple[Integers, Integers]
    """Payload bytes that they sent."""
    last_row: Integers
    last_frame: Integers
    """Its number."""
    end_ns: Integers
    """Its time."""

    @classmethod
    def of(
        cls, segments: Segments, connection: Integers, number: Integers, time_ns: Integers, base_row: int
    ) -> "_Counts":
        """Count a batch; `connection` is per segment, in grouped order, `number` and `time_ns` of all frames."""
        starts = changes(connection)
        upper = np.add.reduceat(segments.side, starts)
        both = lengths(starts, len(connection))
        payload_of_upper = np.add.reduceat(segments.length * segments.side, starts)
        payload = np.add.reduceat(segments.length, starts)
        last = np.maximum.reduceat(segments.index, starts)
        # A connection may go on after a stray SYN of another one that never was: it has two runs of segments then.
        order = np.argsort(connection[starts], kind="stable")
        run_of = connection[starts][order]
        first = changes(run_of)
        add, upper, payload_of_upper = np.add.reduceat, upper[order], payload_of_upper[order]
        last = np.maximum.reduceat(last[order], first)
        return cls(
            run_of[first],
            (add(both[order] - upper, first), add(upper, first)),
            (add(payload[order] - payload_of_upper, first), add(payload_of_upper, first)),
            last + base_row,
            number[last],
            time_ns[last],
        )

    def add_to(self, connections: Connections) -> None:
        """Add to what was counted before."""
        counted, landmarks = connections.counted.values, connections.landmarks.values
        for name, both in (("packets", self.packets), ("payload", self.payload)):
            for side, count in enumerate(both):
                some = np.flatnonzero(count)  # a side that is silent takes no memory
                counted[name][self.connection[some], side] += count[some]
        before = counted["last_row"][self.connection]
        counted["last_row"][self.connection] = self.last_row
        connections.listing.note_rows(self.connection, before)
        landmarks["last_frame"][self.connection] = self.last_frame
        landmarks["end_ns"][self.connection] = self.end_ns


@dataclass(slots=True)
class Tracked:
    """What tracking a batch has found."""

    columns: Columns
    """The columns of its TCP rows that tracking fills, in row order."""
    changes: Changes
    found: tuple[_Counts, Marks] | None
    """What is to be entered for its connections; None where it has no TCP rows."""
    never_were: list[int]
    """Connections of which it turned out that they never were; their segments belong to others."""
    in_doubt: list[int]
    """Rows of segments that may still turn out to belong to another connection."""


class Tracker:
    """All connections of one capture, and what is carried over from one batch to the next."""

    def __init__(self) -> None:
        self.pairing = Pairing()
        """What pairs segments before they are tracked."""
        self.tuples = self.pairing.tuples
        self.connections = Connections()
        self._walker = Walker(self._guess_client)
        self._doubtful = DoubtfulTimes()

    def track(self, decoded: Decoded, paired: Paired, number: Integers, time_ns: Integers, base_row: int) -> Tracked:
        """Track one batch; `commit` has to follow once its rows stand in the store.

        - `paired`: its segments.
        - `number`, `time_ns`: of all frames of the batch.
        - `base_row`: row of the store that the batch's first frame gets.
        """
        rows = paired.rows
        if not len(rows):
            self._attach_quoted(decoded, number, base_row, None, rows)
            return Tracked({}, [], None, [], [])
        segments = group_segments(decoded, paired, self.tuples.length, self.connections)
        order = segments.place
        walker = self._walker
        walker.begin_batch()
        walked = walk_batch(segments, paired.duplicate[order], base_row, walker, self.connections)
        numbers = self._number_births(walked, number, time_ns, base_row)
        found = Found.of(walked.outcomes, walker.outcomes, numbers)
        columns = fill(segments, found, base_row, self.connections)
        self._store(walked)
        counts = _Counts.of(segments, columns["connection"], number, time_ns, base_row)
        marks = self._marks(found, walked, time_ns, base_row)
        self._attach_quoted(decoded, number, base_row, segments, numbers)
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        columns = {name: column[back] for name, column in columns.items()}
        columns["notes"] |= _frame_notes(decoded, rows, paired.duplicate)
        columns["marks"] |= np.where(of_segments(decoded.has_timestamps, rows), HAS_TIMESTAMPS, 0).astype(np.uint8)
        changes = earlier_changes(found, base_row)
        for row, note in self._late_notes():
            if row < base_row:
                changes.append((row, {"found": note}))
            else:
                columns["notes"][np.searchsorted(rows, row - base_row)] |= np.uint64(note)
        never_were = [provisional.connection for provisional, _ in walker.reattached]
        in_doubt = [segment.row for doubt in walker.syns.values() for segment in doubt.segments]
        return Tracked(columns, changes, (counts, marks), never_were, in_doubt)

    def commit(self, tracked: Tracked) -> None:
        """Count what was tracked, so that no connection ever names a row that is not in the store."""
        if tracked.found is None:
            return
        counts, marks = tracked.found
        counts.add_to(self.connections)
        marks.apply(self.connections.landmarks.values)
        self._give_up_reattached()

    def _marks(self, found: Found, walked: Walked, time_ns: Integers, base_row: int) -> Marks:
        """The batch's landmarks, with the times of segments of earlier batches that are seen anew."""
        times = self._doubtful.of(found.row, base_row, time_ns)
        syns, resets = self._walker.syns, self._walker.resets
        here = [doubts[slot].segments for doubts in (syns, resets) for slot in walked.newest if slot in doubts]
        self._doubtful.remember(here, base_row, time_ns)
        self._doubtful.forget_settled(doubt.segments for doubts in (syns, resets) for doubt in doubts.values())
        return Marks(found, times, base_row)

    def _guess_client(self, slot: int, side: int) -> int:
        """The client's side, judged by the ports, where `side` sent the first segment."""
        ports = self.tuples.key(slot)[4]
        both = (ports >> 16 & 0xFFFF, ports & 0xFFFF)
        return 1 - side if guess_server(both[side], both[1 - side]) else side

    def _number_births(self, walked: Walked, number: Integers, time_ns: Integers, base_row: int) -> Integers:
        """Give the connections that began in this batch their numbers, in order of their first segments.

        Returns the number of each birth.
        """
        walker = self._walker
        first = len(self.connections)
        rows = np.array(walker.birth_rows, np.int64)
        order = np.argsort(rows)
        self.connections.extend_to(first + len(rows))
        born = slice(first, first + len(rows))
        counted, landmarks = self.connections.counted.values, self.connections.landmarks.values
        counted["slot"][born] = np.array(walker.birth_slots, np.int32)[order]
        counted["first_row"][born] = rows[order]
        landmarks["first_frame"][born] = number[rows[order] - base_row]
        landmarks["start_ns"][born] = time_ns[rows[order] - base_row]
        numbers = np.empty(len(rows), np.int64)
        numbers[order] = np.arange(first, first + len(rows))
        lives = list(walked.touched.values())
        lives += [doubt.old for doubt in walker.syns.values()]
        lives += [doubt.before for doubt in walker.resets.values()]
        lives += [live for live, _ in walker.extra_notes]
        for live in lives:
            if live.connection < 0:
                live.connection = int(numbers[-1 - live.connection])
        settled = walked.settled.connection
        settled[settled < 0] = numbers[-1 - settled[settled < 0]]
        return numbers

    def _store(self, walked: Walked) -> None:
        """Write the connections that were followed back to their columns."""
        lives, settled = list(walked.touched.values()), walked.settled
        self.connections.followed.values.put(settled.connection, settled.rows)
        histories = self.connections.history
        histories.put(settled.connection, settled.history)
        if lives:
            where = np.array([live.connection for live in lives])
            rows = np.array([live.stored() for live in lives], FOLLOWED_FLAT)
            self.connections.followed.values.put(where, rows.view(FOLLOWED))
            histories.put(where, np.array([histories.number(live.history) for live in lives]))
        current = self.connections.paired.values["current"]
        current[settled.slot] = settled.connection
        current[list(walked.newest)] = [live.connection for live in walked.newest.values()]

    def _give_up_reattached(self) -> None:
        """Numbers of connections that never were stay unused; what was counted for them belongs to the old ones."""
        counted, landmarks = self.connections.counted.values, self.connections.landmarks.values
        for provisional, old in self._walker.reattached:
            for name in ("packets", "payload"):
                counted[name][old.connection] += counted[name][provisional.connection]
                counted[name][provisional.connection] = 0
            if counted["last_row"][provisional.connection] > counted["last_row"][old.connection]:
                counted["last_row"][old.connection] = counted["last_row"][provisional.connection]
                for name in ("last_frame", "end_ns"):
                    landmarks[name][old.connection] = landmarks[name][provisional.connection]
            self.connections.given_up.add(provisional.connection)
            errors = self.connections.icmp_errors
            if provisional.connection in errors:
                both = errors.get(old.connection, []) + errors.pop(provisional.connection)
                errors[old.connection] = sorted(both)

    def _late_notes(self) -> list[tuple[int, int]]:
        """Notes for the first rows of connections, that a later segment proved: (row, note)."""
        first_row = self.connections.counted.values["first_row"]
        return [(int(first_row[live.connection]), note) for live, note in self._walker.extra_notes]

    def _attach_quoted(
        self,
        decoded: Decoded,
        number: Integers,
        base_row: int,
        segments: Segments | None,
        births: Integers,
    ) -> None:
        """ICMP errors belong to the connection that they quote: the newest one on those ports at that moment.

        `segments`: of the batch, None where it has none. `births`: the numbers of the connections that began in it.
        """
        if not decoded.quoted:
            return
        walker, before = self._walker, {}
        if segments is not None:
            before = dict(zip(segments.slot.tolist(), segments.current.tolist(), strict=True))
        kept = {provisional.connection: old.connection for provisional, old in walker.reattached}
        born_on: dict[int, tuple[list[int], list[int]]] = {}
        begun = zip(walker.birth_rows, walker.birth_slots, births.tolist(), strict=True) if len(births) else ()
        for row, slot, born in sorted(begun):
            rows, numbers = born_on.setdefault(slot, ([], []))
            rows.append(row)
            numbers.append(kept.get(born, born))
        for quoted in decoded.quoted:
            ports = (quoted.source_port, quoted.destination_port)
            quoted_slot = self.tuples.find_key(pair_key(quoted.family, quoted.source, quoted.destination, ports))
            if quoted_slot is None:
                continue
            rows, numbers = born_on.get(quoted_slot, ([], []))
            earlier = bisect_left(rows, base_row + quoted.row)
            current = int(self.connections.paired.values["current"][quoted_slot])
            connection = numbers[earlier - 1] if earlier else before.get(quoted_slot, current)
            connection = kept.get(connection, connection)
            if connection >= 0:
                error = (int(number[quoted.row]), quoted.icmp_type, quoted.icmp_code)
                self.connections.icmp_errors.setdefault(connection, []).append(error)


def _frame_notes(decoded: Decoded, rows: Integers, duplicate: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Notes that tell of the frames themselves."""
    notes = np.zeros(len(rows), np.uint64)
    checksum = of_segments(decoded.checksum_state, rows)
    told = (
        (duplicate, Note.DUPLICATE_CAPTURE),
        (of_segments(decoded.truncated, rows), Note.TRUNCATED),
        (of_segments(decoded.fragmented, rows), Note.FRAGMENTED),
        (checksum == CHECKSUM_OFFLOADED, Note.CHECKSUM_OFFLOADED),
        (checksum == CHECKSUM_BAD, Note.CHECKSUM_BAD),
        (of_segments(decoded.flags, rows) & URG != 0, Note.URGENT),
    )
    for which, note in told:
        notes[which] |= np.uint64(note)
    return notes
