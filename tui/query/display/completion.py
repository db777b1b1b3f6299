"""What may be typed at the cursor of a display filter: fields, operators and values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tui.query.display.expression import Function
from tui.query.display.field import Field, FieldType
from tui.query.display.fields import FIELDS
from tui.query.display.literals import NUMBER_TYPES
from tui.query.display.operands import ADDRESS_TYPES
from tui.query.display.scanning import Place, Wanted, place_at
from tui.query.display.syntax import LONGEST_FILTER


@dataclass(frozen=True, slots=True)
class Item:
    """Something that may be typed."""

    text: str
    about: str
    """A few words on what it means."""


@dataclass(frozen=True, slots=True)
class Completions:
    """What may stand instead of the characters from `start` to `end`, those that are most likely first."""

    start: int
    end: int
    items: tuple[Item, ...]


OPERATORS = {
    "==": "equals",
    "!=": "differs from",
    ">": "greater than",
    ">=": "at least",
    "<": "less than",
    "<=": "at most",
    "in": "is one of a set",
    "not in": "is none of a set",
    "contains": "has within it",
    "matches": "matches a regular expression",
    "&": "has bits in common with",
    "===": "all values equal",
    "!==": "some value differs from",
}
"""What each operator asks."""

JOINTS = {"&&": "and", "||": "or", "and": "both hold", "or": "one holds", "xor": "exactly one holds"}

_EQUALITY, _ORDER = ("==", "!="), (">", ">=", "<", "<=")
_SETS = ("in", "not in")
_OFFERED: dict[FieldType | None, tuple[str, ...]] = {
    FieldType.LABEL: (),
    FieldType.PROTOCOL: ("contains", "matches"),
    FieldType.BOOLEAN: _EQUALITY,
    FieldType.STRING: (*_EQUALITY, "contains", "matches", *_SETS),
    FieldType.BYTES: ("contains", "matches", *_EQUALITY, *_SETS),
    FieldType.ETHER: (*_EQUALITY, "contains", *_SETS),
    FieldType.SECONDS: (*_ORDER, *_EQUALITY, *_SETS),
    **dict.fromkeys(NUMBER_TYPES, (*_EQUALITY, *_ORDER, *_SETS, "&")),
    **dict.fromkeys(ADDRESS_TYPES, (*_EQUALITY, *_SETS, *_ORDER)),
    None: (),
}
"""The operators that fit a type, the usual ones first."""

_SEVERAL = ("===", "!==")
_FUNCTIONS = {
    Function.LEN: "bytes of a value",
    Function.COUNT: "how many values a field has",
    Function.LOWER: "in small letters",
    Function.UPPER: "in capital letters",
    Function.STRING: "a number or an address as text",
}
_REST_OF_WORD = re.compile(r"[\w.:-]*\"?")
_SHORTEST_INSIDE = 3
"""Letters from which on a field is also found by what stands inside its name."""


def completions(text: str, cursor: int) -> Completions:
    """What may be typed at the cursor; nothing where the filter makes no sense before it. Never raises."""
    cursor = max(0, min(cursor, len(text)))
    if len(text) > LONGEST_FILTER:
        return Completions(cursor, cursor, ())
    place = place_at(text, cursor)
    rest = _REST_OF_WORD.match(text, cursor) if place.word[:1].isalnum() or place.word[:1] in '"._' else None
    end = rest.end() if rest is not None and place.word else cursor
    if end > cursor and text[end - 1] == '"' and not place.word.startswith(('"', "r")):
        end -= 1
    return Completions(place.start, end, tuple(_items(place)))


def _items(place: Place) -> Iterator[Item]:
    match place.wanted:
        case Wanted.TEST | Wanted.FIELD:
            yield from _fields(place.word)
            yield from _prefixes(place)
        case Wanted.OPERATOR:
            yield from _operators(place)
            yield from _joints(place.word)
        case Wanted.IN:
            yield from _started({"in": OPERATORS["in"]}, place.word)
        case Wanted.SET:
            yield from _started({"{": "begins the set"}, place.word)
        case Wanted.VALUE | Wanted.MEMBER:
            yield from _values(place)
        case Wanted.AFTER_MEMBER:
            yield from _started({",": "and another", "}": "ends the set", "..": "up to"}, place.word)
        case Wanted.JOINT:
            yield from _joints(place.word)


def _started(texts: dict[str, str], word: str) -> Iterator[Item]:
    """Those that begin with what was typed."""
    yield from (Item(text, about) for text, about in texts.items() if text.startswith(word))


def _prefixes(place: Place) -> Iterator[Item]:
    words = {f"{function.value}(": about for function, about in _FUNCTIONS.items()}
    if place.wanted is Wanted.TEST:
        words |= {"not": "does not hold", "any": "some value", "all": "all values", "(": "groups tests"}
    yield from _started(words, place.word)


def _operators(place: Place) -> Iterator[Item]:
    offered = _OFFERED[place.type]
    if place.subject is not None and place.subject.many and "==" in offered:
        offered += _SEVERAL
    yield from _started({operator: OPERATORS[operator] for operator in offered}, place.word)


def _joints(word: str) -> Iterator[Item]:
    yield from _started(JOINTS, word)


def _fields(word: str) -> Iterator[Item]:
    """Fields that begin as typed, those with more dots summed up under the name before; else those that have it within
    their name.
    """
    typed = word.lower().removeprefix(".")
    stems = _stems(typed)
    if len(stems) == 1:
        stems |= _stems(next(iter(stems)).rstrip(".") + ".")
    if not stems and len(typed) >= _SHORTEST_INSIDE:
        stems = {name: field for name, field in FIELDS.items() if typed in name}
    for name, field in stems.items():
        yield Item(name, field.about if field is not None else "more fields")


def _stems(typed: str) -> dict[str, Field | None]:
    """Names of fields that begin as typed, up to their next dot; one that is no field by itself keeps the dot."""
    stems: dict[str, Field | None] = {}
    for name in FIELDS:
        if name.startswith(typed):
            dot = name.find(".", len(typed))
            stem = name if dot < 0 else name[:dot]
            field = FIELDS.get(stem)
            stems[stem if field is not None else stem + "."] = field
    return stems


def _values(place: Place) -> Iterator[Item]:
    typed = place.word.removeprefix("r").lstrip('"').casefold()
    known = place.subject
    if place.operator in ("matches", "~"):
        yield from _started({'r"': "a regular expression; a backslash means itself"}, place.word)
    elif place.type is FieldType.BOOLEAN:
        yield from (Item(value, "") for value in ("True", "False") if value.casefold().startswith(typed))
    elif known is not None and known.values:
        starting = [value for value in known.values if value.casefold().startswith(typed)]
        inside = [value for value in known.values if typed in value.casefold() and value not in starting]
        yield from (Item(f'"{value}"', known.about) for value in (*starting, *inside))
    elif place.type is not None and typed and not typed[0].isdigit():
        for item in _fields(place.word):
            field = FIELDS.get(item.text)
            if field is None or field.type is place.type:
                yield item
