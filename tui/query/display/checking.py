"""From the tree of a filter's tokens to a typed expression: every field known, every operator fit for its operands."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.query.display.expression import (
    And,
    Arithmetic,
    Call,
    Compare,
    Comparison,
    Contains,
    Exists,
    Expression,
    FieldValue,
    Literal,
    Matches,
    Membership,
    NonZero,
    Not,
    Operand,
    Or,
    Range,
    Slice,
    Xor,
)
from tui.query.display.fault import FilterError
from tui.query.display.field import FieldType
from tui.query.display.literals import BYTE_TYPES, Form, Written, closed, text_of
from tui.query.display.operands import (
    DEEPEST,
    SPELLED_TYPES,
    STRING_TYPES,
    Found,
    beside,
    operand,
    paired,
    span,
    tested_operand,
    too_deep,
    unknown_field,
)
from tui.query.display.pattern import Pattern, fault_of
from tui.query.display.texts import content_of

if TYPE_CHECKING:
    from lark import Token, Tree

_COMPARISONS = {
    "==": (Comparison.EQUAL, False),
    "eq": (Comparison.EQUAL, False),
    "any_eq": (Comparison.EQUAL, False),
    "===": (Comparison.EQUAL, True),
    "all_eq": (Comparison.EQUAL, True),
    "!=": (Comparison.NOT_EQUAL, True),
    "ne": (Comparison.NOT_EQUAL, True),
    "all_ne": (Comparison.NOT_EQUAL, True),
    "!==": (Comparison.NOT_EQUAL, False),
    "~=": (Comparison.NOT_EQUAL, False),
    "any_ne": (Comparison.NOT_EQUAL, False),
    ">": (Comparison.GREATER, False),
    "gt": (Comparison.GREATER, False),
    ">=": (Comparison.GREATER_OR_EQUAL, False),
    "ge": (Comparison.GREATER_OR_EQUAL, False),
    "<": (Comparison.LESS, False),
    "lt": (Comparison.LESS, False),
    "<=": (Comparison.LESS_OR_EQUAL, False),
    "le": (Comparison.LESS_OR_EQUAL, False),
}
"""What each operator compares, and whether all pairs of values must satisfy it."""

_SEARCHABLE = BYTE_TYPES | STRING_TYPES


def checked(tree: "Tree[Token]") -> Expression:
    """The expression that a tree stands for. Raises FilterError where something does not fit."""
    if not tree.children:
        return And(())
    return _test(tree.children[0], 0)


def _test(node: "Tree[Token] | Token", depth: int) -> Expression:
    from lark import Token  # noqa: PLC0415 - only who filters needs to load it

    assert not isinstance(node, Token)
    if depth > DEEPEST:
        raise too_deep(node)
    match node.data:
        case "or_test":
            return Or(tuple(_test(part, depth) for part in node.children))
        case "xor_test":
            return Xor(tuple(_test(part, depth) for part in node.children))
        case "and_test":
            return And(tuple(_test(part, depth) for part in node.children))
        case "negation" | "group":
            part = _test(node.children[1], depth + 1)
            return Not(part) if node.data == "negation" else part
    quantifier, rest = _quantifier(node)
    builders: dict[str, Callable[[bool | None, list[Tree[Token] | Token]], Expression]] = {
        "comparison": _comparison,
        "membership": _membership,
        "containing": _containing,
        "matching": _matching,
        "existence": _existence,
    }
    return builders[node.data](quantifier, rest)


def _quantifier(node: "Tree[Token]") -> "tuple[bool | None, list[Tree[Token] | Token]]":
    """What `any` (False) or `all` (True) before a test says, and the rest of it."""
    first, *rest = node.children
    if getattr(first, "type", "") == "QUANTIFIER":
        return str(first) == "all", rest
    return None, node.children


def _comparison(every: bool | None, nodes: "list[Tree[Token] | Token]") -> Expression:
    parts = []
    for left_node, symbol, right_node in zip(nodes[::2], nodes[1::2], nodes[2::2], strict=False):
        comparison, of_all = _COMPARISONS[str(symbol)]
        written = operand(right_node)
        left, right = paired(tested_operand(left_node), written, right_node)
        if comparison in (Comparison.EQUAL, Comparison.NOT_EQUAL):
            right = _closed(left, right, written)
        parts.append(Compare(comparison, left, right, of_all if every is None else every))
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _closed(left: Operand, right: Operand, written: Found) -> Operand:
    """The right side in the spelling of the left one's closed list, if it has one."""
    if isinstance(left, FieldValue) and isinstance(right, Literal) and isinstance(written, Written):
        return closed(right, left.field, written)
    return right


def _membership(every: bool | None, nodes: "list[Tree[Token] | Token]") -> Expression:
    left = tested_operand(nodes[0])
    negated = getattr(nodes[1], "type", "") == "NOT"
    members = tuple(_member(left, node) for node in nodes[3 + negated : -1])
    test = Membership(left, members, bool(every))
    return Not(test) if negated else test


def _member(left: Operand, node: "Tree[Token] | Token") -> Operand | Range:
    from lark import Tree  # noqa: PLC0415 - as above

    if isinstance(node, Tree) and node.data == "range":
        low, high = (paired(left, operand(end), end)[1] for end in node.children)
        return Range(low, high)
    written = operand(node)
    return _closed(left, paired(left, written, node)[1], written)


def _searchable(node: "Tree[Token] | Token", operator: str) -> Operand:
    found = tested_operand(node)
    if found.type not in _SEARCHABLE:
        hint = "; wrap it in string() to search its digits" if found.type in SPELLED_TYPES else ""
        raise FilterError(f"{operator} searches texts and bytes, not {found.type.with_article}{hint}.", *span(node))
    return found


def _containing(every: bool | None, nodes: "list[Tree[Token] | Token]") -> Expression:
    left = _searchable(nodes[0], "contains")
    right = operand(nodes[2])
    if isinstance(right, Written) and left.type is FieldType.ETHER:
        right = beside(right, Literal(b"", FieldType.BYTES))
    left, right = paired(left, right, nodes[2])
    return Contains(left, right, bool(every))


def _matching(every: bool | None, nodes: "list[Tree[Token] | Token]") -> Expression:
    left = _searchable(nodes[0], "matches")
    right = operand(nodes[2])
    if not isinstance(right, Written) or right.form not in (Form.STRING, Form.RAW):
        raise FilterError('A regular expression in double quotes is expected here, such as r"\\d+".', *span(nodes[2]))
    of_bytes = left.type is not FieldType.STRING
    text = content_of(right.text, right.start).decode("latin-1") if of_bytes else text_of(right)
    fault = fault_of(text, of_bytes)
    if fault is not None:
        raise _pattern_error(right, *fault)
    return Matches(left, Pattern(text, of_bytes), bool(every))


def _pattern_error(written: Written, reason: str, offset: int | None) -> FilterError:
    """The error of a regular expression, that points at the character where no escape stands before it."""
    sentence = f"This is not a regular expression: {reason}."
    shifted = written.form is Form.STRING and "\\" in written.text
    if offset is None or shifted or not written.text.isascii():
        return written.error(sentence)
    place = min(written.start + written.text.index('"') + 1 + offset, written.end - 1)
    return FilterError(sentence, place, written.end)


def _existence(_: bool | None, nodes: "list[Tree[Token] | Token]") -> Expression:
    found = operand(nodes[0])
    if isinstance(found, Arithmetic):
        tested_operand(nodes[0])
    match found:
        case FieldValue() | Slice():
            return Exists(found)
        case Arithmetic():
            return NonZero(found)
        case Call(function):
            sentence = f"{function.value}() gives a value to be compared, such as {function.value}(…) == …."
            raise FilterError(sentence, *span(nodes[0]))
        case Written():
            raise unknown_field(found)
        case Literal():
            raise AssertionError("a value of a known kind stands only beside a field")
