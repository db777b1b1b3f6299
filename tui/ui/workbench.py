"""The main screen: connections, packets and details, kept up to date by one timer."""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from tui.ui import theme
from tui.ui.actions import bindings
from tui.ui.connections import ConnectionRows
from tui.ui.details import Details
from tui.ui.help import Help
from tui.ui.key_line import KeyLine
from tui.ui.model import Model
from tui.ui.packets import FrameRows
from tui.ui.status import Status
from tui.ui.table import Table
from tui.views import SegmentView

TICK = 0.1
"""Seconds between two looks at the pipeline."""

REST = 0.15
"""Seconds the cursor rests on a row before the details follow."""

TITLE_AND_HEADER = 2
"""Lines of a table beside its rows."""

LONG_LIST = 100
"""Lines from which on a table takes all the room it can get."""


class Workbench(Screen[None]):
    """Three panes over one model. The details speak of the table that had the focus last."""

    CSS = theme.WORKBENCH_CSS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("workbench")]
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-narrow"), (140, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-low"), (20, "-tall")]  # noqa: RUF012

    def __init__(self, model: Model) -> None:
        super().__init__()
        self._model = model
        self._frames = FrameRows(model)
        self._status = Status(model)
        self._connection_table = Table(ConnectionRows(model), "connections")
        self._packet_table = Table(self._frames, "packets")
        self._details = Details(self._model.meaning)
        self._panes: tuple[Widget, ...] = (self._connection_table, self._packet_table, self._details)
        self._lower = Container(id="lower")
        self._current: Widget | None = None
        self._subject = self._connection_table
        self._connection_lines = 0
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """Status line, panes, footer."""
        yield self._status
        with Container(id="panes"):
            yield self._connection_table
            with self._lower:
                yield self._packet_table
                yield self._details
        yield KeyLine()

    def on_mount(self) -> None:
        """Start looking at the pipeline."""
        self._details.border_title = "Details"
        self._connection_table.border_title = "Connections"
        self._name_packets()
        self._go_to(self._connection_table)
        self._update()
        self.set_interval(TICK, self._tick)

    def _tick(self) -> None:
        """The one regular visit: redraw what has changed since the last."""
        if self._model.poll():
            self._update()
        else:
            self._status.update_line()
            self._connection_table.settle()
            self._packet_table.settle()

    def _update(self) -> None:
        self._model.poll()
        self._frames.update()
        self._status.update_line()
        self._connection_table.update_rows()
        self._fit_connections()
        self._packet_table.update_rows()
        self._show_details()

    def _fit_connections(self) -> None:
        """A list of a few connections leaves its room to the packets."""
        lines = min(max(len(self._model.connection_numbers), 1) + TITLE_AND_HEADER, LONG_LIST)
        if lines != self._connection_lines:
            self._connection_lines = lines
            self._connection_table.styles.max_height = None if lines == LONG_LIST else lines

    def _name_packets(self) -> None:
        """Say which packets are shown. Only where that changes: a new title draws the whole table."""
        narrowed = self._frames.connection
        self._packet_table.border_title = (
            "Packets of all connections" if narrowed is None else f"Packets of connection {narrowed}"
        )

    def _show_details(self) -> None:
        """Describe what the cursor of the subject table is on."""
        table = self._subject
        if table.key is None:
            self._details.show("Nothing is selected.")
        elif table is self._packet_table:
            self._details.show(self._frames.view(table.cursor))
        else:
            view = self._model.connection(table.key)
            self._details.show(view or f"Connection {table.key} has gone: its SYN belongs to another one.")

    @on(Table.Moved)
    def _follow_soon(self, message: Table.Moved) -> None:
        """The details follow once the cursor rests, so that they never hold it up."""
        if message.table is not self._subject:
            return
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self._show_details)

    @on(Table.Chosen)
    def _narrow_to_chosen(self, message: Table.Chosen) -> None:
        """A second click does what Enter does."""
        self._narrow_to_row(message.table)

    def _narrow_to_row(self, table: Table) -> None:
        """Narrow to the connection under a table's cursor, or to that of the packet under it."""
        if table.key is None:
            return
        if table is self._connection_table:
            self._narrow(table.key)
        else:
            view = self._frames.view(table.cursor)
            if isinstance(view, SegmentView):
                self._connection_table.move_to_key(view.connection)
                self._narrow(view.connection)
        self._go_to(self._packet_table)

    def _narrow(self, connection: int | None) -> None:
        if connection == self._frames.connection:
            return
        self._frames = FrameRows(self._model, connection)
        self._packet_table.show(self._frames)
        self._name_packets()
        if self._subject is self._packet_table:
            self._show_details()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane with the focus is the one that a low screen shows; a table becomes the subject of the details."""
        if event.widget not in self._panes:
            return
        self._mark_current(event.widget)
        if isinstance(event.widget, Table) and event.widget is not self._subject:
            self._subject = event.widget
            self._show_details()

    def _mark_current(self, current: Widget) -> None:
        if current is self._current:
            return
        if self._current is not None:
            self._current.remove_class("-current")
        self._current = current
        current.add_class("-current")
        self._lower.set_class(current is not self._connection_table, "-current")

    def _go_to(self, pane: Widget) -> None:
        """Focus a pane at once, so that keys already typed go to it."""
        self._mark_current(pane)
        self.set_focus(pane)

    def action_pane(self, direction: int) -> None:
        """Go to the next or the previous pane."""
        place = self._panes.index(self._current or self._connection_table)
        self._go_to(self._panes[(place + direction) % len(self._panes)])

    def action_choose(self) -> None:
        """Show only the packets of the connection that the details speak of."""
        self._narrow_to_row(self._subject)

    def action_neighbour(self, direction: int) -> None:
        """Show the packets of the connection before or after the current one."""
        if self._frames.connection is not None or self._subject is self._connection_table:
            self._connection_table.action_step(direction)
        self._narrow(self._connection_table.key)

    def action_widen(self) -> None:
        """Show all packets again."""
        self._narrow(None)

    def action_help(self) -> None:
        """List the keys."""
        self.app.push_screen(Help())
