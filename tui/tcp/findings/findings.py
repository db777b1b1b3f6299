"""The findings of a batch: notes for its segments and for earlier ones, with their evidence."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.tcp.findings.book import EvidenceBook
from tui.tcp.tracking.connections import Connections
from tui.tcp.tracking.past import Past
from tui.tcp.tracking.runs import Runs


class NoteChange(NamedTuple):
    """Notes of one segment that are found, and notes that turn out to be wrong."""

    row: int
    found: int
    withdrawn: int = 0


class Findings:
    """What is remembered of each connection to judge its next segments."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.book = EvidenceBook()

    def examine(self, runs: Runs, ordinary: NDArray[np.bool_], past: Past) -> list[NoteChange]:
        """Examine a batch's segments; `ordinary` is as tui.tcp.analysis tells it. Changes come in order of finding."""
        return []

    def forget(self, connections: list[int]) -> None:
        """Let go of connections that never were: their segments belong to others and come again."""
