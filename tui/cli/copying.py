"""Captures written to files, instead of a report or while the screen shows them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.interrupting import until_interrupted
from tui.cli.reporting import collect_seldom
from tui.cli.streams import standard_output, tell
from tui.errors import InputError, UsageError
from tui.text import printable

if TYPE_CHECKING:
    from tui.files.frames import FrameBatch
    from tui.session import Session
    from tui.views import DisplayFilter


def may_replace(path: str | None) -> bool:
    """Whether the file to be written takes the place of one that exists; InputError where the user does not say so."""
    if path is None or path == "-":
        return False
    if not (Path(path).is_file() and sys.stdin.isatty() and sys.stderr.isatty()):
        from tui.files.writing import check_new_file  # noqa: PLC0415

        check_new_file(path)  # before anything is captured
        return False
    print(f"{printable(path)} exists. Replace it? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise InputError(f"{printable(path)} is left as it is")
    return True


@contextmanager
def kept_copy(session: "Session | None", path: str | None, replace: bool) -> Iterator[None]:
    """While the screen shows what is captured, write it to a file as well; at the end the file is complete."""
    if session is None or session.live is None or path is None:
        yield
        return
    from tui.files.writing import CaptureWriter  # noqa: PLC0415

    with CaptureWriter(path, session.capture, replace) as writer:

        def write(batch: "FrameBatch") -> None:
            writer.write(batch)
            writer.flush()  # nobody else has these frames once this run is killed

        session.copy_to, session.copy_name = write, path
        signalled: SystemExit | None = None
        try:
            yield
        except SystemExit as ending:  # a signal has ended the screen, and not what is written
            signalled = ending
        session.live.finish()
        session.wait()
    if signalled is not None:
        raise signalled


def copy(session: "Session", path: str, replace: bool, display_filter: "DisplayFilter | None") -> None:
    from tui.files.writing import CaptureWriter  # noqa: PLC0415
    from tui.live.recovery import RecoveredCapture  # noqa: PLC0415

    if path == "-" and sys.stdout.isatty():
        raise UsageError("-w - writes packets to standard output, which is a terminal; redirect it, or name a file")
    if display_filter is not None:
        _copy_selected(session, path, replace, display_filter)
        return
    with standard_output(), CaptureWriter(path, session.capture, replace) as writer, until_interrupted(session):
        for batch in session.selected():
            writer.write(batch)
            if session.live is not None:
                writer.flush()
                session.keep_within_size()
    if isinstance(session.capture, RecoveredCapture):
        if path == "-" or session.is_partial:
            tell(f"the {session.capture.shown_name} is kept: only a copy of all of it in a file takes its place")
            return
        tell(f"the {session.capture.shown_name} is saved now")
        session.capture.discard()


def _copy_selected(session: "Session", path: str, replace: bool, display_filter: "DisplayFilter") -> None:
    """Look at all frames, then copy those that the filter selects."""
    from tui.export.captures import write_rows  # noqa: PLC0415
    from tui.report.progress import watch  # noqa: PLC0415

    with standard_output():
        with until_interrupted(session):
            collect_seldom()
            watch(session, session.run())
        rows = display_filter.rows(session, 0, len(session.store))
        write_rows(session, rows, path, replace=replace)
