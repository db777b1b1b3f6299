"""What is looked for in bytes: text, bytes, or what a regular expression matches."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any, NamedTuple, Protocol

from tui.errors import UsageError, UserError
from tui.text import printable

LONGEST_WISH = 1000
"""Characters that may be looked for."""

PATIENCE = 1.0
"""Seconds that a regular expression may take for the bytes of one call."""

HEX_DIGITS = frozenset("0123456789abcdefABCDEF")

SHOWN_TEXT = 12
"""Characters of what was typed that complaints repeat."""


class Kind(Enum):
    """Ways to look for something; the value says which, in words."""

    TEXT = "payload text"
    BYTES = "bytes in hex"
    PATTERN = "regular expression"
    COLUMNS = "packet columns"
    CONNECTIONS = "connection list"


PREFIXES = {"t:": Kind.TEXT, "x:": Kind.BYTES, "hex ": Kind.BYTES, "r:": Kind.PATTERN, "=": Kind.COLUMNS}
"""What may stand before a wish to say its kind at once."""


class SearchError(UsageError):
    """A wish that can't be understood."""


class SearchTimeoutError(UserError):
    """A regular expression that takes too long."""


class Hit(NamedTuple):
    """Where something was found in one of several pieces of bytes."""

    place: int
    """Index of the piece."""
    start: int
    """Index of the first byte in that piece, and of the one behind the last."""
    end: int


class Needle(Protocol):
    """Something that bytes are searched for."""

    @property
    def reach(self) -> int:
        """Bytes at each side of a border that something found across it may have at most; 0 where that isn't known."""
        ...

    def find(self, data: bytes, start: int = 0) -> tuple[int, int] | None:
        """Where it is first found from `start` on: index of the first byte, and of the one behind the last.

        Raises SearchTimeoutError.
        """
        ...

    def hits(self, data: bytes, starts: Sequence[int], stops: Sequence[int]) -> Iterator[Hit]:
        """The first place in each piece of `data` that has any; the pieces ascend, and none is empty.

        Raises SearchTimeoutError.
        """
        ...


class ExactBytes:
    """Bytes as they are; or ASCII text in upper or lower case alike."""

    def __init__(self, wanted: bytes, any_case: bool = False) -> None:
        self._wanted = wanted.lower() if any_case else wanted
        self._any_case = any_case

    @property
    def reach(self) -> int:
        """All but one byte."""
        return len(self._wanted) - 1

    def find(self, data: bytes, start: int = 0) -> tuple[int, int] | None:
        """Where it is first found."""
        return self._find(data.lower() if self._any_case else data, start)

    def hits(self, data: bytes, starts: Sequence[int], stops: Sequence[int]) -> Iterator[Hit]:
        """Searches all pieces at once."""
        return _hits_at_once(self._find, data.lower() if self._any_case else data, starts, stops)

    def _find(self, data: bytes, start: int) -> tuple[int, int] | None:
        found = data.find(self._wanted, start)
        return None if found < 0 else (found, found + len(self._wanted))


class Letters:
    """Text in any writing, each letter in either case; UTF-8."""

    def __init__(self, letters: Sequence[set[bytes]]) -> None:
        """`letters`: the ways in which each may be written."""
        import regex  # noqa: PLC0415 - takes its time, and only who searches needs it

        pattern = b"".join(b"(?:" + b"|".join(map(regex.escape, sorted(ways))) + b")" for ways in letters)
        self._compiled = regex.compile(pattern)
        self.reach = sum(max(map(len, ways)) for ways in letters) - 1

    def find(self, data: bytes, start: int = 0) -> tuple[int, int] | None:
        """Where it is first found."""
        match = self._compiled.search(data, start)
        return match.span() if match else None

    def hits(self, data: bytes, starts: Sequence[int], stops: Sequence[int]) -> Iterator[Hit]:
        """Searches all pieces at once."""
        return _hits_at_once(self.find, data, starts, stops)


def _hits_at_once(
    find: Callable[[bytes, int], tuple[int, int] | None], data: bytes, starts: Sequence[int], stops: Sequence[int]
) -> Iterator[Hit]:
    """The first place in each piece that has any; what is found between the pieces is passed over."""
    at = starts[0] if starts else len(data)
    while (found := find(data, at)) is not None:
        begin, end = found
        place = bisect_right(starts, begin) - 1
        if end <= stops[place]:
            yield Hit(place, begin - starts[place], end - starts[place])
        elif begin < stops[place]:  # reaches beyond its piece
            at = begin + 1
            continue
        if place + 1 == len(starts):
            return
        at = starts[place + 1]


class Pattern:
    """A regular expression, which may take as long as PATIENCE for each piece."""

    reach = 0

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled

    def find(self, data: bytes, start: int = 0) -> tuple[int, int] | None:
        """Where it first matches anything; a match of no bytes is none."""
        try:
            for match in self._compiled.finditer(data, start, timeout=PATIENCE):
                if match.end() > match.start():
                    return match.span()  # type: ignore[no-any-return]
        except TimeoutError as error:
            raise SearchTimeoutError(
                "This regular expression takes too long: it has too many ways to match the same bytes. "
                "Leave out a repetition inside another one, such as (a+)+"
            ) from error
        except MemoryError as error:
            raise SearchTimeoutError(
                "This regular expression takes too much memory. Look for something shorter"
            ) from error
        return None

    def hits(self, data: bytes, starts: Sequence[int], stops: Sequence[int]) -> Iterator[Hit]:
        """Searches one piece after the other."""
        for place, (start, stop) in enumerate(zip(starts, stops, strict=True)):
            found = self.find(data[start:stop])
            if found is not None:
                yield Hit(place, *found)


def read_wish(text: str, kind: Kind = Kind.TEXT) -> tuple[Kind, str]:
    """The kind of a wish, and what is looked for: where `kind` is text, the wish may begin with one of PREFIXES or be
    a /regular expression/.
    """
    if kind is not Kind.TEXT:
        return kind, text
    for prefix, named in PREFIXES.items():
        rest = text.removeprefix(prefix)
        if rest != text and (prefix != "hex " or not set(rest) - {*HEX_DIGITS, ":", " "}):
            return named, rest
    if len(text) > 2 and text[0] == text[-1] == "/":
        return Kind.PATTERN, text[1:-1]
    return kind, text


def check_wish(kind: Kind, text: str) -> None:
    """Raises SearchError where there is nothing to look for, or too much."""
    if not text.strip() and (kind is not Kind.TEXT or not text):
        raise SearchError("Type what to look for")
    if len(text) > LONGEST_WISH:
        raise SearchError(f"Look for something shorter: {LONGEST_WISH:,} characters at most")


def compile_needle(kind: Kind, text: str) -> Needle:
    """What a wish of one of the three payload kinds looks for. Text is sought as UTF-8, in upper and lower case alike
    unless it has an upper-case letter.

    Raises SearchError, with a sentence for the user, where it can't be understood.
    """
    check_wish(kind, text)
    if kind is Kind.BYTES:
        return ExactBytes(_bytes_of(text))
    if kind is Kind.PATTERN:
        return _compiled_pattern(text)
    return _text_needle(text)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_TEXT else f"{text[: SHOWN_TEXT - 1]}…"


def _bytes_of(text: str) -> bytes:
    words = text.replace(":", " ").replace("0x", " ").split()
    for word in words:
        wrong = next((letter for letter in word if letter not in HEX_DIGITS), None)
        if wrong is not None:
            raise SearchError(f"`{printable(wrong)}` is no hex digit; write bytes such as 47 45 54")
        if len(word) % 2:
            raise SearchError(f"Write every byte with two hex digits, such as 0a: `{_short(word)}` has an odd number")
    if not words:
        raise SearchError("Type what to look for")
    return bytes.fromhex("".join(words))


def _compiled_pattern(text: str) -> Pattern:
    import regex  # noqa: PLC0415 - as above

    try:
        return Pattern(regex.compile(text.encode()))
    except regex.error as error:
        where = "" if error.pos is None else f" at character {_characters(text, error.pos) + 1}"
        raise SearchError(f"No regular expression: {printable(error.msg)}{where}") from None
    except (ValueError, KeyError, OverflowError, RecursionError, MemoryError):
        raise SearchError("This regular expression is too large; look for something shorter") from None


def _characters(text: str, position: int) -> int:
    """How many whole characters stand before a byte of a text."""
    return len(text.encode()[:position].decode(errors="ignore"))


def _text_needle(text: str) -> Needle:
    """Exact bytes wherever these are enough: they are found fastest."""
    any_case = text == text.lower()
    if not any_case or text.isascii():
        return ExactBytes(_encoded(text), any_case)
    return Letters([{_encoded(letter), *map(_encoded, _cases(letter))} for letter in text])


def _cases(letter: str) -> Iterator[str]:
    """The other case of a letter, where that is one letter too."""
    return (other for other in (letter.lower(), letter.upper()) if len(other) == 1)


def _encoded(text: str) -> bytes:
    """UTF-8; what can't be written so, such as half a surrogate pair, is never found."""
    return text.encode(errors="surrogatepass")
