"""The program: from a command line to a screen, a report or a copy, and to an exit status."""

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from tui.cli.arguments import Options, parse
from tui.cli.copying import copy, kept_copy, may_replace
from tui.cli.last_words import complain
from tui.cli.reporting import report
from tui.cli.streams import let_go_of_lost_streams, open_closed_streams, standard_output, tell
from tui.errors import UsageError, UserError
from tui.live.privileges import drop_to_caller

if TYPE_CHECKING:
    from types import FrameType

    from tui.opening import Opener, Source, Terms
    from tui.views import DisplayFilter

STREAMED_SIZE = 256 << 20
"""Bytes of a live capture that are kept on disk where each segment is printed at once, and then needed no more."""

SELDOM = 200_000
"""New objects between two looks of the garbage collector, without a screen.

A report makes millions of objects, few of them in cycles, keeps most of them and then ends: looking through all of them
time and again takes a tenth of the whole run, and of the imports before it as much.
"""

CLOSED_PIPE = 141
"""Exit status when nobody reads the output any more, as a shell reports it for SIGPIPE."""


def main() -> int:
    """Run tcptui on the command line's arguments; returns the exit status."""
    gc.disable()  # what is imported stays: looking for what could go takes a sixth of the start
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy starts threads for matrices, of which there are none
    open_closed_streams()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup sets it
            signal.signal(number, _end)
    try:
        return _run(parse(sys.argv[1:]))
    except UserError as error:
        tell(str(error))
        for line in error.detail:
            print(line, file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        return CLOSED_PIPE
    finally:
        let_go_of_lost_streams()


def _end(number: int, _frame: "FrameType | None") -> NoReturn:
    """End in order: every `finally` runs, and the terminal is as it was."""
    raise SystemExit(128 + number)


def _run(options: Options) -> int:
    if options.what == "list-interfaces":
        from tui.live.interfaces import interface_lines  # noqa: PLC0415 - --help and --version do without psutil

        with standard_output():
            print("\n".join(interface_lines()))
        return 0
    on_screen = sys.stdout.isatty() and not (options.json or options.summary)
    if not on_screen:
        gc.set_threshold(SELDOM)
    from tui.opening import Opener  # noqa: PLC0415 - --help and --version do without numpy

    display_filter = _understood(options.display_filter)
    opener = Opener(_terms(options))
    try:
        source = _source(options, on_screen)
        replace = may_replace(options.write)
        session = opener.open(source) if source is not None else None
        drop_to_caller()
        if session is None or (on_screen and (options.write is None or session.live is not None)):
            with kept_copy(session, options.write, replace):
                _show(opener, options)
            return complain(opener.session) if opener.session is not None else 0
        gc.enable()
        if options.write is not None:
            copy(session, options.write, replace, display_filter)
        else:
            report(session, options, display_filter)
        return complain(session)
    except BaseException as error:
        _keep_what_was_captured(opener, error)
        raise
    finally:
        opener.close()


def _keep_what_was_captured(opener: "Opener", error: BaseException) -> None:
    """Frames that were captured live outlast a crash and a lost terminal, and it is said where they are."""
    lost_terminal = isinstance(error, SystemExit) and error.code == 128 + signal.SIGHUP
    if lost_terminal or (isinstance(error, Exception) and not isinstance(error, BrokenPipeError | UsageError)):
        folder = opener.keep()
        if folder is not None:
            tell(f"what was captured is kept in {folder}; tcptui --recover opens it")


def _terms(options: Options) -> "Terms":
    from tui.opening import Terms  # noqa: PLC0415 - --help and --version do without numpy

    max_size = options.max_size
    if max_size is None and options.json and options.file is None:
        max_size = STREAMED_SIZE
    return Terms(
        filter=options.filter,
        count=options.count,
        snap_length=options.snap_length,
        buffer_kib=options.buffer_kib,
        promiscuous=options.promiscuous,
        include_own_ssh=options.include_own_ssh,
        max_size=max_size,
    )


def _understood(text: str) -> "DisplayFilter | None":
    """The display filter that a text is; UsageError where it can't be understood."""
    if not text:
        return None
    from tui.report.filters import understood  # noqa: PLC0415 - only who filters loads the language

    return understood(text)


def _source(options: Options, on_screen: bool) -> "Source | None":
    """What to open; None where that is still to be chosen on the screen."""
    from tui.opening import FileSource, LiveSource, RecoveredSource  # noqa: PLC0415

    if options.what == "recover":
        return RecoveredSource()
    if options.what == "demo":
        if on_screen:
            return None
        from tui.demo import demo_captures  # noqa: PLC0415

        names = ", ".join(demo.name for demo in demo_captures())
        raise UsageError(f"--demo needs a terminal to choose on; the captures are {names}")
    return LiveSource(options.interfaces) if options.file is None else FileSource(options.file)


def _show(opener: "Opener", options: Options) -> None:
    from tui.ui.terminal.own_terminal import own_terminal  # noqa: PLC0415 - only the screen needs textual

    if opener.session is not None:
        opener.session.read_ahead()
    with own_terminal():
        from tui.ui.app import run  # noqa: PLC0415 - textual looks at the terminal when it is imported
        from tui.ui.look.view_options import ViewOptions  # noqa: PLC0415

        view_options = ViewOptions(
            absolute_numbers=options.absolute_numbers, display_filter=options.display_filter.strip()
        )
        gc.freeze()
        gc.enable()
        run(opener.session, view_options, options.theme, opener.open)
