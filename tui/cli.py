"""The program: from a command line to a screen, a report or a copy, and to an exit status."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from tui.arguments import Options, parse
from tui.errors import InputError, UsageError, UserError
from tui.live.privileges import drop_to_caller
from tui.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.files.frames import FrameBatch
    from tui.opening import Opener, Source, Terms
    from tui.session import Session
    from tui.views import DisplayFilter

    Handler = Callable[[int, FrameType | None], object] | int | None

LINK_TYPES_TOLD = 5
"""Link types a filter can't be compiled for that are named one by one."""

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
    _open_closed_streams()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup sets it
            signal.signal(number, _end)
    try:
        return _run(parse(sys.argv[1:]))
    except UserError as error:
        _tell(str(error))
        for line in error.detail:
            print(line, file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        return CLOSED_PIPE
    finally:
        _let_go_of_lost_streams()


def _let_go_of_lost_streams() -> None:
    """What is left to be written to a terminal or a reader that is gone goes nowhere: the interpreter would try once
    more at its end, and replace the exit status."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)


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
    if options.what == "list-interfaces":
        from tui.live.interfaces import interface_lines  # noqa: PLC0415 - --help and --version do without psutil

        with _standard_output():
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
        replace = _may_replace(options.write)
        session = opener.open(source) if source is not None else None
        drop_to_caller()
        if session is None or (on_screen and (options.write is None or session.live is not None)):
            with _kept_copy(session, options.write, replace):
                _show(opener, options)
        elif options.write is not None:
            _copy(session, options.write, replace, display_filter)
        else:
            _report(session, options, display_filter)
        return _complain(opener.session) if opener.session is not None else 0
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
            _tell(f"what was captured is kept in {folder}; tcptui --recover opens it")


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


def _may_replace(path: str | None) -> bool:
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
        run(opener.session, view_options, options.theme, opener.open)


@contextmanager
def _kept_copy(session: "Session | None", path: str | None, replace: bool) -> Iterator[None]:
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


def _copy(session: "Session", path: str, replace: bool, display_filter: "DisplayFilter | None") -> None:
    from tui.files.writing import CaptureWriter  # noqa: PLC0415
    from tui.live.recovery import RecoveredCapture  # noqa: PLC0415

    if path == "-" and sys.stdout.isatty():
        raise UsageError("-w - writes packets to standard output, which is a terminal; redirect it, or name a file")
    if display_filter is not None:
        _copy_selected(session, path, replace, display_filter)
        return
    with _standard_output(), CaptureWriter(path, session.capture, replace) as writer, _until_interrupted(session):
        for batch in session.selected():
            writer.write(batch)
            if session.live is not None:
                writer.flush()
                session.keep_within_size()
    if isinstance(session.capture, RecoveredCapture):
        if path == "-" or session.is_partial:
            _tell(f"the {session.capture.shown_name} is kept: only a copy of all of it in a file takes its place")
            return
        _tell(f"the {session.capture.shown_name} is saved now")
        session.capture.discard()


def _copy_selected(session: "Session", path: str, replace: bool, display_filter: "DisplayFilter") -> None:
    """Look at all frames, then copy those that the filter selects."""
    from tui.export.captures import write_rows  # noqa: PLC0415

    with _standard_output():
        with _until_interrupted(session):
            _read_all(session)
        rows = display_filter.rows(session, 0, len(session.store))
        write_rows(session, rows, path, replace=replace)


def _report(session: "Session", options: Options, display_filter: "DisplayFilter | None") -> None:
    from tui.report import json_lines, streaming  # noqa: PLC0415

    with _standard_output(), _until_interrupted(session):
        if options.json == "packets" and session.live is not None:
            streaming.stream_packets(session, sys.stdout.buffer, options.explain, display_filter)
        elif options.json == "connections" and session.live is not None:
            streaming.stream_connections(session, sys.stdout.buffer, display_filter)
        else:
            _read_all(session)
            if options.json == "packets":
                json_lines.write_packets(session, sys.stdout.buffer, options.explain, display_filter)
            elif options.json == "connections":
                json_lines.write_connections(session, sys.stdout.buffer, display_filter)
            else:
                from tui.report.table import write_summary  # noqa: PLC0415 - only the table needs rich

                write_summary(session, sys.stdout, display_filter)


def _read_all(session: "Session") -> None:
    """Read a capture to its end, with the garbage collector never looking at what was there before."""
    from tui.report.progress import watch  # noqa: PLC0415

    gc.freeze()
    session.read_ahead()
    watch(session, session.run())


@contextmanager
def _until_interrupted(session: "Session") -> Iterator[None]:
    """A signal is how a live capture without a screen ends: all that was captured is still worked on.

    As with tcpdump, that is Ctrl+C, or what timeout(1) and kill(1) send; a second signal ends the run at once.
    """
    live = session.live
    if live is None:
        yield
        return
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    before = {number: handler for number, handler in handlers.items() if handler != signal.SIG_IGN}

    def finish(_number: int, _frame: FrameType | None) -> None:
        _set_handlers(before)
        # in a thread, as the one that is interrupted may hold what finishing has to wait for
        Thread(target=live.finish, daemon=True).start()

    _set_handlers(dict.fromkeys(before, finish))
    _tell(f"capturing on {live.shown_name}; Ctrl+C ends it")
    try:
        yield
    finally:
        _set_handlers(before)


def _set_handlers(handlers: "Mapping[signal.Signals, Handler]") -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)


def _complain(session: "Session") -> int:
    """Say what was left out of the capture and what was lost, and give the exit status that goes with it."""
    from tui.files.link_types import link_name  # noqa: PLC0415
    from tui.views import frames_not_understood  # noqa: PLC0415

    uncompiled = list(session.uncompiled.items())
    for link_type, words in uncompiled[:LINK_TYPES_TOLD]:
        _tell(f"frames of {link_name(link_type)} are left out: {words}")
    if len(uncompiled) > LINK_TYPES_TOLD:
        _tell(f"frames of {len(uncompiled) - LINK_TYPES_TOLD} more link types are left out in the same way")
    not_understood = list(frames_not_understood(session, len(session.store)).items())
    for name, count in not_understood[:LINK_TYPES_TOLD]:
        _tell(f"{count} frame{'s' if count != 1 else ''} of {name} could not be read: that link type is not supported")
    if len(not_understood) > LINK_TYPES_TOLD:
        _tell(f"nor could frames of {len(not_understood) - LINK_TYPES_TOLD} more link types")
    if session.live is not None:
        return _count_captured(session)
    damage = session.capture.damage
    if damage is None:
        return 0
    _tell(f"{session.capture.shown_name}: {damage.reason}, at byte {damage.offset}; all before it was read")
    return 1


def _count_captured(session: "Session") -> int:
    """tcpdump's three counts, and what ended a live capture before its time."""
    live = session.live
    assert live is not None
    live.finish()
    live.wait_stopped()
    counts = live.counts
    lines = [(counts.captured, "captured"), (counts.received, "received by filter")]
    lines.append((counts.dropped, "dropped by kernel"))
    if counts.dropped_by_interface:
        lines.append((counts.dropped_by_interface, "dropped by interface"))
    for count, words in lines:
        print(f"{count} packet{'' if count == 1 else 's'} {words}", file=sys.stderr)
    if session.given_up:
        print(
            f"{session.given_up} of them, the oldest, given up, as --max-size or the disk holds no more",
            file=sys.stderr,
        )
    if live.fault is None:
        return 0
    _tell(live.fault)
    return 1
