"""A connection as a text for a ticket, in Markdown (CommonMark with GitHub's tables).

Text from the wire stands in code spans and code blocks, which it can't end; all else is escaped.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from tui import views
from tui.session import Session
from tui.text import printable
from tui.views.amounts import count, time_span
from tui.views.ladder import ladder_lines

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&@$!^])")
_BACKTICKS = re.compile("`+")

MOST_LADDER_LINES = 2000
"""A ladder is cut after so many lines: nobody reads a longer one in a ticket."""

UNKNOWN = "–"
"""Stands in a table for what is not known."""


def connection_markdown(session: Session, number: int) -> Iterator[str]:
    """One connection, line by line: what happened, what went wrong, its numbers, its ladder.

    Raises KeyError where it was given up.
    """
    views.connection(session, number)
    account = next(views.accounts(session, np.array([number])))
    said = views.application(session, number)
    view = account.view
    yield f"## TCP connection {number}: {code(view.client)} to {code(view.server)}"
    yield ""
    yield f"{escaped(account.summary, said)} Frames {view.first_frame} to {view.last_frame} of {code(_name(session))}."
    yield ""
    yield "### What happened"
    yield ""
    for line in account.story:
        yield f"- {escaped(line.text, said)}"
    yield ""
    yield "### Problems"
    yield ""
    yield from (f"- {code(problem)}" for problem in account.problems or ())
    if not account.problems:
        yield "None was found."
    yield ""
    yield "### Numbers"
    yield ""
    yield from _table(("", "client", "server"), _sent(account))
    yield ""
    yield from _table(("", "time"), _times(account))
    yield ""
    yield "### Ladder"
    yield ""
    yield from code_block(islice(ladder_lines(session, number), MOST_LADDER_LINES))
    if view.packets[0] + view.packets[1] > MOST_LADDER_LINES:
        yield ""
        yield f"The ladder ends after {count(MOST_LADDER_LINES)} lines."


def escaped(text: str, said: str = "") -> str:
    """A sentence of ours, in which `said` is from the wire."""
    before, found, after = text.partition(said) if said else (text, "", "")
    own = [_MARKUP.sub(r"\\\1", printable(part)) for part in (before, after)]
    return (code(found) if found else "").join(own)


def code(text: str) -> str:
    """A code span, with as many backticks around it as its text can't end."""
    shown = printable(text)
    fence = "`" * (_longest(shown) + 1)
    room = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) or not shown else ""
    return f"{fence}{room}{shown}{room}{fence}"


def code_block(lines: Iterable[str]) -> Iterator[str]:
    """A fenced code block that none of its lines can end."""
    shown = [printable(line).rstrip() for line in lines]
    fence = "`" * max(3, max(map(_longest, shown), default=0) + 1)
    yield f"{fence}text"
    yield from shown
    yield fence


def _longest(text: str) -> int:
    """The length of the longest run of backticks."""
    return max(map(len, _BACKTICKS.findall(text)), default=0)


def _name(session: Session) -> str:
    return session.capture.shown_name.rpartition("/")[2] or session.capture.shown_name


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table whose cells hold no text from outside; its first column to the left, the others to the right."""
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _sent(account: views.Account) -> Iterator[tuple[str, str, str]]:
    """What each end sent."""
    view, (client, server) = account.view, account.measures.sent
    yield "state at the end", view.client_state, view.server_state
    amounts = (
        ("segments", "packets"),
        ("payload bytes", "payload_bytes"),
        ("payload bytes, each once", "unique_bytes"),
        ("segments sent again", "retransmitted_packets"),
        ("bytes sent again", "retransmitted_bytes"),
        ("duplicate ACKs", "duplicate_acks"),
        ("zero windows", "zero_windows"),
    )
    for words, name in amounts:
        yield words, _amount(getattr(client, name)), _amount(getattr(server, name))
    for words, name in (("round trip, least", "min"), ("mean", "mean"), ("95 of 100 within", "p95"), ("most", "max")):
        yield words, _round_trip(client, name), _round_trip(server, name)


def _times(account: views.Account) -> Iterator[tuple[str, str]]:
    """How long its parts took."""
    view, measures = account.view, account.measures
    yield "duration", _time(view.duration)
    yield "handshake round trip", _time(view.handshake_time)
    yield "connect time", _time(view.connect_time)
    yield "time to first byte", _time(view.time_to_first_byte)
    yield "slowest answer", _time(measures.slowest_answer)
    yield "longest silence", _time(measures.idle_max)
    yield "teardown", _time(view.teardown_time)


def _round_trip(sent: views.Sent, name: str) -> str:
    return _time(None if sent.rtt is None else getattr(sent.rtt, name))


def _amount(number: int | None) -> str:
    return UNKNOWN if number is None else count(number)


def _time(seconds: float | None) -> str:
    return UNKNOWN if seconds is None else time_span(seconds)
