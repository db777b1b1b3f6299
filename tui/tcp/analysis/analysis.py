"""The analysis of a batch: what is proved ordinary at once, the rest rule by rule."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.store import NO_ROW
from tui.tcp.tracking.connections import Connections
from tui.tcp.tracking.runs import Runs


@dataclass(slots=True)
class Analysed:
    """Of the m segments of Runs, in their order, the store's columns of the same names."""

    analysis: NDArray[np.uint16]
    acks_row: NDArray[np.uint32]
    related_row: NDArray[np.uint32]
    amount: NDArray[np.uint32]
    ordinary: NDArray[np.bool_]
    """k: connections of which every segment of the batch, and all that is carried over, is proved ordinary."""


class Analysis:
    """What Wireshark would remember of each connection."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def examine(self, runs: Runs) -> Analysed:
        """Analyse a batch's segments."""
        m = len(runs)
        return Analysed(
            analysis=np.zeros(m, np.uint16),
            acks_row=np.full(m, NO_ROW, np.uint32),
            related_row=np.full(m, NO_ROW, np.uint32),
            amount=np.zeros(m, np.uint32),
            ordinary=np.zeros(len(runs.connection), np.bool_),
        )

    def forget(self, connections: list[int]) -> None:
        """Let go of connections that never were: their segments belong to others and come again."""
