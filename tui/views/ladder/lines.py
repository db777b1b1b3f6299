"""A ladder as text: for a file, a ticket or a mail."""

from collections.abc import Iterator

from tui.session import Session
from tui.views.connection_views import connection
from tui.views.ladder.drawing import draw, heading
from tui.views.ladder.ladder import Ladder
from tui.views.ladder.steps import StepKind
from tui.views.summaries import summarise

DEFAULT_WIDTH = 110

LEAST_WIDTH = 40
"""Cells of the narrowest ladder that makes sense as text."""

NUMBER_WIDTH, TIME_WIDTH = 6, 11
"""Cells of the frame number and of the seconds before each line."""


def ladder_lines(
    session: Session, number: int, width: int = DEFAULT_WIDTH, ascii_only: bool = False, unfolded: bool = False
) -> Iterator[str]:
    """A connection as a sequence diagram, in lines of at most `width` cells, of which LEAST_WIDTH are taken at least.

    `unfolded`: runs of ordinary segments are shown one by one. Raises KeyError where there is no such connection.
    """
    view = connection(session, number)
    ladder = Ladder(session, number)
    if unfolded:
        ladder.unfold_all(True)
    ladder.update(session.store.start, len(session.store), session.store.revision)
    before = NUMBER_WIDTH + TIME_WIDTH + 2
    room = max(width, LEAST_WIDTH) - before
    title = f"{'frame':>{NUMBER_WIDTH}} {'seconds':>{TIME_WIDTH}} {heading(view.client, view.server, room)}"
    yield title.rstrip()
    for line in range(len(ladder)):
        rung = ladder.rung(line)
        if rung is None:
            continue
        text = "".join(part for part, _ in draw(rung, room, ascii_only=ascii_only))
        segment = rung.segment
        named = rung.kind in (StepKind.SEGMENT, StepKind.FOLD)
        frame, seconds = (str(segment.number), f"{segment.elapsed:.6f}") if named else ("", "")
        yield f"{frame:>{NUMBER_WIDTH}} {seconds:>{TIME_WIDTH}} {text}".rstrip()


def ladder_markdown(session: Session, number: int) -> Iterator[str]:
    """A connection as a sequence diagram in Markdown, line by line: a heading, a sentence, and the ladder as text."""
    view = connection(session, number)
    yield f"## Connection {number}: {view.client} to {view.server}"
    yield ""
    yield summarise(view)
    yield ""
    yield "```text"
    yield from ladder_lines(session, number)
    yield "```"
