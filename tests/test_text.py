"""Nothing that leaves tui.text can steer a terminal."""

import sys
import unicodedata

import pytest
from rich.cells import cell_len

from tui.text import MARKS_IN_A_ROW, printable, printable_bytes


@pytest.mark.parametrize(
    "text",
    [
        "GET /index.html HTTP/1.1",
        "Grüße, año",
        "日本語テキスト",
        "한국어",
        "emoji 🙂",
        "[/]",
        "[@click=app.quit]x[/]",
        "",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\x00b\x7fc", "a␀b␡c"),
        ("one\r\n\ttwo", "one␍␊␉two"),
        ("\x9b31m", "·31m"),
        ("abc\u202egpj.exe", "abc·gpj.exe"),
        ("\u2066x\u2069\u200e\u061c", "·x···"),
        ("zero\u200bwidth\ufeff\u2060\u00ad", "zero·width···"),
        ("line\u2028paragraph\u2029", "line·paragraph·"),
        ("\ue000\U000f0000\ud800\U0001fffe", "····"),
        ("a\u00a0b\u3000c", "a b c"),
        ("\u3164\u2800", "··"),
        ("tag\U000e0041\ufe0f", "tag··"),
    ],
)
def test_what_is_invisible_or_steers_gets_a_stand_in(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_combining_marks_do_not_stack_without_bound() -> None:
    assert printable("e\u0301") == "e\u0301"
    assert printable("e" + "\u0301" * 500).count("\u0301") == MARKS_IN_A_ROW
    assert printable("한" + "\u1161" * 500).count("\u1161") == MARKS_IN_A_ROW


def test_a_mark_never_opens_a_text_and_joins_what_is_drawn_before_it() -> None:
    assert printable("\u0301a") == "·a"


def test_no_character_gets_through_as_a_control() -> None:
    codes = [*range(0x12000), *range(0xE0000, 0xE2000), sys.maxunicode]
    everything = printable("".join("a" + chr(code) for code in codes))
    categories = {unicodedata.category(character) for character in everything}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_stand_ins_are_one_cell_wide() -> None:
    for code in [*range(0x20), *range(0x7F, 0xA0), 0x200B, 0x202E, 0x2028, 0xFEFF, 0xE000]:
        assert cell_len(printable(chr(code))) == 1


def test_bytes_are_one_cell_each_up_to_the_limit() -> None:
    assert printable_bytes(b"GET /\r\n\x1b[2J\x00\xff ok", 100) == "GET /···[2J·· ok"
    assert printable_bytes(b"x" * 50, 8) == "x" * 8
    assert printable_bytes(b"", 8) == ""
