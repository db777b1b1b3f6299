"""The paths of both ends as lists: each step with its state, its frame and its cause."""

import textwrap
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from tui.tcp.rules.states import STATE_NAMES, State
from tui.text import printable
from tui.ui.diagram.stops import END_NAMES, ENDS, Stop, path_of, step_of, stops_of, tag
from tui.ui.inspector.lines import Lines
from tui.ui.look import formats
from tui.ui.look.quantities import counted
from tui.ui.tables.columns import fit
from tui.views import StatePaths, StateStep
from tui.views.wording.shorter import short_state

INDENT = 4
"""Cells before the words about a step, which take the tag of a step."""

HEADING_LINES = 2
"""Lines that stand before the first step; they come into view with it."""

LEAST_TIME = 5
"""Cells from which on there is room for a time."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it stands there, whatever the cursor is on."""

    text: str
    kind: str
    stop: Stop | None = None
    """The step that it belongs to."""
    begins: bool = False
    """It is the first line of a step."""


class PathList(Lines):
    """Two lists with one cursor, which goes from step to step."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("path-list--client", "path-list--server", "path-list--heading", "path-list--step", "path-list--chosen")
    }
    DEFAULT_CSS = """
    PathList {
        & > .path-list--client { color: $text-primary; text-style: bold; }
        & > .path-list--server { color: $text-accent; text-style: bold; }
        & > .path-list--heading { color: $foreground; text-style: bold; }
        & > .path-list--step { color: $foreground; }
        & > .path-list--chosen { background: $surface-lighten-2; }
        &:ansi > .path-list--chosen { background: ansi_default; }
    }
    """

    class Moved(Message):
        """The cursor has come to another step."""

    class Chosen(Message):
        """The step under the cursor was clicked a second time."""

    def __init__(self, paths: StatePaths, stop: Stop | None) -> None:
        super().__init__("paths", "Paths")
        self._paths = paths
        self._stop = stop
        self._rows: list[_Line] = []

    @property
    def stop(self) -> Stop | None:
        """The step under the cursor; None where no end has a path."""
        return self._stop

    def show(self, paths: StatePaths) -> None:
        """Show the paths as they are now; the cursor stays on its step, or on the last one that is left."""
        self._paths = paths
        stops = stops_of(paths)
        if self._stop not in stops:
            ends = [stop for stop in stops if self._stop is None or stop.end == self._stop.end]
            self._stop = next(reversed(ends or stops), None)
        self._lay_out()
        self.scroll_to_line(self.top)
        self.redraw()

    def choose(self, stop: Stop | None) -> None:
        """Put the cursor on a step."""
        if stop is not None and stop != self._stop:
            self._stop = stop
            self._reveal_stop()
            self.redraw()
            self.post_message(self.Moved())

    def move_by_lines(self, lines: int) -> None:
        """Move the cursor to the next step or the one before it; by more lines, to the step that stands there."""
        stops = stops_of(self._paths)
        if not stops or self._stop is None:
            return
        place = stops.index(self._stop) + (1 if lines > 0 else -1)
        if abs(lines) > 1:
            line = (self._lines_of_stop() or [0])[0] + lines
            above = [row.stop for row in self._rows[: max(line, 0) + 1] if row.begins and row.stop is not None]
            place = max(place, len(above) - 1) if lines > 0 else min(place, len(above) - 1)
        self.choose(stops[max(0, min(place, len(stops) - 1))])

    @property
    def line_count(self) -> int:
        """Lines of both lists."""
        return len(self._rows)

    @property
    def line_to_keep(self) -> int:
        """The last line of the chosen step."""
        return (self._lines_of_stop() or [0])[-1]

    def _lines_of_stop(self) -> list[int]:
        return [line for line, row in enumerate(self._rows) if row.stop is not None and row.stop == self._stop]

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        """Choose a step; a second click goes to its frame."""
        offset = event.get_content_offset(self)
        line = self.top + offset.y if offset is not None else -1
        stop = self._rows[line].stop if 0 <= line < len(self._rows) else None
        if stop is None:
            return
        again = stop == self._stop and event.chain > 1
        self.choose(stop)
        if again:
            self.post_message(self.Chosen())

    def draw_line(self, line: int) -> list[Segment]:
        """One line in the style of its kind; the chosen step stands out."""
        row = self._rows[line]
        chosen = row.stop is not None and row.stop == self._stop
        if not chosen:
            under, kind = "", row.kind
        elif row.begins:
            under, kind = ("lines--cursor", "") if self.has_focus else ("lines--resting-cursor", row.kind)
        else:
            under, kind = "path-list--chosen", row.kind
        style = self.style(under, kind)
        if row.begins and not under:
            mark, rest = row.text[:INDENT], row.text[INDENT:]
            return [Segment(mark, style), Segment(rest, self.style("path-list--step"))]
        return [Segment(fit(row.text, self.line_width) if chosen else row.text, style)]

    def _reveal_stop(self) -> None:
        """Bring all lines of the chosen step into view, the first one at least."""
        lines = self._lines_of_stop()
        if lines:
            self.reveal(lines[-1])
            self.reveal(0 if lines[0] <= HEADING_LINES else lines[0])

    def _lay_out(self) -> None:
        width = self.line_width
        self._rows = []
        for end in ENDS:
            path = path_of(self._paths, end)
            kind = "path-list--server" if end else "path-list--client"
            state = f"{STATE_NAMES[path.state]}{'?' if path.assumed else ''}"
            self._say(f"{END_NAMES[end]} {printable(path.endpoint)}: now {state}", kind, width)
            if not path.steps:
                self._say("No segment has opened anything here.", "lines--quiet", width)
            for place in range(len(path.steps)):
                self._add_step(Stop(end, place), kind, width)
            self._rows.append(_Line("", ""))
        for words in _remarks(self._paths):
            self._say(words, "lines--quiet", width)
        while self._rows and not self._rows[-1].text:
            self._rows.pop()

    def _say(self, words: str, kind: str, width: int) -> None:
        self._rows += [_Line(text, kind) for text in textwrap.wrap(words, width)]

    def _add_step(self, stop: Stop, kind: str, width: int) -> None:
        step = step_of(self._paths, stop)
        name = f"{tag(self._paths, stop):<{INDENT}}"
        self._rows.append(_Line(name + _headline(step, width - len(name)), kind, stop, begins=True))
        for words in _words(step):
            for text in textwrap.wrap(words, max(width - INDENT, 1)):
                self._rows.append(_Line(" " * INDENT + text, "lines--quiet", stop))


def _headline(step: StateStep, width: int) -> str:
    """The state that a step comes to, with the frame and the time at the right as far as there is room."""
    mark = "?" if step.assumed else ""
    state = short_state(STATE_NAMES[step.after], max(width - 10, 1)) + mark
    frame = f"#{step.frame}"
    time = formats.seconds(step.elapsed)
    room = width - cell_len(state) - len(frame) - 3
    if len(time) > room:
        time = formats.short_seconds(time, room) if room >= LEAST_TIME else ""
    right = f"{frame}  {time}" if time and len(time) <= room else frame
    return fit(f"{state}{right:>{max(width - cell_len(state), len(right) + 1)}}", max(width, 1))


def _words(step: StateStep) -> list[str]:
    """What caused a step, and what is known of it."""
    why = f": {step.cause.reason}" if step.cause.reason else ""
    words = [f"{step.cause.words} [{step.flags}]{why}"]
    if step.returns and step.before is not None:
        words.append(f"no longer taken to be in {STATE_NAMES[step.before]}")
    if step.taken_back:
        words.append("not so, as a later segment shows")
    elif step.assumed and step.proved_by is not None:
        words.append(f"assumed until frame {step.proved_by} shows it")
    elif step.assumed and step.after != State.CLOSED:
        words.append("assumed: nothing that it sends shows it")
    return words


def _remarks(paths: StatePaths) -> list[str]:
    """What the lists do not tell."""
    remarks = []
    if paths.given_up:
        remarks.append("The first frames of this connection were given up; the paths begin with those that are left.")
    if paths.left_out:
        changes = counted(paths.left_out, "further segment")
        remarks.append(f"{changes} in the middle that change a state are left out.")
    return remarks
