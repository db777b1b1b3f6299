"""From what a user names, a file or interfaces, to a session that is ready to be read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.errors import InputError, UsageError
from tui.files.source import Capture, open_capture
from tui.session import Session

if TYPE_CHECKING:
    from tui.query.capture_filter import CaptureFilter


@dataclass(frozen=True, slots=True)
class FileSource:
    """A capture file; `-` is standard input."""

    path: str


@dataclass(frozen=True, slots=True)
class LiveSource:
    """Interfaces to capture on; none means the one with the default route."""

    interfaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecoveredSource:
    """The newest live capture whose program was killed."""


Source = FileSource | LiveSource | RecoveredSource


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for whichever source is opened."""

    filter: str = ""
    """A capture filter; empty selects everything."""
    count: int | None = None
    """Stop after so many selected frames."""
    snap_length: int = 0
    """Most bytes kept of a frame that is captured live; 0 for no limit."""
    buffer_kib: int = 0
    """Kernel's buffer for each interface, in KiB; 0 for 16 MiB."""
    promiscuous: bool = True
    include_own_ssh: bool = False
    max_size: int | None = None
    """Most bytes of a live capture that are kept on disk; None for what the disk has room for."""


class Opener:
    """Opens sources on the same terms, one at a time, and is in charge of the session that is open."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._openings = 0
        self.session: Session | None = None
        """The session that was opened last."""

    def open(self, source: Source) -> Session:
        """Open a source in the place of the one before, which is closed. Raises as `open_session` does.

        One that takes long, as a pipe to which nobody writes, is given up once another one has been asked for.
        """
        self._openings += 1
        opening = self._openings
        if isinstance(source, LiveSource) and self.session is not None and self.session.live is not None:
            self.session.live.free_process()
        session = open_session(source, self._terms)
        if opening != self._openings:
            session.capture.close()
            raise InputError(f"{session.capture.shown_name} could be opened too late, and was closed again")
        self._complete_copy()
        self.close()
        self.session = session
        return session

    def _complete_copy(self) -> None:
        """Where a live capture is written to a file meanwhile, let it get there all that was captured."""
        if self.session is not None and self.session.live is not None and self.session.copy_to is not None:
            self.session.live.finish()
            self.session.wait()

    def close(self) -> None:
        """Close the session; what was captured live and not written elsewhere is gone."""
        if self.session is not None:
            self.session.capture.close()

    def keep(self) -> str | None:
        """Close the session, and leave what was captured live on disk: returns the folder, None where there is none."""
        live = self.session.live if self.session else None
        folder = live.keep_spool() if live and live.counts.captured else None
        self.close()
        return folder


def open_session(source: Source, terms: Terms) -> Session:
    """Open a source. Raises InputError where it can't be used, UsageError where the filter does not compile.

    Where capturing needs a password, it is asked for on the terminal, before this returns.
    """
    if isinstance(source, LiveSource):
        return Session(_open_live(source, terms), None, terms.count)
    capture = _recovered() if isinstance(source, RecoveredSource) else open_capture(source.path)
    try:
        return Session(capture, _prepared(terms.filter, capture), terms.count)
    except BaseException:
        capture.close()
        raise


def _recovered() -> Capture:
    from tui.live.recovery import recover  # noqa: PLC0415 - a report of a file needs nothing of live captures

    return recover()


def _prepared(expression: str, capture: Capture) -> "CaptureFilter | None":
    if not expression.strip():
        return None
    from tui.query.capture_filter import CaptureFilter  # noqa: PLC0415 - only who filters needs it
    from tui.query.compiler import end_compiler  # noqa: PLC0415

    capture_filter = CaptureFilter(expression)
    try:
        capture_filter.prepare(capture.interfaces)
    finally:
        end_compiler()  # started before privileges are given up
    return capture_filter


def _open_live(source: LiveSource, terms: Terms) -> Capture:
    from tui.live.capture import open_live  # noqa: PLC0415 - a report of a file needs nothing of live captures
    from tui.live.request import LiveRequest  # noqa: PLC0415

    if terms.filter.strip():
        _refuse_nonsense(terms.filter, named=bool(source.interfaces))
    return open_live(
        LiveRequest(
            interfaces=source.interfaces,
            filter=terms.filter,
            snap_length=terms.snap_length,
            buffer_kib=terms.buffer_kib,
            promiscuous=terms.promiscuous,
            include_own_ssh=terms.include_own_ssh,
            max_size=terms.max_size,
        )
    )


def _refuse_nonsense(expression: str, named: bool) -> None:
    """Raises UsageError for what is no filter on any interface, before a password is asked for.

    Where no interface is `named`, the words may have been meant for a file.
    """
    from tui.query.capture_filter import CaptureFilter  # noqa: PLC0415 - only who filters needs it
    from tui.query.compiler import end_compiler  # noqa: PLC0415

    try:
        CaptureFilter(expression).prepare([])
    except UsageError as error:
        if "syntax error" in str(error):  # all else the interface's own link type may understand
            advice = "" if named else "; a capture file is opened with tcptui -r FILE"
            raise UsageError(f"{error}{advice}") from error
    finally:
        end_compiler()  # started before privileges are given up
