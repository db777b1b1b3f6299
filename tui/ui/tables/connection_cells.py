"""What the connection list says of a connection, column by column."""

from collections.abc import Sequence
from dataclasses import replace

from tui.ui.look.formats import short_ends, short_number
from tui.ui.look.quantities import bytes_text, duration_text
from tui.ui.tables.cells import Cell, Span
from tui.ui.tables.columns import Column
from tui.views import ConnectionView
from tui.views.wording.notes import GLYPH, KIND, problem_text
from tui.views.wording.shorter import short_state

VERDICT_KINDS = {
    "closed": "handshake",
    "open": "data",
    "half-closed": "teardown",
    "closed-unconfirmed": "teardown",
    "one-sided": "malformed",
    "malformed": "malformed",
    "no-answer": "malformed",
    "half-open": "malformed",
}
"""Kind of each verdict; of all others, which tell of resets and errors, it is `reset`."""

OPENING_KINDS = {
    "simultaneous": "simultaneous",
    "unanswered": "malformed",
    "half-open": "malformed",
}
"""Kind of the segments that opened a connection; of all other openings it is `handshake`."""

CLOSING_KINDS = {"simultaneous": "simultaneous"}
"""Kind of the segments that closed a connection; of all other closings it is `teardown`."""

CARRIES_DATA = ("three-way", "simultaneous", "fast-open", "not-captured")
"""Openings after which there is something between the opening and the closing."""

BETWEEN = "···"
"""Stands for all segments between the opening and the closing."""

SHORT_VERDICTS = {
    "aborted-handshake": "aborted",
    "closed-unconfirmed": "unconfirmed",
    "closed-then-reset": "closed, RST",
    "reset-after-fin": "FIN, RST",
}


def short_verdict(text: str, width: int) -> str:
    """A verdict by its shorter name."""
    return SHORT_VERDICTS.get(text, text) if len(text) > width else text


COUNTLESS = frozenset({"duplicate-capture", "scale-unknown", "port-reused", "frames-dropped"})
"""Problems that are the capture's or of no harm to a connection: they are named quietly."""


SHORT_PROBLEMS = {
    "retransmissions": "resent",
    "zero window": "window 0",
    "capture gaps": "gaps",
    "SYN retries": "SYNs",
    "frames dropped": "dropped",
    "slow server": "slow",
    "keep alive unanswered": "keep-alive",
    "possible scan": "scan",
    "duplicate capture": "twice",
    "port reused": "reused",
    "scale unknown": "no scale",
}
"""A word for each problem where there is little room."""


def short_problems(text: str, width: int) -> str:
    """Problems in one word, or by their count alone."""
    for words, short in SHORT_PROBLEMS.items():
        text = text.replace(words, short)
    return text if len(text) <= width else text.partition(" · ")[0]


COLUMNS = (
    Column("#", 6, 5, right=True, shorten=short_number),
    Column("client → server", 34, 30, shorten=short_ends),
    Column("what", 40, 10, rank=4, flexible=True),
    Column("opening ··· closing", 22, 19, rank=2),
    Column("verdict", 12, 11, rank=3, shorten=short_verdict),
    Column("problems", 14, 9, rank=1, grows=6, shorten=short_problems),
    Column("states", 22, 19, rank=6, shorten=short_state),
    Column("history", 12, 10, rank=9),
    Column("→ bytes", 8, 8, right=True, rank=7),
    Column("← bytes", 8, 8, right=True, rank=7),
    Column("duration", 9, 9, right=True, rank=8),
    Column("packets", 12, 12, right=True, rank=10, shorten=short_number),
    Column("handshake", 12, 12, right=True, rank=11),
)

PROBLEMS_PLACE = next(place for place, column in enumerate(COLUMNS) if column.title == "problems")

AFTER_WHAT = 5
"""The rank of no column but that one."""

COLUMNS_WITHOUT_PROBLEMS = tuple(
    replace(column, rank=AFTER_WHAT) if place == PROBLEMS_PLACE else column for place, column in enumerate(COLUMNS)
)
"""The same columns where no connection has a problem: on a narrow screen that column then gives way to what the
connections are for. Where there is room for both, nothing moves with the first problem.
"""

SORT_KEYS = (
    *("number", "ends", "application", "strip", "verdict", "problems", "states", "history"),
    *("client bytes", "server bytes", "duration", "packets", "handshake"),
)
"""What each column is sorted by (tui.views.connection_keys)."""

QUANTITIES = frozenset({PROBLEMS_PLACE, *range(SORT_KEYS.index("client bytes"), len(SORT_KEYS))})
"""Columns of amounts, by their indices."""


def connection_cells(view: ConnectionView, application: str, problems: Sequence[str] = ()) -> list[Cell]:
    """The cells of a connection, in the order of COLUMNS.

    `application`: what it is for, fit to be drawn; `problems`: what went wrong, the worst first.
    """
    guess = " ?" if view.client_guessed else ""
    return [
        (str(view.connection), ""),
        (f"{view.client} → {view.server}{guess}", ""),
        (application, ""),
        strip(view),
        (view.verdict, VERDICT_KINDS.get(view.verdict, "reset")),
        problem_cell(view, problems),
        (view.states, ""),
        (view.zeek_history, "quiet"),
        _bytes_cell(view.payload_bytes[0]),
        _bytes_cell(view.payload_bytes[1]),
        (duration_text(view.duration), ""),
        (str(sum(view.packets)), ""),
        ("" if view.handshake_time is None else duration_text(view.handshake_time), ""),
    ]


def problem_cell(view: ConnectionView, problems: Sequence[str]) -> Cell:
    """How many segments tell of a problem, and the worst problem in a word: `‼ 3 · retransmissions`."""
    harmful = [problem for problem in problems if problem not in COUNTLESS]
    worst = problem_text(harmful[0]) if harmful else ""
    count = view.problem_count
    if count:
        if not worst and count == sum(view.retransmitted):
            worst = "retransmissions"
        return f"{GLYPH} {count:,}{f' · {worst}' if worst else ''}", KIND
    if worst:
        return f"{GLYPH} {worst}", KIND
    return problem_text(problems[0]) if problems else "", "quiet"


def strip(view: ConnectionView) -> Cell:
    """The flags of the segments that opened and closed a connection: `S SA A ··· FA A FA A`."""
    opening_kind = OPENING_KINDS.get(view.opening, "handshake")
    closing_kind = CLOSING_KINDS.get(view.closing, "teardown")
    spans: list[Span] = [(flags, opening_kind) for flags in view.opening_flags]
    if view.opening in CARRIES_DATA and view.verdict != "malformed":
        spans.append((BETWEEN, "quiet"))
    spans += [(flags, "reset" if "R" in flags else closing_kind) for flags in view.closing_flags]
    return _spaced(spans)


def _spaced(spans: Sequence[Span]) -> Cell:
    if not spans:
        return "", ""
    first, *rest = spans
    return first, *(part for span in rest for part in ((" ", ""), span))


def _bytes_cell(count: int) -> Cell:
    return (bytes_text(count), "") if count else ("0", "quiet")
