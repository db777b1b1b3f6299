"""The line on top: what is being read, how far it is, whether it is whole, and what was left out."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from tui.live.capture import Counts
from tui.text import printable
from tui.ui.bars import sparkline
from tui.ui.bars.sparkline import Sparkline
from tui.ui.look import theme
from tui.ui.look.formats import magnitude
from tui.ui.look.quantities import counted
from tui.ui.model import Model
from tui.ui.tables.columns import fit_end
from tui.ui.tables.waiting import LOOPBACKS

SEPARATOR = " │ "

SHORTEST_NAME = 12
"""Cells that the name of the source keeps however little room there is."""

SHORTEST_FILTER = 8
"""The same for the filter."""

SHORTEST_DISPLAY_FILTER = 24
"""The same for the display filter, which has just been typed."""

SHORTEST_DAMAGE = 44
"""The same for what is wrong with a file, which matters more than the counts beside it."""

BEFORE_AN_ESTIMATE = 0.5
"""Seconds after which the speed of reading says something about the time that is left."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that the line says."""

    text: str
    rank: int
    """Where there is no room the items of the highest rank go first; 0 always stays."""
    kind: str = ""
    """Name in theme.KIND_SPANS."""
    shortest: int = 0
    """Cells that are left of it where the line is too long; 0 where it is said whole or not at all."""


class Status(Widget):
    """Source, counts, progress, damage; what is given out is never older than the last tick."""

    def __init__(self, model: Model) -> None:
        super().__init__(id="status")
        self._model = model
        self._started = time.monotonic()
        self._sparkline = Sparkline(self._started, getattr(sys.__stderr__, "encoding", None))
        self.follows: Callable[[], bool | None] = lambda: None
        """Tells whether the table in use follows new rows; None where nothing can be followed."""
        self._rate = ""
        self._items: list[Item] = []
        self._take()

    def update_line(self) -> None:
        """Draw what has changed: the whole line, or only the rate."""
        items, rate = self._items, self._rate
        self._take()
        if self._items != items or bool(self._rate) != bool(rate):
            self.refresh()
        elif self._rate != rate and self._has_room_for_rate():
            self.refresh(Region(self.size.width - sparkline.WIDTH, 0, sparkline.WIDTH, 1))

    def render(self) -> Content:
        """The line as it was last made up."""
        width = self.size.width
        if not self._has_room_for_rate():
            return Content.assemble(*with_room(self._items, width))
        room = width - sparkline.WIDTH - 1
        spans = with_room(self._items, room)
        gap = room + 1 - sum(cell_len(text) for text, _ in spans)
        return Content.assemble(*spans, (" " * gap, ""), (self._rate, theme.KIND_SPANS["data"]))

    def _has_room_for_rate(self) -> bool:
        """Whether everything else that is said leaves room for the sparkline."""
        return bool(self._rate) and length(self._items) + 1 + sparkline.WIDTH <= self.size.width

    def _take(self) -> None:
        live = self._model.live
        self._items = self._all_items()
        if live is not None:
            self._sparkline.look(self._model.progress.rows, time.monotonic())
        self._rate = str(self._sparkline) if live is not None and live.running else ""

    def _all_items(self) -> list[Item]:
        model = self._model
        live = model.live
        error = model.error or (printable(live.fault) if live is not None and live.fault else "")
        items = []
        if error:
            items.append(Item(f"stopped: {error}", 0, "error", 20))
        elif model.damage:
            items.append(Item(f"damaged: {model.damage}", 0, "error", SHORTEST_DAMAGE))
        if live is not None and not error:
            items.append(Item("● live", 1, "handshake") if live.running else Item("○ stopped", 1, "teardown"))
        items.append(Item(model.source_name, 2, "changed", SHORTEST_NAME))
        if model.filter:
            items.append(Item(f"filter {model.filter}", 4, "", SHORTEST_FILTER))
        items += self._counts()
        if model.marks:
            items.append(Item(f"{len(model.marks):,} marked", 7, "quiet"))
        if live is None and not error:
            items.append(Item(self._progress(), 12 if model.damage else 1, "quiet"))
        return [*items, *self._live_items()]

    def _counts(self) -> list[Item]:
        """How much there is, and how much of it the display filter selects."""
        model, selection = self._model, self._model.selection
        frames, connections = counted(model.frames, "frame"), counted(len(model.connection_numbers), "connection")
        if selection is None:
            return [Item(frames, 5), Item(connections, 6)]
        share, kind = model.share_selected, ""
        progress = "" if share is None else f", {share:.0%} (Esc stops)"
        if selection.ended_early:
            looked = selection.evaluated / max(model.progress.rows, 1)
            progress, kind = f", {'stopped' if selection.stopped else 'ended'} at {looked:.0%}", "warning"
        return [
            Item(f"display {model.display_filter}", 2, "data", SHORTEST_DISPLAY_FILTER),
            Item(f"{model.frames_selected:,} of {frames}{progress}", 3, kind),
            Item(f"{len(model.listed_connections):,} of {connections}", 6),
        ]

    def _live_items(self) -> list[Item]:
        """What is only said of a live capture, or of frames that were given up."""
        model, live = self._model, self._model.live
        items = []
        if live is not None:
            items += _count_items(live.counts, model.source_name)
            for name, reason in live.waiting.items():
                items.append(Item(f"{printable(name)} {printable(reason)}; waiting", 7, "warning"))
        if model.copy_name:
            items.append(Item(f"writing {model.copy_name}", 8, "quiet"))
        if model.given_up:
            items.append(Item(f"{model.given_up:,} given up", 8, "quiet"))
        follows = self.follows()
        if follows is not None and (live.running if live is not None else model.is_stream):
            items.append(Item("following", 9, "quiet") if follows else Item("paused: ␣ follows", 9, "warning"))
        if live is not None and live.own_ssh is not None:
            how = "left out" if live.own_ssh_left_out else "shown"
            items.append(Item(f"own SSH {how} (S)", 10, "quiet"))
        return items

    def _progress(self) -> str:
        model = self._model
        if model.progress.over:
            return "read up to the damage" if model.damage else "complete"
        passed = max(time.monotonic() - self._started, 0.001)
        rate = f", {magnitude(model.progress.rows / passed)} frames/s" if model.progress.rows else ""
        share = model.share_read
        if share is None:
            return f"reading{rate}"
        left = passed * (1 - share) / share if share else 0
        estimate = f", {left_words(left)} left" if passed > BEFORE_AN_ESTIMATE and left >= 1 else ""
        return f"loading {share:.0%}{rate}{estimate}"


def _count_items(counts: Counts, source_name: str) -> list[Item]:
    """What the kernel counts. On a loopback interface it sees each frame twice, leaving and arriving."""
    copies = 2 if all(name in LOOPBACKS for name in source_name.split(", ")) else 1
    dropped, received = (-(-count // copies) for count in (counts.dropped, counts.received))
    items = []
    if dropped:
        items.append(Item(f"{dropped:,} dropped by the kernel", 3, "warning"))
    if counts.dropped_by_interface:
        items.append(Item(f"{counts.dropped_by_interface:,} dropped by the interface", 7, "warning"))
    return [*items, Item(f"{received:,} received{'' if dropped else ', none dropped'}", 11, "quiet")]


def with_room(items: list[Item], width: int) -> list[tuple[str, str]]:
    """The items as styled text: without the least important ones where not all fit, and then with long ones cut."""
    kept = list(items)
    while length(kept, shortest=True) > width and any(item.rank for item in kept):
        last = max(item.rank for item in kept)
        kept = [item for item in kept if item.rank != last]
    spare = width - length(kept, shortest=True)
    spans: list[tuple[str, str]] = []
    for item in kept:
        text = item.text
        if item.shortest:
            room = least(item) + max(0, spare)
            spare -= min(cell_len(text), room) - least(item)
            text = fit_end(text, room) if item.kind == "changed" else cut(text, room)
        spans += [(SEPARATOR, theme.KIND_SPANS["quiet"]), (text, theme.KIND_SPANS[item.kind])]
    return spans[1:]


def length(items: list[Item], shortest: bool = False) -> int:
    """Cells that items take, as they are or as short as they can be."""
    widths = (least(item) if shortest else cell_len(item.text) for item in items)
    return sum(width + len(SEPARATOR) for width in widths) - len(SEPARATOR)


def least(item: Item) -> int:
    """Cells that an item takes at least."""
    width = cell_len(item.text)
    return min(width, item.shortest) if item.shortest else width


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells; what does not fit is `…`."""
    if cell_len(text) <= width:
        return text
    return Content(text).truncate(width, ellipsis=True).plain


def left_words(seconds: float) -> str:
    """A time that is left, in its largest unit."""
    if seconds < 90:
        return f"~{seconds:.0f} s"
    return f"~{seconds / 60:.0f} min" if seconds < 5400 else f"~{seconds / 3600:.0f} h"
