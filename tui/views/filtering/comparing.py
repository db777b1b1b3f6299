"""Comparing values with a literal, and values with values."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.query.display.expression import Comparison, LiteralValue, Subnet
from tui.views.filtering.spans import Spans
from tui.views.filtering.values import Addresses, Data, Indices, Mask, Values, Words

_TESTS: dict[Comparison, Callable[[Any, Any], Any]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.NOT_EQUAL: operator.ne,
    Comparison.GREATER: operator.gt,
    Comparison.GREATER_OR_EQUAL: operator.ge,
    Comparison.LESS: operator.lt,
    Comparison.LESS_OR_EQUAL: operator.le,
}

MIRRORED = {
    Comparison.EQUAL: Comparison.EQUAL,
    Comparison.NOT_EQUAL: Comparison.NOT_EQUAL,
    Comparison.GREATER: Comparison.LESS,
    Comparison.GREATER_OR_EQUAL: Comparison.LESS_OR_EQUAL,
    Comparison.LESS: Comparison.GREATER,
    Comparison.LESS_OR_EQUAL: Comparison.GREATER_OR_EQUAL,
}
"""The comparison that says the same with its sides exchanged."""


def compare_with(data: Data, comparison: Comparison, value: LiteralValue) -> Mask:
    """Of which values a comparison with a literal of their type holds."""
    test = _TESTS[comparison]
    if isinstance(data, np.ndarray):
        held: Mask = test(data, int(value)) if isinstance(value, int) else np.zeros(len(data), np.bool_)
        return held
    if isinstance(data, Words):
        wanted = encoded(str(value))
        return of_words(data, lambda word: test(encoded(word), wanted))
    if isinstance(data, Addresses):
        assert isinstance(value, Subnet)
        return _addresses_with(data, test, value)
    assert isinstance(data, Spans)
    assert isinstance(value, bytes)
    if comparison is Comparison.EQUAL:
        return data.equal(value)
    if comparison is Comparison.NOT_EQUAL:
        return ~data.equal(value)
    compared: Mask = test(data.compare(value), 0)
    return compared


def of_words(words: Words, holds: Callable[[str], bool]) -> Mask:
    """Of which words it holds; each different one is looked at only once."""
    used = np.zeros(len(words.table) + 1, np.bool_)
    used[words.code] = True
    for place in np.flatnonzero(used).tolist():
        used[place] = holds(words.table[place])
    return used[words.code]


def encoded(text: str) -> bytes:
    """A text in UTF-8, and bytes of it that are none (tui.query.display.texts) as they were."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def decoded(text: bytes) -> str:
    """The text of which `encoded` makes these bytes."""
    return text.decode("utf-8", "surrogateescape")


def _addresses_with(data: Addresses, test: Callable[[Any, Any], Any], subnet: Subnet) -> Mask:
    """Compared as far as the prefix reaches."""
    width = 32 if subnet.version == 4 else 128
    kept = ((1 << subnet.prefix) - 1) << width - subnet.prefix
    mask_high, mask_low = (np.uint64(part) for part in divmod(kept, 1 << 64))
    high, low = (np.uint64(part) for part in divmod(subnet.address & kept, 1 << 64))
    order = _order(data.high & mask_high, data.low & mask_low, high, low)
    held: Mask = (data.version == subnet.version) & test(order, 0)
    return held


def _order(high: Any, low: Any, other_high: Any, other_low: Any) -> NDArray[np.int8]:
    """-1, 0 or 1 where a number of two halves is less than the other, the same, or greater."""
    upper = (high > other_high).astype(np.int8) - (high < other_high)
    lower = (low > other_low).astype(np.int8) - (low < other_low)
    found: NDArray[np.int8] = np.where(upper != 0, upper, lower)
    return found


def compare_pairs(left: Data, comparison: Comparison, right: Data) -> Mask:
    """Of which pairs of values a comparison holds."""
    test = _TESTS[comparison]
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        held: Mask = test(left, right)
        return held
    if isinstance(left, Addresses) and isinstance(right, Addresses):
        order = _order(left.high, left.low, right.high, right.low)
        same: Mask = np.logical_and(left.version == right.version, test(order, 0))
        return same
    pairs = zip(listed(left), listed(right), strict=True)
    if isinstance(left, Spans):
        return np.array([test((len(one), one), (len(other), other)) for one, other in pairs], np.bool_)
    return np.array([test(one, other) for one, other in pairs], np.bool_)


def listed(data: Data) -> list[Any]:
    """Texts and bytes one by one, all as bytes."""
    if isinstance(data, Words):
        table = [encoded(word) for word in data.table]
        return [table[code] for code in data.code.tolist()]
    assert isinstance(data, Spans)
    return list(data)


def pairs_of(left: Values, right: Values) -> tuple[Indices, Indices]:
    """Every pair of values of one row: indices of the left ones and of the right ones."""
    if left.owner is None and right.owner is None:
        every = np.arange(left.rows)
        return every, every
    owner = right.owners()
    by_owner = np.argsort(owner, kind="stable")
    counts = np.bincount(owner, minlength=right.rows)
    first = np.cumsum(counts) - counts
    own = left.owners()
    repeated = counts[own]
    left_index = np.repeat(np.arange(len(own)), repeated)
    ends = np.cumsum(repeated)
    within = np.arange(len(left_index)) - np.repeat(ends - repeated, repeated)
    return left_index, by_owner[first[own][left_index] + within]
