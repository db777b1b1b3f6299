"""The texts of many times at once: what tui.views.amounts.time_span says of each."""

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tui.views.amounts import time_span

_MICRO, _MILLI, _WHOLE = 0, 1, 2
_UNITS = ("µs", "ms", "s")

_NUMBERS = 1000
"""A text has three digits at most."""

_LONG_SECONDS = 59.5
"""From here on a text has two units."""

_FEW = 50
"""Fewer times than these are told one by one, which then is faster."""

_TIE = 1e-6
"""So near to the middle between two texts, which one it is depends on how the time is written in binary."""


@cache
def _texts() -> list[str]:
    """A text for each unit, number of decimals, and number that these are taken from, in this order."""
    return [
        f"{number / 10**decimals:.{decimals}f} {unit}"
        for unit, decimals, number in product(_UNITS, range(3), range(_NUMBERS))
    ]


def time_spans(seconds: NDArray[np.float64]) -> list[str]:
    """The text of each time; of one that is not known (NaN) any text.

    There are only some thousand different texts, as a time is told in three digits: each is looked up by its unit,
    its number of decimals and its digits, unless rounding it is a close thing.
    """
    if len(seconds) < _FEW:
        return list(map(time_span, seconds.tolist()))
    seconds = np.fmax(seconds, 0.0)
    unit = np.where(seconds < 100e-6, _MICRO, np.where(seconds < 0.9995, _MILLI, _WHOLE))
    amount = seconds / np.array([1e-6, 1e-3, 1.0])[unit]
    decimals = np.where(unit == _MICRO, 0, np.where(amount >= 99.95, 0, np.where(amount >= 9.95, 1, 2)))
    digits = amount * np.array([1.0, 10.0, 100.0])[decimals]
    nearest = np.rint(digits)
    place = (unit * 3 + decimals) * _NUMBERS + nearest.astype(np.int64)
    unsure = (np.abs(digits - nearest) > 0.5 - _TIE) | (seconds >= _LONG_SECONDS)
    place[unsure] = 0
    texts = list(map(_texts().__getitem__, place.tolist()))
    for at in np.flatnonzero(unsure).tolist():
        texts[at] = time_span(float(seconds[at]))
    return texts
