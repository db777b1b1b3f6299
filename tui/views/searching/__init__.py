"""Looking for something in what was captured, and in what is said of it."""

from tui.views.searching.borders import Match
from tui.views.searching.columns import ConnectionSearch, FrameColumnSearch
from tui.views.searching.hunt import Found, Hunt, Look
from tui.views.searching.needles import (
    Kind,
    Needle,
    SearchError,
    SearchTimeoutError,
    check_wish,
    compile_needle,
    read_wish,
)
from tui.views.searching.payloads import PayloadSearch

__all__ = [
    "ConnectionSearch",
    "Found",
    "FrameColumnSearch",
    "Hunt",
    "Kind",
    "Look",
    "Match",
    "Needle",
    "PayloadSearch",
    "SearchError",
    "SearchTimeoutError",
    "check_wish",
    "compile_needle",
    "read_wish",
]
