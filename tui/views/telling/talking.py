"""What the two ends had to say to each other, and who waited for whom."""

from tui.views.amounts import counted
from tui.views.telling.naming import span
from tui.views.telling.subject import Subject


def tell_exchanges(subject: Subject) -> None:
    """The first exchanges, one line each, and one line on all others."""
    talk = subject.talk
    if not talk.exchanges:
        if subject.view.opening in ("three-way", "simultaneous"):
            subject.say("exchange", f"Neither end sent any data{' so far' if subject.so_far else ''}.")
        return
    subject.lines.extend(talk.exchanges)
    more = subject.measures.exchanges - len(talk.exchanges)
    if more:
        _tell_rest(subject, more)


def _tell_rest(subject: Subject, more: int) -> None:
    """How many exchanges there were beside those told, the slowest answer, and who waited how long in all."""
    talk = subject.talk
    text = f"… and {counted(more, 'more exchange')}"
    if subject.measures.slowest_answer is not None:
        text += f"; the slowest answer took {subject.times.slowest_answer} ({span(*talk.slowest)})"
    text += f". In all the client waited {talk.waited} for the server, and the server {talk.paused} for it."
    subject.say("exchange", text, *talk.slowest)
