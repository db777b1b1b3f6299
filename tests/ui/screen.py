"""Reading what a running app shows."""

from textual.pilot import Pilot

from tui.ui.bars.status import Status
from tui.ui.tables.table import Table


def shown_lines(pilot: Pilot[None]) -> list[str]:
    """The screen as lines of text, without styles."""
    screen = pilot.app.screen
    return ["".join(segment.text for segment in strip) for strip in screen._compositor.render_strips()]


def shown(pilot: Pilot[None]) -> str:
    """The screen as one text."""
    return "\n".join(shown_lines(pilot))


def status(pilot: Pilot[None]) -> str:
    """The status line, without drawing anything else."""
    return str(pilot.app.screen.query_one(Status).render())


def table(pilot: Pilot[None], name: str) -> Table:
    """The table `connections` or `packets`."""
    return pilot.app.screen.query_one(f"#{name}", Table)


def focused(pilot: Pilot[None]) -> str | None:
    """Name of the pane that has the focus."""
    widget = pilot.app.screen.focused
    return None if widget is None else widget.id
