"""Tables of which each row begins with the same values: who never gets others takes no memory for them.

A million connections may be open at once, and a flood of SYNs leaves most of what could be known of each unknown. So
every field of a row, of each side, has memory of its own, in which a value is kept by how far it lies from that of a
new row: what was never written is 0, and the system gives pages only to what is not.
"""

import mmap
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PAGE = 4096
_FIRST = _PAGE
"""Rows that there is room for in the beginning: pages of every field, whatever its size."""
_GROWTH = 4
"""Room that is not used costs nothing."""


class Column:
    """A field of all rows, whose values differ from 0 in a new row; used like an array with a row for each."""

    def __init__(self, kept: NDArray[Any], dtype: np.dtype[Any], fresh: Any) -> None:
        """`kept`: differences from `fresh`, wrapping around, maybe of a narrower type than `dtype`."""
        self._kept, self._dtype, self._fresh = kept, dtype, fresh

    def __getitem__(self, where: Any) -> Any:
        return self.shown(self._kept[where])

    def shown(self, kept: Any) -> Any:
        """The values of which these are kept."""
        return np.add(kept, self._fresh, dtype=self._dtype)

    def __setitem__(self, where: Any, values: Any) -> None:
        _write(self._kept, where, np.subtract(values, self._fresh, dtype=self._dtype, casting="unsafe"))

    def __len__(self) -> int:
        return len(self._kept)


class Following:
    """A field that mostly equals another one, to which alone its differences are kept; used like Column."""

    def __init__(self, kept: NDArray[Any], dtype: np.dtype[Any], other: Any) -> None:
        """`other`: the other one's column, which may have one element where this one has several. It is set first."""
        self._kept, self._dtype, self._other = kept, dtype, other
        self._spread = kept.ndim > 1 and np.ndim(other[0]) == 0

    def __getitem__(self, where: Any) -> Any:
        return np.add(self._kept[where], self._others(where), dtype=self._dtype)

    def __setitem__(self, where: Any, values: Any) -> None:
        _write(self._kept, where, np.subtract(values, self._others(where), dtype=self._dtype, casting="unsafe"))

    def __len__(self) -> int:
        return len(self._kept)

    def _others(self, where: Any) -> Any:
        if not self._spread:
            return self._other[where]
        return self._other[where[0]] if isinstance(where, tuple) else np.asarray(self._other[where])[..., np.newaxis]


class Values:
    """Rows of a structured type, by field or by number. What is given out by number is a copy."""

    def __init__(
        self,
        dtype: np.dtype[np.void],
        fresh: np.void,
        narrow: Mapping[str, type[np.generic]],
        following: Mapping[str, str],
    ) -> None:
        self.dtype = dtype
        self._fresh = fresh
        self._following = following
        self._parts = {name: base.subdtype or (base, ()) for name, (base, *_) in (dtype.fields or {}).items()}
        """Of each field the type of an element, and how many there are: () or (n,)."""
        self._narrow = narrow
        self._kept: dict[str, NDArray[Any]] = {}
        self.columns: dict[str, Any] = {}
        """By field: an array or Column with a row for each row."""
        self.room = 0

    def make_room(self, length: int) -> None:
        """Make room for so many rows. A reader may keep an old column, which then stays as it was."""
        room = max(self.room, _FIRST)
        while room < length:
            room *= _GROWTH
        for name, (base, shape) in self._parts.items():
            kept = _untouched((*shape, room), np.dtype(self._narrow.get(name, base)))
            if self.room:
                _copy_pages(self._kept[name], kept)
            self._kept[name] = kept
            self.columns[name] = self._column(name, kept.T)
        self.room = room

    def _column(self, name: str, kept: NDArray[Any]) -> Any:
        base, shape = self._parts[name]
        if name in self._following:
            return Following(kept, base, self.columns[self._following[name]])
        fresh = self._fresh[name].flat[0] if shape else self._fresh[name]
        plain = not fresh and kept.dtype == base
        return kept if plain else Column(kept, base, fresh)

    def __getitem__(self, which: Any) -> Any:
        """A field's column by its name; copies of rows by their number or numbers."""
        if isinstance(which, str):
            return self.columns[which]
        which = np.arange(self.room)[which] if isinstance(which, slice) else which
        rows = np.empty(np.shape(which), self.dtype)
        for name, column in self.columns.items():
            rows[name] = column[which]
        return rows if rows.shape else rows[()]

    def put(self, numbers: Any, rows: Any) -> None:
        """Set whole rows."""
        for name, column in self.columns.items():
            if isinstance(column, np.ndarray):
                _write(column, numbers, rows[name])
            else:
                column[numbers] = rows[name]

    def __len__(self) -> int:
        return self.room

    def take(self, numbers: NDArray[np.integer] | list[int]) -> NDArray[np.void]:
        """Copies of rows."""
        rows = np.empty(np.shape(numbers), self.dtype)
        for name, column in self.columns.items():
            rows[name] = column[numbers] if isinstance(column, Following) else self._taken(name, numbers)
        return rows

    def _taken(self, name: str, numbers: NDArray[np.integer] | list[int]) -> NDArray[Any]:
        """A field of rows: of each side by itself, which is quicker than of all at once."""
        kept = self._kept[name]
        found = kept.take(numbers, axis=-1).T
        column = self.columns[name]
        return found if isinstance(column, np.ndarray) else column.shown(found)


class Rows:
    """A table that grows: the same for all sides of a new row."""

    def __init__(
        self,
        dtype: np.dtype[np.void],
        fresh: object,
        narrow: Mapping[str, type[np.generic]] | None = None,
        following: Mapping[str, str] | None = None,
    ) -> None:
        """
        - `fresh`: a new row, in which the elements of a field are the same.
        - `narrow`: by field the unsigned type that its differences from the new row's fit into, if not its own.
        - `following`: by field an earlier one that it mostly equals, as it does in a new row.
        """
        self._fresh: np.void = np.array(fresh, dtype).reshape(1)[0]
        self.values = Values(dtype, self._fresh, narrow or {}, following or {})
        self.values.make_room(1)
        self.length = 0

    def extend_to(self, length: int) -> None:
        """Make room for `length` rows; new ones have the values of a new row."""
        if length > self.values.room:
            self.values.make_room(length)
        self.length = max(length, self.length)

    def reset(self, number: int) -> None:
        """Make a row as new."""
        self.values.put(number, self._fresh)


def _untouched(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Zeros that take memory where they are written to, and give it back when they are let go of."""
    size = int(np.prod(shape)) * dtype.itemsize
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return np.frombuffer(memory, dtype).reshape(shape)


def _write(kept: NDArray[Any], where: Any, values: Any) -> None:
    """Set values, but for a side whose are all 0 and were: not even a 0 is written to untouched pages."""
    if kept.ndim > 1 and not isinstance(where, tuple):
        values = np.broadcast_to(values, np.broadcast_shapes(np.shape(values), kept.shape[1:]))
        for part in range(kept.shape[1]):
            _write(kept[:, part], where, values[..., part])
    elif np.any(values) or np.any(kept[where]):
        kept[where] = values


def _copy_pages(old: NDArray[Any], new: NDArray[Any]) -> None:
    """Copy what there is of each part, but for pages that nothing was written to."""
    for before, after in zip(np.atleast_2d(old), np.atleast_2d(new), strict=True):
        pages = before.view(np.uint64).reshape(-1, _PAGE // 8)
        used = np.flatnonzero(pages.any(axis=1))
        after.view(np.uint64)[: before.nbytes // 8].reshape(pages.shape)[used] = pages[used]
