"""The table of connections that `--summary` prints."""

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TextIO

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tui import views
from tui.report.selecting import connections_selected
from tui.session import Session

WIDTH_WITHOUT_TERMINAL = 1000
"""Columns to print to where output is no terminal: nothing is ever wrapped or cut."""

LAID_OUT_ROWS = 1000
"""Longest table that is laid out to the terminal's width and in colour, at over a millisecond a row."""

_GAP = "   "

_HEADINGS = (
    *("#", "client", "server", "verdict", "problems", "opening", "closing", "by", "states", "packets", "bytes"),
    "seconds",
)
_NUMERIC = ("#", "packets", "bytes", "seconds")

_STYLES = {"closed": "green", "open": "cyan", "half-closed": "cyan"}
"""Colours of verdicts; the words say the same without them."""
_BAD = "red"
_PROBLEM = "yellow"

_Row = tuple[str, ...]


class _Console(Console):
    """rich's console, which would end the program by itself when nobody reads its output any more."""

    def on_broken_pipe(self) -> None:
        """Leave that to the caller, as with any other output."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def write_summary(session: Session, output: TextIO, display_filter: "views.DisplayFilter | None" = None) -> None:
    """Print one row a connection of which the filter selects a segment, client's and server's numbers joined by `/`.

    Raises OSError of the output.
    """
    console = _Console(file=output, width=None if output.isatty() else WIDTH_WITHOUT_TERMINAL, highlight=False)
    numbers = connections_selected(session, display_filter)
    problems = list(views.problems_of(session, numbers))
    frames = len(session.store)
    if len(numbers) > LAID_OUT_ROWS:
        output.writelines(
            _plain_lines(lambda: _rows(session, numbers, problems), rule="-" if console.options.ascii_only else "─")
        )
    elif len(numbers):
        console.print(_table(_rows(session, numbers, problems)))
    frame_words = "1 frame" if frames == 1 else f"{frames:,} frames"
    connection_words = (
        "1 TCP connection" if len(numbers) == 1 else f"{f'{len(numbers):,}' if len(numbers) else 'no'} TCP connections"
    )
    hidden = len(views.connection_numbers(session)) - len(numbers)
    hidden_words = f", {hidden:,} hidden by the display filter" if hidden else ""
    console.print(Text(f"{frame_words}, {connection_words}{hidden_words}"))


def _table(rows: Iterable[_Row]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right" if heading in _NUMERIC else "left", overflow="fold")
    for row in rows:
        styles = {"verdict": _STYLES.get(row[_HEADINGS.index("verdict")], _BAD), "problems": _PROBLEM}
        table.add_row(*(Text(cell, style=styles.get(name, "")) for name, cell in zip(_HEADINGS, row, strict=True)))
    return table


def _plain_lines(rows: Callable[[], Iterable[_Row]], rule: str) -> Iterator[str]:
    """The same table without layout and colour; `rule`: what the line under the headings is made of.

    `rows` is called twice, for the widths and for the lines, as a million rows would not fit into memory.
    """
    widths = [len(heading) for heading in _HEADINGS]
    for row in rows():
        widths = [max(width, len(cell)) for width, cell in zip(widths, row, strict=True)]
    for row in chain((_HEADINGS, tuple(rule * width for width in widths)), rows()):
        cells = (
            cell.rjust(width) if heading in _NUMERIC else cell.ljust(width)
            for heading, cell, width in zip(_HEADINGS, row, widths, strict=True)
        )
        yield _GAP.join(cells).rstrip() + "\n"


def _rows(session: Session, numbers: NDArray[np.int64], problems: list[tuple[str, ...]]) -> Iterator[_Row]:
    return map(_row, views.connections(session, numbers), problems)


def _row(view: views.ConnectionView, problems: tuple[str, ...]) -> _Row:
    return (
        str(view.connection),
        view.client,
        view.server,
        view.verdict,
        " ".join(problems),
        view.opening,
        view.closing,
        (view.reset_by if view.closing == "reset" else view.closed_by) or "",
        view.states,
        f"{view.packets[0]}/{view.packets[1]}",
        f"{view.payload_bytes[0]}/{view.payload_bytes[1]}",
        f"{view.duration:.6f}",
    )
