"""A cursor that stays with its row while a display filter is still being evaluated."""

from tui.ui.tables.table import Table


class Held:
    """The key under the cursor of a table; rows that are not evaluated yet may still bring it back."""

    def __init__(self, table: Table, before: "Held | None" = None) -> None:
        """`before`: what was held until now, which goes on where the user has not gone elsewhere."""
        self.table = table
        self._wanted = table.key
        if before is not None and before.is_untouched:
            self._wanted = before._wanted
        self._put = table.key

    @property
    def is_untouched(self) -> bool:
        """Whether the cursor is where it was put last; where there was no row, nobody can have moved it."""
        return self._put is None or self.table.key in (None, self._put)

    def put_back(self) -> bool:
        """Put the cursor on the row, or on the next one there is; false where the user has gone elsewhere."""
        table = self.table
        if self._wanted is None or table.following or not self.is_untouched:
            return False
        table.hold(self._wanted)
        self._put = table.key
        return True
