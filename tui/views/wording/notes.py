"""How notes are named on the screen: those that tell of a problem stand out, the others are named quietly."""

from collections.abc import Sequence

from tui.tcp.rules.notes import NOTE_NAMES, PROBLEM_NOTES

GLYPH = "‼"
"""One cell before every problem; it tells problems apart without colours."""

KIND = "problem"
"""Name of a problem in tui.ui.look.theme.KINDS."""

PROBLEMS = frozenset(name for note, name in NOTE_NAMES.items() if note & PROBLEM_NOTES)
"""Names of the notes that tell of something that went wrong."""

_PROBLEM_WORDS = {
    "spurious-retransmission": "spurious retransmission",
    "fast-retransmission": "fast retransmission",
    "tail-loss-probe": "tail loss probe",
    "syn-retry": "SYN retry",
    "retransmission": "retransmission",
    "capture-gap": "capture gap",
    "lost-segment": "lost segment",
    "reordered": "reordered",
    "zero-window": "zero window",
    "window-full": "window full",
    "middlebox-reset": "middlebox reset",
    "reset-in-window": "in-window reset",
    "checksum-bad": "bad checksum",
}
"""Words for problems, and for what says more of one, those that matter most first."""

_QUIET_WORDS = {
    "duplicate-capture": "captured twice",
    "duplicate-ack": "duplicate ACK",
    "keep-alive": "keep-alive",
    "keep-alive-answer": "keep-alive answer",
    "zero-window-probe": "zero-window probe",
    "zero-window-answer": "zero-window answer",
    "window-update": "window update",
    "challenge-ack": "challenge ACK",
    "port-reused": "port reused",
    "before-syn": "before its SYN",
    "reply-not-captured": "reply not captured",
    "fast-open": "Fast Open",
    "fast-open-ignored": "Fast Open ignored",
    "urgent": "urgent",
    "offload-merged": "merged by offload",
    "fragmented": "fragments",
    "time-backwards": "time goes back",
}
"""Words for what is worth a word in a row but is no problem. Notes that whole captures have (`checksum-offloaded`,
`scale-unknown`, `truncated`) are told with the details only."""

_SAY_MORE = frozenset({"spurious-retransmission", "fast-retransmission", "tail-loss-probe", "syn-retry"})
"""Each of them says of a segment with the note `retransmission` what kind it is."""


def problem_words(notes: Sequence[str]) -> str:
    """The problems among a segment's notes, in words, the worst first; empty where there is none."""
    if PROBLEMS.isdisjoint(notes):
        return ""
    named = [name for name in _PROBLEM_WORDS if name in notes]
    if not _SAY_MORE.isdisjoint(named):
        named = [name for name in named if name != "retransmission"]
    return ", ".join(_PROBLEM_WORDS[name] for name in named)


def quiet_words(notes: Sequence[str], duplicate_ack: int | None = None) -> str:
    """The other notes in words; empty where none is worth one. `duplicate_ack`: the number of a duplicate ACK."""
    words = [_QUIET_WORDS[name] for name in _QUIET_WORDS if name in notes]
    if "zero-window" in notes:  # which is said before these words
        words = [text.removeprefix("zero-window ") for text in words]
    number = "" if duplicate_ack is None else f" #{duplicate_ack}"
    return ", ".join(f"{text}{number}" if text == _QUIET_WORDS["duplicate-ack"] else text for text in words)


def note_text(note: str) -> str:
    """One note in words."""
    return _PROBLEM_WORDS.get(note) or _QUIET_WORDS.get(note) or note.replace("-", " ")


def problem_text(problem: str) -> str:
    """A problem of a connection in words."""
    return "SYN retries" if problem == "syn-retries" else problem.replace("-", " ")
