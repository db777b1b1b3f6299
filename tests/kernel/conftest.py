"""What the tests share: each scenario is played once."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.kernel.hosts import PATIENCE
from tests.kernel.judged import Judged, judge
from tests.kernel.recording import Recorded
from tests.kernel.scenarios import SCENARIOS, play
from tests.kernel.tracing import why_not

Plays = dict[str, Future[Recorded]]


@pytest.fixture(scope="session")
def plays(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plays]:
    """What is recorded of every scenario, several at a time."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    folder: Path = tmp_path_factory.mktemp("kernel")
    pool, futures = play(SCENARIOS, folder)
    yield futures
    pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def judgements() -> dict[str, Judged]:
    """What was judged so far."""
    return {}


@pytest.fixture(params=[scenario.name for scenario in SCENARIOS])
def judged(request: pytest.FixtureRequest, plays: Plays, judgements: dict[str, Judged]) -> Judged:
    """One scenario."""
    name: str = request.param
    if name not in judgements:
        judgements[name] = judge(plays[name].result(3 * PATIENCE))
    return judgements[name]
