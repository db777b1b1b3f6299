"""Named rows made from columns, as a capture has millions of them."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

Row = TypeVar("Row", bound=tuple[object, ...])


def rows_as(kind: type[Row], columns: Sequence[Iterable[object]]) -> Iterator[Row]:
    """Rows of a named tuple from a column for each of its fields, in their order; all columns are equally long."""
    return map(partial(tuple.__new__, kind), zip(*columns, strict=True))
