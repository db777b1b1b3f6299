"""Places in a capture as people type them: a frame, a time since the first frame, a time of day, a step, a share."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

NS = 1_000_000_000
"""Nanoseconds in a second."""

MOST_DIGITS = 12
"""Digits of a number that anyone may type."""

EXAMPLES = "Type 42, 12.5s, 14:03:22, +100 or 50%."


@dataclass(frozen=True, slots=True)
class FrameNumber:
    """The frame of a number."""

    number: int


@dataclass(frozen=True, slots=True)
class FramesFromHere:
    """So many frames further down, or up where it is negative."""

    frames: int


@dataclass(frozen=True, slots=True)
class Share:
    """So far into what is shown: 0 to 1."""

    share: float


@dataclass(frozen=True, slots=True)
class Elapsed:
    """So many nanoseconds after the capture's first frame."""

    ns: int


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A local time of day, of the day in this month or of any."""

    day: tuple[int, int] | None
    """Month and day of the month."""
    hour: int
    minute: int
    second: int
    ns: int

    def on(self, day: date) -> int | None:
        """Nanoseconds since the epoch at this time of a day; None where no clock shows that."""
        try:
            moment = datetime.combine(day, time(self.hour, self.minute, self.second)).astimezone()
            return int(moment.timestamp()) * NS + self.ns
        except (ValueError, OverflowError, OSError):
            return None

    def first_in(self, first_ns: int, last_ns: int) -> int | None:
        """When it is first this time from the day of `first_ns` on: after that moment, where that is up to `last_ns`.

        Nanoseconds since the epoch; None where there is no such day.
        """
        try:
            begin = datetime.fromtimestamp(first_ns // NS).date()
            if self.day is not None:
                return self._in_year_of(begin, first_ns)
            today, tomorrow = self.on(begin), self.on(begin + timedelta(days=1))
        except (ValueError, OverflowError, OSError):
            return None
        late = today is not None and today < first_ns and tomorrow is not None and tomorrow <= last_ns
        return tomorrow if late else today

    def _in_year_of(self, begin: date, first_ns: int) -> int | None:
        """This day and time in the year of the first day, or in the next one where that is before it."""
        month, day = self.day or (0, 0)
        moments = [self.on(date(year, month, day)) for year in (begin.year, begin.year + 1)]
        known = [moment for moment in moments if moment is not None]
        return next((moment for moment in known if moment >= first_ns - 86_400 * NS), None)


Destination = FrameNumber | FramesFromHere | Share | Elapsed | TimeOfDay

_FRAME = re.compile(r"#?(\d[\d,]*)", re.ASCII)
_STEP = re.compile(r"([+-]) *(\d[\d,]*)", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?) *%", re.ASCII)
_UNITS = {"ms": 1_000_000, "s": NS, "m": 60 * NS, "min": 60 * NS, "h": 3600 * NS}
_AMOUNT = re.compile(r"(\d*)(\.\d*)? *(ms|s|min|m|h)?", re.ASCII)
_MINUTES = re.compile(r"(\d+):(\d{1,2})(\.\d*)? *s?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,2})-(\d{1,2}) +)?(\d{1,2}):(\d{2}):(\d{2})(\.\d*)?", re.ASCII)


def destination(text: str) -> Destination | None:
    """What was typed; None where it is no place.

    `42`, `1,234` and `#42` are frames; `+100` and `-100` are frames from here; `50%` is a share. A number with a point
    or a unit (`12.5`, `12s`, `250ms`, `2m`) and `1:02.5` (minutes and seconds) count from the capture's first frame;
    `14:03:22.5`, or `11-21 14:03:22` with month and day, is the local time.
    """
    text = text.strip()
    if len(max(re.findall(r"\d+", text.replace(",", "")), key=len, default="")) > MOST_DIGITS:
        return None
    if found := _FRAME.fullmatch(text):
        return FrameNumber(_number(found[1]))
    if found := _STEP.fullmatch(text):
        return FramesFromHere(_number(found[2]) * (-1 if found[1] == "-" else 1))
    if found := _SHARE.fullmatch(text):
        return Share(float(found[1]) / 100) if float(found[1]) <= 100 else None
    if found := _CLOCK.fullmatch(text):
        return _time_of_day(found)
    if found := _MINUTES.fullmatch(text):
        return Elapsed((int(found[1]) * 60 + int(found[2])) * NS + _part(found[3], NS))
    found = _AMOUNT.fullmatch(text)
    if found and (found[2] or found[3]) and any(character.isdigit() for character in text):
        unit = _UNITS[found[3] or "s"]
        return Elapsed(int(found[1] or "0") * unit + _part(found[2], unit))
    return None


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))


def _part(digits: str | None, unit: int) -> int:
    """Nanoseconds of a part of a unit, such as `.5`."""
    return int((digits or ".")[1:10].ljust(9, "0")) * unit // NS


def _time_of_day(found: re.Match[str]) -> TimeOfDay | None:
    hour, minute, second = int(found[3]), int(found[4]), int(found[5])
    day = (int(found[1]), int(found[2])) if found[1] else None
    if hour > 23 or minute > 59 or second > 59 or (day and not (1 <= day[0] <= 12 and 1 <= day[1] <= 31)):
        return None
    return TimeOfDay(day, hour, minute, second, _part(found[6], NS))
