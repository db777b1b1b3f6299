"""What is said of each note, in full, with its evidence and where there is none."""

import pytest

from tests.tcp.wire import MILLISECOND, OPEN, c, read
from tests.views.explained import TALK_OF_THREE, NoteCase, frames_named, prepared, segment, told
from tests.views.flow_cases import FLOW_CASES
from tests.views.loss_cases import LOSS_CASES
from tests.views.recording_cases import RECORDING_CASES
from tui.tcp.rules.evidence import Evidence, Reason
from tui.tcp.rules.notes import NOTE_NAMES, Note
from tui.views.explaining.context import Context
from tui.views.explaining.notes import of_notes

CASES = [*LOSS_CASES, *FLOW_CASES, *RECORDING_CASES]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_note_is_explained_with_what_proves_it(case: NoteCase) -> None:
    assert " ".join(map(str, case.sentences())) == case.text


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_frames_of_a_sentence_are_those_that_it_names(case: NoteCase) -> None:
    for sentence in case.sentences():
        assert sentence.frames == frames_named(sentence)


def test_every_note_and_every_reason_is_shown() -> None:
    assert {note for case in CASES for note in case.notes} == set(NOTE_NAMES.values())
    reasons = {entry.reason for case in CASES for entry in case.evidence}
    assert reasons | {Reason.NONE} == set(Reason)


def test_a_later_timestamp_is_told_by_both_values() -> None:
    evidence = [Evidence(Note.RETRANSMISSION, (3,), (1, 0), Reason.LATER_TIMESTAMP)]
    session = prepared(read(TALK_OF_THREE), -1, evidence)
    session.store.change(3, {"tsval": 123_456})
    session.store.change(5, {"tsval": 123_660})
    (sentence,) = of_notes(Context(session, segment(session, -1, ("retransmission",))))
    assert "Its TCP timestamp 123,660 lies after 123,456 of frame 4" in sentence.text


def test_why_a_segment_was_sent_again_is_told_once() -> None:
    evidence = [
        Evidence(Note.RETRANSMISSION, (3,), (9 * MILLISECOND, 1448), Reason.TIMEOUT),
        Evidence(Note.FAST_RETRANSMISSION, (4,), (3, 0)),
    ]
    text = told(TALK_OF_THREE, ("retransmission", "fast-retransmission"), evidence)
    assert "sends 1,448 bytes again" in text
    assert "fast retransmit" in text
    assert "timer ran out" not in text


def test_a_duplicate_capture_changes_nothing() -> None:
    text = told([c("S", 0, ip_id=7), c("S", 0, ip_id=7)], None)
    assert "recorded twice, or doubled on the way" in text
    assert "SYN-SENT" not in text


def test_an_ack_that_a_note_explains_is_not_explained_twice() -> None:
    text = told([*OPEN, c(".", 0, 1)], ("keep-alive",))
    assert text.startswith("Keep-alive: seq 0 is one below")
