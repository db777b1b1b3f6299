"""The app on a real terminal: hostile text stays text, and the terminal is as before however the app ends."""

import os
import re
import signal
import sys
from contextlib import ExitStack

import pytest

from tests.program import REDIS
from tests.ui.terminal import PATIENCE, Terminal

LEFT_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOWN_CURSOR = b"\x1b[?25h"

POINTER_SHAPE = re.compile(rb"\x1b\]22;[a-z-]*\x07")
"""The one sequence of Textual's own that ends in a bell."""

FORBIDDEN = {
    "colours of a name": rb"\x1b\[31;7;5m",
    "the title of the window": rb"\x1b\]0;",
    "a bell": rb"\x07",
    "a full reset": rb"\x1bc",
    "C1 controls as UTF-8": rb"\xc2[\x80-\x9f]",
    "bidi overrides, isolates, zero-width characters": rb"\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]",
    "NUL, DEL": rb"[\x00\x7f]",
}
"""What the hostile text would do to a terminal."""

STOOD_IN = "A␛[31;7;5mB␛]0;C␇D·31mE·F·G·H·I␀J␡K␍␊L␛cM[/]N[@click=app.quit]O[/]P[$accent]Q"
"""How the hostile text is drawn, markup and all."""


def test_hostile_names_are_drawn_and_never_obeyed() -> None:
    with Terminal("tests.ui.run_fake") as terminal:
        terminal.read_until("frames")
        terminal.press("\r")
        terminal.read_until("What frame 1 means")
        terminal.press("\x1b")
        terminal.read_until("all connections")
        terminal.press("jjjjjjjjjj")
        terminal.read_until("elapsed")
        terminal.press("?")
        terminal.read_until("One row up")
        terminal.press("?q")
        assert terminal.end() == 0
        text = terminal.written.decode()
        assert STOOD_IN in text, "the status line has room for all of it"
        from_names = POINTER_SHAPE.sub(b"", terminal.written)
        for what, pattern in FORBIDDEN.items():
            assert not re.search(pattern, from_names), what
        assert terminal.as_before


def test_a_signal_ends_the_app_in_order() -> None:
    with ExitStack() as stack:
        numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
        terminals = [stack.enter_context(Terminal("tests.ui.run_fake")) for _ in numbers]
        for number, terminal in zip(numbers, terminals, strict=True):
            terminal.read_until("frames")
            terminal.process.send_signal(number)
            assert terminal.end() == 128 + number
            assert LEFT_ALTERNATE_SCREEN in terminal.written
            assert SHOWN_CURSOR in terminal.written
            assert terminal.as_before


def test_a_terminal_that_vanishes_just_after_a_key_ends_the_app() -> None:
    with ExitStack() as stack:
        terminals = [stack.enter_context(Terminal("tui", str(REDIS))) for _ in range(3)]
        for terminal in terminals:
            terminal.read_until("teardown 4/4")
            terminal.press("\tjjjje")
            terminal.vanish()
        for terminal in terminals:
            assert terminal.process.wait(PATIENCE) == 128 + signal.SIGHUP


def test_the_program_comes_back_whole_from_a_stop_that_it_could_not_see() -> None:
    with Terminal("tui", str(REDIS)) as terminal:
        terminal.read_until("teardown 4/4")
        terminal.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED | os.WNOWAIT)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.read_until("teardown 4/4")
        terminal.press("?")
        terminal.read_until("One row up")
        terminal.press("?q")
        assert terminal.end() == 0
        assert terminal.as_before


def test_an_error_of_the_reading_is_told_again_after_the_end() -> None:
    with Terminal("tests.ui.run_fake", "error") as terminal:
        terminal.read_until("stopped: the disk is gone")
        terminal.press("\x03")
        assert terminal.end() == 1
        after = terminal.written.rpartition(LEFT_ALTERNATE_SCREEN)[2]
        assert b"ended: the disk is gone" in after
        assert terminal.as_before


JOB_CONTROL = """
set -m
{job}
echo "stopped after $?"
read line
fg > /dev/null
echo "ended with $?"
"""
"""What someone does who presses Ctrl+Z: sees the shell, types a line there, and goes back."""

ENTERED_ALTERNATE_SCREEN = b"\x1b[?1049h"


@pytest.mark.parametrize("job", ['"$1" -m tui "$2"', 'cat "$2" | "$1" -m tui -r -'], ids=["file", "pipe"])
def test_the_program_can_be_stopped_and_comes_back_whole(job: str) -> None:
    with Terminal("tests.ui.run_in_shell", JOB_CONTROL.format(job=job), sys.executable, str(REDIS)) as terminal:
        terminal.read_until("teardown 4/4")
        terminal.press("\x1a")
        terminal.read_until("stopped after")
        assert LEFT_ALTERNATE_SCREEN in terminal.written
        assert terminal.as_before
        seen = len(terminal.written)
        terminal.press("hello\n")
        terminal.read_until("teardown 4/4")
        assert ENTERED_ALTERNATE_SCREEN in terminal.written[seen:]
        terminal.press("?")
        terminal.read_until("One row up")
        terminal.press("?q")
        terminal.read_until("ended with 0")
        assert terminal.end() == 0
        assert terminal.as_before


def test_without_a_shell_to_go_back_to_the_program_is_not_stopped() -> None:
    with Terminal("tui", str(REDIS)) as terminal:
        terminal.read_until("teardown 4/4")
        terminal.press("\x1a")
        terminal.read_until("There is no shell to go back to")
        terminal.press("q")
        assert terminal.end() == 0


def test_a_crash_of_the_screen_leaves_the_terminal_as_it_was() -> None:
    with Terminal("tests.ui.run_fake", "crash") as terminal:
        terminal.read_until("frames")
        terminal.press("j")
        assert terminal.end() != 0
        assert LEFT_ALTERNATE_SCREEN in terminal.written
        assert SHOWN_CURSOR in terminal.written
        assert terminal.as_before


@pytest.mark.parametrize("name", ["dumb", "unknown"])
def test_a_terminal_that_cannot_show_a_screen_is_told_what_else_there_is(name: str) -> None:
    with Terminal("tui", str(REDIS), environment={"TERM": name}) as terminal:
        terminal.read_until("use --summary or --json")
        assert terminal.end() == 2
        assert LEFT_ALTERNATE_SCREEN not in terminal.written
