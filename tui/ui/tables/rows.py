"""What a table shows."""

from collections.abc import Sequence
from typing import Protocol

from tui.ui.tables.cells import Cell
from tui.ui.tables.columns import Column


class Rows(Protocol):
    """Rows that are asked for when they are drawn.

    A row has a key that stays with it, wherever it stands when others come or go.
    """

    @property
    def columns(self) -> Sequence[Column]:
        """The columns; others than before make the table arrange itself anew."""
        ...

    @property
    def arrival_order(self) -> bool:
        """Whether rows that come later stand at the end, so that a cursor there can follow them."""
        ...

    def __len__(self) -> int: ...

    def key(self, row: int) -> int:
        """The key of a row, such as a frame number."""
        ...

    def find(self, key: int) -> int:
        """The row of a key, or of the next one there is."""
        ...

    def cells(self, row: int) -> Sequence[Cell]:
        """One cell for each column."""
        ...

    def cells_of(self, rows: Sequence[int]) -> Sequence[Sequence[Cell]]:
        """The cells of several rows, which takes a fraction of the time of asking for each."""
        ...

    def words_when_empty(self) -> str:
        """What to say where there are no rows, in lines."""
        ...
