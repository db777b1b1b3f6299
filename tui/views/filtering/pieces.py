"""The bytes of frames, read again from the capture some megabytes at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.files.frames import SLACK
from tui.session import Session

Indices = NDArray[np.int64]

PIECE_BYTES = 4 << 20
"""Most bytes that are read at once, unless one frame has more."""

MOST_TOGETHER = 1 << 10
"""Most pieces that are put together."""

FAR_APART = 128 << 10
"""Bytes between two frames over which a new read begins: less than this is read in less time than a read takes."""


@dataclass(slots=True)
class Piece:
    """Some frames and their bytes."""

    index: Indices
    """Which of the rows that were asked for they are, ascending."""
    data: NDArray[np.uint8]
    """SLACK bytes without a meaning follow those of the last frame."""
    start: Indices
    """Index in `data` of each frame's first byte."""
    captured: Indices
    """Bytes of each frame that are there: none where the capture no longer has all of them."""
    content: bytes
    """The same as `data`."""


def read_pieces(session: Session, offset: Indices, captured: Indices) -> Iterator[Piece]:
    """The bytes of frames that lie at these offsets, in pieces; `captured`: how many each frame has.

    Raises InputError where the disk fails.
    """
    end = offset + captured
    begins = np.flatnonzero(offset[1:] - end[:-1] > FAR_APART) + 1
    backwards = np.flatnonzero(offset[1:] < offset[:-1]) + 1
    cuts = np.union1d(begins, backwards)
    runs = zip([0, *cuts.tolist()], [*cuts.tolist(), len(offset)], strict=True)
    for first, stop in runs:
        at = first
        while at < stop:
            until = at + int(np.searchsorted(end[at:stop], offset[at] + PIECE_BYTES, "right"))
            until = max(until, at + 1)
            yield _piece(session, np.arange(at, until), offset[at:until], captured[at:until])
            at = until


def _piece(session: Session, index: Indices, offset: Indices, captured: Indices) -> Piece:
    first = int(offset[0])
    size = int((offset + captured).max()) - first
    content = session.capture.read_at(first, size + SLACK)
    start = offset - first
    if len(content) < size:  # given up meanwhile, or the file was cut
        captured = np.where(start + captured <= len(content), captured, 0)
    if len(content) < size + SLACK:
        content = content.ljust(size + SLACK, b"\0")
    return Piece(index, np.frombuffer(content, np.uint8), start, captured, content)


def put_together(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The same frames in pieces that are as large as they may be: to look through many small ones takes longer."""
    waiting: list[Piece] = []
    size = 0
    for piece in pieces:
        size += len(piece.data)
        if waiting and (size > PIECE_BYTES or len(waiting) == MOST_TOGETHER):
            yield join(waiting)
            waiting, size = [], len(piece.data)
        waiting.append(piece)
    if waiting:
        yield join(waiting)


def join(pieces: list[Piece]) -> Piece:
    """Several pieces as one."""
    if len(pieces) == 1:
        return pieces[0]
    if not pieces:
        none = np.empty(0, np.int64)
        return Piece(none, np.zeros(SLACK, np.uint8), none, none, bytes(SLACK))
    base = np.cumsum([0, *(len(piece.data) for piece in pieces[:-1])])
    starts = [piece.start + shift for piece, shift in zip(pieces, base.tolist(), strict=True)]
    content = b"".join(piece.content for piece in pieces)
    return Piece(
        np.concatenate([piece.index for piece in pieces]),
        np.frombuffer(content, np.uint8),
        np.concatenate(starts),
        np.concatenate([piece.captured for piece in pieces]),
        content,
    )
