"""Captures that are read to their end, and the frames that a filter selects of them."""

from functools import lru_cache
from pathlib import Path

from tui.files.source import open_capture
from tui.session import Session
from tui.views import compile_filter


@lru_cache(maxsize=16)
def session_of(path: Path) -> Session:
    """A capture that was read to its end."""
    session = Session(open_capture(str(path)))
    for _ in session.run():
        pass
    return session


def selected(session: Session, text: str) -> list[int]:
    """The numbers of the frames that a filter selects."""
    rows = compile_filter(text).rows(session, 0, len(session.store))
    numbers: list[int] = session.store.gather("number", rows).tolist()
    return numbers
