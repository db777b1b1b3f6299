"""The evaluation of a display filter in the background: pieces, changes, stopping, errors, rows given up."""

import time
from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest

from tests.ui.filters import DEADLINE, Every
from tui.errors import InputError
from tui.session import Session
from tui.store import COLUMNS, Store
from tui.ui.filtering import evaluation as module
from tui.ui.filtering.evaluation import Evaluation
from tui.ui.filtering.selection import Found
from tui.views import DisplayFilter


@dataclass
class FakeSession:
    store: Store


def session(rows: int) -> tuple[Session, Store]:
    """A session of so many rows, whose connections have ten rows each."""
    store = Store()
    columns = {name: np.zeros(rows, dtype) for name, dtype in COLUMNS.items()}
    store.append(columns | {"connection": np.arange(rows, dtype=np.int32) // 10})
    return cast(Session, FakeSession(store)), store


def evaluating(chosen: Every, of: Session) -> Evaluation:
    return Evaluation(cast(DisplayFilter, chosen), of)


def settle(evaluation: Evaluation, rows: int, revision: int = 0, start: int = 0) -> None:
    """Let it be evaluated for so many rows, to its end."""
    deadline = time.monotonic() + DEADLINE
    evaluation.reach(rows, revision, start)
    evaluation.wait(DEADLINE)
    assert time.monotonic() < deadline
    assert evaluation.failure is None


def test_rows_and_connections_are_those_selected_however_many_pieces_it_takes() -> None:
    of, _ = session(300_000)
    chosen = Every(lambda rows: rows % 1_000 < 2)
    chosen.go.set()
    evaluation = evaluating(chosen, of)
    settle(evaluation, 300_000)
    latest = evaluation.latest
    wanted = np.arange(300_000)[np.arange(300_000) % 1_000 < 2]
    assert latest.rows.tolist() == wanted.tolist()
    assert latest.connections.tolist() == np.unique(wanted // 10).tolist()
    assert latest.evaluated == 300_000
    assert chosen.asked[0] == (0, module.FIRST_PIECE_ROWS)
    assert [start for start, _ in chosen.asked[1:]] == [stop for _, stop in chosen.asked[:-1]]


def test_rows_that_come_later_are_added_and_the_earlier_ones_not_looked_at_again() -> None:
    of, _ = session(2_000)
    chosen = Every(lambda rows: rows % 2 == 0)
    chosen.go.set()
    evaluation = evaluating(chosen, of)
    settle(evaluation, 1_000)
    first = evaluation.latest
    settle(evaluation, 2_000, revision=5)
    assert chosen.asked == [(0, 1_000), (1_000, 2_000)]
    assert evaluation.latest.generation == first.generation
    assert len(first.rows) == 500, "what was handed out before has not changed"
    assert evaluation.latest.rows.tolist() == list(range(0, 2_000, 2))


def test_what_may_change_is_looked_at_again_but_not_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    of, _ = session(1_000)
    even = [True]
    chosen = Every(lambda rows: rows % 2 == (0 if even[0] else 1), may_change=True)
    chosen.go.set()
    evaluation = evaluating(chosen, of)
    monkeypatch.setattr(module, "LOOK_AGAIN_PAUSE", 0.0)
    monkeypatch.setattr(module, "LOOK_AGAIN_SHARE", 0)
    settle(evaluation, 1_000)
    first = evaluation.latest
    settle(evaluation, 1_000, revision=1)
    assert evaluation.latest is first, "where nothing has changed, nothing is drawn"
    even[0] = False
    monkeypatch.setattr(module, "LOOK_AGAIN_PAUSE", 3600.0)
    settle(evaluation, 1_000, revision=2)
    assert evaluation.latest.rows.tolist() == list(range(1, 1_000, 2))
    assert evaluation.latest.generation == first.generation + 1
    asked = len(chosen.asked)
    settle(evaluation, 1_000, revision=3)
    assert len(chosen.asked) == asked, "it rests after a look at all rows"


def test_a_filter_that_is_stopped_looks_no_further_and_keeps_what_it_has() -> None:
    of, _ = session(500_000)
    chosen = Every(lambda rows: rows % 2 == 0)
    evaluation = evaluating(chosen, of)
    evaluation.reach(500_000, 0, 0)
    evaluation.stop()
    chosen.go.set()
    evaluation.wait(DEADLINE)
    settle(evaluation, 500_000)
    assert evaluation.latest.stopped
    assert len(chosen.asked) <= 1
    assert evaluation.latest.evaluated == len(evaluation.latest.rows) == 0


def test_an_error_ends_it_and_the_rows_before_stay() -> None:
    of, _ = session(200_000)
    chosen = Every(lambda rows: rows % 2 == 0, error=InputError("frame 70,000: \x1b[31m takes too long"))
    chosen.go.set()
    evaluation = evaluating(chosen, of)
    settle(evaluation, 200_000)
    latest = evaluation.latest
    assert "takes too long" in latest.error
    assert "\x1b" not in latest.error
    assert latest.evaluated == module.FIRST_PIECE_ROWS
    assert len(latest.rows) == module.FIRST_PIECE_ROWS // 2
    asked = len(chosen.asked)
    settle(evaluation, 200_000, revision=1)
    assert len(chosen.asked) == asked


def test_an_error_of_the_program_is_not_hidden() -> None:
    of, _ = session(200_000)
    chosen = Every(lambda rows: rows % 2 == 0, error=ZeroDivisionError("a defect"))
    chosen.go.set()
    evaluation = evaluating(chosen, of)
    evaluation.reach(200_000, 0, 0)
    evaluation.wait(DEADLINE)
    assert isinstance(evaluation.failure, ZeroDivisionError)


def test_connections_whose_selected_rows_were_given_up_are_gone() -> None:
    of, store = session(1_000)
    chosen = Every(lambda rows: rows % 20 == 3)
    chosen.go.set()
    evaluation = evaluating(chosen, of)
    settle(evaluation, 500)
    assert evaluation.latest.connections.tolist() == list(range(0, 50, 2))
    store.drop_before(405)
    settle(evaluation, 1_000, start=405)
    assert evaluation.latest.connections.tolist() == list(range(42, 100, 2))


def test_memory_of_rows_given_up_is_used_again() -> None:
    found = Found()
    none = np.full(1_000, -1, np.int32)
    for first in range(0, 1_000_000, 1_000):
        found.add(np.arange(first, first + 1_000), none, first + 1_000, max(0, first - 5_000))
    assert found.rows[-1] == 999_999
    assert len(found.rows) <= 50_000
    assert found.connections(0).tolist() == []
