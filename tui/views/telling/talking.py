"""What the two ends had to say to each other, and who waited for whom."""

from tui.views.amounts import counted, time_span
from tui.views.telling.naming import span
from tui.views.telling.subject import ENDS, Subject
from tui.views.telling.talk import MOST_EXCHANGES, Turn

PAUSE_SECONDS = 0.2
"""A pause of the client before it asks again is told from here on."""


def tell_exchanges(subject: Subject) -> None:
    """The first exchanges, one line each, and one line on all others."""
    talk = subject.talk
    if not talk.turn_count:
        if subject.view.opening in ("three-way", "simultaneous"):
            subject.say("exchange", f"Neither end sent any data{' so far' if subject.so_far else ''}.")
        return
    total = subject.measures.exchanges
    shown = total if total <= MOST_EXCHANGES else MOST_EXCHANGES - 1
    application = subject.application
    index = 0
    for _ in range(shown):
        turn = talk.turns[index]
        if turn.end == 0 and index + 1 < talk.turn_count:
            answer = talk.turns[index + 1]
            frames = (turn.first_frame, turn.last_frame, answer.first_frame, answer.last_frame)
            subject.say("exchange", _answered(turn, answer, application), *frames)
            index += 2
        else:
            text = _unanswered(subject, turn, application, only=talk.turn_count == 1)
            subject.say("exchange", text, turn.first_frame, turn.last_frame)
            index += 1
        application = ""
    if total > shown:
        _tell_rest(subject, total - shown)


def _answered(turn: Turn, answer: Turn, application: str) -> str:
    """A turn of the client with the server's next one."""
    return f"{_asked(turn, application)} and waited {answer.waited} for {answer.amount} ({answer.frames})."


def _unanswered(subject: Subject, turn: Turn, application: str, *, only: bool) -> str:
    """The server's first turn, or the client's last one; `only`: there is no other."""
    if turn.end == 1 and not only:
        return f"The server spoke first: {turn.amount} ({turn.frames})."
    if only:
        what = f"{application}; " if application and turn.end == 0 else ""
        silent = f"the {ENDS[1 - turn.end]} sent no data{' so far' if subject.so_far else ''}"
        return f"The {ENDS[turn.end]} sent {turn.amount} ({what}{turn.frames}); {silent}."
    end = "no answer so far" if subject.so_far else "the server sent nothing more"
    return f"{_asked(turn, application)}; {end}."


def _asked(turn: Turn, application: str) -> str:
    """What the client sent, and, where that is known, what it is."""
    pause = f"{time_span(turn.delay)} later the" if turn.delay >= PAUSE_SECONDS else "The"
    what = f"{application}; {turn.frames}" if application else turn.frames
    return f"{pause} client sent {turn.amount} ({what})"


def _tell_rest(subject: Subject, more: int) -> None:
    """How many exchanges there were beside those told, the slowest answer, and who waited how long in all."""
    talk = subject.talk
    text = f"… and {counted(more, 'more exchange')}"
    if subject.measures.slowest_answer is not None:
        text += f"; the slowest answer took {subject.times.slowest_answer} ({span(*talk.slowest)})"
    text += f". In all the client waited {talk.waited} for the server, and the server {talk.paused} for it."
    subject.say("exchange", text, *talk.slowest)
