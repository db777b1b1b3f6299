"""What the widgets look at: the session as it stood at the last poll. No other module of the screen calls views."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui import views
from tui.errors import InputError
from tui.live.capture import LiveCapture
from tui.session import Session
from tui.tcp.rules.notes import NOTE_NAMES, Note
from tui.tcp.rules.outcome import Outcome, outcome_of
from tui.text import printable
from tui.ui.accounts import Accounts
from tui.ui.filtering.selecting import Selecting
from tui.ui.look.view_options import ViewOptions
from tui.ui.marks import Marks
from tui.ui.pipeline import Pipeline, Progress
from tui.ui.told import NOTHING, Told
from tui.views import ConnectionView, DisplayFilter, FrameView, SegmentView, Sentence, StatePaths
from tui.views.ladder.ladder import Ladder
from tui.views.searching import ConnectionSearch, FrameColumnSearch, Needle, PayloadSearch
from tui.views.streams import Stream

DUPLICATE_ACK = NOTE_NAMES[Note.DUPLICATE_ACK]

ALL_FRAMES = 2**63
"""No frame has this number or a larger one."""

STANDARD_INPUT = "-"
"""Name of the capture that comes through standard input."""


class Model(Selecting):
    """A read-only picture of a session that may still be growing; `poll` takes the next one."""

    def __init__(self, session: Session, options: ViewOptions | None = None) -> None:
        super().__init__(session, options or ViewOptions())
        self.pipeline = Pipeline(session, self._take_progress)
        """Reads the session once it is started."""
        self.progress = self.pipeline.progress
        """As of the last poll."""
        self._taken = self.progress
        self.marks = Marks()
        """The frames that were marked by hand."""
        self._accounts = Accounts(lambda number: views.account(session, number))
        self._told_about: tuple[SegmentView, int] | None = None
        self._told = NOTHING

    def poll(self) -> bool:
        """Look at the pipeline again; true where anything has changed since the last time."""
        taken, start = self.pipeline.progress, self._session.store.start
        changed = taken is not self._taken or start != self.progress.start
        if changed:
            self._taken = taken
            self.progress = taken if start == taken.start else self._after_giving_up(taken, start)
            self._forget_marks()
        selected_anew = self.poll_selection(changed)
        return changed or selected_anew

    def take_news(self) -> bool:
        """Whether more is known of connections than the last time, beside what `poll` tells."""
        return self._accounts.take_news()

    def _forget_marks(self) -> None:
        """Marks go with the frames that were given up."""
        if self.marks and self.progress.start:
            left = self.progress.start < self.progress.rows
            self.marks.forget_before(self.frame_number(self.progress.start) if left else ALL_FRAMES)

    def _compile_filter(self, expression: str) -> DisplayFilter:
        return views.compile_filter(expression)

    def _take_progress(self, over: bool) -> Progress:
        """Runs in the pipeline's thread, between two batches."""
        store = self._session.store
        start = store.start
        return Progress(len(store), start, store.revision, views.connection_numbers(self._session), over)

    def _after_giving_up(self, taken: Progress, start: int) -> Progress:
        """`taken` without what was given up since then: a capture that is idle takes no other."""
        left = np.intersect1d(taken.connection_numbers, views.connection_numbers(self._session), assume_unique=True)
        return replace(taken, start=min(start, taken.rows), connection_numbers=left)

    @property
    def live(self) -> LiveCapture | None:
        """The capture where it is a live one."""
        return self._session.live

    @property
    def is_stream(self) -> bool:
        """Whether frames come as they happen: from interfaces, or through a pipe that is still open."""
        capture = self._session.capture
        return self.live is not None or (capture.name == STANDARD_INPUT and capture.growing)

    @property
    def connection_numbers(self) -> NDArray[np.int64]:
        """Numbers of all connections that are still there, ascending."""
        return self.progress.connection_numbers

    @property
    def frames(self) -> int:
        """Frames that are still there."""
        return self.progress.rows - self.progress.start

    @property
    def given_up(self) -> int:
        """Frames that were given up: cleared, or the oldest of a live capture that has reached its largest size."""
        return self.progress.start

    @property
    def error(self) -> str:
        """What ended the reading before its time, as a sentence; empty where nothing did."""
        error = self.pipeline.error
        if error is None:
            return ""
        return printable(str(error)) or type(error).__name__

    @property
    def source_name(self) -> str:
        """Name of the capture as the user gave it, fit to be drawn."""
        return printable(self._session.capture.shown_name)

    @property
    def filter(self) -> str:
        """The capture filter, fit to be drawn; empty where there is none."""
        return printable(self._session.filter_expression)

    @property
    def copy_name(self) -> str:
        """Name of the file that frames are written to meanwhile, fit to be drawn; empty where there is none."""
        return printable(self._session.copy_name)

    @property
    def words_without_frames(self) -> str:
        """Why there is no frame, once everything was read."""
        if self.filter:
            return f"The filter `{self.filter}` selects no frame. q leaves; start again with another one, or without."
        return "No frames in this capture. o opens another one, q leaves."

    @property
    def not_understood(self) -> str:
        """Which frames could not be read because of their link type; empty where there are none."""
        counts = views.frames_not_understood(self._session, self.progress.rows)
        return ", ".join(f"{count:,} frames of {name}" for name, count in counts.items())

    @property
    def damage(self) -> str:
        """Where and why the capture stops making sense; empty where it is whole."""
        damage = self._session.capture.damage
        return f"{printable(damage.reason)} at byte {damage.offset:,}" if damage else ""

    @property
    def share_read(self) -> float | None:
        """Part of the capture that was read, 0 to 1; None while its size isn't known."""
        capture = self._session.capture
        if capture.growing or capture.size <= 0:
            return None
        return min(capture.position / capture.size, 1.0)

    @property
    def origin_ns(self) -> int:
        """Time of the capture's first frame."""
        return self._session.origin_ns

    def frame(self, row: int) -> FrameView:
        """The frame of a row of the store; its number is 0 where the row was given up."""
        return views.frame(self._session, row)

    def frames_at(self, rows: Sequence[int]) -> list[FrameView]:
        """The frames of rows of the store, in their order; as `frame`, in a fraction of the time."""
        return list(views.frames_with_states_before(self._session, np.array(rows, np.int64)))

    def frame_number(self, row: int) -> int:
        """The frame number of a row of the store."""
        return self._session.store.value("number", row)

    def value(self, column: str, row: int) -> int:
        """A column's value in a row of the store (tui.store.COLUMNS)."""
        return self._session.store.value(column, row)

    def column(self, name: str, start: int, stop: int) -> NDArray[Any]:
        """A column (tui.store.COLUMNS) in the rows from `start` to `stop`."""
        return self._session.store.column(name, start, stop)

    def gather(self, name: str, rows: NDArray[np.int64]) -> NDArray[Any]:
        """A column at rows, in their order."""
        return self._session.store.gather(name, rows)

    def frame_bytes(self, row: int) -> tuple[int, bytes]:
        """Link type and captured bytes of a frame; no bytes where they are gone."""
        if row < self._session.store.start:
            return 0, b""
        interface = self._session.capture.interfaces[self._session.store.value("interface", row)]
        try:
            return interface.link_type, self._session.read_frame(row)
        except InputError:  # the pipeline meets the same disk, and says so
            return interface.link_type, b""

    def payload(self, view: SegmentView, limit: int) -> bytes:
        """The first `limit` bytes of a segment's payload, as far as they were captured and are still there."""
        store = self._session.store
        skipped = store.value("tcp_offset", view.row) + store.value("header_length", view.row)
        length = min(limit, view.length, store.value("captured", view.row) - skipped)
        if length <= 0 or view.row < store.start:
            return b""
        try:
            return self._session.capture.read_at(store.value("offset", view.row) + skipped, length)
        except InputError:  # the pipeline meets the same disk, and says so
            return b""

    def connection(self, number: int) -> ConnectionView | None:
        """A connection; None where its number was given up since the list was made."""
        try:
            return views.connection(self._session, number)
        except KeyError:
            return None

    def connections_at(self, numbers: Sequence[int]) -> list[tuple[ConnectionView | None, str]]:
        """Connections and what each is for, in a fraction of the time of `connection` and `application`."""
        return views.listed(self._session, numbers)

    def state_paths(self, number: int) -> StatePaths | None:
        """The path of both ends through the states; None where the connection was given up."""
        try:
            return views.state_paths(self._session, number)
        except KeyError:
            return None

    def ladder(self, number: int) -> Ladder:
        """A connection as a sequence diagram, empty until it is updated."""
        return Ladder(self._session, number)

    def stream(self, number: int) -> Stream:
        """What both ends of a connection have sent, for any thread. KeyError where the connection was given up."""
        view = views.connection(self._session, number)
        return views.stream(self._session, number, (view.client, view.server))

    def application(self, number: int) -> str:
        """What a connection is for: a request line, a server name, a command, or the service; empty if unknown."""
        return views.application(self._session, number)

    def connection_keys(self, numbers: NDArray[np.int64], by: str) -> NDArray[Any]:
        """What sorts connections by one of their properties: a number for each, NaN where it is not known."""
        return views.connection_keys(self._session, numbers, by)

    def connections_that(self, hold: Callable[[Outcome], bool]) -> NDArray[np.int64]:
        """The numbers of the connections whose outcome so far passes a test, ascending."""
        numbers = self.connection_numbers
        states, place = np.unique(self._session.connections.followed.values["state"][numbers], return_inverse=True)
        holds = np.array([hold(outcome_of(state)) for state in states.tolist()], np.bool_)
        return numbers[holds[place]]

    def problems(self, view: ConnectionView) -> tuple[str, ...]:
        """What is known to have gone wrong with a connection, the worst first; more may be known later."""
        return self._accounts.problems(view)

    def connections_with_problems(self) -> NDArray[np.int64]:
        """The numbers of the connections that have a segment that tells of a problem, ascending."""
        numbers = self.connection_numbers
        return numbers[views.connection_keys(self._session, numbers, "problems") > 0]

    def duplicate_ack_number(self, view: SegmentView) -> int | None:
        """Which repetition of an acknowledgement a segment is; None where it is none."""
        if DUPLICATE_ACK not in view.notes:
            return None
        proofs = views.evidence(self._session, view)
        number = next((proof.values.get("number") for proof in proofs if proof.note == DUPLICATE_ACK), None)
        return number if isinstance(number, int) else None

    def told(self, subject: FrameView | ConnectionView) -> Told:
        """What there is to tell of a frame or a connection; of a long connection more may be known later."""
        if isinstance(subject, ConnectionView):
            return self._told_of_connection(subject)
        if not isinstance(subject, SegmentView):
            return NOTHING
        about = subject, self.progress.revision
        if about != self._told_about:
            sentences, proofs = views.explanation(self._session, subject), views.evidence(self._session, subject)
            self._told_about, self._told = about, Told(sentences, proofs)
        return self._told

    def _told_of_connection(self, view: ConnectionView) -> Told:
        application = self.application(view.connection)
        try:
            account = self._accounts.of(view)
        except KeyError:  # given up since the view was made
            account = None
        if account is None:
            return Told((Sentence(views.summarise(view)),), application=application)
        summary = (Sentence(account.summary),)
        return Told(summary, (), application, account.problems, account.story, account.measures)

    def row_of_frame(self, number: int) -> int | None:
        """The row of a frame; None where there is no frame of that number, or not any more."""
        rows = range(self.progress.start, self.progress.rows)
        place = bisect_left(rows, number, key=self.frame_number)
        return rows[place] if place < len(rows) and self.frame_number(rows[place]) == number else None

    def payload_search(self, needle: Needle) -> PayloadSearch:
        """Looks for something in what rows of the store carry."""
        return PayloadSearch(self._session, needle)

    def frame_column_search(self, text: str, write_time: Callable[[int], str]) -> FrameColumnSearch:
        """Looks for text in the columns of the packet table; `write_time`: how it writes nanoseconds of the epoch."""
        return FrameColumnSearch(self._session, text, write_time, self.options.absolute_numbers)

    def connection_search(
        self, text: str, cells: Callable[[ConnectionView, str, tuple[str, ...]], Iterable[str]]
    ) -> ConnectionSearch:
        """Looks for text in the connection list; `cells` makes those of a row (tui.views.searching.columns)."""
        return ConnectionSearch(self._session, text, cells)

    def place_of(self, number: int) -> int:
        """Where a connection number stands in `listed_connections`, or would."""
        return int(np.searchsorted(self.listed_connections, number))

    def rows_of(self, number: int, start: int, stop: int) -> NDArray[np.int64]:
        """The rows from `start` to `stop` that belong to a connection."""
        return views.rows_of(self._session, number, start, stop)
