"""As what frames and connections can be written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tui.errors import InputError
from tui.export.captures import write_rows
from tui.export.texts import write_connections, write_markdown, write_packets
from tui.export.watching import Watch
from tui.files.writing import names_pcap
from tui.session import Session
from tui.ui.exporting.job import Job
from tui.ui.exporting.selections import Amount
from tui.ui.look.quantities import bytes_text, counted

MOST_IN_A_TICKET = 50
"""Connections of one Markdown file."""

Write = Callable[[Session, Amount, str, bool, Job[Any]], int]
"""Writes an amount to a path, replacing what is there or not; returns how many of what it counts."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of the list of formats."""

    words: str
    ending: str
    noun: str
    """What is counted in it: `frame`, `segment` or `connection`."""
    each: int
    """Bytes that each of these takes, beside captured bytes; about."""
    write: Write
    has_bytes: bool = False
    """The captured bytes are in it."""

    def count(self, amount: Amount) -> int:
        """How many there are to write."""
        return {"frame": len(amount.rows), "segment": amount.segments, "connection": len(amount.connections)}[self.noun]

    def steps(self, amount: Amount) -> int:
        """How many rows or connections are gone through."""
        return len(amount.connections) if self.noun == "connection" else len(amount.rows)

    def words_for(self, amount: Amount) -> str:
        """`1,204 frames of 3 connections, about 1.2 MB`."""
        count = self.count(amount)
        size = count * self.each + (amount.captured if self.has_bytes else 0)
        connections = counted(len(amount.connections), "connection")
        what = connections if self.noun == "connection" else f"{counted(count, self.noun)} of {connections}"
        return f"{what}, about {bytes_text(size)}"

    def refusal(self, amount: Amount) -> str:
        """Why this amount can't be written so, as a sentence; empty where it can."""
        if not self.count(amount):
            return f"There is no {self.noun} to write; choose something else."
        if self.write is _markdown and len(amount.connections) > MOST_IN_A_TICKET:
            return f"Markdown is for {MOST_IN_A_TICKET} connections at most; choose fewer, or JSON Lines or CSV."
        return ""


def _capture(session: Session, amount: Amount, path: str, replace: bool, job: Job[Any], comments: bool = False) -> int:
    if names_pcap(path):
        raise InputError("this ending asks for pcap; give a name that ends in .pcapng")
    return write_rows(
        session,
        amount.rows,
        path,
        comments=comments,
        replace=replace,
        progress=job.take_progress,
        cancelled=job.is_stopped,
    )


def _explained(session: Session, amount: Amount, path: str, replace: bool, job: Job[Any]) -> int:
    return _capture(session, amount, path, replace, job, comments=True)


def _pcap(session: Session, amount: Amount, path: str, replace: bool, job: Job[Any]) -> int:
    if not names_pcap(path):
        raise InputError("this ending asks for pcapng; give a name that ends in .pcap")
    rows = amount.rows
    return write_rows(session, rows, path, replace=replace, progress=job.take_progress, cancelled=job.is_stopped)


def _watch(job: Job[Any]) -> Watch:
    return Watch(job.take_progress, job.is_stopped)


def _markdown(session: Session, amount: Amount, path: str, replace: bool, job: Job[Any]) -> int:
    return write_markdown(session, amount.connections, path, replace=replace, watch=_watch(job))


def _packets(as_csv: bool) -> Write:
    def write(session: Session, amount: Amount, path: str, replace: bool, job: Job[Any]) -> int:
        return write_packets(session, amount.rows, path, as_csv=as_csv, replace=replace, watch=_watch(job))

    return write


def _connections(as_csv: bool) -> Write:
    def write(session: Session, amount: Amount, path: str, replace: bool, job: Job[Any]) -> int:
        return write_connections(session, amount.connections, path, as_csv=as_csv, replace=replace, watch=_watch(job))

    return write


KINDS = (
    Kind("pcapng", ".pcapng", "frame", 34, _capture, has_bytes=True),
    Kind("pcapng, explained in comments", ".pcapng", "frame", 400, _explained, has_bytes=True),
    Kind("pcap", ".pcap", "frame", 16, _pcap, has_bytes=True),
    Kind("Markdown for a ticket", ".md", "connection", 3100, _markdown),
    Kind("JSON Lines of segments", ".jsonl", "segment", 1100, _packets(as_csv=False)),
    Kind("JSON Lines of connections", ".jsonl", "connection", 2100, _connections(as_csv=False)),
    Kind("CSV of segments", ".csv", "segment", 500, _packets(as_csv=True)),
    Kind("CSV of connections", ".csv", "connection", 1300, _connections(as_csv=True)),
)
"""All formats, in the order in which they are offered."""
