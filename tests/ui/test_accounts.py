"""Accounts that are made in the background: the last one asked for first, each only once, and no error is lost."""

import threading
import time
from collections.abc import Callable

import pytest

from tests.tcp.wire import MadeCapture, c
from tests.ui.conftest import until
from tests.ui.screen import shown
from tests.ui.test_connection_list import model_of
from tests.ui.test_jumps import opened
from tui import views
from tui.session import Session
from tui.ui import accounts
from tui.ui.accounts import Accounts
from tui.views import Account, ConnectionView


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


class Maker:
    """Makes accounts one at a time, when it is let; some can't be made."""

    def __init__(self) -> None:
        self.session = Session(MadeCapture([c("S", 0)]))
        self.model = model_of(self.session)
        self.made: list[int] = []
        self.let = threading.Semaphore(0)
        self.error: Exception | None = None

    def view(self, number: int) -> ConnectionView:
        view = self.model.connection(0)
        assert view is not None
        return view._replace(connection=number)

    def make(self, number: int) -> Account:
        assert self.let.acquire(timeout=10)
        self.made.append(number)
        if self.error is not None:
            raise self.error
        return views.account(self.session, 0)


def test_what_was_asked_for_last_is_made_first_and_only_once() -> None:
    maker = Maker()
    kept = Accounts(maker.make)
    for number in (1, 2, 3, 2):
        assert kept.problems(maker.view(number)) == ()
    maker.let.release(3)
    wait(lambda: len(maker.made) == 3)
    wait(kept.take_news)
    wait(lambda: not kept._working)
    assert maker.made[1:] == [2, 3] or maker.made == [2, 3, 1], "the first may have begun before the others came"
    for number in (1, 2, 3):
        kept.problems(maker.view(number))
    assert len(maker.made) == 3


def test_a_connection_is_looked_at_again_when_it_has_ended_or_has_its_first_problem() -> None:
    maker = Maker()
    maker.let.release(100)
    kept = Accounts(maker.make)
    view = maker.view(1)
    stages = [view, view._replace(packets=(1, 1)), view._replace(verdict="closed"), view._replace(problem_count=1)]
    for count, stage in enumerate(stages, 1):
        kept.problems(stage)
        kept.problems(stage)
        wait(lambda count=count: len(maker.made) == count and not kept._working)  # type: ignore[misc]


def test_what_goes_wrong_in_the_background_is_raised_where_it_is_seen() -> None:
    maker = Maker()
    maker.let.release(2)
    kept = Accounts(maker.make)
    maker.error = KeyError(1)
    kept.problems(maker.view(1))
    wait(lambda: maker.made == [1] and not kept._working)
    assert not kept.take_news(), "a connection that was given up is no error"
    maker.error = RuntimeError("broken")
    kept.problems(maker.view(2))
    wait(lambda: maker.made == [1, 2] and not kept._working)
    with pytest.raises(RuntimeError, match="broken"):
        kept.take_news()


async def test_the_story_of_a_long_connection_comes_when_it_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "AT_ONCE", 0)
    async with opened("curl-http.pcap") as (pilot, _):
        await pilot.resize_terminal(160, 60)
        await until(pilot, lambda: "▲ Opened" in shown(pilot) and "packets   →" in shown(pilot))
