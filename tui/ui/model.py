"""What the widgets look at: the session as it stood at the last poll. No other module of the screen calls views."""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from tui import views
from tui.files.source import shown_name
from tui.session import Session
from tui.text import printable
from tui.ui.pipeline import Pipeline, Progress
from tui.views import ConnectionView, FrameView, SegmentView


class Model:
    """A read-only picture of a session that may still be growing; `poll` takes the next one."""

    def __init__(self, session: Session, absolute_numbers: bool = False) -> None:
        self._session = session
        self.absolute_numbers = absolute_numbers
        """Sequence numbers in tables are those on the wire."""
        self.pipeline = Pipeline(session, self._take_progress)
        """Reads the session once it is started."""
        self.progress = self.pipeline.progress
        """As of the last poll."""

    def poll(self) -> bool:
        """Look at the pipeline again; true where anything has changed since the last time."""
        before, self.progress = self.progress, self.pipeline.progress
        return self.progress is not before

    def _take_progress(self, over: bool) -> Progress:
        """Runs in the pipeline's thread, between two batches."""
        store = self._session.store
        return Progress(len(store), store.revision, views.connection_numbers(self._session), over)

    @property
    def connection_numbers(self) -> NDArray[np.int64]:
        """Numbers of all connections, ascending."""
        return self.progress.connection_numbers

    @property
    def frames(self) -> int:
        """Rows of the store that may be looked at."""
        return self.progress.rows

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
        return shown_name(self._session.capture.name)

    @property
    def filter(self) -> str:
        """The capture filter, fit to be drawn; empty where there is none."""
        return printable(self._session.filter_expression)

    @property
    def words_without_frames(self) -> str:
        """Why there is no frame, once everything was read."""
        return f"The filter `{self.filter}` selects no frame." if self.filter else "No frames in this capture."

    @property
    def not_understood(self) -> str:
        """Which frames could not be read because of their link type; empty where there are none."""
        counts = views.frames_not_understood(self._session, self.frames)
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

    def frame(self, row: int) -> FrameView:
        """The frame of a row of the store."""
        return views.frame(self._session, row)

    def frame_number(self, row: int) -> int:
        """The frame number of a row of the store."""
        return self._session.store.value("number", row)

    def connection(self, number: int) -> ConnectionView | None:
        """A connection; None where its number was given up since the list was made."""
        try:
            return views.connection(self._session, number)
        except KeyError:
            return None

    def meaning(self, subject: FrameView | ConnectionView) -> str:
        """What a segment does, or how a connection went, in sentences; empty for frames of other protocols."""
        if isinstance(subject, ConnectionView):
            return views.summarise(subject)
        return views.explain(self._session, subject) if isinstance(subject, SegmentView) else ""

    def place_of(self, number: int) -> int:
        """Where a connection number stands in `connection_numbers`, or would."""
        return int(np.searchsorted(self.connection_numbers, number))

    def rows_of(self, number: int, start: int, stop: int) -> NDArray[np.int64]:
        """The rows from `start` to `stop` that belong to a connection."""
        return views.rows_of(self._session, number, start, stop)


class PacketRows:
    """Rows of the store in the packet table: all of them, or those of one connection."""

    def __init__(self, model: Model, connection: int | None = None) -> None:
        self._model = model
        self.connection = connection
        """Number of the connection that the rows are narrowed to; None for all frames."""
        self._rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._scanned = 0
        self._revision = -1
        self.update()

    def update(self) -> None:
        """Take in what the last poll found: only new rows are looked through, unless old ones have changed."""
        if self.connection is None:
            return
        progress = self._model.progress
        if progress.revision != self._revision:
            self._rows, self._scanned, self._revision = self._rows[:0], 0, progress.revision
        if progress.rows > self._scanned:
            more = self._model.rows_of(self.connection, self._scanned, progress.rows)
            self._rows = np.concatenate([self._rows, more])
            self._scanned = progress.rows

    def __len__(self) -> int:
        return self._model.frames if self.connection is None else len(self._rows)

    def store_row(self, place: int) -> int:
        """The row of the store at a place of this list."""
        return place if self.connection is None else int(self._rows[place])

    def place_of_frame(self, number: int) -> int:
        """Where a frame number stands in this list, or would; frame numbers ascend with the rows."""
        return bisect_left(range(len(self)), number, key=lambda place: self._model.frame_number(self.store_row(place)))
