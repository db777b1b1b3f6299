"""The screen in terminals whose encoding has no signs."""

import re

import pytest
from rich.cells import cell_len

from tests.program import REDIS
from tests.ui.terminal import Terminal
from tui.ui.dialogs.help import SIGNS
from tui.ui.terminal.plain_signs import writer_for

WRITTEN = "╭─ Keys ▐ ✱1 → SYN-SENT ▲ §3.4 “x” 世 ⏎ …"


def test_a_terminal_that_has_all_signs_gets_them() -> None:
    assert writer_for("utf-8") is None


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "no such encoding", None])
def test_others_get_what_they_can_show_in_as_many_cells(encoding: str | None) -> None:
    write = writer_for(encoding)
    assert write is not None
    written = write(WRITTEN)
    assert cell_len(written) == cell_len(WRITTEN)
    assert written.startswith("+- Keys | *1 > SYN-SENT ^ ")
    assert written.encode("iso-8859-1" if encoding == "iso-8859-1" else "ascii")
    assert ("§" in written) == (encoding == "iso-8859-1")
    signs = [sign for sign, _, _ in SIGNS if not sign.isascii()]
    assert "?" not in write("".join(signs))


def test_the_program_draws_without_signs_where_there_are_none() -> None:
    with Terminal("tui", REDIS, environment={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}) as terminal:
        terminal.read_until("complete")
        terminal.press("?")
        terminal.read_until("One row up")
        terminal.press("q")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.written.isascii()
        assert re.search(rb"\\[xu][0-9a-f]{2}", terminal.written) is None
