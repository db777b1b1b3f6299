"""The packet table: one row a frame, of all protocols or of one connection."""

from collections.abc import Sequence
from dataclasses import replace

from tui.text import printable
from tui.ui.columns import Column
from tui.ui.model import Model, PacketRows
from tui.ui.table import Cell
from tui.ui.words import leading, role_text
from tui.views import FrameView, SegmentView

NARROWED_COLUMNS = (
    Column("frame", 7, 7, right=True),
    Column("seconds", 11, 9, right=True),
    Column("", 1, 1),
    Column("flags", 5, 5),
    Column("seq", 10, 6, right=True, rank=4),
    Column("ack", 10, 6, right=True, rank=5),
    Column("window", 8, 7, right=True, rank=6),
    Column("len", 6, 5, right=True, rank=3),
    Column("role", 17, 17, flexible=True),
    Column("client state", 13, 13, rank=1),
    Column("server state", 13, 13, rank=1),
)
"""Columns for the packets of one connection."""

ALL_COLUMNS = (*NARROWED_COLUMNS[:2], Column("conn", 6, 4, right=True, rank=2), *NARROWED_COLUMNS[2:])
"""Columns for the frames of all connections."""

LONG_NUMBERS = {"seq": 10, "ack": 10}
"""Cells that numbers need as they are on the wire."""

CONNECTION_PLACE = 2
"""Where ALL_COLUMNS has the connection number."""


class FrameRows:
    """Frames as rows of a table; the key is the frame number."""

    def __init__(self, model: Model, connection: int | None = None) -> None:
        self._model = model
        self._packets = PacketRows(model, connection)
        columns = ALL_COLUMNS if connection is None else NARROWED_COLUMNS
        self.columns: Sequence[Column] = _with_long_numbers(columns) if model.absolute_numbers else columns

    @property
    def connection(self) -> int | None:
        """Number of the connection that the table is narrowed to."""
        return self._packets.connection

    def update(self) -> None:
        """Take in what the model's last poll found."""
        self._packets.update()

    def __len__(self) -> int:
        return len(self._packets)

    def key(self, row: int) -> int:
        """The frame number of a row."""
        return self._model.frame_number(self._packets.store_row(row))

    def find(self, key: int) -> int:
        """The row of a frame number, or of the next one there is."""
        return self._packets.place_of_frame(key)

    def view(self, row: int) -> FrameView:
        """Everything about the frame of a row."""
        return self._model.frame(self._packets.store_row(row))

    def cells(self, row: int) -> Sequence[Cell]:
        """The cells of a frame."""
        view = self.view(row)
        cells = (
            segment_cells(view, self._model.absolute_numbers) if isinstance(view, SegmentView) else frame_cells(view)
        )
        if self.connection is None:
            number = str(view.connection) if isinstance(view, SegmentView) else ""
            cells.insert(CONNECTION_PLACE, (number, "quiet"))
        return cells

    def words_when_empty(self) -> str:
        """Why there are no frames."""
        if self.connection is not None:
            return "No segment of this connection is left."
        if not self._model.progress.over:
            return "Reading … no frame so far."
        if self._model.error:
            return "Reading ended with an error before the first frame."
        if self._model.damage:
            return "The capture is damaged before its first frame."
        return self._model.words_without_frames


def _with_long_numbers(columns: Sequence[Column]) -> Sequence[Column]:
    return [replace(column, minimum=LONG_NUMBERS.get(column.title, column.minimum)) for column in columns]


def segment_cells(view: SegmentView, absolute: bool) -> list[Cell]:
    """The cells of a TCP segment, in the order of NARROWED_COLUMNS; `absolute`: numbers as on the wire."""
    leads = leading(view.roles)
    seq, ack = (view.raw_seq, view.raw_ack) if absolute else (view.seq, view.ack)
    return [
        (str(view.number), "quiet"),
        (f"{view.elapsed:.6f}", "quiet"),
        ("→" if view.from_client else "←", leads.kind),
        ("" if view.flags == "none" else view.flags, ""),
        (str(seq), ""),
        ("" if view.ack is None else str(ack), ""),
        (str(view.window), ""),
        (str(view.length), "" if view.length else "quiet"),
        (f"{leads.glyph} {role_text(view.roles)}", leads.kind),
        _state_cell(view.client_state_before, view.client_state, "client" in view.assumed),
        _state_cell(view.server_state_before, view.server_state, "server" in view.assumed),
    ]


def frame_cells(view: FrameView) -> list[Cell]:
    """The cells of a frame without a TCP segment: what it is stands where the role would be."""
    empty: Cell = ("", "")
    return [
        (str(view.number), "quiet"),
        (f"{view.elapsed:.6f}", "quiet"),
        *[empty] * 5,
        (str(view.frame_length), "quiet"),
        (f"  {printable(view.protocol)}", "other"),
        *[empty] * 2,
    ]


def _state_cell(before: str | None, after: str, assumed: bool) -> Cell:
    """A state after the segment: `→` where this segment changed it, `?` where nothing has proved it."""
    changed = before != after
    return (f"{'→' if changed else ' '}{after}{'?' if assumed else ''}", "changed" if changed else "quiet")
