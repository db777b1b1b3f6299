"""Frames of chosen rows written to a new capture file, as they were captured."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tui.errors import InputError
from tui.export.comments import Comments
from tui.export.rows import frame_batches
from tui.export.targets import check_target
from tui.export.watching import Watch
from tui.files.frames import FrameBatch
from tui.files.writing import CaptureWriter, names_pcap
from tui.session import Session

COMMENTED_AT_ONCE = 256
"""Frames whose comments are made between two looks at whether to stop: each takes a fraction of a millisecond."""


def write_rows(
    session: Session,
    rows: NDArray[np.int64],
    path: str,
    *,
    comments: bool = False,
    replace: bool = False,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Write the frames of ascending rows to a new file; returns how many, as some may have been given up meanwhile.

    The name decides between pcap and pcapng as with `CaptureWriter`; `-` is standard output. `comments`: explain each
    segment in a packet comment, which pcapng alone can hold. `replace`: a file of this name is replaced. `progress` is
    told now and then how many frames are done; where `cancelled` becomes true, StoppedError is raised. For all else
    that fails InputError is raised. Unless it returns, there is no new file, and an old one is as it was.
    """
    if comments and names_pcap(path):
        raise InputError("a pcap file holds no comments; give a name that ends in .pcapng")
    if path != "-":
        check_target(session, path)
    watch = Watch(progress, cancelled)
    explained = Comments(session) if comments else None
    written = 0
    with CaptureWriter(path, session.capture, replace) as writer:
        for own, batch in frame_batches(session, rows):
            if explained is None:
                writer.write(batch)
                watch.add(len(batch))
            else:
                _write_explained(writer, batch, own, explained, watch)
            written += len(batch)
    return written


def _write_explained(
    writer: CaptureWriter, batch: FrameBatch, rows: NDArray[np.int64], explained: Comments, watch: Watch
) -> None:
    """Write a batch in steps that are short enough to be stopped between them."""
    place = np.arange(len(batch))
    for first in range(0, len(batch), COMMENTED_AT_ONCE):
        stop = first + COMMENTED_AT_ONCE
        step = batch.select((place >= first) & (place < stop))
        writer.write(step, explained.of(rows[first:stop]))
        watch.add(len(step))
