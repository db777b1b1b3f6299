"""The landmarks of a connection are what its segments' roles say, whatever was given up since."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.tcp.hostile import conversations, mixtures
from tests.tcp.wire import MILLISECOND, OPEN, TALK, Endpoint, MadeCapture, Packet, c, connections, dialogue, read, s
from tui import views
from tui.session import Session
from tui.tcp.rules.notes import Note
from tui.tcp.rules.roles import Role
from tui.tcp.tracking.landmarks import NONE, Landmark

QUICK = settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))

FOUR = [c("F.", 11, 21), s(".", 21, 12), s("F.", 21, 12), c(".", 12, 22)]
"""A teardown after OPEN and TALK."""
THREE = [c("F.", 11, 21), s("F.", 21, 12), c(".", 12, 22)]
RETRACTED = [*OPEN, c("R", 500), c("P.", 1, 1, 10), c("F.", 11, 1), s(".", 1, 12), s("F.", 1, 12), c(".", 12, 2)]
"""A reset that both sides outlive: what comes after it is seen anew."""
GIVEN_BACK = [*OPEN, c("S", 90_000), c("P.", 1, 1, 10), s(".", 1, 1), c("F.", 11, 1)]
"""A stray SYN and data that go back to the connection."""

ROLES = {
    Landmark.SYN: Role.HANDSHAKE_1,
    Landmark.FIN: Role.TEARDOWN_1,
    Landmark.FIN_ACK: Role.TEARDOWN_2 | Role.SIMULTANEOUS_CLOSE_3,
    Landmark.OTHER_FIN: Role.TEARDOWN_3 | Role.SIMULTANEOUS_CLOSE_2,
    Landmark.LAST_ACK: Role.TEARDOWN_4 | Role.SIMULTANEOUS_CLOSE_4,
    Landmark.RESET: Role.REFUSED | Role.HANDSHAKE_RESET | Role.RESET | Role.RESET_IN_TEARDOWN | Role.LATE_RESET,
}


def first(rows: Sequence[int]) -> int:
    return rows[0] if rows else NONE


def expected(session: Session, number: int) -> dict[str, Any]:
    """The landmarks that a look at every row of a connection finds."""
    store, end = session.store, len(session.store)
    rows = views.rows_of(session, number, 0, end).tolist()
    roles = {row: store.value("roles", row) for row in rows}
    flags = {row: store.value("flags", row) for row in rows}
    forward = {row: bool(store.value("marks", row) & 1) for row in rows}
    found = {mark: first([row for row in rows if roles[row] & role]) for mark, role in ROLES.items()}
    both = [row for row in rows if roles[row] & Role.SIMULTANEOUS_OPEN]
    syn_acks = [row for row in both if flags[row] & 0x12 == 0x12]
    found[Landmark.OTHER_SYN] = first([row for row in both if flags[row] & 0x12 == 2])
    found[Landmark.OTHER_SYN_ACK] = first([row for row in syn_acks if not forward[row]])
    lower = [row for row in syn_acks if forward[row]]
    found[Landmark.SYN_ACK] = first(sorted([*lower, *(row for row in rows if roles[row] & Role.HANDSHAKE_2)]))
    thirds = [row for row in both if not flags[row] & 2]
    found[Landmark.THIRD] = first(sorted([*thirds, *(row for row in rows if roles[row] & Role.HANDSHAKE_3)]))
    notes = {row: store.value("notes", row) for row in rows}
    syns = [row for row in rows if roles[row] & Role.HANDSHAKE_1 and not notes[row] & Note.DUPLICATE_CAPTURE]
    found[Landmark.LAST_SYN] = max((row for row in syns if row < found[Landmark.SYN_ACK]), default=NONE)
    data = [row for row in rows if roles[row] & Role.DATA]
    found[Landmark.LOWER_DATA] = first([row for row in data if forward[row]])
    found[Landmark.UPPER_DATA] = first([row for row in data if not forward[row]])
    there = [(mark, row) for mark, row in sorted(found.items()) if row != NONE]
    return {
        "row": [(mark, row) for mark, row in there],
        "time_ns": [(mark, store.value("time_ns", row)) for mark, row in there],
        "flags": [(mark, flags[row]) for mark, row in there],
        "syns": len(syns),
        "first_frame": store.value("number", rows[0]),
        "last_frame": store.value("number", rows[-1]),
        "start_ns": store.value("time_ns", rows[0]),
        "end_ns": store.value("time_ns", rows[-1]),
    }


def stored(session: Session, number: int) -> dict[str, Any]:
    landmarks = session.connections.landmarks.values[number]
    there = [mark for mark in Landmark if landmarks["row"][mark] != NONE]
    lists = {name: [(mark, int(landmarks[name][mark])) for mark in there] for name in ("row", "time_ns", "flags")}
    single = ("syns", "first_frame", "last_frame", "start_ns", "end_ns")
    return lists | {name: int(landmarks[name]) for name in single}


@example(RETRACTED, [4])
@example(RETRACTED, [4, 6])
@example(GIVEN_BACK, [4, 5])
@given(st.one_of(mixtures(), conversations()), st.lists(st.integers(0, 60), max_size=5))
@QUICK
def test_landmarks_are_the_first_segments_of_their_kind(packets: list[Packet], cuts: list[int]) -> None:
    session = read(packets, cuts=[cut for cut in cuts if cut <= len(packets)])
    for number in views.connection_numbers(session).tolist():
        assert stored(session, number) == expected(session, number)


STRIPS = {
    "four": ([*OPEN, *TALK, *FOUR], ("S", "SA", "A"), ("F", "A", "F", "A")),
    "three": ([*OPEN, *TALK, *THREE], ("S", "SA", "A"), ("F", "FA", "A")),
    "open": ([*OPEN, *TALK], ("S", "SA", "A"), ()),
    "asked thrice": ([c("S", 0), c("S", 0), *OPEN], ("S×3", "SA", "A"), ()),
    "refused": ([c("S", 0), s("R.", 0, 1)], ("S",), ("RA",)),
    "reset in the teardown": ([*OPEN, *TALK, *FOUR[:2], s("R", 21)], ("S", "SA", "A"), ("F", "A", "R")),
    "FIN after the reset": ([*OPEN, *TALK, s("R", 21), c("F.", 11, 21)], ("S", "SA", "A"), ("R",)),
    "a reset that was ignored": (RETRACTED, ("S", "SA", "A"), ("F", "A", "F", "A")),
    "both at once": (
        [c("S", 0), s("S", 0), c("S.", 0, 1), s("S.", 0, 1), c("F.", 1, 1), s("F.", 1, 1), c(".", 2, 2), s(".", 2, 2)],
        ("S", "S", "SA", "SA"),
        ("F", "F", "A", "A"),
    ),
    "captured in another order": ([s("S.", 0, 1), c("S", 0), c(".", 1, 1)], ("SA", "S", "A"), ()),
    "the third segment is a FIN": ([*OPEN[:2], c("F.", 1, 1), s(".", 1, 2)], ("S", "SA", "A"), ("F", "A")),
    "not captured": (TALK, (), ()),
}


@pytest.mark.parametrize("name", STRIPS)
def test_the_strips_tell_how_it_opened_and_closed(name: str) -> None:
    packets, opening, closing = STRIPS[name]
    for cuts in ([], list(range(1, len(packets)))):
        (view,) = connections(read(packets, cuts=cuts))
        assert (view.opening_flags, view.closing_flags) == (opening, closing)


def test_times_between_landmarks() -> None:
    first_syn = c("S", 0, time_ns=0)
    late = [*OPEN, *TALK, *FOUR]
    (view,) = connections(read([first_syn, *late]))
    assert view.handshake_time == pytest.approx(0.002)
    assert view.connect_time == pytest.approx(0.003)
    assert view.time_to_first_byte == pytest.approx(0.005)
    assert view.half_closed_time == pytest.approx(0.002)
    assert view.teardown_time == pytest.approx(0.003)
    assert view.duration == pytest.approx(0.010)


@pytest.mark.parametrize("packets", [OPEN[:2], [c("S", 0), c(".", 1, 1)], TALK, STRIPS["both at once"][0]])
def test_no_handshake_time_where_it_would_be_a_guess(packets: list[Packet]) -> None:
    (view,) = connections(read(packets))
    assert view.handshake_time is None


def test_a_clock_that_steps_back_makes_no_negative_time() -> None:
    (view,) = connections(
        read([c("S", 0, time_ns=10 * MILLISECOND), s("S.", 0, 1, time_ns=0), c(".", 1, 1, time_ns=0)])
    )
    assert view.handshake_time == 0.0


def listed(session: Session) -> list[int]:
    return [*map(int, views.connection_numbers(session))]


def test_a_connection_is_told_after_its_first_rows_were_given_up() -> None:
    session = read([*OPEN, *TALK, *FOUR])
    (before,) = connections(session)
    session.store.drop_before(8)
    assert connections(session) == [before]


def test_connections_without_rows_are_left_out_and_come_back() -> None:
    others = [dialogue(client=Endpoint("10.0.0.3", port))[0] for port in (1, 2, 3)]
    packets = [other("S", 0) for other in others]
    session = Session(MadeCapture([*packets, others[1](".", 1, 1), c("S", 0)], [3, 4]))
    steps = session.run()
    next(steps)
    assert listed(session) == [0, 1, 2]
    session.store.drop_before(2)
    kept = views.connection_numbers(session)
    assert kept.tolist() == [2]
    session.clear()
    assert listed(session) == []
    next(steps)
    assert listed(session) == [1]
    next(steps)
    assert listed(session) == [1, 3]
    assert kept.tolist() == [2]


@given(mixtures(), st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), max_size=5))
@QUICK
def test_the_numbers_asked_for_batch_by_batch_are_those_of_the_columns(
    packets: list[Packet], drops: list[tuple[int, int]]
) -> None:
    session = Session(MadeCapture(packets, [cut for cut, _ in drops if cut <= len(packets)]))
    to_drop = dict(drops)
    for _ in session.run():
        session.store.drop_before(to_drop.get(len(session.store), 0))
        there = session.connections.counted.values["last_row"][: len(session.connections)] >= session.store.start
        numbers = [number for number in np.flatnonzero(there).tolist() if number not in session.connections.given_up]
        assert listed(session) == numbers
