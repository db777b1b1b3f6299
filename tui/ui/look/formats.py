"""How times, states and addresses are written, and how they are written where there is little room."""

import re
from datetime import datetime

NS = 1_000_000_000
"""Nanoseconds in a second."""

DAY = 86_400
"""Seconds in a day."""


def seconds(value: float) -> str:
    """Seconds with microseconds, as tcpdump writes them."""
    return f"{value:.6f}"


def short_seconds(text: str, width: int) -> str:
    """Seconds with fewer digits after the point, or as days and a time of day."""
    point = text.find(".")
    if point <= width:
        return text[:width].rstrip(".")
    negative, whole = text.startswith("-"), int(text[:point].lstrip("-"))
    minutes, second = divmod(whole % DAY, 60)
    return f"{'-' if negative else ''}{whole // DAY}d {minutes // 60:02}:{minutes % 60:02}:{second:02}"


def clock(time_ns: int, dated: bool) -> str:
    """The local time of day with microseconds; `dated`: with month and day before it."""
    whole, rest = divmod(time_ns, NS)
    try:
        moment = datetime.fromtimestamp(whole).astimezone()
    except (OverflowError, ValueError, OSError):  # beyond the years that a calendar has
        return f"{whole}.{rest // 1000:06}"
    return f"{moment:{'%m-%d ' if dated else ''}%H:%M:%S}.{rest // 1000:06}"


def local_day(time_ns: int) -> int:
    """A number that differs between any two local days; that of the day in UTC beyond the calendar."""
    try:
        return datetime.fromtimestamp(time_ns // NS).toordinal()
    except (OverflowError, ValueError, OSError):
        return time_ns // NS // DAY


def short_clock(text: str, width: int) -> str:
    """A time of day with fewer digits after the point; without the date where even that is too long."""
    point = text.find(".")
    if point <= width:
        return text[:width] if width > point + 1 else text[:point]
    return text[:point].rpartition(" ")[2]


def magnitude(count: float) -> str:
    """A number in at most five cells: `999`, `12.3k`, `1.2M`."""
    for unit in ("", "k", "M", "G", "T"):
        if count < 999.5:
            return f"{count:.0f}{unit}" if not unit or count >= 99.95 else f"{count:.1f}{unit}"
        count /= 1000
    return f"{count:.0f}P"


def short_number(text: str, width: int) -> str:
    """A number by its magnitude."""
    return magnitude(int(text)) if len(text) > width and text.isdecimal() else text


def short_ends(text: str, width: int) -> str:
    """Two endpoints with a sign between them in less room; their ports stay whole.

    Of two equal addresses the second is left out, as in `127.0.0.1:4320 → :80`; else they are cut in their middle.
    """
    ends = re.split(r"( → )", text, maxsplit=1)
    if len(ends) != 3:
        return text
    address, _, _ = ends[0].rpartition(":")
    if len(text) - len(address) <= width and ends[2].startswith(f"{address}:"):
        return f"{ends[0]}{ends[1]}{ends[2].removeprefix(address)}"
    room = width - len(ends[1])
    first = _short_end(ends[0], max(room // 2, room - len(ends[2])))
    return first + ends[1] + _short_end(ends[2], room - len(first))


def _short_end(text: str, width: int) -> str:
    """An endpoint such as `[2001:db8::1]:80` in at most `width` cells where that is possible."""
    if len(text) <= width:
        return text
    address, colon, port = text.rpartition(":")
    room = width - len(colon) - len(port) - 1
    if room < 2:
        return text
    tail = room * 2 // 3
    return f"{address[: room - tail]}…{address[len(address) - tail :]}{colon}{port}"
