"""Draws a form of the diagram with the paths of both ends."""

from tui.tcp.rules.states import State
from tui.ui.diagram.canvas import Canvas, Point, Signs
from tui.ui.diagram.figures import Arrow, Box, Figure
from tui.ui.diagram.stops import END_LETTERS, END_SPANS, ENDS, Stop, path_of, tag
from tui.ui.look import theme
from tui.views import StatePaths

_QUIET = theme.KIND_SPANS["quiet"]
_BOTH = "bold"
_CHOSEN = " reverse"


class Picture:
    """A form of the diagram with the paths of both ends, drawn on a canvas."""

    def __init__(self, figure: Figure, paths: StatePaths, chosen: Stop | None, signs: Signs) -> None:
        """`chosen`: the step that stands out."""
        self._figure = figure
        self._paths = paths
        self._chosen = chosen
        self._signs = signs
        self.canvas = Canvas(figure.width, figure.height, signs)
        for arrow in figure.arrows:
            self._draw_arrow(arrow)
        for box in figure.boxes:
            self._draw_box(box)

    def _draw_arrow(self, arrow: Arrow) -> None:
        stops = [
            Stop(end, place)
            for end in ENDS
            for place, step in enumerate(path_of(self._paths, end).steps)
            if step.drawn == arrow.step
        ]
        style = _style_of({stop.end for stop in stops})
        self.canvas.arrow(arrow.points, bool(stops), style)
        x, y = arrow.label
        for words in arrow.words:
            self.canvas.write(x, y, words, _QUIET)
            y += 1
        for stop, text in self._tags(stops, arrow.room):
            chosen = _CHOSEN if stop == self._chosen else ""
            self.canvas.write(x, y, text, (END_SPANS[stop.end] if stop is not None else _QUIET) + chosen)
            x += len(text) + 1

    def _tags(self, stops: list[Stop], room: int) -> list[tuple[Stop | None, str]]:
        """What is written of the steps along an arrow, the chosen one first; of too many not all."""
        stops = sorted(stops, key=lambda stop: stop != self._chosen)
        texts: list[tuple[Stop | None, str]] = []
        for stop in stops:
            text = tag(self._paths, stop)
            if self._figure.box_height > 1:
                text += f" #{path_of(self._paths, stop.end).steps[stop.place].frame}"
            if len(text) + 1 > room:
                return [*texts, (None, "…"[:room])]
            texts.append((stop, text))
            room -= len(text) + 1
        return texts

    def _draw_box(self, box: Box) -> None:
        figure = self._figure
        ends = self._visitors(box)
        chosen = self._is_chosen(box)
        style = _style_of(ends) + (_CHOSEN if chosen else "")
        x, y = box.corner
        name = figure.names[box.state]
        if figure.box_height == 1:
            self.canvas.write(x, y, f"[{name:^{figure.box_width - 2}}]", style)
            slots = (x, x + figure.box_width - 1)
        else:
            self.canvas.frame(x, y, figure.box_width, figure.box_height, bool(ends), style)
            self.canvas.write(x + 1, y + 1, f"{name:^{figure.box_width - 2}}", style)
            slots = (x + 2, x + figure.box_width - 3)
        for end in ENDS:
            if self._is_here(box, end):
                sign, stands_out = END_LETTERS[end], not chosen
            elif self._was_reset(box, end):
                sign, stands_out = self._signs.reset, chosen
            else:
                continue
            sign_style = END_SPANS[end] + (_CHOSEN if stands_out else "")
            self.canvas.write(slots[end], y + figure.box_height // 2, sign, sign_style)

    def _visitors(self, box: Box) -> set[int]:
        """The ends that were in a state."""
        return {end for end in ENDS if any(self._at(box, end, place) for place in range(self._count(end)))}

    def _count(self, end: int) -> int:
        return len(path_of(self._paths, end).steps)

    def _at(self, box: Box, end: int, place: int) -> bool:
        """Whether a step begins or ends in a state that was not taken back; CLOSED at the end is the last one."""
        step = path_of(self._paths, end).steps[place]
        if step.taken_back:
            return False
        if box.state == State.CLOSED:
            return (step.before if box is self._figure.boxes[0] else step.after) == State.CLOSED
        return box.state in (step.before, step.after)

    def _is_chosen(self, box: Box) -> bool:
        """Whether the chosen step comes to a state."""
        if self._chosen is None:
            return False
        step = path_of(self._paths, self._chosen.end).steps[self._chosen.place]
        return step.after == box.state and (box.state != State.CLOSED or box is not self._figure.boxes[0])

    def _is_here(self, box: Box, end: int) -> bool:
        """Whether an end is in a state now."""
        path = path_of(self._paths, end)
        return path.state == box.state and box is not self._figure.boxes[0 if path.steps else -1]

    def _was_reset(self, box: Box, end: int) -> bool:
        """Whether a reset has ended the connection while an end was in a state."""
        return any(step.by_reset and step.before == box.state for step in path_of(self._paths, end).steps)


def state_at(figure: Figure, point: Point) -> State | None:
    """The state whose box is at a point."""
    for box in figure.boxes:
        x, y = box.corner
        if x <= point[0] < x + figure.box_width and y <= point[1] < y + figure.box_height:
            return box.state
    return None


def _style_of(ends: set[int]) -> str:
    if len(ends) > 1:
        return _BOTH
    return END_SPANS[next(iter(ends))] if ends else _QUIET
