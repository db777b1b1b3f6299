"""How explanations and stories write numbers: amounts in groups of three digits, times in a fitting unit.

What is a name and not an amount (frame numbers, ports, IP identifications) is written without groups.
"""

from collections.abc import Iterable
from functools import lru_cache


def count(number: int) -> str:
    """`65,495`."""
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """A count with its noun, in the singular where it is one: `1 byte`, `1,448 bytes`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@lru_cache(maxsize=4096)
def byte_count(number: int) -> str:
    """`1 byte`, `1,448 bytes`."""
    return "1 byte" if number == 1 else f"{number:,} bytes"


def time_span(seconds: float) -> str:
    """A time that has passed: `28 µs`, `0.24 ms`, `204 ms`, `1.02 s`, `2 min 5 s`, `3 h 7 min`; never below `0 µs`."""
    if seconds < 100e-6:
        return f"{max(0.0, seconds) / 1e-6:.0f} µs"
    if seconds >= 59.5:
        return _long_span(round(seconds))
    amount, unit = (seconds / 1e-3, "ms") if seconds < 0.9995 else (seconds, "s")
    if amount >= 99.95:
        return f"{amount:.0f} {unit}"
    return f"{amount:.1f} {unit}" if amount >= 9.95 else f"{amount:.2f} {unit}"


def _long_span(seconds: int) -> str:
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if not hours:
        return f"{minutes} min {seconds % 60} s"
    if not days:
        return f"{hours} h {minutes % 60} min"
    return f"{counted(days, 'day')} {hours % 24} h"


def listed(parts: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
