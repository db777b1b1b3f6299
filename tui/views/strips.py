"""How connections opened and closed, as strips of the flags of the segments that did it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.flags import ACK, FIN, RST, SYN
from tui.tcp.tracking.landmarks import NONE, Landmark

Strips = tuple[tuple[str, ...], tuple[str, ...]]
"""Flags of the segments that opened a connection, and of those that closed it, in order of capture."""

_OPENING = (Landmark.SYN, Landmark.OTHER_SYN, Landmark.SYN_ACK, Landmark.OTHER_SYN_ACK, Landmark.THIRD)
_CLOSING = (Landmark.FIN, Landmark.FIN_ACK, Landmark.OTHER_FIN, Landmark.LAST_ACK, Landmark.RESET)
_PLACES = (*_OPENING, *_CLOSING)
_PLACE_OF_FIN_ACK = _PLACES.index(Landmark.FIN_ACK)
_PLACE_OF_FIN = _PLACES.index(Landmark.FIN)
_PLACE_OF_OTHER_FIN = _PLACES.index(Landmark.OTHER_FIN)
_NO_PLACE = 255

_LETTERS = ((SYN, "S"), (FIN, "F"), (RST, "R"), (ACK, "A"))


def effective_rows(landmarks: NDArray[np.void]) -> NDArray[np.int64]:
    """The rows of the landmarks of n connections, n by len(Landmark); -1 where there is none.

    What comes after the reset that ended a connection neither opens nor closes it.
    """
    rows = landmarks["row"].astype(np.int64)
    rows[rows > rows[:, Landmark.RESET, np.newaxis]] = NONE
    rows[rows == NONE] = -1
    return rows


def strips_of(landmarks: NDArray[np.void], rows: NDArray[np.int64]) -> list[Strips]:
    """The strips of n connections, given their landmarks and `effective_rows` of them."""
    merged = rows[:, Landmark.FIN_ACK] == rows[:, Landmark.OTHER_FIN]
    rows = rows[:, _PLACES]
    rows[merged, _PLACE_OF_FIN_ACK] = -1  # one segment did both
    flags = landmarks["flags"][:, _PLACES]
    flags[:, _PLACE_OF_FIN] &= ~np.uint8(ACK)  # its ACK, as every segment has one, is no step of the close
    flags[~merged, _PLACE_OF_OTHER_FIN] &= ~np.uint8(ACK)
    order = np.tile(np.arange(len(_PLACES)), (len(rows), 1))
    crossed = np.flatnonzero(((rows >= 0) & (rows < np.maximum.accumulate(rows, axis=1))).any(axis=1))
    order[crossed] = np.argsort(rows[crossed], axis=1, kind="stable")
    rows[crossed] = np.take_along_axis(rows[crossed], order[crossed], axis=1)
    flags[crossed] = np.take_along_axis(flags[crossed], order[crossed], axis=1)
    keys = np.stack([np.where(rows >= 0, order, _NO_PLACE), flags], axis=2).astype(np.uint8)
    packed = keys.tobytes()
    width = 2 * len(_PLACES)
    syns = landmarks["syns"].tolist()
    return [_strips(packed[at * width : (at + 1) * width], count) for at, count in enumerate(syns)]


@lru_cache(maxsize=4096)
def _strips(key: bytes, syns: int) -> Strips:
    """The strips that a key stands for: place and flags of each segment; `syns`: how often the SYN was sent."""
    opening: list[str] = []
    closing: list[str] = []
    for place, flags in zip(key[::2], key[1::2], strict=True):
        if place == _NO_PLACE:
            continue
        landmark = _PLACES[place]
        if landmark == Landmark.SYN and syns > 1:
            opening.append(f"{segment_letters(flags)}×{syns}")
        elif landmark in _OPENING:
            opening.append(segment_letters(flags & ~FIN))
        else:
            closing.append(segment_letters(flags))
    return tuple(opening), tuple(closing)


def segment_letters(flags: int) -> str:
    """A short name for a segment by its flags: `S`, `SA`, `A`, `F`, `FA`, `R`, `RA`; `-` without any of these."""
    return "".join(letter for bit, letter in _LETTERS if flags & bit) or "-"
