"""Explanations cite a segment's own numbers, and there is one for whatever is captured."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.tcp.hostile import conversations, mixtures
from tests.tcp.test_cases import read_file
from tests.tcp.wire import OPEN, TALK, Endpoint, Packet, c, connections, dialogue, read, s
from tui import views
from tui.errors import InputError
from tui.session import Session
from tui.views.explanations import explain
from tui.views.summaries import summarise

QUICK = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))


MOST = 1000
"""Rows of one capture that are explained."""


def explained(packets: list[Packet]) -> list[str]:
    return explain_all(read(packets))


def explain_all(session: Session) -> list[str]:
    """The explanation of each segment."""
    full = [views.frame(session, row) for row in range(min(len(session.store), MOST))]
    return [explain(session, view) for view in full if isinstance(view, views.SegmentView)]


def test_the_handshake_cites_its_numbers() -> None:
    syn, syn_ack, ack = explained(OPEN)
    assert "1000" in syn
    assert "500000" in syn_ack
    assert "1001" in syn_ack
    assert "ack 1" in ack


def test_an_ack_inside_of_the_teardown_that_covers_data_alone_is_told_apart() -> None:
    packets = [*OPEN, c("P.", 1, 1, 10), c("F.", 11, 1), s(".", 1, 11), s(".", 1, 12)]
    *_, plain, covering = explained(packets)
    assert "no part of it" in plain
    assert "ack 12" in plain
    assert "ack 12 covers" in covering


def test_a_merged_segment_says_why_there_are_three() -> None:
    assert "three segments" in explained([*OPEN, c("F.", 1, 1), s("F.", 1, 2)])[-1]


def test_crossing_fins_are_in_closing() -> None:
    assert "CLOSING" in explained([*OPEN, c("F.", 1, 1), s("F.", 1, 1)])[-1]


def test_the_states_before_a_segment_are_those_after_the_one_before_in_its_connection() -> None:
    other, _ = dialogue(client=Endpoint("10.0.0.7", 9))
    session = read([*OPEN, other("S", 0), *TALK, other("R", 1), c("F.", 11, 21)])
    first, fin = views.frame(session, 0), views.frame(session, 8)
    assert isinstance(first, views.SegmentView)
    assert isinstance(fin, views.SegmentView)
    assert (first.client_state_before, first.server_state_before) == (None, None)
    assert (fin.client_state_before, fin.client_state) == ("ESTABLISHED", "FIN-WAIT-1")


@given(mixtures())
@QUICK
def test_every_segment_of_a_mixture_has_an_explanation(packets: list[Packet]) -> None:
    assert all(explained(packets))


@given(conversations())
@QUICK
def test_every_segment_of_a_conversation_has_an_explanation(packets: list[Packet]) -> None:
    session = read(packets)
    assert all(explain_all(session))
    assert all(summarise(view) for view in connections(session))


def test_every_segment_of_every_reference_capture_has_an_explanation(reference: Path) -> None:
    pytest.importorskip("zstandard")
    explanations = 0
    for path in sorted((reference / "captures").iterdir()):
        try:
            session = read_file(path)
        except InputError:
            continue
        found = explain_all(session)
        assert all(found), path.name
        assert all(summarise(view) for view in connections(session)), path.name
        explanations += len(found)
    assert explanations > 1000
