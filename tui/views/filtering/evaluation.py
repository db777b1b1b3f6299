"""Which of some rows a filter's expression selects: the cheap tests first, the others on the rows that are left."""

import time
from typing import Any

import numpy as np

from tui.errors import UserError
from tui.query.display.expression import (
    And,
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
    Xor,
    fields_of,
)
from tui.query.display.field import FieldType
from tui.query.display.pattern import Pattern
from tui.views.filtering.comparing import MIRRORED, compare_pairs, compare_with, listed, of_words, pairs_of
from tui.views.filtering.fetching import PAYLOAD_RANK, fetch, rank_of
from tui.views.filtering.operands import lengths, searched_values_of, values_of
from tui.views.filtering.rows import Rows
from tui.views.filtering.spans import Spans
from tui.views.filtering.values import Data, Mask, Values, Words, nothing, take

SEARCH_SECONDS = 0.5
"""How long a regular expression may take on one value."""

SEARCHES_SECONDS = 2.0
"""How long it may take on all values that are looked at in one go: some megabytes."""

FEW = 0.5
"""Share of the rows below which the next test is made on them alone."""


def cost_of(expression: Expression) -> int:
    """The most that a field of an expression costs to read (tui.views.filtering.fetching.rank_of)."""
    match expression:
        case And(parts) | Or(parts) | Xor(parts):
            return max(map(cost_of, parts), default=0)
        case Not(part):
            return cost_of(part)
        case Exists(FieldValue(field)):
            return rank_of(field)
    as_bytes = (field.type is FieldType.PROTOCOL for field in fields_of(expression))
    return PAYLOAD_RANK if any(as_bytes) else max(map(rank_of, fields_of(expression)), default=0)


def _order_of(expression: Expression) -> tuple[int, bool]:
    """By which tests are put in order: a regular expression comes after other tests of the same bytes."""
    return cost_of(expression), isinstance(expression, Matches)


def selected(rows: Rows, expression: Expression) -> Mask:
    """The rows of which an expression holds. Raises UserError where searching takes too long or the disk fails."""
    match expression:
        case And(parts):
            return _every_part(rows, parts)
        case Or(parts):
            return ~_every_part(rows, tuple(Not(part) for part in parts))
        case Xor(parts):
            odd: Mask = np.logical_xor.reduce([selected(rows, part) for part in parts])
            return odd
        case Not(part):
            return ~selected(rows, part)
        case Exists(operand):
            return _exists(rows, operand)
        case NonZero(operand):
            return _non_zero(values_of(rows, operand))
        case Compare():
            return _compared(rows, expression)
        case Membership():
            return _member(rows, expression)
        case Contains(operand, part, every):
            return _decided(*_containing(searched_values_of(rows, operand), rows, part), every)
        case Matches(operand, pattern, every):
            values = searched_values_of(rows, operand)
            return _decided(values, _matching(rows, values, pattern), every)


def _every_part(rows: Rows, parts: tuple[Expression, ...]) -> Mask:
    held = np.ones(len(rows), np.bool_)
    some, index = rows, np.arange(len(rows))
    for part in sorted(parts, key=_order_of):
        left = held[index]
        if np.count_nonzero(left) < FEW * len(index):
            some, index = some.subset(left), index[left]
        if not len(index):
            break
        held[index] &= selected(some, part)
    return held


def _decided(values: Values, holds: Mask, every: bool) -> Mask:
    return values.all(holds) if every else values.any(holds)


def _exists(rows: Rows, operand: Operand) -> Mask:
    if isinstance(operand, FieldValue):
        return fetch(rows, operand.field.name).exists()
    values = values_of(rows, operand)
    return values.any(lengths(values.data) > 0) if values.count else values.exists()


def _non_zero(values: Values) -> Mask:
    if not values.count:
        return values.exists()
    if isinstance(values.data, np.ndarray):
        return values.any(values.data != 0)
    return values.any(np.array([any(one) for one in listed(values.data)], np.bool_))


def _compared(rows: Rows, expression: Compare) -> Mask:
    left, right, comparison = expression.left, expression.right, expression.comparison
    if isinstance(left, Literal):
        left, right, comparison = right, left, MIRRORED[comparison]
    values = values_of(rows, left)
    if not values.count:
        return np.zeros(len(rows), np.bool_)
    if isinstance(right, Literal):
        return _decided(values, compare_with(values.data, comparison, right.value), expression.every)
    others = values_of(rows, right)
    first, second = pairs_of(values, others)
    if not len(first):
        return np.zeros(len(rows), np.bool_)
    pairs = Values(len(rows), values.owners()[first], None)
    return _decided(
        pairs, compare_pairs(take(values.data, first), comparison, take(others.data, second)), expression.every
    )


def _member(rows: Rows, expression: Membership) -> Mask:
    values = values_of(rows, expression.operand)
    if not values.count:
        return np.zeros(len(rows), np.bool_)
    holds = np.zeros(values.count, np.bool_)
    members = expression.members
    if isinstance(values.data, np.ndarray):
        numbers = [one.value for one in members if isinstance(one, Literal) and isinstance(one.value, int)]
        members = tuple(one for one in members if not isinstance(one, Literal))
        holds = np.isin(values.data, np.array([one for one in numbers if abs(one) < 1 << 63], np.int64))
    for member in members:
        if isinstance(member, Range):
            above = _holds(rows, values, Comparison.GREATER_OR_EQUAL, member.low)
            holds |= above & _holds(rows, values, Comparison.LESS_OR_EQUAL, member.high)
        else:
            holds |= _holds(rows, values, Comparison.EQUAL, member)
    return _decided(values, holds, expression.every)


def _holds(rows: Rows, values: Values, comparison: Comparison, other: Operand) -> Mask:
    """Of which values a comparison with any value of the other operand holds."""
    if isinstance(other, Literal):
        return compare_with(values.data, comparison, other.value)
    others = values_of(rows, other)
    first, second = pairs_of(values, others)
    if not len(first):
        return np.zeros(values.count, np.bool_)
    held = compare_pairs(take(values.data, first), comparison, take(others.data, second))
    found = np.zeros(values.count, np.bool_)
    found[first[held]] = True
    return found


def _containing(values: Values, rows: Rows, part: Operand) -> tuple[Values, Mask]:
    """The values that are decided on, and which of them contain the part."""
    if not values.count:
        return values, np.zeros(0, np.bool_)
    if isinstance(part, Literal) and isinstance(values.data, Words):
        wanted = str(part.value)
        return values, of_words(values.data, lambda word: wanted in word)
    if isinstance(part, Literal) and isinstance(values.data, Spans):
        assert isinstance(part.value, bytes)
        return values, values.data.containing(part.value)
    others = values_of(rows, part)
    first, second = pairs_of(values, others)
    if not len(first):
        return nothing(len(rows)), np.zeros(0, np.bool_)
    pairs = zip(listed(take(values.data, first)), listed(take(others.data, second)), strict=True)
    held = np.array([within in whole for whole, within in pairs], np.bool_)
    return Values(len(rows), values.owners()[first], None), held


def _matching(rows: Rows, values: Values, pattern: Pattern) -> Mask:
    """Which values have a match."""
    if not values.count:
        return np.zeros(0, np.bool_)
    search = pattern.compiled().search
    ends = time.monotonic() + SEARCHES_SECONDS
    latest: Any = None

    def matches(value: Any) -> bool:
        nonlocal latest
        latest = value
        if time.monotonic() > ends:
            raise TimeoutError
        return search(value, timeout=SEARCH_SECONDS, concurrent=True) is not None

    data = values.data
    try:
        if isinstance(data, Words):
            return of_words(data, matches)
        assert isinstance(data, Spans)
        return np.fromiter((bool(value) and matches(value) for value in data), np.bool_, len(data))
    except TimeoutError:
        same = of_words(data, lambda word: word == latest) if isinstance(data, Words) else _same(data, latest)
        frame = int(rows.column("number")[values.owners()[int(np.argmax(same))]])
        raise UserError(
            f"the regular expression takes too long on frame {frame}; make it simpler, or put another test before it"
        ) from None


def _same(data: Data, value: Any) -> Mask:
    assert isinstance(data, Spans)
    return data.equal(value)
