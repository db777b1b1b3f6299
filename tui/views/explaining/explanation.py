"""What a segment does, why it was sent and what it changes."""

from tui.session import Session
from tui.views.explaining.context import Context
from tui.views.explaining.notes import of_notes
from tui.views.explaining.roles import of_roles
from tui.views.explaining.sentence import Sentence
from tui.views.explaining.states import of_states
from tui.views.explaining.transfer import selective
from tui.views.frame_views import SegmentView


def explanation(session: Session, view: SegmentView) -> tuple[Sentence, ...]:
    """What the segment does, what was found about it, and what it changes. `view` has the states before it."""
    context = Context(session, view)
    return (*of_roles(context), *of_notes(context), *selective(context), *of_states(context))


def explain(session: Session, view: SegmentView) -> str:
    """The sentences of `explanation` as one text, with their references in parentheses."""
    return " ".join(map(str, explanation(session, view)))
