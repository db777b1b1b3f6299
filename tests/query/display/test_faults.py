"""Filters that are refused: where the fault is, and what is said of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query.display import FIELDS, FilterError, parse
from tui.query.display.syntax import LONGEST_FILTER, WORD_OPERATORS


def fault(text: str) -> FilterError:
    with pytest.raises(FilterError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "marked", "sentence"),
    [
        ("tcp.prot == 80", "tcp.prot", "“tcp.prot” is not a field; perhaps tcp.port"),
        ("TCP", "TCP", "“TCP” is not a field; perhaps tcp is meant."),
        ("port 80", "port 80", "“port” belongs to capture filters; here it is written as tcp.port == 80."),
        ("tcp host 10.0.0.1", "host", "“host” belongs to capture filters; here"),
        ("conn.verdict == open or closed", "closed", "a value, not a field; name its field here too: conn.verdict == "),
        ("packet.roles == handshake 1/3", "1/3", "a text of several words stands in double quotes"),
        ("tcp.payload contains “GET”", "“", "straight double quotes"),
        ('ip.src == "10.0.0.1"', '"10.0.0.1"', "An IPv4 address stands without quotes"),
        ("tcp.len > 0.5", "0.5", "A whole number is expected here"),
        ("ip.addr == ::1", "::1", "IPv6 addresses are in ipv6.addr"),
        ("TCP", "TCP", "perhaps tcp"),
        ("conn.problm", "conn.problm", "perhaps conn.problems"),
        ("tcp.port == tcp.prot", "tcp.prot", "neither a number nor a field; perhaps tcp.port"),
        ("80 == tcp.port", "80", "the field stands on the left"),
        ('"abc"', '"abc"', "A field is expected here"),
        ("tcp.port-1 == 80", "tcp.port-1", "leave a space before the minus"),
        ("tcp.port == 65536", "65536", "tcp.port is at most 65535"),
        ("tcp.port == -1", "-1", "tcp.port is never negative"),
        ("tcp.port == eighty", "eighty", "is not a number"),
        ("tcp.port == 1e3", "1e3", "is not a number"),
        ("tcp.port == 08", "08", "is not a number"),
        ('tcp.port == "80"', '"80"', "is not a number"),
        ("tcp.port in {80, 9x}", "9x", "is not a number"),
        ("frame.time_relative > 200ms", "200ms", "write seconds, such as 0.2"),
        ("frame.time_relative > 99999999999", "99999999999", "too long a time"),
        ("tcp.flags.syn == maybe", "maybe", "True or False"),
        ("ip.src == www.example.com", "www.example.com", "names are not looked up"),
        ("ip.src == 10.0.0.0/33", "10.0.0.0/33", "at most 32 bits"),
        ("ip.src == ::1", "::1", "is not an IPv4 address"),
        ("ipv6.src == 10.0.0.1", "10.0.0.1", "is not an IPv6 address"),
        ("conn.client_address == here", "here", "is not an IP address"),
        ("eth.src == aa:bb", "aa:bb", "is not an Ethernet address"),
        ("tcp.payload contains GET", "GET", "nor a text in double quotes"),
        ("tcp.payload[0] == 127", "127", "hexadecimal bytes"),
        ("conn.verdict == refusd", "refusd", "conn.verdict is never “refusd”; it can be “refused”"),
        ("conn.verdict in {refused, rest}", "rest", "it can be “reset”"),
        ("tcp.len == frame.time_relative", "frame.time_relative", "A number and a time do not go together"),
        ("ip.src == ipv6.src", "ipv6.src", "An IPv4 address and an IPv6 address do not go together"),
        ("tcp.analysis.retransmission == 1", "tcp.analysis.retransmission", "a flag without a value; name it alone"),
        ("tcp.port contains 8", "tcp.port", "wrap it in string()"),
        ('tcp.port matches "8"', "tcp.port", "wrap it in string()"),
        ("tcp.payload matches get", "get", "A regular expression in double quotes"),
        ('tcp.payload matches r"a(b"', '"', "not a regular expression: missing )"),
        ('tcp.payload matches r"(a{60000}){60000}"', 'r"(a{60000}){60000}"', "its repetitions make it too large"),
        ('tcp.payload matches "\\d"', "\\d", 'in a text that begins with r"'),
        ('tcp.payload contains "abc', '"abc', "no closing quote"),
        ("tcp.port == 'AB'", "'AB'", "Single quotes hold one character"),
        ("tcp.payload[a] == 47", "[a]", "is not a piece"),
        ("tcp.payload[3-1] == 47", "[3-1]", "ends where it begins or later"),
        ("tcp.payload[0:0] == 47", "[0:0]", "at least 1"),
        ("tcp.payload[0:4 == 47", "[0:4 == 47", "no closing bracket"),
        ("tcp.port[0] == 47", "tcp.port", "not of a number"),
        ("tcp.flags.syn & 1", "tcp.flags.syn & 1", "“&” can't be used on a truth value"),
        ("ip.src & 255.0.0.0", "ip.src & 255.0.0.0", "ask for a network as 192.0.2.0/24"),
        ("tcp.port == 80 & tcp.port == 443", "80 & tcp.port", "to join two tests, write &&"),
        ("len(tcp.payload)", "len(tcp.payload)", "a value to be compared"),
        ("len(5) == 5", "5", "A field is expected here"),
        ("len() == 5", "len()", "takes one field"),
        ("lower(tcp.port) == 5", "tcp.port", "lower() is for texts, not for a number"),
        ("size(tcp) == 5", "size", "“size” is not a function"),
        ("max(tcp.len, tcp.seq) == 5", "max", "“max” is not known here"),
        ("tcp.port = 80", "=", "perhaps == is meant"),
        ("tcp | udp", "|", "perhaps || is meant"),
        ("tcp AND udp", "AND", "small letters: and"),
        ("tcp udp", "udp", "An operator such as == or && is expected here"),
        ("tcp or or udp", "or", "A field or a value is expected here"),
        ("tcp.port in {80 443}", "443", "A comma or a closing brace"),
        ("tcp.port in {}", "}", "A field or a value is expected here"),
        ("tcp.port in 80", "80", "A set in braces"),
        ("tcp.port not 80", "80", "Only “in” can follow “not”"),
        ("tcp.port == ", "", "The filter ends where a field or a value is expected"),
        ("(tcp", "", "A closing parenthesis is missing"),
        ("tcp.port in {80", "", "A closing brace is missing"),
        ("tcp.port in", "", "A set in braces"),
        ("tcp)", ")", "no opening one"),
        ("tcp.port#1 == 80", "#", "Layers"),
        ("tcp.port == ${tcp.port}", "$", "References to fields"),
        ("tcp.port == 80;", ";", "only inside a text in double quotes"),
        ("tcp.port == 日本", "日", "only inside a text in double quotes"),
    ],
)
def test_a_fault_is_one_sentence_and_a_place(text: str, marked: str, sentence: str) -> None:
    error = fault(text)
    assert text[error.start : error.end] == marked
    assert sentence in str(error)
    assert str(error).endswith(".")
    assert "\n" not in str(error)
    if not marked:
        assert error.start == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 101 + "tcp" + ")" * 101,
        "!" * 4000 + "tcp",
        "not " * 1000 + "tcp",
        "tcp.port == " + "-" * 4000 + "1",
        "tcp.len" + "+1" * 1900 + " == 3",
        "tcp.payload" + "[0:1]" * 800,
        "{" * 1500 + "tcp.len" + "}" * 1500 + " == 1",
        "len(" * 800 + "tcp" + ")" * 800 + " == 1",
    ],
)
def test_what_is_nested_too_deep_is_refused(text: str) -> None:
    assert "nested more than 100 deep" in str(fault(text))


def test_a_hundred_levels_and_a_long_row_of_tests_are_accepted() -> None:
    parse("(" * 99 + "tcp" + ")" * 99)
    parse(" or ".join(["tcp"] * 500))


def test_a_filter_that_is_too_long_is_refused_from_the_first_character_too_many() -> None:
    text = "tcp or " * 600
    error = fault(text)
    assert (error.start, error.end) == (LONGEST_FILTER, len(text))


def test_long_words_are_quoted_in_short() -> None:
    assert len(str(fault("x" * 4000))) < 120


SYMBOLS = "== != <= ( ) { } , .. - + * / % & && || ! ^^ ~ 80 0x1f 1.5 10.0.0.0/8 ::1 aa:bb True S"
PIECES = st.one_of(
    st.sampled_from([*WORD_OPERATORS, *list(FIELDS)[::4], *SYMBOLS.split()]),
    st.sampled_from(['"a"', r'r"\d"', "'a'", "[0:4]", "[-1]", "[x", '"', "len(", "count(", "lower("]),
    st.text(max_size=4),
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map(" ".join)))
def test_any_text_is_understood_or_refused_with_a_place_inside_it(text: str) -> None:
    try:
        parse(text)
    except FilterError as refusal:
        found = refusal
    else:
        return
    assert 0 <= found.start <= found.end <= len(text)
    assert str(found)
