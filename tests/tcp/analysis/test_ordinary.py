"""What is proved of ordinary connections at once equals what the rules find segment by segment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.tcp.hostile import conversations, mixtures
from tests.tcp.wire import OPEN, TALK, Packet, c, read, s
from tui.session import Session
from tui.tcp.analysis import analysis
from tui.tcp.analysis.analysis import Analysed, Analysis
from tui.tcp.analysis.ordinary import Ordinary, prove
from tui.tcp.tracking.runs import Runs

QUICK = settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))

COLUMNS = ("analysis", "acks_row", "related_row", "amount")

CLOSE = [c("F.", 11, 21), s("F.", 21, 12), c(".", 12, 22)]
LONG = [c("P.", 11 + 10 * number, 21, 10) for number in range(30)]


def told(session: Session) -> list[object]:
    """All that is kept of the analysis."""
    columns = [session.store.column(name, 0, len(session.store)).tolist() for name in COLUMNS]
    return [*columns, session.connections.analysed.values[: len(session.connections)].tolist()]


def prove_nothing(*arguments: Any) -> Ordinary:
    found = prove(*arguments)
    found.proved[:] = False
    return found


def by_the_rules(packets: Sequence[Packet]) -> list[object]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analysis, "prove", prove_nothing)
        return told(read(packets))


@contextmanager
def watched() -> Iterator[list[NDArray[np.bool_]]]:
    """Which connections of each batch are ordinary."""
    seen: list[NDArray[np.bool_]] = []
    examine = Analysis.examine

    def watch(self: Analysis, runs: Runs) -> Analysed:
        found = examine(self, runs)
        seen.append(found.ordinary)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Analysis, "examine", watch)
        yield seen


def assert_equal(packets: Sequence[Packet], cuts: Sequence[int]) -> None:
    expected = by_the_rules(packets)
    for session in (read(packets), read(packets, cuts=cuts), read(packets, batch_frames=1)):
        assert told(session) == expected


@given(mixtures(), st.lists(st.integers(0, 30), max_size=4))
@QUICK
def test_mixtures_of_anything(packets: list[Packet], cuts: list[int]) -> None:
    assert_equal(packets, [cut for cut in cuts if cut <= len(packets)])


@example([*OPEN[:2], c(".", 1, -900), s("P.", 1, 1, 10), s("P.", 11, 1, 10)], [3])
@given(conversations(), st.lists(st.integers(0, 120), max_size=4))
@QUICK
def test_conversations_with_a_few_odd_segments(packets: list[Packet], cuts: list[int]) -> None:
    assert_equal(packets, [cut for cut in cuts if cut <= len(packets)])


@pytest.mark.parametrize("batch_frames", [1, 2, 3, 7, 1000])
def test_a_connection_that_follows_the_rules_is_ordinary_from_its_first_to_its_last_segment(batch_frames: int) -> None:
    with watched() as ordinary:
        read([*OPEN, *TALK, *CLOSE], batch_frames=batch_frames)
    assert np.concatenate(ordinary).all()


def test_segments_in_flight_across_batches_are_acknowledged() -> None:
    packets = [*OPEN, *TALK, *LONG, s(".", 21, 161), s(".", 21, 311)]
    for cut in range(len(packets)):
        with watched() as ordinary:
            session = read(packets, cuts=[cut])
        assert np.concatenate(ordinary).all()
        assert session.store.value("acks_row", len(packets) - 2) == len(OPEN) + len(TALK) + 14
        assert session.store.value("acks_row", len(packets) - 1) == len(packets) - 3
        assert session.store.value("amount", len(packets) - 3) == 300


ODD = {
    "sent again": [c("P.", 1, 21, 10)],
    "a gap": [c("P.", 12, 21, 10)],
    "a duplicate ACK": [c(".", 11, 21)],
    "a window update": [c(".", 11, 21, window=700)],
    "an ACK of nothing that was captured": [c(".", 11, 22)],
    "an ACK that falls back": [c("P.", 11, 1, 10)],
    "a zero window": [c("P.", 11, 21, 10, window=0)],
    "a full window": [c("P.", 11, 21, 60000)],
    "a reset": [c("R.", 11, 21)],
    "data after a FIN": [c("F.", 11, 21), c("P.", 12, 21, 10)],
    "a second FIN": [c("F.", 11, 21), c("F.", 12, 21)],
}


@pytest.mark.parametrize("odd", ODD)
def test_a_connection_with_an_odd_segment_is_not_ordinary_any_more(odd: str) -> None:
    packets = [*OPEN, *TALK, *ODD[odd], s("P.", 21, 11, 10)]
    for cut in (0, 6, len(packets) - 1):
        with watched() as ordinary:
            read(packets, cuts=[cut])
        assert not ordinary[-1].any()


def test_a_connection_whose_opening_was_not_captured_is_not_ordinary() -> None:
    with watched() as ordinary:
        read([*TALK, *CLOSE], batch_frames=2)
    assert not np.concatenate(ordinary).any()
