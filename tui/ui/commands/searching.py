"""The keys that search, and go to the next or the previous place where something was found."""

from collections.abc import Iterator

from textual import events
from textual.timer import Timer

from tui.ui.commands.base import Bench
from tui.ui.look import formats
from tui.ui.searching.prompt import SearchPrompt
from tui.ui.searching.sentences import not_found, under_way, where_found
from tui.ui.searching.wishes import Wish
from tui.ui.tables.cells import text_of
from tui.ui.tables.connection_cells import connection_cells
from tui.ui.tables.connections import ConnectionRows
from tui.ui.tables.table import Table
from tui.views import ConnectionView
from tui.views.searching import Found, Hunt, Kind, Look, PayloadSearch, check_wish, compile_needle, read_wish

AT_ONCE = 0.03
"""Seconds that a search is waited for, which is long enough for what is near."""

LOOK = 0.05
"""Seconds between two looks at a search that takes longer."""


class Searching(Bench):
    """Payload and packet columns are searched in the packets that the table shows, from its cursor on; the columns of
    connections in the list.
    """

    connection_rows: ConnectionRows

    def on_mount(self) -> None:
        """Nothing was searched for yet."""
        self._wish: Wish | None = None
        self._hunt: Hunt | None = None
        self._hunted = 0
        self._look: Look | None = None
        self._direction = 1
        self._hunting: Timer = self.set_interval(LOOK, self._watch_hunt, pause=True)
        self.search_prompt = SearchPrompt(self._search_for)
        self.mount(self.search_prompt, after=self.prompt)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Who goes elsewhere has not to answer any more."""
        if self.search_prompt not in event.widget.ancestors_with_self:
            self.search_prompt.close()

    def action_search(self) -> None:
        """Ask what to look for: in the connection list where that is in use, else in the payload."""
        self.key_line.fall_silent()
        self.prompt.close()
        in_list = self.subject_table is self.connection_table
        self.search_prompt.ask(Kind.CONNECTIONS if in_list else Kind.TEXT)

    def action_next_hit(self, direction: int) -> None:
        """Go to the next place where it is found below, or above where `direction` is -1."""
        if self._wish is None:
            self.say("Nothing was searched for yet; F asks what to look for")
        else:
            self._begin(self._wish, direction, self._table_of(self._wish).cursor + direction)

    def stop_search(self) -> bool:
        """End a search that is under way; whether there was one."""
        hunt, self._hunt = self._hunt, None
        if hunt is None:
            return False
        hunt.cancel()
        self._hunting.pause()
        self.say("The search was stopped")
        return True

    def _search_for(self, typed: Wish) -> None:
        """Take what was typed: look for it from the cursor on, or, where it was just found there, from the next row."""
        wish = Wish(*read_wish(typed.text, typed.kind))
        self._look_for(wish)
        again = wish == self._wish
        self.search_prompt.asked.remember(typed)
        self._wish = wish
        self.search_prompt.action_cancel()
        self._begin(wish, 1, self._table_of(wish).cursor + again)

    def _table_of(self, wish: Wish) -> Table:
        return self.connection_table if wish.kind is Kind.CONNECTIONS else self.packet_table

    def _look_for(self, wish: Wish) -> Look:
        """What looks for it. Raises SearchError where the wish can't be understood."""
        check_wish(wish.kind, wish.text)
        if wish.kind is Kind.CONNECTIONS:
            return self.model.connection_search(wish.text.strip(), _connection_texts)
        if wish.kind is Kind.COLUMNS:
            return self.model.frame_column_search(wish.text.strip(), self._write_time)
        return self.model.payload_search(compile_needle(wish.kind, wish.text))

    def _write_time(self, time_ns: int) -> str:
        if self.model.options.time_format == "clock":
            return formats.clock(time_ns, dated=False)
        return formats.seconds((time_ns - self.model.origin_ns) / formats.NS)

    def _begin(self, wish: Wish, direction: int, start: int) -> None:
        """Look for it from a row of its table on; what was looked for before is not any more."""
        if self._hunt is not None:
            self._hunt.cancel()
        entries = self.connection_rows.numbers if wish.kind is Kind.CONNECTIONS else self.packet_rows.packets.rows
        self._direction, self._hunted, self._look = direction, len(entries), self._look_for(wish)
        self._hunt = Hunt(self._look, entries, start, direction)
        if self._hunt.wait(AT_ONCE):
            self._watch_hunt()
        else:
            self._hunting.resume()

    def _watch_hunt(self) -> None:
        """Say how far the search is, or go to what it has found."""
        hunt, wish = self._hunt, self._wish
        if hunt is None or wish is None:
            return
        if not hunt.over:
            words = under_way(wish, hunt.share)
            if self.key_line.spoken != words:
                self.say(words)
            return
        self._hunt = None
        self._hunting.pause()
        if hunt.error is not None:
            raise hunt.error
        if hunt.complaint:
            self.say(hunt.complaint)
        elif hunt.found is not None:
            self._arrive(wish, hunt.found)
        elif not self._hunted:
            self.say("There is nothing to search in")
        else:
            cut = self._look.cut if isinstance(self._look, PayloadSearch) else 0
            self.say(not_found(wish, self._hunted, cut, not self.model.progress.over))

    def _arrive(self, wish: Wish, found: Found) -> None:
        """Go to what was found, where it is still shown."""
        in_list = wish.kind is Kind.CONNECTIONS
        table, rows = self._table_of(wish), self.connection_rows if in_list else self.packet_rows
        key = found.entry if in_list else self.model.frame_number(found.entry)
        place = rows.find(key)
        if place >= len(rows) or rows.key(place) != key:
            self.say(f"It was found in {'connection' if in_list else 'frame'} {key:,}, which is not shown any more")
            return
        only = found.wrapped and key == table.key
        passed = ("bottom" if self._direction > 0 else "top") if found.wrapped else ""
        table.jump_to(place)
        self.go_to(table)
        if wish.kind not in (Kind.CONNECTIONS, Kind.COLUMNS):
            match = found.match
            self.inspector.mark_found(found.entry, range(match.skipped + match.start, match.skipped + match.end))
        self.say(where_found(wish.kind, key, found.match, passed, only))


def _connection_texts(view: ConnectionView, application: str, problems: tuple[str, ...]) -> Iterator[str]:
    """The cells of the connection list as text."""
    return map(text_of, connection_cells(view, application, problems))
