"""Frames that a text names: numbered, so that a key or a click goes there."""

import re
from collections.abc import Collection

from tui.ui.inspector.wrapping import Part

LINK = "link"
"""Kind of a frame number that can be followed."""

MOST_NUMBERED = 9
"""Frames that have a key of their own; further ones can only be clicked."""

MOST_ADDED = 4
"""Frames without a place in their sentence that are named behind it."""

_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+"
_LIST = re.compile(rf"\b[Ff]rames? (?:{_NUMBER})(?:(?:, and |, | and | or | to |–)(?:{_NUMBER}))*")
_DIGITS = re.compile(_NUMBER)


class Links:
    """The frames that a description names, in the order in which it does. The same frame has the same number again."""

    def __init__(self, own_frame: int = 0) -> None:
        """`own_frame`: the frame that is described, to which there is no going."""
        self._own = own_frame
        self._frames: list[int] = []

    @property
    def frames(self) -> tuple[int, ...]:
        """The frames that have a key, that of key 1 first."""
        return tuple(self._frames[:MOST_NUMBERED])

    def part(self, frame: int) -> Part:
        """A frame number as a link, with its key behind it: `12[1]`."""
        if frame == self._own:
            return f"{frame:,}", ""
        if frame not in self._frames and len(self._frames) < MOST_NUMBERED:
            self._frames.append(frame)
        key = f"[{self._frames.index(frame) + 1}]" if frame in self._frames else ""
        return f"{frame:,}{key}", LINK

    def listed(self, frames: Collection[int], kind: str = "") -> list[Part]:
        """`frame 12[1]`, or `frames 12[1], 14[2]`; not more than a few."""
        shown = list(frames)[:MOST_ADDED]
        parts: list[Part] = [(f"frame{'s' if len(shown) > 1 else ''} ", kind)]
        for place, frame in enumerate(shown):
            parts += [(", ", kind)] * (place > 0) + [self.part(frame)]
        return [*parts, ("…", kind)] if len(frames) > MOST_ADDED else parts

    def linked(self, text: str, frames: Collection[int], kind: str = "") -> list[Part]:
        """A sentence in which these frames are links, where it names them and else behind it."""
        parts: list[Part] = []
        missing = [frame for frame in dict.fromkeys(frames) if frame != self._own]
        done = 0
        for named in _LIST.finditer(text):
            for digits in _DIGITS.finditer(text, named.start(), named.end()):
                frame = int(digits[0].replace(",", ""))
                if frame not in frames:
                    continue
                parts += [(text[done : digits.start()], kind), self.part(frame)]
                done = digits.end()
                if frame in missing:
                    missing.remove(frame)
        parts.append((text[done:], kind))
        return [*parts, (" (", kind), *self.listed(missing, kind), (")", kind)] if missing else parts


def frame_of(text: str) -> int | None:
    """The frame that a link leads to; None where the text is none."""
    found = _DIGITS.match(text)
    return int(found[0].replace(",", "")) if found else None
