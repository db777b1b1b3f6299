"""The packet table: one row a frame, of all protocols or of one connection."""

from collections.abc import Sequence

from tui.text import printable, printable_bytes
from tui.ui.look import formats
from tui.ui.marks import SIGN
from tui.ui.model import Model
from tui.ui.tables.cells import Cell, Span
from tui.ui.tables.columns import Column, fit_end
from tui.ui.tables.packet_rows import PacketRows
from tui.ui.tables.selecting import words_without_selected
from tui.ui.tables.waiting import words_while_waiting
from tui.views import FrameView, SegmentView
from tui.views.wording.notes import GLYPH, KIND, problem_words, quiet_words
from tui.views.wording.roles import leading, role_text
from tui.views.wording.shorter import short_role, short_state

PAYLOAD_BYTES = 64
"""Bytes of a payload that a row shows."""

GIVEN_UP = "given up"
"""Stands in a row whose frame went while the row was drawn."""

LONG_NUMBER = 10
"""Cells that sequence numbers need as they are on the wire."""

FRAME_WIDTHS = (5, 7, 10)
"""Cells for frame numbers: the first of these that the latest needs, so that the columns do not shift often."""

CONNECTION_WIDTHS = (2, 4, 7)
"""The same for connection numbers."""

TIME_WIDTHS = (8, 10, 13)
"""The same for seconds."""

CONNECTION_PLACE = 2
"""Where the table of all frames has the connection number."""

SELF_EVIDENT = ("data", "ack")
"""Kinds of segments that need no word of their own beside a note: direction and length tell them apart."""

Shape = tuple[str, bool, int, int, int]
"""What the columns depend on: how times are written, whether numbers are those on the wire, and three widths."""


class FrameRows:
    """Frames as rows of a table; the key is the frame number."""

    arrival_order = True

    def __init__(self, model: Model, connection: int | None = None, packets: PacketRows | None = None) -> None:
        self._model = model
        self._packets = PacketRows(model, connection) if packets is None else packets
        self._shape: Shape | None = None
        self._columns: Sequence[Column] = ()
        self._dated = False
        self.update()

    @property
    def columns(self) -> Sequence[Column]:
        """As wide as the numbers and the times so far need, in the way that the user wants them to be written."""
        options = self._model.options
        if self._shape is None or self._shape[:2] != (options.time_format, options.absolute_numbers):
            self._shape_columns()
        return self._columns

    @property
    def connection(self) -> int | None:
        """Number of the connection that the table is narrowed to."""
        return self._packets.connection

    @property
    def packets(self) -> PacketRows:
        """The rows of the store that stand behind the rows of the table."""
        return self._packets

    def update(self) -> None:
        """Take in what the model's last poll found."""
        self._packets.update()
        self._shape_columns()

    def _shape_columns(self) -> None:
        options, origin_ns = self._model.options, self._model.origin_ns
        latest_ns = self._latest("time_ns") or origin_ns
        self._dated = formats.local_day(origin_ns) != formats.local_day(latest_ns)
        if options.time_format == "clock":
            time_width = len(formats.clock(origin_ns, self._dated))
        else:
            time_width = stepped(len(formats.seconds((latest_ns - origin_ns) / formats.NS)), TIME_WIDTHS)
        shape = (
            options.time_format,
            options.absolute_numbers,
            time_width,
            stepped(len(str(self._latest("number"))) + bool(self._model.marks), FRAME_WIDTHS),
            stepped(len(str(self._latest_connection())), CONNECTION_WIDTHS),
        )
        if shape != self._shape:
            self._shape = shape
            self._columns = frame_columns(self.connection is None, *shape)

    def _latest(self, column: str) -> int:
        """A column's value in the last row; 0 where there is none."""
        rows = self._model.progress.rows
        return self._model.value(column, rows - 1) if rows else 0

    def _latest_connection(self) -> int:
        """The largest connection number; 0 where there is none."""
        numbers = self._model.connection_numbers
        return int(numbers[-1]) if len(numbers) else 0

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

    def subject(self, row: int) -> FrameView | str:
        """What the details are to speak of while the cursor is on a row: a frame, or a text."""
        return self.view(row)

    def cells(self, row: int) -> Sequence[Cell]:
        """The cells of a frame."""
        return self.cells_of([row])[0]

    def cells_of(self, rows: Sequence[int]) -> list[Sequence[Cell]]:
        """The cells of several frames."""
        views = self._model.frames_at([self._packets.store_row(row) for row in rows])
        return [self._cells(row, view) for row, view in zip(rows, views, strict=True)]

    def _cells(self, row: int, view: FrameView) -> Sequence[Cell]:
        time = self._time(row, view)
        if isinstance(view, SegmentView):
            payload = printable_bytes(self._model.payload(view, PAYLOAD_BYTES), PAYLOAD_BYTES)
            number = self._model.duplicate_ack_number(view)
            cells = segment_cells(view, time, payload, self._model.options.absolute_numbers, number)
        else:
            cells = frame_cells(view, time)
        cells[0] = self.number_cell(view.number)
        if self.connection is None:
            connection = str(view.connection) if isinstance(view, SegmentView) else ""
            cells.insert(CONNECTION_PLACE, (connection, "quiet"))
        return cells

    def number_cell(self, number: int) -> Cell:
        """The number of a frame, with a sign before it where the frame is marked; empty for 0, which is none."""
        if number in self._model.marks:
            return f"{SIGN}{number}", "changed"
        return str(number) if number else "", "quiet"

    def _time(self, row: int, view: FrameView) -> str:
        """The time of a frame as the user wants it: since the first frame, since the row before, or of the day."""
        time_format = self._model.options.time_format
        if time_format == "clock":
            return formats.clock(view.time_ns, self._dated)
        if time_format == "relative":
            return formats.seconds(view.elapsed)
        before_ns = self._time_before(row)
        return formats.seconds((view.time_ns - (view.time_ns if before_ns is None else before_ns)) / formats.NS)

    def _time_before(self, row: int) -> int | None:
        """Time of the frame that stands before a row; None where there is none."""
        return self._model.value("time_ns", self._packets.store_row(row - 1)) if row else None

    def words_when_empty(self) -> str:
        """Why there are no frames."""
        if self._model.frames and self._model.selection is not None:
            where = "" if self.connection is None else f" of connection {self.connection}"
            return words_without_selected(self._model, f"frame{where}", self.connection is not None)
        if self.connection is not None:
            return "No segment of this connection is left."
        if self._model.error:
            return "Reading ended with an error before the first frame."
        if self._model.is_stream and not self._model.progress.over:
            return words_while_waiting(self._model)
        if not self._model.progress.over:
            return "Reading … no frame so far."
        if self._model.damage:
            return "The capture is damaged before its first frame."
        return self._model.words_without_frames


def stepped(width: int, steps: Sequence[int]) -> int:
    """The first step that is wide enough; `width` where none is."""
    return next((step for step in steps if width <= step), width)


def frame_columns(
    all_connections: bool, time_format: str, absolute: bool, time_width: int, frame_width: int, connection_width: int
) -> tuple[Column, ...]:
    """The columns of a packet table whose times, frame numbers and connection numbers have at most these widths."""
    titles = {"relative": "seconds", "delta": "delta", "clock": "local time"}
    time_minimum, shorten = (12, formats.short_clock) if time_format == "clock" else (11, formats.short_seconds)
    number_minimum = LONG_NUMBER if absolute else 6
    return (
        Column("frame", frame_width, frame_width, right=True),
        Column(
            titles[time_format],
            time_width,
            min(time_width, time_minimum),
            right=True,
            rank=3,
            shorten=shorten,
        ),
        *([Column("#", connection_width, connection_width, right=True, rank=4)] if all_connections else []),
        Column("", 1, 1),
        Column("flags", 5, 5, rank=2),
        Column("seq", LONG_NUMBER, number_minimum, right=True, rank=6, shorten=fit_end),
        Column("ack", LONG_NUMBER, number_minimum, right=True, rank=7, shorten=fit_end),
        Column("window", 8, 6, right=True, rank=9, shorten=formats.short_number),
        Column("len", 5, 5, right=True, rank=5, shorten=formats.short_number),
        Column("role", 19, 19, flexible=True, shorten=short_role),
        Column("client state", 14, 13, rank=1, shorten=short_state),
        Column("server state", 14, 13, rank=1, shorten=short_state),
        Column("payload", 24, 9, rank=8, flexible=True),
    )


def segment_cells(
    view: SegmentView, time: str, payload: str, absolute: bool, duplicate_ack: int | None = None
) -> list[Cell]:
    """The cells of a TCP segment, in the order of a narrowed table.

    `absolute`: numbers as on the wire; `duplicate_ack`: the number of a duplicate ACK.
    """
    leads = leading(view.roles)
    seq, ack = (view.raw_seq, view.raw_ack) if absolute else (view.seq, view.ack)
    return [
        (str(view.number), "quiet"),
        (time, "quiet"),
        ("→" if view.from_client else "←", leads.kind),
        (view.flags, ""),
        (str(seq), ""),
        ("" if view.ack is None else str(ack), ""),
        (str(view.window), ""),
        (str(view.length), "" if view.length else "quiet"),
        role_cell(view, duplicate_ack),
        _state_cell(view.client_state_before, view.client_state, "client" in view.assumed),
        _state_cell(view.server_state_before, view.server_state, "server" in view.assumed),
        (payload, "quiet"),
    ]


def role_cell(view: SegmentView, duplicate_ack: int | None = None) -> Cell:
    """What a segment does: a problem first, then its roles, then what else is worth a word.

    That it is data or an acknowledgement goes without saying where something more can be said.
    """
    leads = leading(view.roles)
    problem, quiet = problem_words(view.notes), quiet_words(view.notes, duplicate_ack)
    spans: list[Span] = [(f"{GLYPH} {problem}", KIND)] if problem else []
    if leads.kind not in SELF_EVIDENT:
        spans.append((f"{leads.glyph} {role_text(view.roles)}", leads.kind))
        if quiet:
            spans.append((quiet, "quiet"))
    elif quiet:
        spans.append((quiet if problem else f"{leads.glyph} {quiet}", leads.kind))
    elif not problem:
        spans.append((f"{leads.glyph} {role_text(view.roles)}", leads.kind))
    first, *others = spans
    return first if not others else (first, *(part for span in others for part in ((" ", ""), span)))


def frame_cells(view: FrameView, time: str) -> list[Cell]:
    """The cells of a frame without a TCP segment: what it is stands where the role would be."""
    empty: Cell = ("", "")
    there = view.number > 0
    return [
        (str(view.number) if there else "", "quiet"),
        (time if there else "", "quiet"),
        *[empty] * 5,
        (str(view.frame_length) if there else "", "quiet"),
        (f"  {printable(view.protocol) if there else GIVEN_UP}", "other"),
        *[empty] * 3,
    ]


def _state_cell(before: str | None, after: str, assumed: bool) -> Cell:
    """A state after the segment: `→` where this segment changed it, `?` where nothing has proved it."""
    changed = before != after
    return (f"{'→' if changed else ' '}{after}{'?' if assumed else ''}", "changed" if changed else "quiet")
