"""Every opening, closing and verdict of the report, by the capture that earns it, and the sentence that tells it."""

from typing import NamedTuple

import pytest

from tests.tcp.test_identity import icmp
from tests.tcp.wire import OPEN, TALK, Packet, c, only_connection, s
from tui.views.summaries import summarise


class Life(NamedTuple):
    """A capture of one connection, and what is to be said of it."""

    packets: list[Packet]
    opening: str
    closing: str
    closed_by: str | None
    verdict: str
    words: tuple[str, ...]
    """What the sentence must mention."""


SYN = [c("S", 0)]
FOUR = [c("F.", 11, 21), s(".", 21, 12), s("F.", 21, 12), c(".", 12, 22)]
TALKED = [*OPEN, *TALK]

LIVES = {
    "four segments": Life(
        [*TALKED, *FOUR], "three-way", "four-segment", "client", "closed", ("four segments", "client first", "10 bytes")
    ),
    "three segments": Life(
        [*OPEN, s("F.", 1, 1), c("F.", 1, 2), s(".", 2, 2)],
        *("three-way", "three-segment", "server", "closed"),
        ("three segments", "server first", "no data"),
    ),
    "both ends at once": Life(
        [c("S", 0), s("S", 0), c("S.", 0, 1), s("S.", 0, 1), c("F.", 1, 1), s("F.", 1, 1), c(".", 2, 2), s(".", 2, 2)],
        *("simultaneous", "simultaneous", "client", "closed"),
        ("Opened from both ends at once", "CLOSING"),
    ),
    "fast open": Life(
        [c("S", 0, length=10), s("S.", 0, 11), c(".", 11, 1)],
        *("fast-open", "none", None, "open"),
        ("fast open", "still open"),
    ),
    "fast open ignored": Life(
        [c("S", 0, length=10), s("S.", 0, 1), c("P.", 1, 1, 10)],
        *("three-way", "none", None, "open"),
        ("three-way", "20 bytes from the client"),
    ),
    "refused": Life(
        [*SYN, s("R.", 0, 1)], "refused", "reset", "server", "refused", ("Refused", "10.0.0.2:80", "reset")
    ),
    "unanswered": Life(SYN, "unanswered", "none", None, "no-answer", ("1 SYN to 10.0.0.2:80",)),
    "unanswered twice": Life([*SYN, *SYN], "unanswered", "none", None, "no-answer", ("2 SYNs",)),
    "unreachable": Life(
        [*SYN, icmp(SYN[0], 1), *SYN], "unanswered", "none", None, "unreachable", ("Unreachable", "ICMP", "2 SYNs")
    ),
    "half-open": Life(OPEN[:2], "half-open", "none", None, "half-open", ("Half-open", "never completed")),
    "half-open, asked again": Life(
        [*OPEN[:2], s("S.", 0, 1), s("S.", 0, 1)], "half-open", "none", None, "half-open", ("Half-open",)
    ),
    "aborted by the client": Life(
        [*OPEN[:2], c("R", 1)], "aborted", "reset", "client", "aborted-handshake", ("by the client", "handshake")
    ),
    "aborted by the server": Life(
        [*OPEN[:2], s("R.", 1, 1)], "aborted", "reset", "server", "aborted-handshake", ("by the server", "handshake")
    ),
    "reset by the client": Life(
        [*TALKED, c("R", 11)],
        "three-way",
        "reset",
        "client",
        "reset",
        ("reset from the client", "20 bytes from the server"),
    ),
    "reset by the server": Life([*TALKED, s("R", 21)], "three-way", "reset", "server", "reset", ("from the server",)),
    "a lone reset": Life([c("R", 1)], "not-captured", "reset", "client", "reset", ("not captured", "reset")),
    "reset after the first FIN": Life(
        [*OPEN, c("F.", 1, 1), s("R", 1)],
        *("three-way", "reset", "client", "reset-after-fin"),
        ("client sent its FIN", "a reset from the server ended it"),
    ),
    "reset after both FINs": Life(
        [*OPEN, c("F.", 1, 1), s("F.", 1, 2), c("R", 2)],
        *("three-way", "reset", "client", "closed-then-reset"),
        ("both ends sent their FIN", "a reset from the"),
    ),
    "late reset": Life(
        [*TALKED, *FOUR, s("R", 22)],
        *("three-way", "four-segment", "client", "closed-then-reset"),
        ("four segments", "after both FINs"),
    ),
    "last ACK not captured": Life(
        [*TALKED, *FOUR[:3]],
        "three-way",
        "four-segment",
        "client",
        "closed-unconfirmed",
        ("last ACK was not captured",),
    ),
    "one FIN": Life(
        [*OPEN, s("F.", 1, 1)], "three-way", "half-closed", "server", "half-closed", ("only the server has finished",)
    ),
    "open": Life(TALKED, "three-way", "none", None, "open", ("three-way", "still open")),
    "midstream": Life(TALK, "not-captured", "none", None, "open", ("opening was not captured", "still open")),
    "one direction, midstream": Life(
        [c("P.", 1, 1, 5), c("P.", 6, 1, 5)],
        "not-captured",
        "none",
        None,
        "one-sided",
        ("the only side that was captured",),
    ),
    "one direction with the SYN": Life(
        [c("S", 0), c(".", 1, 1), c("F.", 1, 1)],
        *("three-way", "half-closed", "client", "one-sided"),
        ("the only side that was captured",),
    ),
    "scanner's probe": Life([c("FPU", 0)], "not-captured", "none", None, "malformed", ("Malformed", "scanner")),
    "answered probe": Life(
        [c("", 0), s("R.", 0, 0)], "not-captured", "reset", "server", "malformed", ("Malformed", "scanner")
    ),
    "in-window reset that was ignored": Life(
        [*TALKED, c("R", 500), c("P.", 11, 21, 5), s(".", 21, 16)], "three-way", "none", None, "open", ("still open",)
    ),
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_a_connections_life(life: Life) -> None:
    found = only_connection(life.packets)
    assert (found.opening, found.closing, found.closed_by, found.verdict) == life[1:5]
    sentence = summarise(found)
    for words in life.words:
        assert words in sentence
    assert sentence.endswith(".")
    assert "{" not in sentence


def test_the_lives_above_show_every_word_of_the_report() -> None:
    """The closed lists of the report's description."""
    lives = LIVES.values()
    assert {life.opening for life in lives} == {
        *("three-way", "simultaneous", "fast-open", "refused", "unanswered", "half-open", "aborted", "not-captured"),
    }
    assert {life.closing for life in lives} == {
        *("four-segment", "three-segment", "simultaneous", "reset", "half-closed", "none"),
    }
    assert {life.verdict for life in lives} == {
        *("malformed", "refused", "unreachable", "aborted-handshake", "no-answer", "half-open", "reset", "one-sided"),
        *("reset-after-fin", "closed-then-reset", "closed", "closed-unconfirmed", "half-closed", "open"),
    }
