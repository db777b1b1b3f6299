"""From the tokens of a filter to operands: fields, pieces, functions and calculations, each of a type."""

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.query.display.expression import (
    Arithmetic,
    ArithmeticOperator,
    Call,
    FieldValue,
    Function,
    Literal,
    Operand,
    Piece,
    Slice,
)
from tui.query.display.fault import FilterError
from tui.query.display.field import FieldType
from tui.query.display.fields import FIELDS
from tui.query.display.literals import BYTE_TYPES, NUMBER_TYPES, Form, Written, literal
from tui.query.display.syntax import quoted

if TYPE_CHECKING:
    from lark import Token, Tree

DEEPEST = 100
"""Levels of parentheses, negations and calculations within one another at most."""

LEFT_OUT_FUNCTIONS = frozenset({"max", "min", "abs"})
"""Functions that tshark has and this language does not."""

ADDRESS_TYPES = frozenset({FieldType.IPV4, FieldType.IPV6, FieldType.ADDRESS})
STRING_TYPES = frozenset({FieldType.STRING})
_OPERATORS = {operator.value: operator for operator in ArithmeticOperator} | {"bitwise_and": ArithmeticOperator.AND}
_SLICEABLE = BYTE_TYPES | ADDRESS_TYPES | STRING_TYPES
SPELLED_TYPES = NUMBER_TYPES | ADDRESS_TYPES | {FieldType.ETHER}
_HEADS = frozenset(name.partition(".")[0] for name in FIELDS)
_PIECE = re.compile(r"\s*(?:(?P<only>-?\w+)|(?P<start>-?\w+)?\s*(?P<kind>[:-])\s*(?P<other>-?\w+)?)\s*")
_OFFSET = re.compile(r"-?(?:0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10})")

Found = Operand | Written
"""An operand, or a value whose kind depends on what stands beside it."""


def span(node: "Tree[Token] | Token") -> tuple[int, int]:
    """Where a part of the filter stands."""
    from lark import Token  # noqa: PLC0415 - only who filters needs to load it

    if isinstance(node, Token):
        return node.start_pos or 0, node.end_pos or 0
    return (0, 0) if node.meta.empty else (node.meta.start_pos, node.meta.end_pos)


def too_deep(node: "Tree[Token] | Token") -> FilterError:
    """The error for what stands too deep."""
    return FilterError(f"The filter is nested more than {DEEPEST} deep.", *span(node))


def operand(node: "Tree[Token] | Token", depth: int = 0) -> Found:
    """What a part of the filter stands for."""
    from lark import Token  # noqa: PLC0415 - only who filters needs to load it

    if depth > DEEPEST:
        raise too_deep(node)
    if isinstance(node, Token):
        return _written(node)
    match node.data:
        case "slice":
            return _slice(node, depth)
        case "call":
            return _call(node, depth)
        case "negative":
            return _negative(node, depth)
        case "braced":
            return operand(node.children[1], depth + 1)
        case _:
            return _calculation(node, depth)


def field_operand(node: "Tree[Token] | Token", depth: int = 0) -> Operand:
    """What a part of the filter stands for, where it must not be a mere value."""
    found = operand(node, depth)
    if isinstance(found, Written):
        raise unknown_field(found)
    return found


def tested_operand(node: "Tree[Token] | Token") -> Operand:
    """What stands on the left of an operator that compares: something with values, that begins with a field."""
    found = field_operand(node)
    if found.type is FieldType.LABEL:
        sentence = "This field is a flag without a value; name it alone to ask whether it is there."
        raise FilterError(sentence, *span(node))
    if isinstance(operand(_leftmost(node)), Written):
        raise FilterError("A calculation begins with a field; to join two tests, write && or ||.", *span(node))
    return found


def _leftmost(node: "Tree[Token] | Token") -> "Tree[Token] | Token":
    """The first term of a calculation, or of the calculation within it."""
    from lark import Tree  # noqa: PLC0415 - as above

    while isinstance(node, Tree) and node.data in ("masked", "added", "scaled", "braced"):
        node = node.children[1 if node.data == "braced" else 0]
    return node


def unknown_field(written: Written) -> FilterError:
    """The error for a value that stands where a field must."""
    text = written.text
    if written.form is not Form.WORD or text[0].isdigit():
        return written.error(f"A field is expected here, not {quoted(text)}; the field stands on the left.")
    head = text.partition("-")[0]
    if head in FIELDS:
        return written.error(f"{quoted(text)} is not a field; to subtract, leave a space before the minus.")
    whose = next((field for field in FIELDS.values() if text in field.values), None)
    if whose is not None:
        return written.error(
            f"{quoted(text)} is a value, not a field; name its field here too: {whose.name} == {text}."
        )
    return written.error(f"{quoted(text)} is not a field{_perhaps(text)}.")


def _perhaps(text: str) -> str:
    """Which fields may have been meant, as the end of a sentence."""
    small = text.lower()
    near = [small] if small in FIELDS else difflib.get_close_matches(small[:64], FIELDS, 3, 0.6)
    return f"; perhaps {' or '.join(near)} is meant" if near else "; the help lists all fields"


def paired(left: Found, right: Found, node: "Tree[Token] | Token", calculated: bool = False) -> tuple[Operand, Operand]:
    """Both sides of an operator, a value read as the other side wants it; with `calculated`, of any size.

    Raises FilterError where their kinds do not go together.
    """
    if isinstance(left, Written):
        if isinstance(right, Written):
            raise unknown_field(left)
        left = beside(left, Literal(0, right.type) if calculated else right)
    elif isinstance(right, Written):
        right = beside(right, Literal(0, left.type) if calculated else left)
    if not _alike(left.type, right.type):
        article = left.type.with_article
        sentence = f"{article[0].upper()}{article[1:]} and {right.type.with_article} do not go together."
        raise FilterError(sentence, *span(node))
    return left, right


def beside(written: Written, other: Operand) -> Literal:
    """A value, read as one that goes with an operand."""
    head, dot, _ = written.text.partition(".")
    if dot and head in _HEADS and other.type not in STRING_TYPES | ADDRESS_TYPES:
        kind = other.type.with_article
        raise written.error(f"{quoted(written.text)} is neither {kind} nor a field{_perhaps(written.text)}.")
    return literal(written, other)


def _alike(left: FieldType, right: FieldType) -> bool:
    if FieldType.LABEL in (left, right):
        return False
    same_addresses = {left, right} <= ADDRESS_TYPES and (left is right or FieldType.ADDRESS in (left, right))
    return left is right or {left, right} <= NUMBER_TYPES or {left, right} <= BYTE_TYPES or same_addresses


def _written(token: "Token") -> Found:
    start, end = span(token)
    if token.type == "WORD":
        field = FIELDS.get(token.removeprefix("."))
        if field is not None:
            return FieldValue(field)
    return Written(Form(token.type), str(token), start, end)


def _slice(node: "Tree[Token]", depth: int) -> Slice:
    of = field_operand(node.children[0], depth + 1)
    if of.type not in _SLICEABLE:
        sentence = f"Pieces can be taken of bytes, texts and addresses, not of {of.type.with_article}."
        raise FilterError(sentence, *span(node.children[0]))
    token = node.children[1]
    start, end = span(token)
    return Slice(of, tuple(_piece(part, start, end) for part in str(token)[1:-1].split(",")))


def _piece(text: str, start: int, end: int) -> Piece:
    wrong = FilterError(
        f"{quoted(text.strip())} is not a piece; write it as [0:4], [0-3], [0], [-1], [:4] or [2:].", start, end
    )
    match = _PIECE.fullmatch(text)
    if match is None:
        raise wrong
    given = [match["only"], match["start"], match["other"]]
    if any(number is not None and not _OFFSET.fullmatch(number) for number in given):
        raise wrong
    only, first, other = (None if number is None else _offset(number) for number in given)
    if only is not None:
        return Piece(only, 1)
    if match["kind"] == ":":
        if other is not None and other <= 0:
            raise FilterError("The length of a piece is at least 1.", start, end)
        return Piece(first or 0, other)
    if first is None or other is None:
        raise wrong
    if other < first:
        raise FilterError("A piece ends where it begins or later, both counted from the same side.", start, end)
    return Piece(first, None, other)


def _offset(text: str) -> int:
    return int(text, 16 if "x" in text.lower() else 10)


def _call(node: "Tree[Token]", depth: int) -> Call:
    token, arguments = node.children[0], node.children[2:-1]
    name = str(token)
    functions = {function.value: function for function in Function}
    if name not in functions:
        why = "is not known here" if name in LEFT_OUT_FUNCTIONS else "is not a function"
        raise FilterError(f"{quoted(name)} {why}; there are {', '.join(functions)}.", *span(token))
    if len(arguments) != 1:
        raise FilterError(f"{name}() takes one field between its parentheses.", *span(node))
    function = functions[name]
    argument = field_operand(arguments[0], depth + 1)
    if not _takes(function, argument):
        kinds = {Function.STRING: "numbers and addresses", Function.LEN: "bytes and texts"}.get(function, "texts")
        if function is Function.COUNT:
            kinds = "fields"
        raise FilterError(f"{name}() is for {kinds}, not for {argument.type.with_article}.", *span(arguments[0]))
    return Call(function, argument)


def _takes(function: Function, argument: Operand) -> bool:
    match function:
        case Function.COUNT:
            return isinstance(argument, FieldValue)
        case Function.LEN:
            return argument.type in BYTE_TYPES | STRING_TYPES
        case Function.STRING:
            return argument.type in SPELLED_TYPES
        case Function.LOWER | Function.UPPER:
            return argument.type is FieldType.STRING


def _negative(node: "Tree[Token]", depth: int) -> Found:
    found = operand(node.children[1], depth + 1)
    if isinstance(found, Written):
        return replace(found, negative=not found.negative, start=span(node)[0])
    return _arithmetic(ArithmeticOperator.SUBTRACT, Literal(0, found.type), found, node)


def _calculation(node: "Tree[Token]", depth: int) -> Operand:
    """A row of terms of equal binding, from left to right."""
    first, *rest = node.children
    if len(rest) // 2 + depth > DEEPEST:
        raise too_deep(node)
    total = operand(first, depth + 1)
    for symbol, term_node in zip(rest[::2], rest[1::2], strict=True):
        operator = _OPERATORS[str(symbol)]
        term = operand(term_node, depth + 1)
        if isinstance(total, Written) and isinstance(term, Written):
            raise FilterError("Values alone can't be calculated with; one side must be a field.", *span(node))
        left, right = paired(total, term, node, calculated=True)
        total = _arithmetic(operator, left, right, node)
    assert not isinstance(total, Written)
    return total


def _arithmetic(operator: ArithmeticOperator, left: Operand, right: Operand, node: "Tree[Token] | Token") -> Arithmetic:
    """A calculation, if its operator is for values of their kind."""
    if left.type in NUMBER_TYPES:
        return Arithmetic(operator, left, right, FieldType.SIGNED)
    if left.type is FieldType.SECONDS and operator in (ArithmeticOperator.ADD, ArithmeticOperator.SUBTRACT):
        return Arithmetic(operator, left, right, FieldType.SECONDS)
    if left.type in BYTE_TYPES and operator is ArithmeticOperator.AND:
        return Arithmetic(operator, left, right, FieldType.BYTES)
    hint = "; ask for a network as 192.0.2.0/24" if left.type in ADDRESS_TYPES else ""
    sentence = f"{quoted(operator.value)} can't be used on {left.type.with_article}{hint}."
    raise FilterError(sentence, *span(node))
