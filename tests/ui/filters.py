"""A display filter that the tests hold up, and that fails as they like."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tui.session import Session

DEADLINE = 10.0
"""Seconds after which nobody waits any longer."""


@dataclass
class Every:
    """Selects the rows that a function of the row selects, from `go` on; notes what it was asked for."""

    holds: Callable[[NDArray[np.int64]], NDArray[np.bool_]]
    expression: str = "every"
    cost: Literal["stored", "headers", "payload"] = "payload"
    may_change: bool = False
    asked: list[tuple[int, int]] = field(default_factory=list)
    go: Event = field(default_factory=Event)
    error: Exception | None = None

    def rows(self, session: Session, start: int, stop: int) -> NDArray[np.int64]:
        assert self.go.wait(DEADLINE)
        self.asked.append((start, stop))
        if self.error is not None and start > 0:
            raise self.error
        rows = np.arange(start, stop)
        return rows[self.holds(rows)]
