"""The main screen: connections, packets and details, kept up to date by one timer."""

import time
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from tui.session import Session
from tui.ui.actions import bindings, for_footer
from tui.ui.bars.key_line import KeyLine
from tui.ui.bars.prompt import Prompt
from tui.ui.bars.status import Status
from tui.ui.commands.capturing import Capturing
from tui.ui.commands.copying import Copying
from tui.ui.commands.diagrams import Diagrams
from tui.ui.commands.exporting import Exporting
from tui.ui.commands.filtering import Filtering
from tui.ui.commands.following import Following
from tui.ui.commands.going import Going
from tui.ui.commands.jumps import Jumps
from tui.ui.commands.ladders import Ladders
from tui.ui.commands.links import FollowingLinks
from tui.ui.commands.marking import Marking
from tui.ui.commands.opening import Opening
from tui.ui.commands.searching import Searching
from tui.ui.commands.sorting import Sorting
from tui.ui.commands.streams import Streams
from tui.ui.commands.viewing import Viewing
from tui.ui.dialogs.open import OpenSource
from tui.ui.inspector.inspector import Inspector
from tui.ui.look import theme
from tui.ui.look.preferences import Preferences
from tui.ui.model import Model
from tui.ui.tables.connections import ConnectionRows
from tui.ui.tables.packets import FrameRows
from tui.ui.tables.table import Table
from tui.ui.terminal.driver import Driver
from tui.views import SegmentView

TICK = 0.1
"""Seconds between two looks at the pipeline."""

TICK_OVER_SSH = 0.2
"""The same where each look may send a screenful over a line."""

PAUSES = 4
"""Times that what changes by itself takes to be drawn, until it is drawn again: a key seldom has to wait for it."""

REST = 0.15
"""Seconds the cursor rests on a row before the details follow."""

DETAILS_PAUSE = 0.5
"""Seconds between two descriptions while the cursor follows what arrives."""

TITLE_AND_HEADER = 2
"""Lines of a table beside its rows."""

LONG_LIST = 100
"""Lines from which on a table takes all the room it can get."""


class Workbench(
    Viewing,
    Capturing,
    Copying,
    Opening,
    Sorting,
    Jumps,
    Going,
    FollowingLinks,
    Following,
    Ladders,
    Streams,
    Diagrams,
    Filtering,
    Searching,
    Marking,
    Exporting,
):
    """Tables and details over one model. The details speak of the table that had the focus last."""

    CSS = theme.WORKBENCH_CSS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("workbench")]
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-narrow"), (140, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-low"), (20, "-tall")]  # noqa: RUF012

    def __init__(
        self, session: Session, model: Model, preferences: Preferences, open_source: OpenSource | None = None
    ) -> None:
        super().__init__()
        self.session = session
        self.model = model
        self.preferences = preferences
        self.open_source = open_source
        self.status = Status(model)
        self.connection_rows = ConnectionRows(model)
        self.packet_rows = FrameRows(model)
        self.connection_table = Table(self.connection_rows, "connections")
        self.packet_table = Table(self.packet_rows, "packets")
        self.subject_table = self.connection_table
        self.current_pane = self.connection_table
        self.key_line = KeyLine()
        self.prompt = Prompt()
        self.inspector = Inspector(model.told, model.frame_bytes)
        self._lower = Container(id="lower")
        self._connection_lines = 0
        self._packets_title = ""
        self._rest: Timer | None = None
        self._described = 0.0
        self._look_after = 0.0

    @property
    def _tables(self) -> tuple[Widget, ...]:
        return self.connection_table, self.packet_table

    @property
    def _panes(self) -> tuple[Widget, ...]:
        """The panes that can be gone to, in their order."""
        return self._tables if self.preferences.layout == "tables" else (*self._tables, *self.inspector.panes)

    def compose(self) -> ComposeResult:
        """Status line, panes, and the line of keys."""
        yield self.status
        with Container(id="panes"):
            yield self.connection_table
            with self._lower:
                yield self.packet_table
                yield self.inspector
        yield self.key_line
        yield self.prompt

    def on_mount(self) -> None:
        """Start looking at the pipeline."""
        self.connection_table.border_title = "Connections"
        self._name_packets()
        self.take_layout()
        self.go_to(self.packet_table if self.model.is_stream else self.connection_table)
        self._rest = self.set_timer(REST, self.show_details)
        self._update()
        live = self.session.live
        self.set_interval(TICK if live is None or live.own_ssh is None else TICK_OVER_SSH, self._tick)

    def _tick(self) -> None:
        """The one regular visit: redraw what has changed since the last, where the line to the terminal bears it."""
        began = time.monotonic()
        live, driver = self.session.live, Driver.in_use
        if began < self._look_after or (driver is not None and driver.asked):
            return
        if live is not None and live.running and driver is not None and driver.unasked.wait(began) > 0:
            return
        self.take_ladder()
        if self.model.poll():
            self.model.pipeline.make_way()
            self.call_after_refresh(self._end_look, began)
            self._update()
        else:
            self.status.update_line()
            if self.model.take_news():
                self.connection_table.update_rows()
                if self.subject_table is self.connection_table:
                    self._show_details_in_time()
            if self.connection_rows.update():
                self.connection_table.update_rows()
            for table in (self.connection_table, self.packet_table):
                table.settle()
                if table.key is None:  # its words may be others now: a capture that stops polls nothing new
                    table.update_rows()

    def _end_look(self, began: float) -> None:
        """What a look at the pipeline has changed is drawn."""
        now = time.monotonic()
        self._look_after = now + PAUSES * (now - began)
        self.model.pipeline.go_on()

    def begin_answer(self) -> None:
        """A key came: reading waits until it is answered."""
        self.model.pipeline.answer_key()

    def end_answer(self) -> None:
        """What the key has changed is drawn."""
        if Driver.in_use is not None:
            Driver.in_use.answered()
        self.model.pipeline.go_on()

    def _update(self) -> None:
        self.model.poll()
        self.model.take_news()
        self.update_tables()

    def update_tables(self) -> None:
        """Show what the last poll found."""
        self.packet_rows.update()
        self.connection_rows.update()
        self.status.update_line()
        self.connection_table.update_rows()
        self.fit_connections()
        self.packet_table.update_rows()
        self.update_selection()
        self._name_packets()
        self._show_details_in_time()
        if self.model.frames:
            self.call_after_refresh(self.model.pipeline.first_rows_are_shown)

    def fit_connections(self) -> None:
        """A list of a few connections leaves its room to the packets."""
        lines = min(max(len(self.model.listed_connections), 1) + TITLE_AND_HEADER, LONG_LIST)
        if self.has_class("-low") or self.has_class("-zoomed"):
            lines = LONG_LIST
        if lines != self._connection_lines:
            self._connection_lines = lines
            self.connection_table.styles.max_height = None if lines == LONG_LIST else lines

    def on_resize(self) -> None:
        """A low screen shows one pane, which then takes all of it."""
        self.call_after_refresh(self.fit_connections)

    def _name_packets(self) -> None:
        """Say which packets are shown. Only where that changes: a new title draws the whole table."""
        narrowed, chosen = self.packet_rows.connection, self.model.display_filter
        if self.ladder_rows is not None:
            chosen = ""  # a ladder leaves nothing out
            whose = f"connection {narrowed} as a ladder (l: table, Esc: all)"
        else:
            whose = "all connections" if narrowed is None else f"connection {narrowed} (Esc: all)"
        title = f"Packets of {whose}{f' that pass {chosen}' if chosen else ''}"
        if title != self._packets_title:
            self._packets_title = title
            self.packet_table.border_title = Content(title)

    def _show_details_in_time(self) -> None:
        """Describe what has changed; not more often than one can read while rows come and are followed."""
        if self._rest is not None:
            return
        wait = self._described + DETAILS_PAUSE - time.monotonic()
        if wait <= 0 or not self.subject_table.following:
            self.show_details()
        else:
            self._rest = self.set_timer(wait, self.show_details)

    def show_details(self) -> None:
        """Describe what the cursor of the subject table is on."""
        self._described = time.monotonic()
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        table = self.subject_table
        if table.key is None:
            self.inspector.show("Nothing is selected.")
        elif table is self.packet_table:
            self.inspector.show(self.packet_rows.subject(table.cursor))
        else:
            view = self.model.connection(table.key)
            self.inspector.show(view or f"Connection {table.key} has gone: its SYN belongs to another one.")

    def _show_keys(self) -> None:
        """Name the keys that are of use in the pane in focus."""
        live = self.session.live
        circumstances = [] if live is None else ["live"] if live.own_ssh is None else ["live", "own ssh"]
        if self.ladder_rows is not None:
            circumstances.append("ladder")
        self.key_line.show_keys(for_footer(self.current_pane.id or "", circumstances))

    @on(Table.Moved)
    def _follow_soon(self, message: Table.Moved) -> None:
        """The details follow the cursor of the subject table."""
        if message.table is self.subject_table and not message.table.following:
            self._show_details_at_rest()

    def _show_details_at_rest(self) -> None:
        """Have the details follow once no more keys come, so that they never hold one up."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self.show_details)

    @on(Table.Chosen)
    def _narrow_to_chosen(self, message: Table.Chosen) -> None:
        """A second click does what Enter does."""
        self._narrow_to_row(message.table)

    def _narrow_to_row(self, table: Table) -> None:
        """Narrow to the connection under a table's cursor, or to that of the packet under it."""
        if table.key is None:
            return
        if table is self.packet_table and self.toggle_fold():
            return
        if table is self.connection_table:
            self.narrow(table.key)
        else:
            view = self.packet_rows.view(table.cursor)
            if not isinstance(view, SegmentView):
                self.say("This frame belongs to no TCP connection")
                return
            self.connection_table.move_to_key(view.connection)
            self.narrow(view.connection)
        self.go_to(self.packet_table)

    def narrow(self, connection: int | None) -> None:
        """Show only the packets of a connection; None for all of them."""
        if connection == self.packet_rows.connection:
            return
        self.show_packets(self.rows_of(connection))

    def show_packets(self, rows: FrameRows) -> None:
        """Show other rows in the packet table, with the cursor on the frame where it is, as far as they have it."""
        self.packet_rows = rows
        self.take_sideways_keys()
        self.packet_table.show(rows)
        self._name_packets()
        self._show_keys()
        if self.subject_table is self.packet_table:
            self._show_details_at_rest()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A pane that was clicked is the current one."""
        if event.widget not in self._panes:
            return
        self.prompt.close()
        self._mark_current(event.widget)

    def _mark_current(self, pane: Widget) -> None:
        """The pane with the focus is the one that a low screen shows; a table becomes the subject of the details."""
        if pane is not self.current_pane or not pane.has_class("-current"):
            self.current_pane.remove_class("-current")
            self.current_pane = pane
            pane.add_class("-current")
            self.inspector.set_class(pane not in self._tables, "-current")
            self._lower.set_class(pane is not self.connection_table, "-current")
        if isinstance(pane, Table) and pane is not self.subject_table:
            self.subject_table = pane
            self._show_details_at_rest()
        self._show_keys()

    def go_to(self, pane: Widget) -> None:
        """Focus a pane at once, so that keys already typed go to it."""
        self._mark_current(pane)
        self.set_focus(pane)

    def action_pane(self, direction: int) -> None:
        """Go to the next or the previous pane."""
        panes = self._panes
        place = panes.index(self.current_pane) if self.current_pane in panes else 0
        self.go_to(panes[(place + direction) % len(panes)])

    def action_details(self) -> None:
        """Go to the details of the row that was looked at, or back from there to its table."""
        details = self.inspector.panes[0]
        if self.current_pane is details:
            self.go_to(self.subject_table)
        elif details in self._panes:
            self.go_to(details)
        else:
            self.say("Only the tables are shown; v brings the details back")

    def action_choose(self) -> None:
        """Show only the packets of the connection that the details speak of."""
        self._narrow_to_row(self.subject_table)

    def action_neighbour(self, direction: int) -> None:
        """Show the packets of the connection before or after the current one."""
        if self.packet_rows.connection is not None or self.subject_table is self.connection_table:
            self.connection_table.action_step(direction)
        self.narrow(self.connection_table.key)

    def action_widen(self) -> None:
        """Stop a search or a filter that takes long; else show all panes again after a zoom; else all packets."""
        if self.stop_search() or self.stop_filtering():
            return
        if self.has_class("-zoomed"):
            self.action_zoom()
        else:
            self.narrow(None)

    def action_help(self) -> None:
        """List the keys."""
        from tui.ui.dialogs.help import Help  # noqa: PLC0415 - not before it is asked for: the first rows do not wait for it

        self.app.push_screen(Help())
