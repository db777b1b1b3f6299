"""The values of a filter's operands: of fields, of pieces and functions of them, and of calculations."""

import socket
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

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
    Subnet,
)
from tui.query.display.field import FieldType
from tui.views.filtering.comparing import decoded, encoded, pairs_of
from tui.views.filtering.fetching import fetch, fetch_bytes, fetch_length
from tui.views.filtering.rows import Rows
from tui.views.filtering.spans import Spans
from tui.views.filtering.values import Addresses, Data, Mask, Values, Words, nothing, single, take

NS = 1_000_000_000


def values_of(rows: Rows, operand: Operand) -> Values:
    """The values of an operand in each row. Raises InputError where the disk fails."""
    match operand:
        case Literal():
            return _constant(len(rows), operand)
        case FieldValue(field):
            return fetch_bytes(rows, field.name, False) if field.type is FieldType.PROTOCOL else fetch(rows, field.name)
        case Slice(inner, pieces):
            return _sliced(values_of(rows, inner), pieces)
        case Call(function, argument):
            return _called(rows, function, argument)
        case Arithmetic():
            return _calculated(rows, operand)


def searched_values_of(rows: Rows, operand: Operand) -> Values:
    """The values in which something is looked for. Raises InputError where the disk fails."""
    if isinstance(operand, FieldValue) and operand.type is FieldType.PROTOCOL:
        return fetch_bytes(rows, operand.field.name, True)
    return values_of(rows, operand)


def _constant(rows: int, literal: Literal) -> Values:
    """A literal as a value of every row."""
    value = literal.value
    nowhere = np.zeros(rows, np.int64)
    if isinstance(value, int):
        wrapped = (value + (1 << 63)) % (1 << 64) - (1 << 63)
        return Values(rows, None, np.full(rows, wrapped))
    if isinstance(value, str):
        return Values(rows, None, Words(nowhere, [value]))
    if isinstance(value, Subnet):
        high, low = divmod(value.address, 1 << 64)
        version = np.full(rows, value.version, np.uint8)
        return Values(rows, None, Addresses(version, np.full(rows, high, np.uint64), np.full(rows, low, np.uint64)))
    return Values(rows, None, Spans.of([value]).at(nowhere))


def _sliced(values: Values, pieces: tuple[Piece, ...]) -> Values:
    data = values.data
    if not values.count:
        return values
    if isinstance(data, Words):
        cut = _cut(Spans.of([encoded(word) for word in data.table]), pieces)
        return Values(values.rows, values.owner, Words(data.code, [decoded(text) for text in cut]))
    if isinstance(data, Addresses):
        data = Spans.of_addresses(data.version, data.high, data.low)
    assert isinstance(data, Spans)
    return Values(values.rows, values.owner, _cut(data, pieces))


def _cut(strings: Spans, pieces: tuple[Piece, ...]) -> Spans:
    """Pieces of each string; of one that lacks a piece, those before it."""
    first, there = strings.piece(pieces[0].start, pieces[0].length, pieces[0].end)
    if len(pieces) == 1:
        return first
    parts = [first]
    for piece in pieces[1:]:
        part, reaches = strings.piece(piece.start, piece.length, piece.end)
        there &= reaches
        parts.append(Spans(part.data, part.begin, np.where(there, part.end, part.begin), part.content))
    return Spans.of([b"".join(cut) for cut in zip(*parts, strict=True)])


def _called(rows: Rows, function: Function, argument: Operand) -> Values:
    if function is Function.COUNT and isinstance(argument, FieldValue):
        counts = fetch(rows, argument.field.name).counts()
        return single(counts, counts > 0)
    if function is Function.LEN and isinstance(argument, FieldValue) and argument.type is FieldType.PROTOCOL:
        return fetch_length(rows, argument.field.name)
    values = values_of(rows, argument)
    if function is Function.COUNT:
        return single(values.counts(), values.exists())
    if not values.count:
        return values
    if function is Function.LEN:
        return values.mapped(lengths)
    if function is Function.STRING:
        return values.mapped(lambda data: _as_texts(data, argument.type))
    change = bytes.lower if function is Function.LOWER else bytes.upper
    return values.mapped(lambda data: _changed(data, change))


def lengths(data: Data) -> NDArray[np.int64]:
    """Bytes of each text or byte string."""
    if isinstance(data, Words):
        return np.array([len(encoded(word)) for word in data.table] or [0], np.int64)[data.code]
    assert isinstance(data, Spans)
    return data.lengths


def _changed(data: Data, change: Callable[[bytes], bytes]) -> Data:
    """Letters of ASCII in the other case."""
    assert isinstance(data, Words)
    return Words(data.code, [decoded(change(encoded(word))) for word in data.table])


def _as_texts(data: Data, kind: FieldType) -> Data:
    """Values as people write them."""
    if isinstance(data, Words):
        return data
    table: dict[str, int] = {}
    if isinstance(data, np.ndarray):
        different, code = np.unique(data, return_inverse=True)
        return Words(code.ravel(), [_number_text(value, kind) for value in different.tolist()])
    if isinstance(data, Addresses):
        columns = zip(data.version.tolist(), data.high.tolist(), data.low.tolist(), strict=True)
        texts = (_address_text(*column) for column in columns)
    else:
        assert isinstance(data, Spans)
        texts = (one.hex(":") for one in data)
    codes = [table.setdefault(text, len(table)) for text in texts]
    return Words(np.array(codes, np.int64), list(table))


def _number_text(value: int, kind: FieldType) -> str:
    if kind is FieldType.BOOLEAN:
        return str(bool(value))
    if kind is FieldType.SECONDS:
        return f"{'-' if value < 0 else ''}{abs(value) // NS}.{abs(value) % NS:09}"
    return str(value)


def _address_text(version: int, high: int, low: int) -> str:
    if version == 4:
        return socket.inet_ntop(socket.AF_INET, low.to_bytes(4, "big"))
    return socket.inet_ntop(socket.AF_INET6, (high << 64 | low).to_bytes(16, "big"))


def _calculated(rows: Rows, operand: Arithmetic) -> Values:
    left, right = values_of(rows, operand.left), values_of(rows, operand.right)
    first, second = pairs_of(left, right)
    if not len(first):
        return nothing(len(rows))
    owner = left.owners()[first]
    one, other = take(left.data, first), take(right.data, second)
    if isinstance(one, Spans) and isinstance(other, Spans):
        return _bytes_together(len(rows), owner, one, other)
    assert isinstance(one, np.ndarray)
    assert isinstance(other, np.ndarray)
    data, there = _calculate(operand.operator, one, other)
    return Values(len(rows), owner, data).where(there)


def _calculate(how: ArithmeticOperator, left: NDArray[np.int64], right: NDArray[np.int64]) -> tuple[Data, Mask]:
    """The results, and where there is one."""
    there = np.ones(len(left), np.bool_)
    if how is ArithmeticOperator.ADD:
        return left + right, there
    if how is ArithmeticOperator.SUBTRACT:
        return left - right, there
    if how is ArithmeticOperator.MULTIPLY:
        return left * right, there
    if how is ArithmeticOperator.AND:
        return left & right, there
    there = right != 0
    divisor = np.where(there, right, 1)
    quotient = np.abs(left) // np.abs(divisor) * np.sign(left) * np.sign(divisor)
    return (quotient if how is ArithmeticOperator.DIVIDE else left - quotient * divisor), there


def _bytes_together(rows: int, owner: NDArray[np.int64], left: Spans, right: Spans) -> Values:
    """Bit by bit, as far as the shorter one of each pair reaches."""
    common = np.minimum(left.lengths, right.lengths)
    parts = (Spans(side.data, side.begin, side.begin + common, side.content) for side in (left, right))
    together = [bytes(one & other for one, other in zip(*pair, strict=True)) for pair in zip(*parts, strict=True)]
    return Values(rows, owner, Spans.of(together))
