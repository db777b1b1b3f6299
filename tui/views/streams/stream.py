"""What both ends of a connection have sent, as stretches of bytes that stay in the capture until they are read."""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.rules.roles import Role
from tui.views.measuring.gathered import Gathered, columns_at, gather
from tui.views.streams.delivery import GAP, NEVER, Acknowledgements, Delivered, Integers, Segments, deliver

CLIENT, SERVER = 0, 1

_NO_STREAM = Note.DUPLICATE_CAPTURE | Note.KEEP_ALIVE
"""Notes of segments whose payload, if any, is no part of the stream."""

MOST_SYNS = 1000
"""SYN with payload of one connection that are looked at one by one."""

_NO_RESET = Role.IGNORED_RESET | Role.LATE_RESET


class Kind(IntEnum):
    """What a stretch is."""

    DATA = 0
    """Bytes that were captured."""
    NOT_CAPTURED = 1
    """Bytes that the other end has acknowledged, and the capture has not."""
    LOST = 2
    """Bytes that nobody is known to have received: later ones were captured."""
    CUT = 3
    """Bytes of a frame of which the capture has kept only the beginning."""
    FIN = 4
    """The sender sends nothing any more."""
    RESET = 5
    """The sender has reset the connection."""


@dataclass(slots=True)
class Stretches:
    """n stretches in the order in which they could be used by who received them."""

    kind: NDArray[np.uint8]
    side: NDArray[np.uint8]
    """CLIENT or SERVER: the sender."""
    row: Integers
    """Row of the segment; of what was not captured the first one known to come behind it; -1 where there is none."""
    length: Integers
    """Bytes; 0 of an event."""
    place: Integers
    """Of data, the offset in the capture of the first byte."""
    position: Integers
    """Bytes that the sender has sent before, missing ones included."""

    def __len__(self) -> int:
        return len(self.kind)

    def select(self, chosen: NDArray[np.bool_]) -> "Stretches":
        """Those that are chosen."""
        return Stretches(
            self.kind[chosen],
            self.side[chosen],
            self.row[chosen],
            self.length[chosen],
            self.place[chosen],
            self.position[chosen],
        )


@dataclass(frozen=True, slots=True)
class Stream:
    """The conversation of a connection; no payload is held in memory."""

    session: Session
    connection: int
    ends: tuple[str, str]
    """Client and server: `192.0.2.1:80`."""
    stretches: Stretches
    has_beginning: bool
    """False where the connection's first frames were given up."""


@dataclass(slots=True)
class _Part:
    """What one end has sent, with the moment of each stretch (tui.views.streams.delivery)."""

    stretches: Stretches
    moment: Integers


def stream(session: Session, number: int, ends: tuple[str, str]) -> Stream:
    """What both ends of a connection have sent so far; safe in any thread.

    Raises KeyError where the connection was given up.
    """
    if number in session.connections.given_up or not 0 <= number < len(session.connections):
        raise KeyError(number)
    first_row = int(session.connections.counted.values["first_row"][number])
    gathered = next(gather(session, np.array([number])))
    columns = columns_at(session.store, gathered.row)
    roles = columns("roles")
    payload = columns("tcp_offset").astype(np.int64) + columns("header_length")
    held = np.maximum(columns("captured").astype(np.int64) - payload, 0)
    captured = _Captured(gathered, roles, columns("offset") + payload, held)
    parts = [_of_one_end(captured, side) for side in (CLIENT, SERVER)]
    moment = np.concatenate([part.moment for part in parts])
    order = np.argsort(moment, kind="stable")
    joined = _joined([part.stretches for part in parts], order)
    return Stream(session, number, ends, joined, first_row >= session.store.start)


@dataclass(slots=True)
class _Captured:
    """The segments of a connection, and where their payload lies."""

    gathered: Gathered
    roles: NDArray[Any]
    place: Integers
    """Offset of the payload in the capture."""
    held: Integers
    """Bytes of the frame from there on that the capture has kept."""


def _joined(parts: list[Stretches], order: Integers) -> Stretches:
    names = ("kind", "side", "row", "length", "place", "position")
    return Stretches(*(np.concatenate([getattr(part, name) for part in parts])[order] for name in names))


def _of_one_end(captured: _Captured, side: int) -> _Part:
    """What one end has sent, in its order."""
    of = captured.gathered
    own, other = of.sender == side, of.sender != side
    acknowledged = _acknowledged(captured, other)
    start = of.seq + (of.flags & SYN != 0)
    length = _accepted(of, own, acknowledged)
    keeps = own & (of.flags & RST == 0) & (of.notes & np.uint64(_NO_STREAM) == 0)
    chosen = np.flatnonzero(keeps & (length > 0))
    segments = Segments(of.row[chosen], start[chosen], (start + length)[chosen])
    first = _first_byte(of, keeps, start, segments, acknowledged)
    if first is None:
        first = 0
        delivered = deliver(segments, first, acknowledged)
    else:
        delivered = _with_unseen_end(deliver(segments, first, acknowledged), of, own, first, acknowledged)
    part = _stretches(captured, chosen, delivered, side, first)
    return _with_events(captured, part, delivered, own, side, first)


def _acknowledged(captured: _Captured, other: NDArray[np.bool_]) -> Acknowledgements:
    """What the other end acknowledges with segments that make sense."""
    of = captured.gathered
    sensible = captured.roles & int(Role.MALFORMED | Role.STRAY_SYN) == 0
    chosen = other & (of.flags & (ACK | RST) == ACK) & sensible
    return Acknowledgements(of.row[chosen], np.maximum.accumulate(of.ack[chosen]))


def _accepted(of: Gathered, own: NDArray[np.bool_], acknowledged: Acknowledgements) -> Integers:
    """Payload lengths; of a SYN so much as the other end acknowledges in its first answer (RFC 7413 section 4.2)."""
    length = of.length.astype(np.int64)
    for at in np.flatnonzero(own & (of.flags & SYN != 0) & (length > 0)).tolist()[:MOST_SYNS]:
        answer = int(np.searchsorted(acknowledged.row, of.row[at]))
        covered = int(acknowledged.highest[answer] - of.seq[at] - 1) if answer < len(acknowledged.row) else 0
        length[at] = max(0, min(int(length[at]), covered))
    return length


def _first_byte(
    of: Gathered,
    keeps: NDArray[np.bool_],
    start: Integers,
    segments: Segments,
    acknowledged: Acknowledgements,
) -> int | None:
    """The sequence number of the first byte: behind the SYN, else as the first segment has it, or one that was
    overtaken by it. None where the end has sent nothing, and nothing is known of what it may have sent.
    """
    own = np.flatnonzero(keeps)
    syn = own[of.flags[own] & SYN != 0]
    if len(syn):
        return int(start[syn[0]])
    if not len(own):
        return int(acknowledged.highest[0]) if len(acknowledged.row) else None
    first = int(start[own[0]])
    overtaken = segments.start[segments.row <= acknowledged.moment_beyond(first) // 2]
    return min(first, int(overtaken.min())) if len(overtaken) else first


def _with_unseen_end(
    delivered: Delivered, of: Gathered, own: NDArray[np.bool_], first: int, acknowledged: Acknowledgements
) -> Delivered:
    """Add as a gap what was acknowledged behind the last byte that was captured, but for a FIN."""
    end = int(delivered.start[-1] + delivered.length[-1]) if len(delivered.start) else first
    highest = int(acknowledged.highest[-1]) if len(acknowledged.row) else end
    fins = np.flatnonzero(own & (of.flags & FIN != 0))
    if len(fins):
        highest = min(highest, int((of.seq + of.length)[fins].max()))
    if highest <= end + (0 if len(fins) else 1):  # one more may be a FIN that was not captured
        return delivered
    behind = acknowledged.moment_beyond(end)
    added = (GAP, end, highest - end, max(behind, int(delivered.moment[-1]) if len(delivered.moment) else 0))
    columns = (delivered.segment, delivered.start, delivered.length, delivered.moment)
    return Delivered(*(np.append(column, value) for column, value in zip(columns, added, strict=True)))


def _stretches(captured: _Captured, chosen: Integers, delivered: Delivered, side: int, first: int) -> _Part:
    """Stretches of what was delivered; a frame that was not kept in full is followed by what is missing of it."""
    of = captured.gathered
    is_gap = delivered.segment == GAP
    at = chosen[delivered.segment] if len(chosen) else np.zeros(len(is_gap), np.int64)
    start = of.seq[at] + (of.flags[at] & SYN != 0)
    skipped = np.where(is_gap, 0, delivered.start - start)
    held = np.where(is_gap, 0, np.clip(captured.held[at] - skipped, 0, delivered.length))
    kind = np.where(is_gap, np.where(delivered.moment == NEVER, Kind.LOST, Kind.NOT_CAPTURED), Kind.DATA)
    row = np.where(is_gap, _row_behind(delivered), of.row[at])
    whole = is_gap | (held == delivered.length)
    twice = np.repeat(np.arange(len(is_gap)), np.where(whole | (held == 0), 1, 2))
    is_rest = np.diff(twice, prepend=-1) == 0
    is_cut = (~whole & (held == 0))[twice] | is_rest
    length = np.where(is_cut, (delivered.length - held)[twice], np.where(is_gap, delivered.length, held)[twice])
    position = (delivered.start - first)[twice] + np.where(is_rest, held[twice], 0)
    stretches = Stretches(
        np.where(is_cut, Kind.CUT, kind[twice]).astype(np.uint8),
        np.full(len(twice), side, np.uint8),
        row[twice],
        length,
        np.where(is_gap[twice] | is_cut, 0, (captured.place[at] + skipped)[twice]),
        position,
    )
    return _Part(stretches, delivered.moment[twice])


def _row_behind(delivered: Delivered) -> Integers:
    """For each gap the row of the segment that has told of it."""
    return np.where(delivered.moment < NEVER, delivered.moment // 2, -1)


def _with_events(
    captured: _Captured, part: _Part, delivered: Delivered, own: NDArray[np.bool_], side: int, first: int
) -> _Part:
    """Add the first FIN behind the bytes before it, and the resets that ended the connection."""
    of = captured.gathered
    events: list[tuple[int, int, int, int]] = []
    fins = np.flatnonzero(own & (of.flags & FIN != 0) & (of.flags & RST == 0))
    if len(fins):
        fin = int(fins[0])
        number = int(of.seq[fin]) + int(of.length[fin])
        before = np.flatnonzero(delivered.start < number)
        last = int(delivered.moment[before[-1]]) if len(before) else 0
        events.append((Kind.FIN, int(of.row[fin]), max(last, 2 * int(of.row[fin]) + 1), number - first))
    resets = np.flatnonzero(own & (of.flags & RST != 0) & (captured.roles & int(_NO_RESET) == 0))
    if len(resets):
        row = int(of.row[resets[0]])
        events.append((Kind.RESET, row, 2 * row + 1, 0))
    if not events:
        return part
    kind, rows, moment, position = np.array(events, np.int64).T
    nothing = np.zeros(len(events), np.int64)
    added = Stretches(kind.astype(np.uint8), np.full(len(events), side, np.uint8), rows, nothing, nothing, position)
    moments = np.concatenate((part.moment, moment))
    order = np.argsort(moments, kind="stable")
    return replace(part, stretches=_joined([part.stretches, added], order), moment=moments[order])
