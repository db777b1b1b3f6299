"""Captures as sessions, and what is in their streams."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui import views
from tui.files.source import open_capture
from tui.session import Session
from tui.views.streams import Kind, Passages, Stream

Part = tuple[int, str, bytes | int]
"""Side, kind, and the bytes or how many there are."""


@contextmanager
def session_of(path: Path) -> Iterator[Session]:
    """A session that has read a capture."""
    with open_capture(str(path)) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        yield session


def stream_of(session: Session, number: int = 0) -> Stream:
    """The stream of a connection."""
    view = views.connection(session, number)
    return views.stream(session, number, (view.client, view.server))


def parts_of(passages: Passages) -> list[Part]:
    """What is in the passages; FIN and resets have no bytes."""
    parts: list[Part] = []
    for number in range(len(passages)):
        passage = passages[number]
        data: bytes | int = passage.length
        if passage.kind == Kind.DATA:
            read = passages.read(number, 0, passage.length)
            assert read is not None
            data = read
        parts.append((passage.side, passage.kind.name, data))
    return parts
