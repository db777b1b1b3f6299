"""The order of the connection list: a key, and a click on a title."""

from textual import on

from tui.ui.commands.base import Bench
from tui.ui.tables.connections import ConnectionRows
from tui.ui.tables.table import Table


class Sorting(Bench):
    """Commands of the workbench."""

    connection_rows: ConnectionRows

    def action_sort(self) -> None:
        """Sort the connections by the chosen column; the other way round where they are sorted by it already."""
        column = self.connection_table.column
        if column is None:
            self.say("Choose a column of the connection list with ← →, then s sorts by it")
        else:
            self._sort_by(column)

    @on(Table.HeaderChosen)
    def _sort_by_title(self, message: Table.HeaderChosen) -> None:
        """A click on a title sorts the connections; the packets stay in the order in which they came."""
        if message.table is self.connection_table:
            self._sort_by(message.column)
        else:
            message.table.choose_column(message.column)

    def _sort_by(self, column: int) -> None:
        rows = self.connection_rows
        if rows.order == column:
            rows.reverse()
        else:
            rows.sort_by(column)
        self.connection_table.redraw()
