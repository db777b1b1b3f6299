"""Progress on standard error, where it is a terminal and reading takes more than a moment."""

import sys
import time
from collections.abc import Iterable

from tui.session import Session

QUIET_SECONDS = 1.0
"""How long reading may take before anything is said."""


def watch(session: Session, steps: Iterable[None]) -> None:
    """Go through `steps`, each a batch that was read, and show how far it has come."""
    if not sys.stderr.isatty():
        for _ in steps:
            pass
        return
    started = time.monotonic()
    iterator = iter(steps)
    for _ in iterator:
        if time.monotonic() - started >= QUIET_SECONDS:
            _show(session, iterator)


def _show(session: Session, steps: Iterable[None]) -> None:
    from rich.console import Console  # noqa: PLC0415 - only a slow run pays for it
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn  # noqa: PLC0415

    capture = session.capture
    columns = (TextColumn("reading"), BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=capture.size)
        for _ in steps:
            total = None if capture.growing else capture.size
            progress.update(task, completed=capture.position, total=total, description=f"{len(session.store):,} frames")
