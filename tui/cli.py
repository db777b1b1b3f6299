"""The program: from a command line to a screen, a report or a copy, and to an exit status."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from tui.arguments import Options, parse
from tui.errors import InputError, UsageError, UserError
from tui.text import printable

if TYPE_CHECKING:
    from tui.query.capture_filter import CaptureFilter
    from tui.session import Session

LINK_TYPES_TOLD = 5
"""Link types a filter can't be compiled for that are named one by one."""

CLOSED_PIPE = 141
"""Exit status when nobody reads the output any more, as a shell reports it for SIGPIPE."""


def main() -> int:
    """Run tcptui on the command line's arguments; returns the exit status."""
    _open_closed_streams()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup sets it
            signal.signal(number, _end)
    try:
        return _run(parse(sys.argv[1:]))
    except UserError as error:
        _tell(str(error))
        return error.exit_status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        return CLOSED_PIPE


def _open_closed_streams() -> None:
    """Started with `<&-`, `>&-` or `2>&-`: nothing comes from there, and what is written there goes nowhere.

    Left closed, the next file to be opened would take the stream's place. The screen looks at the dunder names.
    """
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != descriptor:
                os.dup2(null, descriptor)
                os.close(null)
            stream = os.fdopen(descriptor, mode)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def _tell(message: str) -> None:
    """One line on standard error; names and libpcap's words are in it, so nothing may steer the terminal."""
    print(f"tcptui: {printable(message)}", file=sys.stderr)


@contextmanager
def _standard_output() -> Iterator[None]:
    """Everything that is written inside is on its way at the end. Raises BrokenPipeError, and InputError else."""
    try:
        yield
        sys.stdout.flush()
    except (OSError, InputError) as error:
        # What is still buffered can't be written, and the interpreter must not try again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError | InputError):
            raise
        raise InputError(f"standard output can't be written: {error.strerror}") from error


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
        if options.write is not None:
            with _standard_output():
                _copy(session, options.write)
        elif options.json or options.summary or not sys.stdout.isatty():
            _report(session, options)
        else:
            _show(session, options.absolute_numbers)
    return _complain(session, capture_filter)


def _show(session: "Session", absolute_numbers: bool) -> None:
    from tui.ui.terminal import own_terminal  # noqa: PLC0415 - only the screen needs textual

    with own_terminal():
        from tui.ui.app import run  # noqa: PLC0415 - textual looks at the terminal when it is imported

        run(session, absolute_numbers)


def _copy(session: "Session", path: str) -> None:
    from tui.files.writing import CaptureWriter  # noqa: PLC0415

    if path == "-" and sys.stdout.isatty():
        raise UsageError("-w - writes packets to standard output, which is a terminal; redirect it, or name a file")
    with CaptureWriter(path, session.capture) as writer:
        for batch in session.selected():
            writer.write(batch)


def _report(session: "Session", options: Options) -> None:
    from tui.report.json_lines import write_connections, write_packets  # noqa: PLC0415
    from tui.report.progress import watch  # noqa: PLC0415

    watch(session, session.run())
    with _standard_output():
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

    if capture_filter is not None:
        uncompiled = list(capture_filter.uncompiled.items())
        for link_type, words in uncompiled[:LINK_TYPES_TOLD]:
            _tell(f"frames of {link_name(link_type)} are left out: {words}")
        if len(uncompiled) > LINK_TYPES_TOLD:
            _tell(f"frames of {len(uncompiled) - LINK_TYPES_TOLD} more link types are left out in the same way")
    from tui.views import frames_not_understood  # noqa: PLC0415

    not_understood = list(frames_not_understood(session, len(session.store)).items())
    for name, count in not_understood[:LINK_TYPES_TOLD]:
        _tell(f"{count} frame{'s' if count != 1 else ''} of {name} could not be read: that link type is not supported")
    if len(not_understood) > LINK_TYPES_TOLD:
        _tell(f"nor could frames of {len(not_understood) - LINK_TYPES_TOLD} more link types")
    damage = session.capture.damage
    if damage is None:
        return 0
    _tell(f"{session.capture.shown_name}: {damage.reason}, at byte {damage.offset}; all before it was read")
    return 1
