"""The keys that show only what a display filter selects."""

from textual import events, on

from tui.errors import UserError
from tui.ui.commands.base import Bench
from tui.ui.dialogs.fields import FieldList
from tui.ui.filtering.checking import load_language
from tui.ui.filtering.filter_prompt import FilterPrompt
from tui.ui.filtering.held import Held
from tui.ui.filtering.like_cell import filter_of_connection, filter_of_frame, in_an_and
from tui.ui.tables.connections import ConnectionRows
from tui.ui.tables.table import Table

AFTER_FIRST_ROWS = 0.5
"""Seconds after the start when the language of filters is loaded, unless it was needed before."""


class Filtering(Bench):
    """Commands of the workbench. A filter hides frames, and does not untrack them."""

    connection_rows: ConnectionRows
    _held: tuple[Held, ...] = ()
    _told_error = ""

    def on_mount(self) -> None:
        """Show at once what the program was asked to show."""
        self.filter_prompt = FilterPrompt()
        self.mount(self.filter_prompt)
        self.set_timer(AFTER_FIRST_ROWS, load_language)
        if self.model.options.display_filter and self.model.selection is None:
            complaint = self._filter(self.model.options.display_filter)
            if complaint:
                self.say(complaint)

    def action_filter(self) -> None:
        """Ask for a display filter."""
        self.key_line.fall_silent()
        self.prompt.close()
        self.filter_prompt.ask(self.model.options.display_filter, self.preferences.display_filters, self._apply)

    def action_no_filter(self) -> None:
        """Show everything again."""
        if self.model.selection is None:
            self.say("There is no display filter; all frames are shown")
        else:
            self._filter("")
            self.say("The display filter is gone; all frames are shown")

    def action_filter_like_cell(self) -> None:
        """Show only the rows whose value in the chosen column is that of the row under the cursor."""
        table = self.subject_table
        if table.key is None:
            self.say("There is no row to go by")
            return
        term = self._term_of_cell()
        if term is None:
            self.say("Nothing can be filtered by this cell; choose another one with ← →")
            return
        before = self.model.options.display_filter
        expression = term if not before or before == term else f"{in_an_and(before)} && {term}"
        complaint = self._apply(expression)
        self.say(complaint or f"Display filter: {expression}   (/ changes it)")

    def _term_of_cell(self) -> str | None:
        """A filter for what the cell in the chosen column says; None where that makes none."""
        table = self.subject_table
        if table is self.packet_table:
            rows = self.packet_rows
            return filter_of_frame(self.model, rows.view(table.cursor), table.column, rows.connection is not None)
        view = None if table.key is None else self.model.connection(table.key)
        return None if view is None else filter_of_connection(self.model, view, table.column)

    def action_fields(self) -> None:
        """List the fields that a display filter may have."""
        self.app.push_screen(FieldList())

    @on(FilterPrompt.FieldsWanted)
    def _show_fields(self) -> None:
        self.action_fields()

    def _apply(self, expression: str) -> str | None:
        """Filter, and remember the filter for the next time; returns what is wrong with it."""
        complaint = self._filter(expression)
        if complaint is None and expression:
            not_kept = self.preferences.remember_display_filter(expression)
            if not_kept:
                self.say(not_kept)
        return complaint

    def _filter(self, expression: str) -> str | None:
        """Show what a filter selects; returns what is wrong with it. The cursors stay on their rows if they can."""
        tables = (self.connection_table, self.packet_table)
        before = {held.table: held for held in self._held}
        held = tuple(Held(table, before.get(table)) for table in tables)
        try:
            self.model.select(expression)
        except UserError as error:
            return str(error)
        self._held = held
        self.update_tables()
        return None

    def update_selection(self) -> None:
        """Keep the cursors where they were while more and more is selected, and say what ended that."""
        selection = self.model.selection
        evaluated_all = selection is None or selection.ended_early or selection.evaluated >= self.model.progress.rows
        self._held = tuple(
            held for held in self._held if held.put_back() and (held.table.key is None or not evaluated_all)
        )
        error = "" if selection is None else selection.error
        if error and error != self._told_error:
            self.say(error)
        self._told_error = error

    def stop_filtering(self) -> bool:
        """Stop a filter that has still much to look through; false where there is none."""
        if self.model.share_selected is None:
            return False
        self.model.stop_selecting()
        self.say("Stopped: the frames found so far are shown. / and ⏎ look through all of them again")
        return True

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Who goes to a table has done with the prompt."""
        if isinstance(event.widget, Table):
            self.filter_prompt.close()
