"""Bytes as lines."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.program import CAPTURES
from tests.views.streams.opened import session_of, stream_of
from tui.views.streams import Form, Passages, block_count, block_lines
from tui.views.streams.text import lay_out


def texts(data: bytes, width: int = 80, form: Form = Form.TEXT) -> list[str]:
    return [line.text for line in lay_out(data, 0, form, width, cell_len)]


@pytest.mark.parametrize(
    ("data", "width", "shown"),
    [
        (b"one\r\ntwo\nthree", 80, ["one", "two", "three"]),
        (b"\n\na", 80, ["", "", "a"]),
        (b"abcdefg", 3, ["abc", "def", "g"]),
        (b"a\tb", 80, ["a       b"]),
        ("für 日本".encode(), 80, ["für 日本"]),
        ("日本語".encode(), 5, ["日本", "語"]),
        (b"f\xfcr", 80, ["f·r"]),
        (b"\x1b[2J\r\x00", 80, ["␛[2J␍␀"]),
        ("a\u202eb".encode(), 80, ["a·b"]),
    ],
)
def test_text(data: bytes, width: int, shown: list[str]) -> None:
    assert texts(data, width) == shown


def test_escaped_bytes_leave_nothing_to_guess() -> None:
    assert texts(b"a\\b\r\n\x00\xff", 80, Form.RAW) == ["a\\\\b\\r\\n", "\\x00\\xff"]


@given(st.binary(max_size=300), st.integers(1, 40), st.sampled_from([Form.TEXT, Form.RAW]))
def test_every_byte_is_in_one_line_and_no_line_is_too_long(data: bytes, width: int, form: Form) -> None:
    lines = list(lay_out(data, 7, form, width, cell_len))
    assert [line.start for line in lines] == [7, *(line.stop for line in lines[:-1])][: len(lines)]
    assert not data or lines[-1].stop == 7 + len(data)
    for line in lines:
        assert cell_len(line.text) <= width
        assert all(character.isprintable() or character == " " for character in line.text)


@pytest.mark.parametrize("form", list(Form))
def test_blocks_have_all_bytes_of_a_passage_once(form: Form) -> None:
    with session_of(CAPTURES / "lossy.pcap") as session:
        passages = Passages(stream_of(session))
        longest = max((passages[number] for number in range(len(passages))), key=lambda passage: passage.length)
        assert block_count(longest.length) > 2
        blocks = [
            block_lines(passages, longest, block, form, 77, cell_len) for block in range(block_count(longest.length))
        ]
        lines = [line for block in blocks for line in block or []]
        assert lines[0].start == 0
        assert lines[-1].stop == longest.length
        assert all(line.stop == after.start for line, after in pairwise(lines))
