"""What is looked for in bytes."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.views.searching import Kind, Needle, SearchError, SearchTimeoutError, compile_needle, read_wish

BACKTRACKS = "(a|aa)+$"
"""Has more ways to match many a's than can be tried."""

A_MOMENT = 5.0
"""Seconds within which a regular expression is given up, on a busy machine too."""


def found(kind: Kind, text: str, data: bytes) -> bytes | None:
    place = compile_needle(kind, text).find(data)
    return None if place is None else data[slice(*place)]


@pytest.mark.parametrize(
    ("text", "data", "expected"),
    [
        ("host", b"GET /\r\nHost: x", b"Host"),
        ("Host", b"host: Host: x", b"Host"),
        ("Host", b"host: HOST", None),
        ("größe", "die GRÖSSE, die Größe".encode(), "Größe".encode()),
        ("GRÖSSE", "die Größe, die GRÖSSE".encode(), "GRÖSSE".encode()),
        ("żółw", "ŻÓŁW".encode(), "ŻÓŁW".encode()),
        ("日本", "x日本y".encode(), "日本".encode()),
        (" ", b"a b", b" "),
        ("a.c", b"abc a.c", b"a.c"),
        ("ü(", "Ü(".encode(), "Ü(".encode()),
    ],
)
def test_text_is_found_in_any_case_unless_it_has_a_capital(text: str, data: bytes, expected: bytes | None) -> None:
    assert found(Kind.TEXT, text, data) == expected


@pytest.mark.parametrize("text", ["47 45 54", "474554", "47:45:54", "0x47 0x45 0x54", "4745 54", " 47  45 54 "])
def test_bytes_are_written_in_any_usual_way(text: str) -> None:
    assert found(Kind.BYTES, text, b"xGETx") == b"GET"


def test_a_regular_expression_is_one_over_bytes() -> None:
    assert found(Kind.PATTERN, r"GET /\S+", b"\x00\xff GET /a.png HTTP") == b"GET /a.png"
    assert found(Kind.PATTERN, r"\x00\xff", b"a\x00\xff") == b"\x00\xff"
    assert found(Kind.PATTERN, "b*", b"aab") == b"b", "a match of no bytes is nothing that one could look at"


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        (Kind.TEXT, "", "Type what to look for"),
        (Kind.BYTES, "  ", "Type what to look for"),
        (Kind.BYTES, "474", "Write every byte with two hex digits, such as 0a: `474` has an odd number"),
        (Kind.BYTES, "4 7", "Write every byte with two hex digits, such as 0a: `4` has an odd number"),
        (Kind.BYTES, "0x", "Type what to look for"),
        (Kind.BYTES, "47 4g", "`g` is no hex digit; write bytes such as 47 45 54"),
        (Kind.BYTES, "４７", "`４` is no hex digit; write bytes such as 47 45 54"),
        (Kind.PATTERN, "(a", "No regular expression: missing ) at character 3"),
        (Kind.PATTERN, "ü[", "No regular expression: unterminated character set at character 3"),
        (Kind.TEXT, "a" * 1001, "Look for something shorter: 1,000 characters at most"),
    ],
)
def test_what_can_not_be_understood_is_told_in_a_sentence(kind: Kind, text: str, sentence: str) -> None:
    with pytest.raises(SearchError) as told:
        compile_needle(kind, text)
    assert str(told.value) == sentence


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("x:474554", (Kind.BYTES, "474554")),
        ("hex 47 45", (Kind.BYTES, "47 45")),
        ("hex dump", (Kind.TEXT, "hex dump")),
        ("/GET .*/", (Kind.PATTERN, "GET .*")),
        ("r:^a", (Kind.PATTERN, "^a")),
        ("=reset", (Kind.COLUMNS, "reset")),
        ("t:x:47", (Kind.TEXT, "x:47")),
        ("/index", (Kind.TEXT, "/index")),
        ("//", (Kind.TEXT, "//")),
        ("plain", (Kind.TEXT, "plain")),
    ],
)
def test_a_wish_may_say_its_kind(typed: str, wish: tuple[Kind, str]) -> None:
    assert read_wish(typed) == wish
    assert read_wish(typed, Kind.CONNECTIONS) == (Kind.CONNECTIONS, typed)


def test_a_regular_expression_that_backtracks_is_given_up() -> None:
    begun = time.monotonic()
    with pytest.raises(SearchTimeoutError, match="takes too long"):
        compile_needle(Kind.PATTERN, BACKTRACKS).find(b"a" * 5000 + b"b")
    assert time.monotonic() - begun < A_MOMENT


def one_by_one(needle: Needle, data: bytes, starts: list[int], stops: list[int]) -> list[tuple[int, ...]]:
    """What is found in each piece where it is searched by itself."""
    places = [needle.find(data[start:stop]) for start, stop in zip(starts, stops, strict=True)]
    return [(piece, *place) for piece, place in enumerate(places) if place is not None]


@given(st.text("abAB", min_size=1, max_size=4), st.text("abAB", max_size=60), st.lists(st.integers(0, 60), max_size=12))
def test_pieces_are_searched_each_by_itself(text: str, data: str, cuts: list[int]) -> None:
    edges = sorted({min(cut, len(data)) for cut in cuts})
    pairs = list(pairwise(edges))[::2]
    starts, stops = [start for start, _ in pairs], [stop for _, stop in pairs]
    for kind in (Kind.TEXT, Kind.PATTERN):
        needle = compile_needle(kind, text)
        assert [*needle.hits(data.encode(), starts, stops)] == one_by_one(needle, data.encode(), starts, stops)
