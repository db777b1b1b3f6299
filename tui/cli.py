"""The program: from a command line to a screen, a report or a copy, and to an exit status."""

import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from tui.arguments import Options, parse
from tui.errors import UserError

if TYPE_CHECKING:
    from tui.query.capture_filter import CaptureFilter
    from tui.session import Session

CLOSED_PIPE = 141
"""Exit status when nobody reads the output any more, as a shell reports it for SIGPIPE."""


def main() -> int:
    """Run tcptui on the command line's arguments; returns the exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        status = _run(parse(sys.argv[1:]))
        sys.stdout.flush()
        return status
    except UserError as error:
        print(f"tcptui: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # What is still buffered can't be written, and the interpreter must not try again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """End in order: every `finally` runs, and the terminal is as it was."""
    raise SystemExit(128 + number)


def _run(options: Options) -> int:
    from tui.files.source import open_capture  # noqa: PLC0415 - --help and --version do without numpy
    from tui.query.capture_filter import CaptureFilter  # noqa: PLC0415
    from tui.session import Session  # noqa: PLC0415

    with open_capture(options.file) as capture:
        capture_filter = CaptureFilter(options.filter) if options.filter.strip() else None
        if capture_filter is not None:
            capture_filter.prepare(capture.interfaces)
        session = Session(capture, capture_filter, options.count)
        if options.write:
            _copy(session, options.write)
        elif options.json or options.summary or not sys.stdout.isatty():
            _report(session, options)
        else:
            from tui.ui.app import run  # noqa: PLC0415 - only the screen needs textual

            run(session)
    return _complain(session, capture_filter)


def _copy(session: "Session", path: str) -> None:
    from tui.files.writing import CaptureWriter  # noqa: PLC0415

    with CaptureWriter(path, session.capture) as writer:
        for batch in session.selected():
            writer.write(batch)


def _report(session: "Session", options: Options) -> None:
    from tui.report.json_lines import write_connections, write_packets  # noqa: PLC0415
    from tui.report.progress import watch  # noqa: PLC0415

    watch(session, session.run())
    if options.json == "packets":
        write_packets(session, sys.stdout.buffer, options.explain)
    elif options.json == "connections":
        write_connections(session, sys.stdout.buffer)
    else:
        from tui.report.table import write_summary  # noqa: PLC0415 - only the table needs rich

        write_summary(session, sys.stdout)


def _complain(session: "Session", capture_filter: "CaptureFilter | None") -> int:
    """Say what was left out of the capture, and give the exit status that goes with it."""
    from tui.files.link_types import link_name  # noqa: PLC0415
    from tui.text import printable  # noqa: PLC0415

    sys.stdout.flush()
    if capture_filter is not None:
        for link_type, words in capture_filter.uncompiled.items():
            message = f"frames of {link_name(link_type)} are left out: {words}"
            print(f"tcptui: {message}", file=sys.stderr)
    damage = session.capture.damage
    if damage is None:
        return 0
    name = printable(session.capture.name)
    print(f"tcptui: {name}: {damage.reason}, at byte {damage.offset}; all before it was read", file=sys.stderr)
    return 1
