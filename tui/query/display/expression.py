"""What a display filter says, typed and checked: the values it reads and the tests it makes on them.

Evaluating follows tshark 4.0. A field that a frame does not have has no values; one with several has them all. A test
on values holds where a pair of values, one of each side, satisfies it, and with `every` where all pairs do; without
values it never holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from tui.query.display.field import Field, FieldType
from tui.query.display.pattern import Pattern


class Comparison(Enum):
    """How two values are compared; the value is the symbol."""

    EQUAL = "=="
    NOT_EQUAL = "!="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LESS = "<"
    LESS_OR_EQUAL = "<="


class ArithmeticOperator(Enum):
    """How two numbers make a third; the value is the symbol."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    """Whole division; dividing by zero gives no value."""
    REMAINDER = "%"
    AND = "&"
    """Bit by bit; of bytes, as far as the shorter reaches."""


class Function(Enum):
    """A function of one operand; the value is its name."""

    LEN = "len"
    """Length in bytes of each value."""
    COUNT = "count"
    """How many values the field has in the frame: one number, and none where the field is not there."""
    LOWER = "lower"
    UPPER = "upper"
    STRING = "string"
    """Each value as people write it: decimal numbers, `192.0.2.1`, `aa:bb:cc:dd:ee:ff`, `True`."""


@dataclass(frozen=True, slots=True)
class Subnet:
    """An IP address, or a network of them; values are compared with it as far as its prefix reaches."""

    version: int
    """4 or 6."""
    address: int
    """As a number; bits after the prefix are 0."""
    prefix: int
    """Bits that count: 32 or 128 for a single address."""


LiteralValue = int | bool | str | bytes | Subnet
"""By type: numbers int, times int in nanoseconds, BOOLEAN bool, STRING str, BYTES and ETHER bytes, addresses Subnet."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the filter."""

    value: LiteralValue
    type: FieldType


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The values of a field in a frame. Of type PROTOCOL: the bytes of that header, as long as it says itself; those of
    `frame`, `tcp`, `icmp`, `icmpv6` and `arp` reach to the end of the packet. Contains and Matches search all of them
    to the end of the packet.
    """

    field: Field

    @property
    def type(self) -> FieldType:
        """Type of the values."""
        return self.field.type


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of some bytes or of a text."""

    start: int
    """Offset; a negative one counts from the end, -1 being the last."""
    length: int | None = None
    """Bytes from `start`; None where `end` counts, or where the piece reaches to the end."""
    end: int | None = None
    """Offset of the last byte that belongs to it, negative from the end; None where `length` counts."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Pieces of the bytes of each value, one after the other; of a value that lacks one of them, those before it."""

    operand: "Operand"
    pieces: tuple[Piece, ...]

    @property
    def type(self) -> FieldType:
        """STRING for a piece of a text, else BYTES."""
        return FieldType.STRING if self.operand.type is FieldType.STRING else FieldType.BYTES


@dataclass(frozen=True, slots=True)
class Call:
    """A function of each value of its argument; COUNT, of all of them."""

    function: Function
    argument: "Operand"

    @property
    def type(self) -> FieldType:
        """UNSIGNED for LEN and COUNT, else STRING."""
        return FieldType.UNSIGNED if self.function in (Function.LEN, Function.COUNT) else FieldType.STRING


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A number of every pair of values."""

    operator: ArithmeticOperator
    left: "Operand"
    right: "Operand"
    type: FieldType
    """SIGNED (whole numbers), SECONDS (nanoseconds) or, with AND, BYTES."""


Operand = Literal | FieldValue | Slice | Call | Arithmetic
"""Something that has values in a frame."""


@dataclass(frozen=True, slots=True)
class And:
    """Holds where every part does; without parts, everywhere (the empty filter)."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Holds where some part does."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Xor:
    """Holds where an odd number of parts do."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where the part does not."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class Exists:
    """Holds where the operand has a value: a field any, also False, a slice one that is not empty."""

    operand: FieldValue | Slice


@dataclass(frozen=True, slots=True)
class NonZero:
    """Holds where some value of a calculation is not zero (of bytes: not all are zero), as in `tcp.flags & 2`."""

    operand: Arithmetic


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison: of numbers, times and addresses by size, of texts by their bytes, of bytes by length first."""

    comparison: Comparison
    left: Operand
    right: Operand
    every: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends belong to it."""

    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class Membership:
    """Holds where a value, with `every` each value, equals a member or lies in a range among them."""

    operand: Operand
    members: tuple[Operand | Range, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class Contains:
    """Holds where a value, STRING or bytes, has the other within it. A text holds another in its own case only."""

    operand: Operand
    part: Operand
    every: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """Holds where a value, STRING or bytes, has a match of a regular expression somewhere."""

    operand: Operand
    pattern: Pattern
    every: bool = False


Expression = And | Or | Xor | Not | Exists | NonZero | Compare | Membership | Contains | Matches
"""A test of a frame."""


def operands_of(expression: Expression) -> Iterator[Operand]:
    """The operands that an expression names directly, those of its parts included."""
    match expression:
        case And(parts) | Or(parts) | Xor(parts):
            for part in parts:
                yield from operands_of(part)
        case Not(part):
            yield from operands_of(part)
        case Compare(_, left, right):
            yield from (left, right)
        case Contains(operand, part):
            yield from (operand, part)
        case Membership(operand, members):
            yield operand
            for member in members:
                yield from (member.low, member.high) if isinstance(member, Range) else (member,)
        case Exists() | NonZero() | Matches():
            yield expression.operand


def fields_of(expression: Expression) -> frozenset[Field]:
    """The fields whose values an expression reads."""
    fields = set()
    left = list(operands_of(expression))
    while left:
        match left.pop():
            case FieldValue(field):
                fields.add(field)
            case Slice(operand):
                left.append(operand)
            case Call(_, argument):
                left.append(argument)
            case Arithmetic(_, first, second):
                left += (first, second)
    return frozenset(fields)
