"""Values as they are written in a filter: numbers, times, texts, bytes and addresses.

Each function raises FilterError where a value does not fit.
"""

import difflib
import ipaddress
import re
from dataclasses import dataclass
from enum import Enum

from tui.query.display.expression import FieldValue, Literal, LiteralValue, Operand, Subnet
from tui.query.display.fault import FilterError
from tui.query.display.field import Field, FieldType
from tui.query.display.syntax import quoted
from tui.query.display.texts import character_of, content_of

NS = 1_000_000_000
"""Nanoseconds of a second."""
_NS_DIGITS = 9

NUMBER_TYPES = frozenset({FieldType.UNSIGNED, FieldType.SIGNED})
BYTE_TYPES = frozenset({FieldType.BYTES, FieldType.PROTOCOL, FieldType.ETHER})

_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*")
_SECONDS = re.compile(rf"[0-9]+(?:\.[0-9]{{1,{_NS_DIGITS}}})?")
_HEX_BYTE = re.compile(r"0[xX][0-9a-fA-F]{1,2}")
_PAIRS = re.compile(r"(?:[0-9a-fA-F]{2})+")
_SEPARATED = re.compile(r"[0-9a-fA-F]{1,2}(?:([:.-])[0-9a-fA-F]{1,2}(?:\1[0-9a-fA-F]{1,2})*)?")
_CISCO = re.compile(r"[0-9a-fA-F]{4}(?:[.:-][0-9a-fA-F]{4}){2}")
_TRUTHS = {"True": True, "TRUE": True, "true": True, "False": False, "FALSE": False, "false": False}
_LONGEST_NUMBER = 70
"""Characters of a number at most: 64 bits written one by one, and some more."""
_ETHER_BYTES = 6


class Form(Enum):
    """How a value is written."""

    WORD = "WORD"
    STRING = "STRING"
    RAW = "RAW"
    CHARACTER = "CHARACTER"


@dataclass(frozen=True, slots=True)
class Written:
    """A value before it is known what kind is wanted."""

    form: Form
    text: str
    """As it stands in the filter, quotes included."""
    start: int
    end: int
    negative: bool = False
    """Whether a minus stands before it."""

    def error(self, sentence: str) -> FilterError:
        """An error that points at this value."""
        return FilterError(sentence, self.start, self.end)


def literal(written: Written, beside: Operand) -> Literal:
    """The value as one that can be compared with an operand."""
    field = beside.field if isinstance(beside, FieldValue) else None
    return Literal(_value(written, beside.type, field), _literal_type(beside.type))


def _literal_type(kind: FieldType) -> FieldType:
    return FieldType.BYTES if kind is FieldType.PROTOCOL else kind


def _value(written: Written, kind: FieldType, field: Field | None) -> LiteralValue:
    if kind in NUMBER_TYPES:
        return _number(written, kind, field)
    if kind is FieldType.SECONDS:
        return _seconds(written)
    if written.negative:
        raise written.error("Only numbers and times can be negative.")
    match kind:
        case FieldType.BOOLEAN:
            return _truth(written)
        case FieldType.STRING:
            return text_of(written)
        case FieldType.IPV4 | FieldType.IPV6 | FieldType.ADDRESS:
            return _subnet(written, kind)
        case FieldType.ETHER:
            return _ether(written)
        case _:
            return bytes_of(written)


def _number(written: Written, kind: FieldType, field: Field | None) -> int:
    if written.form is Form.CHARACTER:
        number = character_of(written.text, written.start)
    else:
        plain = written.text if written.form is Form.WORD and len(written.text) <= _LONGEST_NUMBER else ""
        if _SECONDS.fullmatch(plain) and "." in plain:
            raise written.error(f"A whole number is expected here, not {quoted(plain)}.")
        if not _NUMBER.fullmatch(plain):
            raise written.error(f"{quoted(written.text)} is not a number; write it as 80, 0x50 or 0b1010000.")
        octal = plain[0] == "0" and plain.isdigit()
        number = int(plain, 8 if octal else 0)
    greatest = field.greatest if field is not None else (1 << 64) - 1
    if number > greatest + (written.negative and kind is FieldType.SIGNED):
        whose = field.name if field is not None else "a number"
        raise written.error(f"{quoted(written.text)} is too large: {whose} is at most {greatest}.")
    if written.negative and field is not None and kind is FieldType.UNSIGNED:
        raise written.error(f"{field.name} is never negative.")
    return -number if written.negative else number


def _seconds(written: Written) -> int:
    if written.form is not Form.WORD or not _SECONDS.fullmatch(written.text) or len(written.text) > _LONGEST_NUMBER:
        raise written.error(f"{quoted(written.text)} is not a time; write seconds, such as 0.2, to nine decimals.")
    whole, _, fraction = written.text.partition(".")
    nanoseconds = int(whole) * NS + int(fraction.ljust(_NS_DIGITS, "0"))
    if nanoseconds >= 1 << 63:
        raise written.error(f"{quoted(written.text)} is too long a time.")
    return -nanoseconds if written.negative else nanoseconds


def _truth(written: Written) -> bool:
    if written.form is Form.WORD:
        if written.text in _TRUTHS:
            return _TRUTHS[written.text]
        if _NUMBER.fullmatch(written.text) and len(written.text) <= _LONGEST_NUMBER:
            return written.text.strip("0xXbB") != ""
    raise written.error(f"True or False (1 or 0) is expected here, not {quoted(written.text)}.")


def text_of(written: Written) -> str:
    """A text; a word needs no quotes."""
    if written.form is Form.WORD:
        return written.text
    if written.form is Form.CHARACTER:
        return chr(character_of(written.text, written.start))
    return content_of(written.text, written.start).decode("utf-8", "surrogateescape")


def bytes_of(written: Written) -> bytes:
    """Bytes: a text in quotes, a character, or hexadecimal digits."""
    if written.form is Form.CHARACTER:
        return bytes([character_of(written.text, written.start)])
    if written.form is not Form.WORD:
        return content_of(written.text, written.start)
    if _HEX_BYTE.fullmatch(written.text):
        return bytes([int(written.text, 16)])
    if _SEPARATED.fullmatch(written.text):
        return bytes(int(pair, 16) for pair in re.split("[:.-]", written.text))
    if _PAIRS.fullmatch(written.text):
        return bytes.fromhex(written.text)
    raise written.error(
        f"{quoted(written.text)} is neither hexadecimal bytes, such as 47:45:54, nor a text in double quotes."
    )


def _ether(written: Written) -> bytes:
    compact = re.sub("[.:-]", "", written.text)
    if written.form is Form.WORD:
        if _CISCO.fullmatch(written.text) and len(compact) == 2 * _ETHER_BYTES:
            return bytes.fromhex(compact)
        if _SEPARATED.fullmatch(written.text) or _PAIRS.fullmatch(written.text):
            address = bytes_of(written)
            if len(address) == _ETHER_BYTES:
                return address
    raise written.error(f"{quoted(written.text)} is not an Ethernet address; write it as 00:00:5e:00:53:01.")


def _subnet(written: Written, kind: FieldType) -> Subnet:
    example = "2001:db8::1 or 2001:db8::/32" if kind is FieldType.IPV6 else "192.0.2.1 or 192.0.2.0/24"
    name = "an IP address" if kind is FieldType.ADDRESS else f"an {kind.value}"
    refusal = written.error(f"{quoted(written.text)} is not {name}; names are not looked up: write {example}.")
    if written.form is not Form.WORD:
        raise written.error(f"{name[0].upper()}{name[1:]} stands without quotes: {example}.")
    address_text, slash, prefix_text = written.text.partition("/")
    try:
        address = ipaddress.ip_address(address_text)
    except ValueError:
        raise refusal from None
    wanted = {FieldType.IPV4: 4, FieldType.IPV6: 6}.get(kind, address.version)
    if address.version != wanted:
        fields = "ip.addr, ip.src and ip.dst" if address.version == 4 else "ipv6.addr, ipv6.src and ipv6.dst"
        raise written.error(f"{quoted(written.text)} is not {name}; IPv{address.version} addresses are in {fields}.")
    bits = address.max_prefixlen
    prefix = int(prefix_text) if slash and len(prefix_text) <= 3 else bits + bool(slash)
    if prefix > bits:
        raise written.error(f"An IPv{address.version} prefix has at most {bits} bits.")
    return Subnet(address.version, int(address) >> bits - prefix << bits - prefix, prefix)


def closed(value: Literal, field: Field, written: Written) -> Literal:
    """A value of a field that has a closed list of them, in the list's own spelling."""
    if not field.values or not isinstance(value.value, str):
        return value
    folded = {known.casefold(): known for known in field.values}
    known = folded.get(value.value.casefold())
    if known is not None:
        return Literal(known, value.type)
    near = difflib.get_close_matches(value.value.casefold()[:64], folded, 3, 0.5) or list(folded)[:4]
    offered = " or ".join(f"“{folded[name]}”" for name in near)
    raise written.error(f"{field.name} is never {quoted(value.value)}; it can be {offered}.")
