"""The key that goes to a frame by its number, its time or its distance."""

import numpy as np
from numpy.typing import NDArray

from tui.ui.commands.base import Bench
from tui.ui.destinations import (
    EXAMPLES,
    Destination,
    Elapsed,
    FrameNumber,
    FramesFromHere,
    Share,
    TimeOfDay,
    destination,
)
from tui.ui.look import formats
from tui.ui.look.quantities import counted

SCAN = 1 << 16
"""Rows whose times are looked at at once."""

Rows = NDArray[np.int64]


class Going(Bench):
    """Commands of the workbench. What is typed leads to one of the frames that the packet table shows."""

    def action_go_to(self) -> None:
        """Ask for a place in the capture, and go there."""
        self.ask("Frame or time", self._go_to_typed)

    def _go_to_typed(self, text: str) -> str | None:
        """Go where was typed; returns what is wrong with it."""
        wanted = destination(text)
        if wanted is None:
            return EXAMPLES
        rows = self.packet_rows.packets.rows
        if not len(rows):
            return "There is no frame yet." if self.model.selection is None else "No frame is shown."
        found = self._find(wanted, rows)
        if isinstance(found, str):
            return found
        row, words = found
        self.packet_table.jump_to(self.packet_rows.find(self.model.frame_number(row)))
        self.prompt.close()  # which would go back to where the question was asked
        self.go_to(self.packet_table)
        if words:
            self.say(words)
        return None

    def _find(self, wanted: Destination, rows: Rows) -> tuple[int, str] | str:
        """The row of the store, and what is to be said of it; or what is wrong."""
        match wanted:
            case FrameNumber(number):
                return self._by_number(number, rows)
            case FramesFromHere(frames):
                return self._by_step(frames, rows)
            case Share(share):
                row = int(rows[round(share * (len(rows) - 1))])
                return row, f"{self._frame_words(row)}, {share:.0%} down what is shown"
            case Elapsed(ns):
                return self._by_time(self.model.origin_ns + ns, rows)
            case TimeOfDay():
                moment = wanted.first_in(self._time(int(rows[0])), self._time(int(rows[-1])))
                return "No clock shows this time on that day." if moment is None else self._by_time(moment, rows, True)

    def _by_number(self, number: int, rows: Rows) -> tuple[int, str] | str:
        first, last = (self.model.frame_number(int(row)) for row in (rows[0], rows[-1]))
        if not first <= number <= last:
            return f"The frames shown here are {first:,} to {last:,}."
        place = self._place_of(number, rows)
        row = int(rows[place])
        found = self.model.frame_number(row)
        if place and number - self.model.frame_number(int(rows[place - 1])) < found - number:
            row = int(rows[place - 1])
        exact = found == number
        return row, "" if exact else f"Frame {number:,} is not shown here; this is the nearest one."

    def _by_step(self, frames: int, rows: Rows) -> tuple[int, str]:
        here = self._place_of(self.packet_table.key or 0, rows)
        place = max(0, min(here + frames, len(rows) - 1))
        row = int(rows[place])
        if place == here + frames:
            return row, f"{self._frame_words(row)}, {counted(abs(frames), 'frame')} {'up' if frames < 0 else 'down'}"
        end = "last" if frames > 0 else "first"
        return row, f"{self._frame_words(row)}, the {end} one: only {counted(abs(place - here), 'frame')} away"

    def _by_time(self, time_ns: int, rows: Rows, of_day: bool = False) -> tuple[int, str] | str:
        """The first frame from a time on; `of_day`: it is told as the time of day."""
        wanted = self._written(time_ns, of_day)
        for first in range(0, len(rows), SCAN):
            late = np.flatnonzero(self.model.gather("time_ns", rows[first : first + SCAN]) >= time_ns)
            if len(late):
                row = int(rows[first + int(late[0])])
                return row, f"{self._frame_words(row, of_day)}, is the first from {wanted} on"
        last = self._written(self._time(int(rows[-1])), of_day)
        return f"No frame is from {wanted} or later; the last is from {last}."

    def _place_of(self, number: int, rows: Rows) -> int:
        """Where a frame number stands among rows, or would; numbers ascend with the rows."""
        low, high = 0, len(rows)
        while low < high:
            middle = (low + high) // 2
            if self.model.frame_number(int(rows[middle])) < number:
                low = middle + 1
            else:
                high = middle
        return low

    def _time(self, row: int) -> int:
        return self.model.value("time_ns", row)

    def _written(self, time_ns: int, of_day: bool) -> str:
        if of_day:
            last_ns = self._time(self.model.progress.rows - 1)
            return formats.clock(time_ns, formats.local_day(self.model.origin_ns) != formats.local_day(last_ns))
        return f"{formats.seconds((time_ns - self.model.origin_ns) / formats.NS)} s"

    def _frame_words(self, row: int, of_day: bool = False) -> str:
        return f"Frame {self.model.frame_number(row):,}, at {self._written(self._time(row), of_day)}"
