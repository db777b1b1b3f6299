"""The lines of a ladder: segments, folds of ordinary ones, and what is said between two segments."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui.views.ladder.growing import Growing, Integers
from tui.views.ladder.turns import Turns

LONG_TURN = 6
"""Segments from which on a turn is folded."""

LONG_TALK = 12
"""Segments from which on a run of shorter turns is folded as one."""


class StepKind(IntEnum):
    """What a line of a ladder stands for."""

    SEGMENT = 0
    FOLD = 1
    SILENCE = 2
    """Nothing, for a while, before the next line's segment."""
    HOLE = 3
    """Something that is missing before the next line's segment."""


class Steps:
    """Lines by the places of the segments that they stand for. A line about what comes before a segment stands before
    that segment's own line, and has its place.
    """

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._lines = Growing(4)
        """First place, stop and kind of each line, and the first place of the fold that it belongs to, or -1."""
        self._sure_turn = 0
        self._sure_line = 0
        self.unfolded: set[int] = set()
        """First places of the folds that were opened."""
        self.all_unfolded = False
        """Whether folds are open unless they are among `unfolded`, and not the other way round."""

    def __len__(self) -> int:
        return len(self._lines)

    def kind(self, line: int) -> StepKind:
        """What a line stands for."""
        return StepKind(int(self._lines.values[line, 2]))

    def places(self, line: int) -> range:
        """Places of the segments that a line stands for."""
        first, stop, *_ = self._lines.values[line].tolist()
        return range(first, stop)

    def line_of(self, place: int) -> int:
        """The line that stands for a segment; one past the last where there is none that far."""
        if place >= self._turns.length:
            return len(self)
        return int(np.searchsorted(self._lines.values[:, 0], place, side="right")) - 1

    def opens_fold(self, line: int) -> bool:
        """Whether a line is the first of a fold that is open."""
        first, _, kind, fold = self._lines.values[line].tolist()
        return bool(kind == StepKind.SEGMENT and first == fold)

    def counts(self, line: int) -> list[int]:
        """What a fold holds (tui.views.ladder.turns.COUNTS)."""
        places = self.places(line)
        begin, end = np.searchsorted(self._turns.first.values, (places.start, places.stop))
        return [int(total) for total in self._turns.counts.values[begin:end].sum(axis=0)]

    def toggle(self, place: int) -> None:
        """Open the fold that begins at a place, or close it."""
        self.unfolded ^= {place}
        self.rebuild()

    def fold_around(self, place: int) -> int | None:
        """First place of the fold, open or not, that a segment belongs to; None where it belongs to none."""
        if not 0 <= place < self._turns.length:
            return None
        first = int(self._lines.values[self.line_of(place), 3])
        return first if first >= 0 else None

    def rebuild(self) -> None:
        """Make all lines anew."""
        self._sure_turn = self._sure_line = 0
        self.update()

    def rewind(self) -> None:
        """Go back to a special segment before what the turns have just forgotten."""
        special = np.flatnonzero(self._turns.special.values)
        self._sure_turn = int(special[-1]) if len(special) else 0
        place = int(self._turns.first.values[self._sure_turn]) if len(special) else 0
        self._sure_line = int(np.searchsorted(self._lines.values[:, 0], place))

    def update(self) -> None:
        """Take in what the turns have more; all lines but the last ones stay."""
        turns, start = self._turns, self._sure_turn
        self._lines.cut(self._sure_line)
        first = turns.first.values[start:]
        if not len(first):
            return
        sizes = np.diff(first, append=turns.length)
        ordinary = turns.special.values[start:] == 0
        short = ordinary & (sizes < LONG_TURN)
        silent = turns.silent.values[start:]
        begins = ~short | (silent != 0) | np.append(True, ~short[:-1])
        at = np.flatnonzero(begins)
        total = np.add.reduceat(sizes, at)
        foldable = ordinary[at] & (total >= np.where(short[at], LONG_TALK, LONG_TURN))
        fold = foldable.copy()
        if self.all_unfolded or self.unfolded:
            fold &= np.isin(first[at], list(self.unfolded)) == self.all_unfolded
        hole = turns.hole.values[start:]
        counts = silent[at] + hole[at] + np.where(fold, 1, total)
        owner = np.where(foldable, first[at], -1)
        self._lines.append(_lines(first[at], total, fold, silent[at], hole[at], counts, owner))
        self._sure_turn = start + int(at[-1])
        self._sure_line = len(self._lines) - int(counts[-1])


def _lines(
    first: Integers,
    total: Integers,
    fold: NDArray[np.bool_],
    silent: Integers,
    hole: Integers,
    counts: Integers,
    owner: Integers,
) -> Integers:
    """The `counts` lines of each unit, which begins at `first` and holds `total` segments; `owner`: its fold, or -1."""
    unit = np.repeat(np.arange(len(first)), counts)
    within = np.arange(len(unit)) - np.repeat(np.cumsum(counts) - counts, counts)
    body = within - silent[unit] - hole[unit]
    lines = np.empty((len(unit), 4), np.int64)
    lines[:, 0] = first[unit] + np.maximum(body, 0)
    lines[:, 1] = np.where(fold[unit] & (body >= 0), first[unit] + total[unit], lines[:, 0] + 1)
    kind = np.where(fold[unit], StepKind.FOLD, StepKind.SEGMENT)
    kind = np.where(body < 0, StepKind.HOLE, kind)
    lines[:, 2] = np.where((silent[unit] != 0) & (within == 0), StepKind.SILENCE, kind)
    lines[:, 3] = np.where(body < 0, -1, owner[unit])
    return lines
