"""Keys that change how the same things are shown: times, numbers, zoom, layout."""

from tui.ui.commands.base import Bench
from tui.ui.look.preferences import LAYOUTS, Layout
from tui.ui.look.view_options import TIME_FORMATS, TimeFormat

TIMES: dict[TimeFormat, str] = {
    "relative": "Times are seconds since the first frame",
    "delta": "Times are seconds since the row above",
    "clock": "Times are the local time of day",
}

WIDE_LAYOUTS: dict[Layout, str] = {
    "right": "Details at the right",
    "below": "Details below",
    "tables": "Only the tables",
}

NARROW_LAYOUTS: dict[Layout, str] = {"right": "Details below", "tables": "Only the tables"}
"""Where there is no room beside the packets, the details always stand below."""


class Viewing(Bench):
    """Commands of the workbench."""

    def action_time(self) -> None:
        """Write times in the next way."""
        options = self.model.options
        options.time_format = TIME_FORMATS[(TIME_FORMATS.index(options.time_format) + 1) % len(TIME_FORMATS)]
        self._show_options(TIMES[options.time_format])

    def action_numbers(self) -> None:
        """Write sequence and acknowledgement numbers relative to the first ones, or as on the wire."""
        options = self.model.options
        options.absolute_numbers = not options.absolute_numbers
        self._show_options(
            "Numbers are those on the wire" if options.absolute_numbers else "Numbers are relative to the first"
        )

    def _show_options(self, words: str) -> None:
        self.packet_table.redraw()
        self.connection_table.redraw()
        self._told(words, self.preferences.choose_options(self.model.options))

    def action_zoom(self) -> None:
        """Show the pane in focus alone, or all panes again."""
        self.set_class(not self.has_class("-zoomed"), "-zoomed")
        self.fit_connections()

    def action_layout(self) -> None:
        """Put the details elsewhere."""
        shown = WIDE_LAYOUTS if self.has_class("-wide") else NARROW_LAYOUTS
        layouts = list(shown)
        before = self.preferences.layout
        place = layouts.index(before) if before in layouts else 0
        layout = layouts[(place + 1) % len(layouts)]
        complaint = self.preferences.choose_layout(layout)
        self.remove_class("-zoomed")
        self.take_layout()
        self._told(shown[layout], complaint)

    def take_layout(self) -> None:
        """Put the panes where the preferences want them."""
        for layout in LAYOUTS:
            self.set_class(layout == self.preferences.layout, f"-{layout}")
        if self.preferences.layout == "tables" and self.current_pane not in (self.connection_table, self.packet_table):
            self.go_to(self.subject_table)

    def _told(self, words: str, complaint: str | None) -> None:
        self.say(f"{words}; {complaint}" if complaint else words)
