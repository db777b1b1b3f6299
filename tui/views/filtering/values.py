"""The values that a field has in each of n rows: none, one or several."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.views.filtering.spans import Spans

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Words:
    """k words out of a table."""

    code: NDArray[np.int64]
    table: list[str]


@dataclass(slots=True)
class Addresses:
    """k IP addresses."""

    version: NDArray[np.uint8]
    """4 or 6."""
    high: NDArray[np.uint64]
    """Upper 64 bits of an IPv6 address; 0 for IPv4."""
    low: NDArray[np.uint64]


Numbers = NDArray[np.int64]
"""Numbers and times, these in nanoseconds; of what is true or false, 1 or 0."""
Data = Numbers | Addresses | Words | Spans | None
"""k values; None where a field only is there or not."""


@dataclass(slots=True)
class Values:
    """k values of n rows."""

    rows: int
    """n."""
    owner: Indices | None
    """The row that each value is of; None where each row has just one."""
    data: Data

    @property
    def count(self) -> int:
        """k."""
        return self.rows if self.owner is None else len(self.owner)

    def exists(self) -> Mask:
        """Which rows have a value."""
        return self.any(np.ones(self.count, np.bool_))

    def any(self, holds: Mask) -> Mask:
        """Which rows have a value of which it holds; `holds` is given for each value."""
        if self.owner is None:
            return holds
        found = np.zeros(self.rows, np.bool_)
        found[self.owner[holds]] = True
        return found

    def all(self, holds: Mask) -> Mask:
        """Which rows have values, and it holds of all of them."""
        if self.owner is None:
            return holds
        found = self.exists()
        found[self.owner[~holds]] = False
        return found

    def counts(self) -> Indices:
        """How many values each row has."""
        if self.owner is None:
            return np.ones(self.rows, np.int64)
        return np.bincount(self.owner, minlength=self.rows)

    def where(self, chosen: Mask) -> "Values":
        """Only the values where `chosen` is true."""
        index = np.flatnonzero(chosen)
        owner = index if self.owner is None else self.owner[index]
        return Values(self.rows, owner, take(self.data, index))

    def mapped(self, change: Callable[[Data], Data]) -> "Values":
        """The same rows with other values."""
        return Values(self.rows, self.owner, change(self.data))

    def owners(self) -> Indices:
        """The row that each value is of."""
        return np.arange(self.rows) if self.owner is None else self.owner


def single(data: Data, there: Mask) -> Values:
    """One value a row, or none where `there` is false; `data` has one for each row all the same."""
    if there.all():
        return Values(len(there), None, data)
    index = np.flatnonzero(there)
    return Values(len(there), index, take(data, index))


def existing(there: Mask) -> Values:
    """A field that only is there or not."""
    return Values(len(there), np.flatnonzero(there), None)


def nothing(rows: int) -> Values:
    """No value in any row."""
    return Values(rows, np.empty(0, np.int64), None)


def take(data: Data, index: Indices) -> Data:
    """The values with these indices."""
    if data is None:
        return None
    if isinstance(data, Words):
        return Words(data.code[index], data.table)
    if isinstance(data, Addresses):
        return Addresses(data.version[index], data.high[index], data.low[index])
    if isinstance(data, Spans):
        return data.at(index)
    return data[index]


def joined(parts: list[Values]) -> Values:
    """The values of several fields of the same rows and type, as of one."""
    parts = [part for part in parts if part.count] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    owner = np.concatenate([part.owners() for part in parts])
    return Values(parts[0].rows, owner, _concatenated([part.data for part in parts]))


def _concatenated(parts: list[Data]) -> Data:
    first = parts[0]
    if isinstance(first, np.ndarray):
        return np.concatenate([part for part in parts if isinstance(part, np.ndarray)])
    if isinstance(first, Addresses):
        all_of = [part for part in parts if isinstance(part, Addresses)]
        columns = zip(*((part.version, part.high, part.low) for part in all_of), strict=True)
        return Addresses(*(np.concatenate(column) for column in columns))
    if isinstance(first, Words):
        table: dict[str, int] = {}
        codes = []
        for part in parts:
            assert isinstance(part, Words)
            places = np.array([table.setdefault(word, len(table)) for word in part.table] or [0], np.int64)
            codes.append(places[part.code])
        return Words(np.concatenate(codes), list(table))
    if isinstance(first, Spans):
        return Spans.concatenated([part for part in parts if isinstance(part, Spans)])
    return None
