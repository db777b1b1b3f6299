"""The key that pauses and resumes following: whether the cursors go along with what arrives."""

from tui.ui.bars.status import Status
from tui.ui.commands.base import Bench
from tui.ui.tables.connections import ConnectionRows
from tui.ui.tables.table import Table

NOTHING_TO_FOLLOW = "Only a live capture can be followed."


class Following(Bench):
    """The tables of a stream follow from the start, until their cursors are moved away from the last row."""

    connection_rows: ConnectionRows

    def on_mount(self) -> None:
        """Let the tables follow where frames come as they happen, and the status line tell of it."""
        self.query_one(Status).follows = self._follows
        for table in (self.connection_table, self.packet_table):
            table.may_follow = self.model.is_stream
            table.follow(True)

    def _table_that_follows(self) -> Table:
        """The table in use; the packets' where that is a list without a place for what comes last."""
        if self.subject_table is self.connection_table and not self.connection_rows.arrival_order:
            return self.packet_table
        return self.subject_table

    def _follows(self) -> bool | None:
        table = self._table_that_follows()
        return table.following if table.may_follow else None

    def action_follow(self) -> None:
        """Pause where the table in use follows, else resume; both tables do the same."""
        table_that_follows = self._table_that_follows()
        if not table_that_follows.may_follow:
            self.say(NOTHING_TO_FOLLOW)
            return
        on = not table_that_follows.following
        for table in (self.connection_table, self.packet_table):
            table.follow(on)
        self.query_one(Status).update_line()
