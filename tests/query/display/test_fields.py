"""The table of fields and the closed lists in it."""

import re
from pathlib import Path

import pytest

from tui.query.display import FIELDS, FieldType, Source
from tui.tcp.rules import zeek
from tui.tcp.rules.closed_lists import CLOSINGS, CONN_STATES, OPENINGS, PROBLEMS, VERDICTS
from tui.tcp.rules.outcome import outcome_of
from tui.tcp.rules.transitions import TRANSITIONS


def test_every_field_is_told_of_in_a_few_words() -> None:
    for field in FIELDS.values():
        assert 2 <= len(field.about) <= 70, field.name
        assert not field.about.endswith("."), field.name


def test_only_texts_have_closed_lists_and_none_lists_a_word_twice() -> None:
    for field in FIELDS.values():
        assert not field.values or field.type is FieldType.STRING, field.name
        assert len({value.casefold() for value in field.values}) == len(field.values), field.name


def test_the_payload_is_never_read_for_a_field_of_the_headers() -> None:
    assert {field.name for field in FIELDS.values() if field.source is Source.PAYLOAD} == {"tcp.payload"}


@pytest.mark.parametrize(
    ("title", "words"),
    [("`opening`", OPENINGS), ("`closing`", CLOSINGS), ("`problems`", PROBLEMS), ("**Verdicts**", VERDICTS)],
)
def test_the_closed_lists_are_those_of_the_report(reference: Path, title: str, words: tuple[str, ...]) -> None:
    text = (reference / "report-format.md").read_text()
    line = next(line for line in text.splitlines() if line.startswith((title, f"| {title}")))
    named = re.findall(r"`([a-z-]+)`", line.partition(title)[2])
    assert tuple(dict.fromkeys(named)) == words


def test_keys_of_the_report_are_fields(reference: Path) -> None:
    text = (reference / "report-format.md").read_text()
    section = text.partition("## One object a connection")[2].partition("**Verdicts**")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    keys = [key for row in rows for key in re.findall(r"`(\w+)`", row)]
    wording = {"connection", "summary", "story"}
    missing = [key for key in keys if not any(name.startswith(f"conn.{key}") for name in FIELDS)]
    assert set(missing) == wording


def test_every_outcome_that_can_be_is_in_the_lists() -> None:
    outcomes = [outcome_of(number) for number in range(len(TRANSITIONS.states))]
    assert {outcome.opening for outcome in outcomes} <= set(OPENINGS)
    assert {outcome.closing for outcome in outcomes} <= set(CLOSINGS)
    assert {outcome.verdict for outcome in outcomes} <= set(VERDICTS)


def test_every_conn_state_that_can_be_is_in_the_list() -> None:
    states = {
        zeek.conn_state(originator, responder, history, payload)
        for originator in zeek.ZeekState
        for responder in zeek.ZeekState
        for history in ("SR", "DR")
        for payload in (False, True)
    }
    assert states == set(CONN_STATES)
