"""What is said of each role, in full: the sentences, their references and what changes."""

import pytest

from tests.tcp.wire import OPEN, c, read, s
from tests.views.closing_cases import CLOSING_CASES, CROSSING
from tests.views.explained import frames_named, segment, sentences_of, told
from tests.views.opening_cases import OPENING_CASES
from tui.tcp.rules.roles import ROLE_NAMES
from tui.views import Sentence

CASES = OPENING_CASES | CLOSING_CASES


@pytest.mark.parametrize("name", CASES)
def test_a_segment_without_findings_is_explained_by_its_roles(name: str) -> None:
    case = CASES[name]
    assert told(case.packets, at=case.at) == case.text


@pytest.mark.parametrize("name", CASES)
def test_the_frames_of_a_sentence_are_those_that_it_names(name: str) -> None:
    for sentence in sentences_of(CASES[name].packets, at=CASES[name].at):
        assert sentence.frames == frames_named(sentence)


def test_every_role_is_shown() -> None:
    shown = {role for case in CASES.values() for role in segment(read(case.packets), case.at).roles}
    assert shown == set(ROLE_NAMES.values())


def test_a_fin_that_is_sent_again_does_not_do_its_step_again() -> None:
    text = told([*CROSSING, s("F.", 1, 2)], ("retransmission",))
    assert text.startswith(
        "The server sends its FIN, number 1, again (RFC 9293 §3.6). "
        "Sent again 3.00 ms after frame 5, which carried the same FIN (RFC 9293 §3.8.1)."
    )


def test_numbers_are_grouped_and_frames_are_not() -> None:
    many = [c("P.", 1 + 100 * number, 1, 100) for number in range(1200)]
    text = told([*OPEN, *many, s(".", 1, 120_001)])
    assert "ack 120,001 acknowledges frame 1203, 1.00 ms after it" in text


def test_a_reference_stands_before_the_full_stop() -> None:
    assert str(Sentence("It is so.", "RFC 9293 §3.5", (1,))) == "It is so (RFC 9293 §3.5)."
    assert str(Sentence("It is so.")) == "It is so."
