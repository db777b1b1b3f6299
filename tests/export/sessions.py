"""Sessions that are read to their end, and what a capture file holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.files.build import read_frames
from tests.program import CAPTURES
from tui.files.source import open_capture
from tui.session import Session

LOSSY = CAPTURES / "lossy.pcap"
TEN = CAPTURES / "ten-connections.pcap"


@contextmanager
def session_of(path: str | Path) -> Iterator[Session]:
    """A session over a capture, all of which was read."""
    with open_capture(str(path)) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        yield session


def all_rows(session: Session) -> NDArray[np.int64]:
    """The rows of all frames."""
    return np.arange(session.store.start, len(session.store))


def content(path: str | Path) -> list[tuple[object, ...]]:
    """What a capture file says of each frame and its interface."""
    with open_capture(str(path)) as capture:
        return [
            (f.time_ns, f.wire, f.data, i.link_type, i.byte_order, i.name, i.description, i.snap_length)
            for f in read_frames(capture)
            for i in [capture.interfaces[f.interface]]
        ]
