"""The pipeline: batches of frames from a capture, decoded, tracked and appended to the store."""

from collections.abc import Iterator

from tui.files.source import Capture
from tui.query.capture_filter import CaptureFilter
from tui.store import Store


class Session:
    """One capture being read. Everything above the pipeline looks at a session and at nothing below it."""

    def __init__(self, capture: Capture, capture_filter: CaptureFilter | None = None, count: int | None = None) -> None:
        """`count`: stop after so many selected frames."""
        self.capture = capture
        self.store = Store()
        self.finished = False
        """True once everything there is was read."""

    def run(self) -> Iterator[None]:
        """Read batch after batch; yields after each, when the store and the connections agree."""
        raise NotImplementedError

    def read_frame(self, row: int) -> bytes:
        """The captured bytes of the frame of a row, from the file."""
        raise NotImplementedError
