"""The program as a user starts it, on a real terminal and with real captures."""

import re
from pathlib import Path

import pytest

from tests.files.build import enhanced, interface, section
from tests.program import REDIS
from tests.ui.terminal import Terminal
from tests.ui.test_terminal import FORBIDDEN, POINTER_SHAPE

IF_NAME, IF_DESCRIPTION = 2, 3

HOSTILE = "A\x1b[31;7;5mB\x1b]0;C\x07D\x9b31mE\u202eF\x7fG\x1bcH[/]I[@click=app.quit]J"
DRAWN = "A␛[31;7;5mB␛]0;C␇D·31mE·F␡G␛cH[/]I[@click=app.quit]J"


def test_names_and_payloads_of_a_capture_never_reach_the_terminal_raw(tmp_path: Path) -> None:
    redis = Path(REDIS).read_bytes()[24:]
    frames, at = b"", 0
    while at < len(redis):
        length = int.from_bytes(redis[at + 8 : at + 12], "little")
        frame = redis[at + 16 : at + 16 + length]
        frames += enhanced(frame[:66] + HOSTILE.encode()[: max(length - 66, 0)].ljust(max(length - 66, 0), b"\x1b"))
        at += 16 + length
    names = {IF_NAME: HOSTILE.encode(), IF_DESCRIPTION: HOSTILE.encode()}
    path = tmp_path / f"{HOSTILE.replace('/', '')}.pcapng"
    path.write_bytes(section() + interface(options=names) + frames)
    with Terminal("tui", str(path), columns=240, rows=100) as terminal:
        terminal.read_until("complete")
        terminal.press("\tjjj")
        terminal.read_until("elapsed")
        terminal.press("q")
        assert terminal.end() == 0
        text = re.sub(r"\s+", "", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.written.decode()))
        assert DRAWN[:20] in text, "the interface's name is drawn as text"
        from_capture = POINTER_SHAPE.sub(b"", terminal.written)
        for what, pattern in FORBIDDEN.items():
            assert not re.search(pattern, from_capture), what
        assert terminal.as_before


@pytest.mark.parametrize("redirection", ["<&-", "2>&-", "<&- 2>&-"])
def test_streams_that_are_closed_from_the_start(redirection: str) -> None:
    with Terminal("tui", REDIS, redirection=redirection) as terminal:
        terminal.read_until("teardown 4/4")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.as_before


def test_numbers_on_the_wire_where_asked_for() -> None:
    raw_seq = str(int.from_bytes(Path(REDIS).read_bytes()[24 + 16 + 38 :][:4], "big"))
    for option, seen in ((["-S"], True), ([], False)):
        with Terminal("tui", *option, str(REDIS)) as terminal:
            terminal.read_until("teardown 4/4")
            terminal.press("\x0c")  # draws everything anew: what was sent before may be parts of a number
            terminal.read_until(raw_seq if seen else "teardown 4/4")
            terminal.press("q")
            terminal.end()
            assert (raw_seq.encode() in terminal.written) == seen


def test_the_captures_that_come_along_are_a_key_away() -> None:
    with Terminal("tui", "--demo", columns=80, rows=24) as terminal:
        terminal.read_until("curl-http.pcap")
        terminal.press("\r")
        terminal.read_until("handshake 1/3")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.as_before


def test_a_theme_by_its_name_and_an_unknown_one() -> None:
    with Terminal("tui", "--theme", "no-such-theme", str(REDIS)) as terminal:
        terminal.read_until("the themes are tcptui, tcptui-light, high-contrast, terminal")
        assert terminal.end() == 2
        assert terminal.as_before
    with Terminal("tui", "--theme", "terminal", str(REDIS)) as terminal:
        terminal.read_until("teardown 4/4")
        terminal.press("q")
        assert terminal.end() == 0
        assert b"38;2;" not in terminal.written, "the terminal's own colours, though it has more"
