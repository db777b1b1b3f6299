"""Where in a filter the cursor stands: what has been typed of a word there, and what may come in its place."""

import re
from dataclasses import dataclass, field
from enum import Enum

from tui.query.display.expression import Function
from tui.query.display.field import Field, FieldType
from tui.query.display.fields import FIELDS
from tui.query.display.syntax import WORD_OPERATORS

_TOKEN = re.compile(
    r"""(?P<text>r?"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$))"""
    r"""|(?P<piece>\[[^\[\]]*(?:\]|$))"""
    r"""|(?P<word>\.?[A-Za-z0-9_:](?:[A-Za-z0-9_:/-]|\.(?!\.))*)"""
    r"""|(?P<symbol>[=!<>~]+|&+|\|+|\^+|\.\.|[-+*/%])"""
    r"""|(?P<bracket>[(){},])"""
    r"""|(?P<space>\s+)|(?P<other>.)""",
    re.DOTALL,
)
JOINING_WORDS = frozenset({"and", "or", "xor"})
_JOINING = JOINING_WORDS | {"&&", "||", "^^"}
_CALCULATING = frozenset("&+-*/%") | {"bitwise_and"}
_PREFIXES = frozenset({"not", "!", "any", "all"})
_FUNCTIONS = {function.value: function for function in Function}


class Wanted(Enum):
    """What may come next."""

    TEST = "a test"
    """A field, a function, `not` or a parenthesis."""
    FIELD = "a field"
    """Of a function or a calculation."""
    OPERATOR = "an operator"
    """A field is complete: something to do with its value, or the next test."""
    IN = "the word in"
    SET = "a set"
    VALUE = "a value"
    MEMBER = "a member"
    """A value inside the braces of a set."""
    AFTER_MEMBER = "a comma"
    JOINT = "and, or"
    """A test is complete."""
    NOTHING = "nothing"
    """Inside a piece, or where nothing makes sense."""


@dataclass(slots=True)
class Place:
    """What is known at some point of a filter."""

    wanted: Wanted = Wanted.TEST
    subject: Field | None = None
    """The field whose value is spoken of."""
    type: FieldType | None = None
    """Type of the value spoken of, if that is known."""
    operator: str = ""
    """The operator before a value."""
    functions: list[Function | None] = field(default_factory=list)
    """What each open parenthesis belongs to: a function, or None where it groups tests."""
    word: str = ""
    """What has been typed of the word at the cursor."""
    start: int = 0
    """Where that begins."""
    called: Function | None = None
    """The function whose name was just read."""


def place_at(text: str, cursor: int) -> Place:
    """What is known at the cursor, of a filter that may be wrong or unfinished."""
    place = Place(start=cursor)
    for match in _TOKEN.finditer(text, 0, cursor):
        kind, token = match.lastgroup, match[0]
        if match.end() == cursor and _unfinished(kind, token):
            place.word, place.start = token, match.start()
            break
        _read(place, kind, token)
    return place


def _unfinished(kind: str | None, token: str) -> bool:
    """Whether a token that touches the cursor may still become another."""
    if kind == "text":
        quote = token[-1] if len(token.removeprefix("r")) > 1 else ""
        return quote not in ('"', "'") or token.endswith("\\" + quote)
    return kind == "word" or (kind == "symbol" and token not in _CALCULATING)


def _read(place: Place, kind: str | None, token: str) -> None:
    """Go past a token."""
    called, place.called = place.called, None
    match kind:
        case "text":
            _operand(place, None, FieldType.STRING)
        case "piece":
            if not token.endswith("]"):
                place.wanted = Wanted.NOTHING
            elif place.wanted is Wanted.OPERATOR:
                whole = place.type is FieldType.STRING
                place.subject, place.type = None, FieldType.STRING if whole else FieldType.BYTES
        case "word" if token not in WORD_OPERATORS:
            place.called = _FUNCTIONS.get(token)
            known = FIELDS.get(token.removeprefix("."))
            _operand(place, known, known.type if known is not None else None)
        case "word" | "symbol":
            _operator(place, token)
        case "bracket":
            _bracket(place, token, called)


def _operand(place: Place, known: Field | None, kind: FieldType | None) -> None:
    match place.wanted:
        case Wanted.TEST:
            place.subject, place.type, place.wanted = known, kind, Wanted.OPERATOR
        case Wanted.FIELD:
            inside = bool(place.functions) and place.functions[-1] is not None
            place.wanted = Wanted.NOTHING if inside else Wanted.OPERATOR
        case Wanted.VALUE:
            place.wanted = Wanted.JOINT
        case Wanted.MEMBER:
            place.wanted = Wanted.AFTER_MEMBER


def _operator(place: Place, symbol: str) -> None:
    if symbol in _JOINING:
        place.wanted, place.subject, place.type = Wanted.TEST, None, None
    elif symbol in _PREFIXES:
        place.wanted = Wanted.IN if place.wanted is Wanted.OPERATOR else place.wanted
    elif symbol == "in":
        place.wanted, place.operator = Wanted.SET, symbol
    elif symbol == "..":
        place.wanted = Wanted.MEMBER
    elif symbol in _CALCULATING:
        after_value = place.wanted in (Wanted.JOINT, Wanted.VALUE)
        place.wanted = Wanted.VALUE if after_value else Wanted.FIELD
    else:
        place.wanted, place.operator = Wanted.VALUE, symbol


def _bracket(place: Place, token: str, called: Function | None) -> None:
    match token:
        case "(":
            place.functions.append(called)
            place.wanted = Wanted.TEST if called is None else Wanted.FIELD
        case ")":
            function = place.functions.pop() if place.functions else None
            place.wanted = Wanted.JOINT if function is None else Wanted.OPERATOR
            if function is not None:
                place.subject = None
                counts = function in (Function.LEN, Function.COUNT)
                place.type = FieldType.UNSIGNED if counts else FieldType.STRING
        case "{" | ",":
            place.wanted = Wanted.MEMBER if place.operator == "in" else place.wanted
        case "}":
            place.wanted, place.operator = Wanted.JOINT, ""
