"""How many frames a second came lately, as a row of bars."""

from collections import deque
from collections.abc import Sequence

from tui.ui.look.formats import magnitude

BARS = "▁▂▃▄▅▆▇█"
"""From nothing to the most, one cell each."""

PLAIN_BARS = "_.:-=+*#"
"""The same for terminals whose encoding has no block elements."""

SECONDS = 20
"""Seconds that the bars reach back, one bar a second."""

INTERVAL = 1.0
"""Seconds between two looks at the count."""

LEAST_FULL = 8.0
"""Frames a second that a full bar stands for at least, so that a single frame is no peak."""

RATE_WIDTH = 8
"""Cells of the rate in numbers, such as `12.3k/s`."""

WIDTH = SECONDS + RATE_WIDTH
"""Cells of the whole."""


class Sparkline:
    """Looks at a growing count once a second."""

    def __init__(self, now: float, encoding: str | None) -> None:
        """`now` in seconds of any clock; `encoding` is the terminal's."""
        self._bars = bars_for(encoding)
        self._rates: deque[float] = deque([0.0] * SECONDS, SECONDS)
        self._count = 0
        self._looked = now

    def look(self, count: int, now: float) -> None:
        """Take in the count of frames at a time; nothing happens before INTERVAL has passed."""
        passed = now - self._looked
        if passed < INTERVAL:
            return
        self._rates.append(max(0, count - self._count) / passed)
        self._count, self._looked = count, now

    def __str__(self) -> str:
        """The bars and the rate of the last second, always WIDTH cells."""
        return f"{bars(list(self._rates), self._bars)}{magnitude(self._rates[-1]) + '/s':>{RATE_WIDTH}}"


def bars(rates: Sequence[float], levels: str) -> str:
    """One bar for each rate, the highest full; only no frames at all are the lowest bar."""
    full = max([*rates, LEAST_FULL])
    top = len(levels) - 1
    return "".join(levels[0 if rate <= 0 else max(1, round(rate / full * top))] for rate in rates)


def bars_for(encoding: str | None) -> str:
    """The bars that can be written in an encoding."""
    try:
        BARS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN_BARS
    return BARS
