"""The connection list: one row a connection."""

from collections.abc import Sequence

from tui.ui.columns import Column
from tui.ui.model import Model
from tui.ui.table import Cell
from tui.views import ConnectionView

COLUMNS = (
    Column("#", 6, 4, right=True),
    Column("client → server", 48, 43, flexible=True),
    Column("verdict", 18, 18, rank=1),
    Column("opening", 12, 12, rank=4),
    Column("closing", 13, 13, rank=4),
    Column("client state", 13, 12, rank=5),
    Column("server state", 13, 12, rank=5),
    Column("packets", 7, 7, right=True, rank=2),
    Column("bytes", 11, 7, right=True, rank=3),
    Column("seconds", 12, 9, right=True, rank=6),
)

VERDICT_KINDS = {
    "closed": "handshake",
    "open": "data",
    "half-closed": "teardown",
    "closed-unconfirmed": "teardown",
    "one-sided": "malformed",
    "malformed": "malformed",
    "no-answer": "malformed",
    "half-open": "malformed",
}
"""Kind of each verdict; of all others, which tell of resets and errors, it is `reset`."""

OPENING_KINDS = {
    "three-way": "handshake",
    "fast-open": "handshake",
    "simultaneous": "simultaneous",
    "refused": "reset",
    "aborted": "reset",
    "unanswered": "malformed",
    "half-open": "malformed",
    "not-captured": "quiet",
}
"""Kind of each word for how a connection opened."""

CLOSING_KINDS = {
    "four-segment": "teardown",
    "three-segment": "teardown",
    "simultaneous": "simultaneous",
    "reset": "reset",
    "half-closed": "teardown",
    "none": "quiet",
}
"""Kind of each word for how a connection closed."""


class ConnectionRows:
    """Connections as rows of a table; the key is the connection number."""

    columns: Sequence[Column] = COLUMNS

    def __init__(self, model: Model) -> None:
        self._model = model

    def __len__(self) -> int:
        return len(self._model.connection_numbers)

    def key(self, row: int) -> int:
        """The connection number of a row."""
        return int(self._model.connection_numbers[row])

    def find(self, key: int) -> int:
        """The row of a connection number, or of the next one there is."""
        return self._model.place_of(key)

    def cells(self, row: int) -> Sequence[Cell]:
        """The cells of a connection."""
        number = self.key(row)
        view = self._model.connection(number)
        if view is None:
            return [(str(number), ""), ("…", "quiet"), *[("", "")] * (len(COLUMNS) - 2)]
        return connection_cells(view)

    def words_when_empty(self) -> str:
        """Why there are no connections."""
        model = self._model
        if not model.progress.over:
            return "Reading … no TCP connection so far."
        if model.error:
            return "Reading ended with an error before the first TCP connection."
        if model.frames == 0:
            return model.words_without_frames
        not_understood = model.not_understood
        if not_understood:
            return f"No TCP that could be read: {not_understood}."
        return "No TCP in this capture; its frames are listed below."


def connection_cells(view: ConnectionView) -> list[Cell]:
    """The cells of a connection, in the order of COLUMNS."""
    guess = " ?" if view.client_guessed else ""
    return [
        (str(view.connection), ""),
        (f"{view.client} → {view.server}{guess}", ""),
        (view.verdict, VERDICT_KINDS.get(view.verdict, "reset")),
        (view.opening, OPENING_KINDS.get(view.opening, "")),
        (view.closing, CLOSING_KINDS.get(view.closing, "")),
        (view.client_state, ""),
        (view.server_state, ""),
        (str(sum(view.packets)), ""),
        (str(sum(view.payload_bytes)), ""),
        (f"{view.duration:.6f}", ""),
    ]
