"""What filters say: their structure, their values, and how operators bind."""

import subprocess
import sys

import pytest

from tui.query.display import FIELDS, fields_of, parse
from tui.query.display.expression import (
    And,
    Arithmetic,
    ArithmeticOperator,
    Call,
    Compare,
    Comparison,
    Contains,
    Exists,
    Expression,
    FieldValue,
    Function,
    Literal,
    LiteralValue,
    Matches,
    Membership,
    NonZero,
    Not,
    Or,
    Piece,
    Range,
    Slice,
    Subnet,
    Xor,
)
from tui.query.display.field import FieldType

TCP, UDP, IP, ARP = (Exists(FieldValue(FIELDS[name])) for name in ("tcp", "udp", "ip", "arp"))
PORT = FieldValue(FIELDS["tcp.port"])
PAYLOAD = FieldValue(FIELDS["tcp.payload"])


def number(value: int) -> Literal:
    return Literal(value, FieldType.UNSIGNED)


def value_of(text: str) -> LiteralValue:
    """The value on the right of a comparison."""
    expression = parse(text)
    assert isinstance(expression, Compare)
    assert isinstance(expression.right, Literal)
    return expression.right.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", And(())),
        ("tcp and udp or ip and arp", Or((And((TCP, UDP)), And((IP, ARP))))),
        ("tcp || udp && ip", Or((TCP, And((UDP, IP))))),
        ("tcp or udp xor ip and arp", Or((TCP, Xor((UDP, And((IP, ARP))))))),
        ("tcp ^^ udp", Xor((TCP, UDP))),
        ("not tcp and udp", And((Not(TCP), UDP))),
        ("not (tcp and udp)", Not(And((TCP, UDP)))),
        ("!tcp.port == 80", Not(Compare(Comparison.EQUAL, PORT, number(80)))),
        ("tcp or udp or ip", Or((TCP, UDP, IP))),
    ],
)
def test_not_binds_before_and_and_before_xor_and_xor_before_or(text: str, expected: Expression) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("operators", "comparison", "every"),
    [
        ("== eq any_eq", Comparison.EQUAL, False),
        ("=== all_eq", Comparison.EQUAL, True),
        ("!= ne all_ne", Comparison.NOT_EQUAL, True),
        ("!== ~= any_ne", Comparison.NOT_EQUAL, False),
        ("> gt", Comparison.GREATER, False),
        (">= ge", Comparison.GREATER_OR_EQUAL, False),
        ("< lt", Comparison.LESS, False),
        ("<= le", Comparison.LESS_OR_EQUAL, False),
    ],
)
def test_each_comparison_has_its_spellings(operators: str, comparison: Comparison, every: bool) -> None:
    for operator in operators.split():
        assert parse(f"tcp.port {operator} 80") == Compare(comparison, PORT, number(80), every)


def test_any_and_all_say_how_many_values_must_satisfy_a_test() -> None:
    assert parse("all tcp.port > 1024") == Compare(Comparison.GREATER, PORT, number(1024), every=True)
    assert parse("any tcp.port != 80") == Compare(Comparison.NOT_EQUAL, PORT, number(80), every=False)
    assert parse("all tcp.port in {80}") == Membership(PORT, (number(80),), every=True)


def test_a_set_holds_values_and_ranges_and_not_in_is_its_opposite() -> None:
    members = (number(80), Range(number(8000), number(9000)), FieldValue(FIELDS["tcp.srcport"]))
    assert parse("tcp.port in {80, 8000..9000, tcp.srcport}") == Membership(PORT, members)
    assert parse("tcp.port not in {80}") == Not(Membership(PORT, (number(80),)))


def test_comparisons_in_a_row_must_all_hold() -> None:
    source, destination = FieldValue(FIELDS["tcp.srcport"]), FieldValue(FIELDS["tcp.dstport"])
    first = Compare(Comparison.LESS, source, destination)
    assert parse("tcp.srcport < tcp.dstport < 80") == And((first, Compare(Comparison.LESS, destination, number(80))))


def test_a_mask_is_a_test_by_itself_or_a_value() -> None:
    masked = Arithmetic(
        ArithmeticOperator.AND, FieldValue(FIELDS["tcp.flags"]), Literal(2, FieldType.UNSIGNED), FieldType.SIGNED
    )
    assert parse("tcp.flags & 0x02") == NonZero(masked)
    assert parse("tcp.flags bitwise_and 2 == 2") == Compare(Comparison.EQUAL, masked, Literal(2, FieldType.SIGNED))


def test_calculations_bind_as_usual_and_braces_group_them() -> None:
    plain, grouped = parse("tcp.len + 2 * tcp.len == 3"), parse("{tcp.len + 2} * tcp.len == 3")
    assert isinstance(plain, Compare)
    assert isinstance(grouped, Compare)
    assert isinstance(plain.left, Arithmetic)
    assert isinstance(grouped.left, Arithmetic)
    assert (plain.left.operator, grouped.left.operator) == (ArithmeticOperator.ADD, ArithmeticOperator.MULTIPLY)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("[0:4]", (Piece(0, 4),)),
        ("[1-3]", (Piece(1, None, 3),)),
        ("[2]", (Piece(2, 1),)),
        ("[:4]", (Piece(0, 4),)),
        ("[4:]", (Piece(4),)),
        ("[-4:2]", (Piece(-4, 2),)),
        ("[-4]", (Piece(-4, 1),)),
        ("[-3--1]", (Piece(-3, None, -1),)),
        ("[1,3-5,9:]", (Piece(1, 1), Piece(3, None, 5), Piece(9))),
        ("[ 0x1 : 2 ]", (Piece(1, 2),)),
    ],
)
def test_a_slice_has_pieces_in_every_form(text: str, pieces: tuple[Piece, ...]) -> None:
    assert parse(f"tcp.payload{text}") == Exists(Slice(PAYLOAD, pieces))


def test_functions_take_a_field() -> None:
    assert parse("len(tcp.payload) > 5") == Compare(
        Comparison.GREATER, Call(Function.LEN, PAYLOAD), Literal(5, FieldType.UNSIGNED)
    )
    lowered = Call(Function.LOWER, FieldValue(FIELDS["conn.application"]))
    assert parse('lower(conn.application) contains "http"') == Contains(lowered, Literal("http", FieldType.STRING))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tcp.port == 0x50", 80),
        ("tcp.port == 0120", 80),
        ("tcp.port == 0b1010000", 80),
        ("tcp.port == 'P'", 80),
        ("tcp.port == '\\x50'", 80),
        ("packet.seq == -1", -1),
        ("frame.time_relative == 0.2", 200_000_000),
        ("frame.time_relative == 12", 12_000_000_000),
        ("frame.time_relative == -0.000000001", -1),
        ("tcp.flags.syn == TRUE", True),
        ("tcp.flags.syn == 5", True),
        ("tcp.flags.syn == 0x0", False),
        ("tcp.flags.syn == False", False),
        ("ip.src == 10.1.2.3", Subnet(4, 0x0A010203, 32)),
        ("ip.src == 10.1.2.3/8", Subnet(4, 0x0A000000, 8)),
        ("ip.src == 10.1.2.3/0", Subnet(4, 0, 0)),
        ("ipv6.src == 2001:db8::1/32", Subnet(6, 0x20010DB8 << 96, 32)),
        ("ipv6.src == ::1", Subnet(6, 1, 128)),
        ("conn.client_address == ::1", Subnet(6, 1, 128)),
        ("conn.client_address == 10.0.0.0/8", Subnet(4, 0x0A000000, 8)),
        ("eth.src == 00:00:5e:00:53:01", bytes.fromhex("00005e005301")),
        ("eth.src == 00-00-5e-00-53-01", bytes.fromhex("00005e005301")),
        ("eth.src == 00.00.5e.00.53.01", bytes.fromhex("00005e005301")),
        ("eth.src == 0000.5e00.5301", bytes.fromhex("00005e005301")),
        ("eth.src == 00005e005301", bytes.fromhex("00005e005301")),
        ("eth.src[0:3] == 00:00:5e", bytes.fromhex("00005e")),
        ("tcp.payload == 47:45:54", b"GET"),
        ("tcp.payload == 0.1.0.d", b"\x00\x01\x00\x0d"),
        ("tcp.payload == 474554", b"GET"),
        ("tcp.payload == 0x47", b"G"),
        ("tcp.payload == 'G'", b"G"),
        ('tcp.payload == "G\\x00\\105\\n"', b"G\x00E\n"),
        ('tcp.payload == "\\u00e9é"', "éé".encode()),
        ('tcp.payload == r"\\x00"', rb"\x00"),
        ('packet.flags == "S."', "S."),
        ("packet.flags == S", "S"),
        ("conn.verdict == refused", "refused"),
        ("conn.verdict == REFUSED", "refused"),
        ("conn.client_state == fin-wait-1", "FIN-WAIT-1"),
        ('packet.roles == "handshake 1/3"', "handshake 1/3"),
    ],
)
def test_values_are_read_as_the_field_wants_them(text: str, value: LiteralValue) -> None:
    found = value_of(text)
    assert (type(found), found) == (type(value), value)


def test_a_regular_expression_is_blind_to_case_and_searches_bytes_in_payloads() -> None:
    expression = parse(r'tcp.payload matches r"^get\x20/\d"')
    assert isinstance(expression, Matches)
    assert expression.pattern.compiled().search(b"GET /1")
    sensitive = parse('conn.application matches "(?-i)get"')
    assert isinstance(sensitive, Matches)
    assert not sensitive.pattern.compiled().search("GET")


def test_the_fields_of_a_filter_are_those_it_reads_wherever_they_stand() -> None:
    text = 'not (len(tcp.payload) > tcp.len + 1 or ip.ttl in {1, tcp.hdr_len..9}) && tcp.flags.str[0] == "S" && arp'
    names = {field.name for field in fields_of(parse(text))}
    assert names == {"tcp.payload", "tcp.len", "ip.ttl", "tcp.hdr_len", "tcp.flags.str", "arp"}


def test_a_filter_is_parsed_once() -> None:
    assert parse("tcp.port == 4711") is parse("tcp.port == 4711")


def test_the_program_starts_without_the_parser() -> None:
    code = "import sys, tui.cli, tui.query.display; print({'lark', 'regex'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
