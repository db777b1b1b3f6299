"""Looking through what frames carry: read again from the capture in large pieces, and searched piece by piece."""

from collections.abc import Iterator

import numpy as np

from tui.session import Session
from tui.views.filtering.pieces import read_pieces
from tui.views.searching.borders import Borders, Indices, Match, Payloads, payloads_of
from tui.views.searching.needles import Needle

MOST_REACH = 255
"""Bytes on each side of a border between two segments that are looked at."""


class PayloadSearch:
    """Looks for something in what rows of the store carry, and across the border of two segments."""

    def __init__(self, session: Session, needle: Needle) -> None:
        self._session = session
        self._needle = needle
        self.cut = 0
        """Frames so far of which not all was captured that would have been searched."""

    def __call__(self, rows: Indices, before: Indices) -> Iterator[Match]:
        """What is found in these rows, which ascend; the first place in each. `before`: the rows before them, whose
        payload may be continued in them.

        Raises InputError where the disk fails, SearchTimeoutError where the search takes too long.
        """
        places = payloads_of(self._session, rows)
        self.cut += int(np.count_nonzero(places.is_cut))
        if not 0 < self._needle.reach <= MOST_REACH:
            yield from self._within(places, None)
            return
        borders = Borders(self._session, self._needle.reach, rows, before, places)
        found = {match.index: match for match in self._within(places, borders)}
        for match in borders.matches(self._needle):
            found.setdefault(match.index, match)
        yield from (found[index] for index in sorted(found))

    def _within(self, places: Payloads, borders: Borders | None) -> Iterator[Match]:
        """What is found inside one payload or one frame."""
        wanted = np.flatnonzero(places.size > 0)
        for piece in read_pieces(self._session, places.offset[wanted], places.size[wanted]):
            there = np.flatnonzero(piece.captured > 0)
            starts = piece.start[there]
            stops = starts + piece.captured[there]
            indices = wanted[piece.index[there]]
            if borders is not None:
                borders.take(piece, indices, starts, stops)
            for hit in self._needle.hits(piece.data.tobytes(), starts.tolist(), stops.tolist()):
                index = int(indices[hit.place])
                yield Match(index, hit.start, hit.end, int(places.skipped[index]))
