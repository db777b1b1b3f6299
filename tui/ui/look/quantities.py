"""Amounts of time and of bytes as people read them, in at most eight cells."""

_TIMES = ((1e-6, "µs"), (1e-3, "ms"), (1.0, "s"))
_SMALLEST_MILLISECONDS = 100e-6
"""From here on times are told in milliseconds."""

_BYTES = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def duration_text(seconds: float) -> str:
    """`28 µs`, `0.25 ms`, `1.2 s`, `2m 05s`, `3h 07m`, `2d 04h`."""
    if seconds >= 59.5:
        return _long_duration(round(seconds))
    place = 0 if seconds < _SMALLEST_MILLISECONDS else 1 if seconds < 0.9995 else 2
    unit, name = _TIMES[place]
    amount = seconds / unit
    if place == 0:
        return f"{amount:.0f} {name}"
    digits = 2 if amount < 0.995 else 1 if amount < 99.95 else 0
    return f"{amount:.{digits}f} {name}"


def _long_duration(seconds: int) -> str:
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if not hours:
        return f"{minutes}m {seconds % 60:02}s"
    if not days:
        return f"{hours}h {minutes % 60:02}m"
    return f"{days}d {hours % 24:02}h"


def bytes_text(count: int) -> str:
    """`78 B`, `1.2 kB`, `123 kB`, `4.5 MB`; a kilobyte is 1,000 bytes."""
    amount, place = float(count), 0
    while amount >= 999.5 and place < len(_BYTES) - 1:
        amount /= 1000
        place += 1
    digits = 1 if place and amount < 99.95 else 0
    return f"{amount:.{digits}f} {_BYTES[place]}"


def counted(count: int, noun: str) -> str:
    """A count with its noun, in the singular where it is one."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
