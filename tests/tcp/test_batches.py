"""The answer never depends on where batches are cut, nor on which segments were looked at one by one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.tcp.findings.finding import nothing_kept
from tests.tcp.hostile import conversations, mixtures
from tests.tcp.wire import OPEN, TALK, Packet, c, connections, read, s, segments
from tui import views
from tui.session import Session
from tui.tcp.tracking import rounds
from tui.tcp.tracking import segments as grouping
from tui.tcp.tracking.connections import FOLLOWED_FLAT

AFTER_A_RESET = [*OPEN, c("R", 500), *([c("P.", 1, 1, 10), c("P.", 11, 1, 10)]), c("R.", 99), c("P.", 21, 1, 10)]
RECORDED_TWICE = [c("P.", 1, 1, ip_id=7, window=500), c(".", 0, 1, window=0), c("P.", 1, 1, ip_id=7, window=500)]
AHEAD_OF_THE_REST = [*OPEN, *TALK, c("", 11, length=30), c("P.", 11, 21, 10), c("P.", 21, 21, 10), c("P.", 31, 21, 10)]
WITHOUT_ACK = [s("S.", 0, 1), s("", 1), s(".", 1, 11)]
LATE_SYN = [s("S.", 0, 1), c("S", 0), c(".", 1, 1), *TALK, c("R", 500), c(".", 11, 21), s(".", 21, 11)]
RESETS_IN_DOUBT = [*OPEN, *TALK, c("R", 500), c("R", 600), c(".", 11, 21), c("R", 700), s(".", 21, 11), s(".", 21, 11)]
SYNS_IN_DOUBT = [*OPEN, *TALK, c("S", 9000), c("R", 9001), c("S", 9000), c("S", 9500), s(".", 21, 11), c(".", 11, 21)]
RESETS_AGAIN = [*OPEN, *TALK, *[c("R", 11)] * 5, s("R.", 21, 11), *[c("R", 11)] * 3, *[c("S", 0)] * 4, *[c("S", 9)] * 4]
SYNS_AGAIN = [
    *[c("S", 0)] * 5,
    s("S.", 0, 1),
    *[c("S", 0)] * 3,
    *[c("P.", 1, 1, 10)] * 12,
    *[c(".", 1, 1, window=0)] * 4,
]
OPENED_AGAIN = [*OPEN, c("S", 0), s("S.", 0, 1), c(".", 1, 1), *TALK]

QUICK = settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))

Answer = tuple[list[views.SegmentView], list[views.ConnectionView], list[tuple[object, ...]]]


def answer(session: Session) -> Answer:
    """All that a session says of its segments and connections."""
    numbers = views.connection_numbers(session)
    followed = session.connections.followed.values[numbers].view(FOLLOWED_FLAT).tolist()
    landmarks = session.connections.landmarks.values["row"][numbers].tolist()
    found = [*zip(followed, landmarks, strict=True), *(session.evidence.of(row) for row in range(len(session.store)))]
    return segments(session), connections(session), found


@contextmanager
def all_together() -> Iterator[None]:
    """Connections are walked together also where there are few of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "FEW", 1)
        yield


def assert_same(packets: Sequence[Packet], cuts: Sequence[int]) -> None:
    """One by one, in one batch, in steps, cut anywhere, each connection on its own, all together: always the same."""
    one_by_one = answer(read(packets, batch_frames=1))
    others = [answer(read(packets)), answer(read(packets, cuts=cuts)), answer(read(packets, most_at_once=3))]
    with all_together():
        others += [answer(read(packets)), answer(read(packets, cuts=cuts))]
    for other in others:
        for expected, found in zip(one_by_one, other, strict=True):
            assert found == expected


@example(AFTER_A_RESET, [6])
@example(RECORDED_TWICE, [2])
@example(AHEAD_OF_THE_REST, [7, 8])
@example(WITHOUT_ACK, [1])
@example(LATE_SYN, [7])
@example(RESETS_IN_DOUBT, [7, 9])
@example(SYNS_IN_DOUBT, [7, 8])
@example(RESETS_AGAIN, [9, 15])
@example(SYNS_AGAIN, [3, 10])
@example(OPENED_AGAIN, [])
@given(mixtures(), st.lists(st.integers(0, 30), max_size=4))
@QUICK
def test_mixtures_of_anything(packets: list[Packet], cuts: list[int]) -> None:
    assert_same(packets, [cut for cut in cuts if cut <= len(packets)])


@given(conversations(), st.lists(st.integers(0, 120), max_size=4))
@QUICK
def test_conversations_with_a_few_odd_segments(packets: list[Packet], cuts: list[int]) -> None:
    assert_same(packets, [cut for cut in cuts if cut <= len(packets)])


@example(LATE_SYN, 1)
@example(RESETS_IN_DOUBT, 1)
@given(st.one_of(conversations(), conversations(), mixtures()), st.sampled_from((1, 5)))
@QUICK
def test_connections_that_are_let_go_of_come_back_as_they_were(packets: list[Packet], batch_frames: int) -> None:
    kept = answer(read(packets))
    with nothing_kept():
        come_back = answer(read(packets, batch_frames=batch_frames))
    for expected, found in zip(kept, come_back, strict=True):
        assert found == expected


def _nothing(segments: grouping.Segments, *_: object) -> NDArray[np.bool_]:
    return np.zeros(len(segments), np.bool_)


@given(conversations(), st.lists(st.integers(0, 120), max_size=3))
@QUICK
def test_segments_that_are_skipped_would_have_changed_nothing(packets: list[Packet], cuts: list[int]) -> None:
    cuts = [cut for cut in cuts if cut <= len(packets)]
    skipping = answer(read(packets, cuts=cuts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "_ordinary", _nothing)
        everything = answer(read(packets, cuts=cuts))
    for expected, found in zip(everything, skipping, strict=True):
        assert found == expected
