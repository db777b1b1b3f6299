"""The line on top: what is being read, how far it is, and whether it is whole."""

import time

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from tui.ui import theme
from tui.ui.columns import fit_end
from tui.ui.model import Model

SEPARATOR = (" │ ", theme.KIND_SPANS["quiet"])

NAME_SPAN = theme.KIND_SPANS["changed"]

SHORTEST_NAME = 12
"""Cells that the name of the source keeps however little room there is."""

Part = tuple[str, str]
"""Text and the style of its span."""


class Status(Widget):
    """Source, frames, connections, progress, damage."""

    def __init__(self, model: Model) -> None:
        super().__init__(id="status")
        self._model = model
        self._started = time.monotonic()
        self._shown: list[Part] = self._parts()

    def update_line(self) -> None:
        """Draw the line again where it has changed."""
        parts = self._parts()
        if parts == self._shown:
            return
        self._shown = parts
        self.refresh()

    def render(self) -> Content:
        """The line as it was last made up."""
        return Content.assemble(*_with_room(self._shown, self.size.width))

    def _parts(self) -> list[Part]:
        model = self._model
        error = theme.KIND_SPANS["error"]
        parts: list[Part] = []
        if model.error:
            parts += [(f"stopped: {model.error}", error), SEPARATOR]
        elif model.damage:
            parts += [(f"damaged: {model.damage}", error), SEPARATOR]
        parts += [
            (model.source_name, NAME_SPAN),
            SEPARATOR,
            *([(f"filter {model.filter}", ""), SEPARATOR] if model.filter else []),
            (_counted(model.frames, "frame"), ""),
            SEPARATOR,
            (_counted(len(model.connection_numbers), "connection"), ""),
        ]
        if not model.error:
            parts += [SEPARATOR, (self._progress(), theme.KIND_SPANS["quiet"])]
        return parts

    def _progress(self) -> str:
        model = self._model
        if model.progress.over:
            return "read up to the damage" if model.damage else "complete"
        rate = model.frames / max(time.monotonic() - self._started, 0.001)
        share = model.share_read
        how_far = "reading" if share is None else f"loading {share:.0%}"
        return f"{how_far}, {rate:,.0f} frames/s" if model.frames else how_far


def _with_room(parts: list[Part], width: int) -> list[Part]:
    """The parts with the name, which is the first one after any error, cut at its beginning where the room is short."""
    place = next(i for i, part in enumerate(parts) if part[1] == NAME_SPAN)
    others = sum(cell_len(text) for text, _ in parts) - cell_len(parts[place][0])
    name = fit_end(parts[place][0], max(width - others, SHORTEST_NAME))
    return [*parts[:place], (name, NAME_SPAN), *parts[place + 1 :]]


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
