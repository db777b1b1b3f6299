"""What every family of keys finds on the main screen."""

from collections.abc import Callable

from textual.screen import Screen
from textual.widget import Widget

from tui.session import Session
from tui.ui.bars.key_line import KeyLine
from tui.ui.bars.prompt import Prompt
from tui.ui.bars.status import Status
from tui.ui.inspector.inspector import Inspector
from tui.ui.look.preferences import Preferences
from tui.ui.model import Model
from tui.ui.tables.packets import FrameRows
from tui.ui.tables.table import Table
from tui.views import SegmentView

Answer = Callable[[str], str | None]
"""Takes what was typed; returns what is wrong with it as a sentence, and None where it was taken."""


class Bench(Screen[None]):
    """The parts of the main screen, and the line at its bottom, which speaks and asks."""

    session: Session
    model: Model
    preferences: Preferences
    status: Status
    connection_table: Table
    packet_table: Table
    packet_rows: FrameRows
    """What the packet table shows: all frames, or those of one connection."""
    subject_table: Table
    """The table that had the focus last; the details speak of its row."""
    current_pane: Widget
    """The pane that has the focus, or had it last."""
    inspector: Inspector
    key_line: KeyLine
    prompt: Prompt

    def go_to(self, pane: Widget) -> None:
        """Focus a pane at once, so that keys already typed go to it."""
        raise NotImplementedError

    def update_tables(self) -> None:
        """Show what the last poll found."""
        raise NotImplementedError

    def fit_connections(self) -> None:
        """Give the list of connections the height that it needs."""
        raise NotImplementedError

    def narrow(self, connection: int | None) -> None:
        """Show only the packets of a connection; None for all of them."""
        raise NotImplementedError

    def show_frame(self, frame: int) -> None:
        """Put the cursor of the packet table on a frame, and the focus there; where it is not among the packets shown,
        show those of its connection. The key Back goes to where that began.
        """
        raise NotImplementedError

    def rows_of(self, connection: int | None) -> FrameRows:
        """The packets of a connection, None for all, in the way in which they are shown now."""
        raise NotImplementedError

    def show_packets(self, rows: FrameRows) -> None:
        """Show other rows in the packet table, with the cursor on the frame where it is, as far as they have it."""
        raise NotImplementedError

    def reveal(self, frame: int) -> None:
        """Where a frame of the packets shown is folded away, show it."""
        raise NotImplementedError

    def show_details(self) -> None:
        """Describe what the cursor of the subject table is on, at once."""
        raise NotImplementedError

    def chosen_connection(self) -> int | None:
        """The connection that the keys speak of: the one under the cursor of the table in use, else the one that the
        packets are narrowed to; None where there is none.
        """
        if self.subject_table is self.connection_table:
            return self.connection_table.key
        if self.packet_table.key is None:
            return self.packet_rows.connection
        view = self.packet_rows.view(self.packet_table.cursor)
        return view.connection if isinstance(view, SegmentView) else self.packet_rows.connection

    def say(self, text: str) -> None:
        """Show a sentence in the line at the bottom for a few seconds."""
        self.key_line.say(text)

    def ask(self, prompt: str, answer: Answer, initial: str = "") -> None:
        """Ask for a line of text in the place of the keys. Esc cancels; what `answer` finds wrong is shown there."""
        self.key_line.fall_silent()
        self.prompt.ask(prompt, answer, initial)
