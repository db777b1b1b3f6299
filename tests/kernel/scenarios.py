"""All scenarios, played several at a time."""

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tests.kernel.closings import CLOSINGS
from tests.kernel.losses import LARGE, LOSSES
from tests.kernel.openings import OPENINGS
from tests.kernel.pauses import PAUSES
from tests.kernel.recording import Recorded, Scenario, record

SCENARIOS = [*OPENINGS, *CLOSINGS, *LOSSES, *PAUSES]
"""Those that take seconds at most."""

ALL = [*SCENARIOS, *LARGE]

AT_ONCE = 6
"""Scenarios that are played at the same time: they wait most of theirs."""


def play(scenarios: Iterable[Scenario], folder: Path) -> tuple[ThreadPoolExecutor, dict[str, Future[Recorded]]]:
    """Begin to play scenarios, and write their captures into a folder; returns what there will be of each, by name."""
    chosen = list(scenarios)
    pool = ThreadPoolExecutor(AT_ONCE)
    first = 20000 + os.getpid() % 50 * 200
    return pool, {
        scenario.name: pool.submit(record, scenario, first + 2 * place, folder) for place, scenario in enumerate(chosen)
    }
