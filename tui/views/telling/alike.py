"""Connections that are told alike: lone segments, of which a scan or a flood makes a connection each.

Those of one shape differ in nothing but who sent the segment to whom, its time and its number. One of them is told by
the same rules as every other connection, with PLACES instead of its own values; who wants the others puts theirs there.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from tui.session import Session
from tui.tcp.rules.notes import Note
from tui.tcp.rules.outcome import outcome_of
from tui.tcp.tracking.landmarks import NONE, Landmark
from tui.views.endpoints import addresses_of, with_port
from tui.views.sides import client_sides, state_numbers
from tui.views.telling.accounts import Account, subjects, tell
from tui.views.telling.closing import SILENT_CLOSINGS, never_opened
from tui.views.telling.scans import scanning
from tui.views.telling.subject import Subject

Integers = NDArray[np.int64]

WORTH_A_TEMPLATE = 16
"""Connections that must be alike for it to pay."""

_AT_ONCE = 4096
"""Connections whose own values are taken from the columns at once."""


class Place(IntEnum):
    """Numbers that stand in an account for what is each connection's own; no capture has them, and no text."""

    CONNECTION = 4611686018427387900
    CLIENT_ADDRESS = 4611686018427387901
    CLIENT_PORT = 4611686018427387902
    SERVER_ADDRESS = 4611686018427387903
    SERVER_PORT = 4611686018427387904
    FRAME = 4611686018427387905
    START_NS = 4611686018427387906


class Alike(NamedTuple):
    """Connections of one shape."""

    at: Integers
    """Which of the connections that were asked for, ascending."""
    account: Account
    """Their account, with the numbers of Place in it, in texts as digits."""


_SHAPE = np.dtype(
    [
        ("state", np.int32),
        ("history", np.int32),
        ("completeness", np.uint8),
        ("scanning", np.bool_),
        ("family", np.uint8),
        ("closed_window", np.bool_),
        ("problems", np.int64),
        ("retransmitted", np.int64, 2),
        ("syns", np.uint32),
        ("landmarks", np.bool_, len(Landmark)),
        ("landmark_flags", np.uint8, len(Landmark)),
        ("flags", np.uint16),
        ("notes", np.uint64),
        ("analysis", np.uint16),
    ]
)
"""All that the account of a lone segment, and the counts of its notes, depend on, but for what has a Place."""

_WITH_EVIDENCE = np.uint64(Note.RETRANSMISSION | Note.CAPTURE_GAP)
"""Notes of which a story says more than that they are there."""


def alike(session: Session, numbers: Integers) -> list[Alike]:
    """The connections, of those with these numbers, that many others of them are like."""
    at = _lone(session, numbers)
    if len(at) < WORTH_A_TEMPLATE:
        return []
    _, shape, counts = np.unique(_shapes(session, numbers[at]), return_inverse=True, return_counts=True)
    by_shape = np.split(at[np.argsort(shape, kind="stable")], np.cumsum(counts)[:-1])
    groups = sorted((group for group in by_shape if len(group) >= WORTH_A_TEMPLATE), key=lambda group: int(group[0]))
    first = subjects(session, np.array([numbers[group[0]] for group in groups], np.int64))
    return [Alike(group, _with_places(subject)) for group, subject in zip(groups, first, strict=True)]


def own_values(session: Session, numbers: Integers) -> Iterator[dict[int, list[bytes]]]:
    """What belongs into each Place, as text, some thousand connections at a time."""
    for start in range(0, len(numbers), _AT_ONCE):
        own = numbers[start : start + _AT_ONCE]
        landmarks = session.connections.landmarks.values.take(own)
        keys = session.tuples.keys[:, session.connections.counted.values["slot"][own]]
        client = client_sides(session, own)
        ports = keys[4] >> np.uint64(16) & np.uint64(0xFFFF), keys[4] & np.uint64(0xFFFF)
        addresses = [np.array([address.encode() for address in side], object) for side in addresses_of(keys)]
        yield {
            Place.CONNECTION: _digits(own),
            Place.FRAME: _digits(landmarks["first_frame"]),
            Place.START_NS: _digits(landmarks["start_ns"]),
            Place.CLIENT_PORT: _digits(np.where(client == 0, *ports)),
            Place.SERVER_PORT: _digits(np.where(client == 0, *reversed(ports))),
            Place.CLIENT_ADDRESS: np.where(client == 0, *addresses).tolist(),
            Place.SERVER_ADDRESS: np.where(client == 0, *reversed(addresses)).tolist(),
        }


def _digits(numbers: NDArray[np.integer]) -> list[bytes]:
    return orjson.dumps(numbers.tolist())[1:-1].split(b",")


def _lone(session: Session, numbers: Integers) -> Integers:
    """Which connections are a single segment without payload, of which no time is told, and nothing from elsewhere."""
    of = session.connections
    counted = of.counted.values.take(numbers)
    states, state = np.unique(state_numbers(session, numbers), return_inverse=True)
    timeless = np.array([_is_timeless(number) for number in states.tolist()], np.bool_)
    single = (counted["first_row"] == counted["last_row"]) & (counted["first_row"] >= session.store.start)
    at: Integers = np.flatnonzero(single & (counted["payload"].sum(axis=1) == 0) & timeless[state])
    plain = session.store.gather("notes", counted["first_row"][at]) & _WITH_EVIDENCE == 0
    at = at[plain & (session.store.gather("length", counted["first_row"][at]) == 0)]
    if of.icmp_errors:
        at = at[np.array([number not in of.icmp_errors for number in numbers[at].tolist()], np.bool_)]
    return at


def _is_timeless(state: int) -> bool:
    """Whether the story of a connection in this state does not tell how long nothing came."""
    found = outcome_of(state)
    return never_opened(found.verdict, found.opening) or found.closing not in SILENT_CLOSINGS


def _shapes(session: Session, numbers: Integers) -> NDArray[np.bytes_]:
    """The shape of each connection of a lone segment, packed."""
    of = session.connections
    row = of.counted.values["first_row"][numbers]
    landmarks, noted = of.landmarks.values.take(numbers), of.noted.values.take(numbers)
    there = landmarks["row"] != NONE
    shapes = np.zeros(len(numbers), _SHAPE)
    shapes["state"] = state_numbers(session, numbers)
    shapes["history"] = of.history.numbers(numbers)
    shapes["completeness"] = of.analysed.values["completeness"][numbers]
    shapes["scanning"] = scanning(session, numbers)
    shapes["family"] = session.tuples.keys[4, of.counted.values["slot"][numbers]] >> np.uint64(32)
    shapes["closed_window"] = session.store.gather("window", row) == 0
    shapes["problems"], shapes["retransmitted"] = noted["problems"], noted["retransmitted"]
    shapes["syns"] = landmarks["syns"]
    shapes["landmarks"] = there
    shapes["landmark_flags"] = np.where(there, landmarks["flags"], 0)
    shapes["flags"] = session.store.gather("flags", row)
    shapes["notes"] = session.store.gather("notes", row)
    shapes["analysis"] = session.store.gather("analysis", row)
    return shapes.view(f"S{_SHAPE.itemsize}")


def _with_places(subject: Subject) -> Account:
    """The account of a connection, in which numbers of Place stand for its own values."""
    view = subject.view
    frame = int(Place.FRAME)
    gathered = subject.measured.gathered
    number = np.full(len(gathered), frame)
    own = view._replace(
        connection=int(Place.CONNECTION),
        client=with_port(str(int(Place.CLIENT_ADDRESS)), int(Place.CLIENT_PORT), bracketed=":" in view.client_address),
        server=with_port(str(int(Place.SERVER_ADDRESS)), int(Place.SERVER_PORT), bracketed=":" in view.server_address),
        client_address=str(int(Place.CLIENT_ADDRESS)),
        client_port=int(Place.CLIENT_PORT),
        server_address=str(int(Place.SERVER_ADDRESS)),
        server_port=int(Place.SERVER_PORT),
        first_frame=frame,
        last_frame=frame,
        start_ns=int(Place.START_NS),
    )
    return tell(
        subject._replace(
            view=own,
            measured=replace(subject.measured, gathered=replace(gathered, number=number)),
            landmark_frames=[frame if named else 0 for named in subject.landmark_frames],
        )
    )
