"""The page of the state diagram: the figure, and the paths of both ends as lists."""

import sys
import time
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.tcp.rules.states import STATE_NAMES, State
from tui.ui.actions import bindings
from tui.ui.diagram.canvas import signs_for
from tui.ui.diagram.figures import LARGE, SMALL, Figure
from tui.ui.diagram.path_list import PathList
from tui.ui.diagram.picture import Picture, state_at
from tui.ui.diagram.stops import CLIENT, SERVER, Stop, path_of, step_of, stop_at, stops_of
from tui.ui.look import theme
from tui.ui.model import Model
from tui.ui.pages import Page
from tui.views import StatePath, StatePaths

LEAST_LIST = 30
"""Cells that the lists need beside the figure."""

LIST_LINES = 8
"""Lines that the lists need below it."""

LEGEND = "C, S: where client and server are now   ?: assumed   {reset}: ended by a reset   #: frame"

REST_FACTOR = 10
"""So many times as long as making the paths took passes before they are made again."""


class Diagram(Widget):
    """The figure in the form that there is room for."""

    class Clicked(Message):
        """A state was clicked."""

        def __init__(self, state: State) -> None:
            super().__init__()
            self.state = state

    def __init__(self, paths: StatePaths, stop: Stop | None) -> None:
        super().__init__(id="diagram")
        self.figure = SMALL
        self._paths = paths
        self._stop = stop
        self._signs = signs_for(getattr(sys.__stderr__, "encoding", None))

    def show(self, paths: StatePaths, stop: Stop | None) -> None:
        """Draw the paths; the chosen step stands out."""
        self._paths, self._stop = paths, stop
        self.refresh()

    def render(self) -> Content:
        """The picture, and where there is room what its signs mean."""
        picture = Picture(self.figure, self._paths, self._stop, self._signs).canvas.content()
        legend = LEGEND.format(reset=self._signs.reset)
        if self.size.height < self.figure.height + 2 or self.figure.width < len(legend):
            return picture
        return Content.assemble(picture, "\n\n", (legend, theme.KIND_SPANS["quiet"]))

    def on_click(self, event: events.Click) -> None:
        """A click on a state chooses a step that comes to it."""
        offset = event.get_content_offset(self)
        state = None if offset is None else state_at(self.figure, (offset.x, offset.y))
        if state is not None:
            self.post_message(self.Clicked(state))


class StateDiagram(Page):
    """The paths of both ends of a connection, which grow with it."""

    KEYS = "diagram"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("page"), *bindings("diagram")]
    DEFAULT_CSS = """
    StateDiagram {
        #diagram-body { layout: horizontal; height: 1fr; }
        #diagram-body.-stacked { layout: vertical; }
        #diagram { margin: 0 1 0 0; }
        #paths { width: 1fr; height: 1fr; padding: 0; border: none; }
    }
    """

    def __init__(self, model: Model, paths: StatePaths, frame: int | None) -> None:
        """`frame`: the step that it has caused is chosen, or the last one before it."""
        super().__init__(model, paths.connection)
        stops = stops_of(paths)
        self._paths = paths
        self._gone = False
        self._waiting = False
        self._next_look = 0.0
        first = stop_at(paths, frame) if frame is not None else stops[-1] if stops else None
        self._list = PathList(paths, first)
        self._diagram = Diagram(paths, first)
        self._body = Container(self._diagram, self._list, id="diagram-body")

    def body(self) -> Widget:
        """The figure and the lists."""
        return self._body

    def title_words(self) -> str:
        """Whose diagram it is, and where both ends are."""
        ends = f"{self._paths.client.endpoint} → {self._paths.server.endpoint}"
        where = f"client {_state(self._paths.client)}, server {_state(self._paths.server)}"
        gone = " (given up)" if self._gone else ""
        return f"States of connection {self.connection}{gone}   {where}   {ends}"

    def on_mount(self) -> None:
        """The lists have the keys."""
        self._list.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Take the form of the figure that there is room for."""
        self.take_form(event.size.width, event.size.height - 2)

    def take_form(self, width: int, height: int) -> None:
        """Lay the body out in so many columns and lines: the lists beside the figure, below it, or alone."""
        figure, stacked = form_for(width, height)
        self._diagram.display = figure is not None
        self._body.set_class(stacked, "-stacked")
        if figure is not None:
            self._diagram.figure = figure
            self._diagram.styles.width = figure.width
            self._diagram.styles.height = figure.height if stacked else "100%"
            self._diagram.refresh()

    def grow(self) -> None:
        """Take in the steps that have come, not more often than they are quickly found."""
        began = time.monotonic()
        if self._gone or self._waiting:
            return
        if began < self._next_look:
            self._waiting = True
            self.set_timer(self._next_look - began, self._grow_now)
            return
        self._take_paths(began)

    def _grow_now(self) -> None:
        self._waiting = False
        self._take_paths(time.monotonic())

    def _take_paths(self, began: float) -> None:
        paths = self.model.state_paths(self.connection)
        self._next_look = time.monotonic() + REST_FACTOR * (time.monotonic() - began)
        if paths is None or (paths.given_up and not stops_of(paths)):
            self._gone = True
            self.say("The frames of this connection were given up; what is shown is what there was.")
        elif paths != self._paths:
            self._paths = paths
            self._list.show(paths)
            self._diagram.show(paths, self._list.stop)
        self.update_title()

    @on(PathList.Moved)
    def _follow_cursor(self) -> None:
        self._diagram.show(self._paths, self._list.stop)

    @on(PathList.Chosen)
    def _go(self) -> None:
        self.action_go()

    @on(Diagram.Clicked)
    def _choose_state(self, message: Diagram.Clicked) -> None:
        """Choose the next step that comes to the state, or leads away from it where none comes."""
        stops = stops_of(self._paths)
        coming = [stop for stop in stops if step_of(self._paths, stop).after == message.state]
        found = coming or [stop for stop in stops if step_of(self._paths, stop).before == message.state]
        if not found:
            self.say(f"Neither end was in {STATE_NAMES[message.state]}")
            return
        now = self._list.stop
        self._list.choose(next((stop for stop in found if now is not None and stop > now), found[0]))

    def action_other_end(self) -> None:
        """Go to the step of the other end that is nearest in time."""
        now = self._list.stop
        if now is None:
            return
        other = SERVER if now.end == CLIENT else CLIENT
        frame = step_of(self._paths, now).frame
        steps = path_of(self._paths, other).steps
        if not steps:
            return
        place = min(range(len(steps)), key=lambda place: abs(steps[place].frame - frame))
        self._list.choose(Stop(other, place))

    def action_go(self) -> None:
        """Back to the tables, at the frame of the chosen step."""
        if self._list.stop is None:
            self.say("No step was taken, so there is no frame to go to")
            return
        frame = step_of(self._paths, self._list.stop).frame
        if self.model.row_of_frame(frame) is None:
            self.say(f"Frame {frame:,} is not there any more")
        else:
            self.dismiss(frame)


def form_for(width: int, height: int) -> tuple[Figure | None, bool]:
    """The figure that so much room has beside the lists or below it, and whether the lists stand below."""
    for figure in (LARGE, SMALL):
        if width >= figure.width + 1 + LEAST_LIST and height >= figure.height:
            return figure, False
        if width >= figure.width + 1 and height >= figure.height + LIST_LINES:
            return figure, True
    return None, False


def _state(path: StatePath) -> str:
    return f"{STATE_NAMES[path.state]}{'?' if path.assumed else ''}"
