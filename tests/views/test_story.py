"""A connection's story reads like a good engineer's note: each template once, with its own numbers."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.program import CAPTURES
from tests.tcp.hostile import conversations, mixtures
from tests.tcp.test_cases import read_file
from tests.tcp.test_identity import icmp
from tests.tcp.wire import OPEN, TALK, Packet, c, read, s
from tests.views.noting import lines, noted
from tests.views.story_cases import CLOSINGS, NOTED, NOTED_TWICE, OPENINGS, SLOW_OPEN, said, timed
from tui import views
from tui.errors import InputError
from tui.files.source import open_capture
from tui.session import Session
from tui.tcp.rules.evidence import Reason
from tui.tcp.rules.notes import Note
from tui.views.telling.icmp import icmp_name

QUICK = settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))

MOST_LINES = 12


def opening(packets: list[Packet]) -> str:
    return lines(read(packets), kind="opening")[0]


def closing(packets: list[Packet]) -> str:
    return lines(read(packets), kind="closing")[0]


@pytest.mark.parametrize("name", OPENINGS)
def test_how_it_opened(name: str) -> None:
    packets, text = OPENINGS[name]
    assert opening(packets) == text


def test_a_syn_that_was_answered_and_sent_again_all_the_same() -> None:
    packets = timed((0, c("S", 0)), (1, s("S.", 0, 1)), (1000, c("S", 0)), (1001, s("S.", 0, 1)), (1002, c(".", 1, 1)))
    _, second, *_ = views.story(read(packets), 0)
    assert second.text == (
        "The SYN was sent again although the SYN+ACK in frame 2 had answered it: that had not reached the client."
    )
    assert second.frames == (2,)


def test_a_syn_that_had_to_be_sent_again_is_told_behind_the_opening() -> None:
    packets = timed((0, c("S", 0)), (1000, c("S", 0)), (3000, c("S", 0)), (3010, s("S.", 0, 1)), (3020, c(".", 1, 1)))
    first, second, *_ = views.story(read(packets), 0)
    assert first.text.startswith("Opened with a three-way handshake in 20.0 ms (frames 1, 4 and 5)")
    assert second.text == "The SYN had to be sent 3 times before it was answered (frames 1 to 3): 3.00 s lost."
    assert (second.kind, second.frames) == ("problem", (1, 3))


def exchanges(*packets: Packet) -> list[str]:
    return lines(read([*SLOW_OPEN, *packets]), kind="exchange")


def test_a_request_and_its_answer_and_who_waited() -> None:
    packets = timed(
        (30, c("P.", 1, 1, 100)), (55, s("P.", 1, 101, 1000)), (57, s("P.", 1001, 101, 500)), (60, c(".", 101, 1501))
    )
    assert exchanges(*packets) == [
        said(
            """
            The client sent 100 bytes (frame 4) and waited 25.0 ms, 5.00 ms of them for the server itself, for 1,500
            bytes in 2 segments within 2.00 ms (frames 5 and 6).
            """
        )
    ]


def test_a_pause_before_the_next_request() -> None:
    packets = timed(
        *(
            (30, c("P.", 1, 1, 10)),
            (50, s("P.", 1, 11, 10)),
            (2050, c("P.", 11, 11, 10)),
            (2070.5, s("P.", 11, 21, 10)),
        ),
        (3000, c("P.", 21, 21, 5)),
    )
    _, second, third = exchanges(*packets)
    assert second == (
        said(
            """
            2.00 s later the client sent 10 bytes (frame 6) and waited 20.5 ms, 0.50 ms of them for the server itself,
            for 10 bytes (frame 7).
            """
        )
    )
    assert third == "930 ms later the client sent 5 bytes (frame 8); the server sent nothing more."


def test_one_end_alone_has_something_to_say() -> None:
    assert exchanges(*timed((30, s("P.", 1, 1, 10)))) == [
        "The server sent 10 bytes (frame 4); the client sent no data."
    ]
    assert exchanges() == ["Neither end sent any data."]


def test_a_server_that_speaks_first() -> None:
    first, second = exchanges(*timed((30, s("P.", 1, 1, 10)), (40, c("P.", 1, 11, 10)), (60, s("P.", 11, 11, 10))))
    assert first == "The server spoke first: 10 bytes (frame 4)."
    assert second == (
        said(
            """
            The client sent 10 bytes (frame 5) and waited 20.0 ms, 0 µs of them for the server itself, for 10 bytes
            (frame 6).
            """
        )
    )


def test_many_exchanges_are_two_and_the_slowest() -> None:
    packets = []
    for number in range(50):
        when, at = 100 * number + 30, 1 + 10 * number
        packets += [(when, c("P.", at, at, 10)), (when + (90 if number == 30 else 20), s("P.", at, at + 10, 10))]
    *first, rest = exchanges(*timed(*packets))
    assert len(first) == 2
    assert rest == (
        said(
            """
            … and 48 more exchanges; the slowest answer took 90.0 ms (frames 64 and 65). In all the client waited 1.07
            s for the server, and the server 3.85 s for it.
            """
        )
    )


def test_the_request_is_named_where_it_is_known() -> None:
    with open_capture(str(CAPTURES / "curl-http.pcap")) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        (told,) = lines(session, kind="exchange")
    assert told.startswith("The client sent 78 bytes (GET /; frame 4) and waited 5.64 ms for 262 bytes in 2 segments")


@pytest.mark.parametrize("name", CLOSINGS)
def test_how_it_closed(name: str) -> None:
    packets, text = CLOSINGS[name]
    assert closing(packets) == text


def test_an_open_connection_that_has_fallen_silent() -> None:
    other = timed((9000, c("S", 0, source=c("S", 0).source._replace(port=50_000))))
    found = closing([*SLOW_OPEN, *other])
    assert found == "The connection is still open at the end of the capture; nothing came in the last 8.98 s."


def test_what_is_not_over_is_told_so_far() -> None:
    session = read([*OPEN, c("P.", 1, 1, 10)])
    session.finished = False
    assert lines(session)[1:] == [
        "The client sent 10 bytes (frame 4); the server sent no data so far.",
        "The connection is still open so far.",
    ]


def troubles(packets: list[Packet], notes: dict[int, str], reasons: dict[int, Reason] | None = None) -> list[str]:
    return lines(noted(packets, notes, reasons), kind="problem")


def test_what_was_sent_again_and_why() -> None:
    packets = [*OPEN, *(c("P.", 1 + 10 * number, 1, 10) for number in range(5)), *(c("P.", 1, 1, 10) for _ in range(5))]
    notes = dict.fromkeys(range(9, 14), "retransmission")
    notes |= {9: "retransmission fast-retransmission", 10: "retransmission spurious-retransmission"}
    notes |= {11: "retransmission tail-loss-probe"}
    assert troubles(packets, notes, {12: Reason.TIMEOUT, 13: Reason.BYTES_SEEN_BEFORE}) == [
        said(
            """
            The client sent 5 of its 10 data segments again (50.0%, 50 bytes; frames 9, 10, 11, 12 and 1 more): 1 as
            the receiver had reported a hole, 1 after a timeout, 1 to probe for a lost tail and 1 needlessly, as the
            bytes had arrived.
            """
        )
    ]


def test_one_cause_of_all_is_told_without_a_count() -> None:
    packets = [*OPEN, c("P.", 1, 1, 10), c("P.", 1, 1, 10)]
    assert troubles(packets, {5: "retransmission"}, {5: Reason.TIMEOUT}) == [
        "The client sent 1 of its 2 data segments again (50.0%, 10 bytes; frame 5): after a timeout."
    ]
    assert troubles(packets, {5: "retransmission"}) == [
        "The client sent 1 of its 2 data segments again (50.0%, 10 bytes; frame 5)."
    ]


def test_a_fin_that_was_sent_again() -> None:
    packets = [*OPEN, c("F.", 1, 1), c("F.", 1, 1)]
    assert troubles(packets, {5: "retransmission"}) == ["The client's FIN had to be sent again (frame 5)."]


def test_a_closed_window() -> None:
    packets = [*OPEN, *timed((100, s(".", 1, 1, window=0)), (1100, s(".", 1, 1)))]
    assert troubles(packets, {}) == [
        said(
            """
            The server had no room for more: its receive window was closed for 1.00 s in all (frame 4), and the client
            had to wait for its program to read.
            """
        )
    ]


def test_a_gap_of_the_capture() -> None:
    packets = [*OPEN, c("P.", 1, 1, 10), c("P.", 21, 1, 10), s(".", 1, 31)]
    session = noted(packets, {5: "capture-gap"})
    session.evidence.put(4, Note.CAPTURE_GAP, (3, 5), (10, 1011), Reason.ACKED_LATER)
    assert lines(session, kind="problem") == [
        said(
            """
            The capture misses 10 bytes that the receiver has acknowledged (frame 5). The capture, not the network,
            lost them.
            """
        )
    ]


def test_a_slow_server() -> None:
    packets = [*SLOW_OPEN, *timed((30, c("P.", 1, 1, 5)), (2050, s("P.", 1, 6, 5)), (2060, c("P.", 6, 6, 5)))]
    packets += timed((4000, s("P.", 6, 11, 5)))
    assert troubles(packets, {}) == [
        "The server is slow: it needed 2.00 s for one answer (frames 4 and 5), and 1 more took over a second."
    ]


def test_nobody_answers_the_keep_alives() -> None:
    packets = [*OPEN, *TALK, *[c(".", 10, 21)] * 3]
    assert troubles(packets, dict.fromkeys((7, 8, 9), "keep-alive")) == [
        "3 keep-alives of the client in a row had no answer (frames 7, 8 and 9): the server, or the way to it, is gone."
    ]


@pytest.mark.parametrize("note", NOTED)
def test_other_findings(note: str) -> None:
    packets = [*OPEN, *TALK]
    assert troubles(packets, {4: note}) == [NOTED[note]]
    assert troubles(packets, {4: note, 5: note}) == [NOTED_TWICE[note]]


def test_unknown_windows_and_scans() -> None:
    assert "The windows can't be told: their scale was agreed on in a handshake that was not captured in full." in (
        troubles(TALK, {})
    )


def test_icmp_errors_belong_to_the_connection_that_they_quote() -> None:
    session = read([c("S", 0), icmp(c("S", 0), 1), icmp(c("S", 0), 13)])
    (note,) = [line for line in views.story(session, 0) if line.kind == "note"]
    assert note.text == (
        "2 ICMP errors quote the connection: host unreachable and prohibited by a filter (frames 2 and 3)."
    )
    assert note.frames == (2, 3)
    assert icmp_name(1, 4, 6) == "port unreachable"
    assert icmp_name(11, 0, 4) == "time to live exceeded"
    assert icmp_name(2, 0, 6) == "packet too big"
    assert icmp_name(3, 99, 4) == "type 3, code 99"


@given(st.one_of(mixtures(), conversations()), st.integers(0, 30))
@QUICK
def test_every_connection_has_a_story_of_a_handful_of_lines(packets: list[Packet], given_up: int) -> None:
    session = read(packets)
    session.store.drop_before(given_up)
    frames = set(range(1, len(session.store) + 1))
    for account in views.accounts(session, views.connection_numbers(session)):
        assert 1 <= len(account.story) <= MOST_LINES
        for line in account.story:
            assert line.text.endswith(".")
            assert "{" not in line.text
            assert "frame 0" not in line.text
            assert "frames 0" not in line.text
            assert set(line.frames) <= frames


def test_every_connection_of_every_reference_capture_has_a_story(reference: Path) -> None:
    pytest.importorskip("zstandard")
    told = 0
    for path in sorted((reference / "captures").iterdir()):
        try:
            session = read_file(path)
        except InputError:
            continue
        for account in views.accounts(session, views.connection_numbers(session)):
            assert account.story[0].kind == "opening", path.name
            assert len(account.story) <= MOST_LINES
            assert all(line.text.isprintable() for line in account.story)
            told += 1
    assert told > 100
