"""What proves the notes of SYNs and resets, and resets that their sender never sent."""

import pytest

from tests.tcp.findings.finding import Clock, notes, proof
from tests.tcp.wire import OPEN, TALK, Packet, c, s
from tui.tcp.rules.evidence import Reason
from tui.tcp.rules.notes import Note

MS = 1_000_000


def test_a_syn_that_is_repeated_tells_how_often_and_after_how_long() -> None:
    packets = [c("S", 0, time_ns=10**18 + after * MS) for after in (0, 1000, 3000)]
    assert notes(packets) == ["", "retransmission syn-retry", "retransmission syn-retry"]
    retry = proof(packets, 2, Note.SYN_RETRY)
    assert (retry.rows, retry.values) == ((1,), {"number": 2, "elapsed_ns": 2000 * MS})
    assert proof(packets, 2, Note.RETRANSMISSION).reason == Reason.TIMEOUT


def test_a_repeated_syn_ack_that_answers_a_repeated_syn_was_no_timeout() -> None:
    answered = [c("S", 0), s("S.", 0, 1), c("S", 0), s("S.", 0, 1)]
    assert proof(answered, 3, Note.RETRANSMISSION).reason == Reason.BYTES_SEEN_BEFORE
    alone = [c("S", 0), s("S.", 0, 1), s("S.", 0, 1)]
    assert proof(alone, 2, Note.RETRANSMISSION).reason == Reason.TIMEOUT


def test_a_syn_ack_of_a_simultaneous_open_was_not_sent_before() -> None:
    packets = [c("S", 0), s("S", 0), s("S.", 0, 1), c("S.", 0, 1)]
    assert not any("retransmission" in line for line in notes(packets))


def test_a_fin_that_is_sent_again() -> None:
    packets = [*OPEN, c("F.", 1, 1), c("F.", 1, 1, time_ns=10**18 + 300 * MS)]
    assert notes(packets, 4) == ["retransmission"]
    assert proof(packets, 4, Note.RETRANSMISSION).rows == (3,)


@pytest.mark.parametrize("between", [[], [c("F.", 11, 21), s("F.", 21, 12), c(".", 12, 22)]])
def test_reused_ports_lead_to_the_last_segment_of_before(between: list[Packet]) -> None:
    packets = [*OPEN, *TALK, *between, c("S", 90_000), s("S.", 300_000, 90_001)]
    row = len(packets) - 2
    assert proof(packets, row, Note.PORT_REUSED).rows == (row - 1,)


def test_a_challenge_ack_leads_to_what_it_answers() -> None:
    packets = [*OPEN, *TALK, c("S", 90_000), s(".", 21, 11)]
    assert proof(packets, 7, Note.CHALLENGE_ACK).rows == (6,)


def test_a_syn_ack_before_its_syn_leads_to_that() -> None:
    packets = [s("S.", 0, 1), c("S", 0), c(".", 1, 1)]
    assert proof(packets, 0, Note.BEFORE_SYN).rows == (1,)


def test_a_reset_inside_the_window_tells_what_was_expected() -> None:
    packets = [*OPEN, *TALK, c("R", 500)]
    assert proof(packets, 6, Note.RESET_IN_WINDOW).values == {"expected_seq": 1011, "window": 60_000}


@pytest.mark.parametrize(("ttl", "line"), [(64, ""), (63, ""), (62, "middlebox-reset"), (128, "middlebox-reset")])
def test_a_reset_with_another_ttl_is_another_hosts(ttl: int, line: str) -> None:
    packets = [*OPEN, *TALK, s("R", 21, ttl=ttl, ip_id=0)]
    assert notes(packets, 6) == [line]
    if line:
        proved = proof(packets, 6, Note.MIDDLEBOX_RESET)
        assert (proved.rows, proved.values, proved.reason) == ((4,), {"ours": ttl, "theirs": 64}, Reason.TTL)


@pytest.mark.parametrize(
    ("ttl", "ip_id", "line"),
    [(63, 0, ""), (63, 7011, ""), (63, 40_000, "middlebox-reset"), (64, 40_000, "")],
)
def test_of_two_weak_signs_both_are_needed(ttl: int, ip_id: int, line: str) -> None:
    clock = Clock(20, 20)
    for place in range(8):
        clock.send("s", 1, "P.", 1 + 10 * place, 1, 10)
    clock.send("s", 1, "R", 81, ip_id=ip_id, ttl=ttl)
    assert clock.notes() == ({11: line} if line else {})


def test_a_reset_recorded_before_its_sender_says_anything() -> None:
    packets = [c("S", 0), s("R.", 0, 1, ttl=46), s("S.", 0, 1, ttl=49)]
    assert notes(packets)[1] == "middlebox-reset"
    assert proof(packets, 1, Note.MIDDLEBOX_RESET).rows == (2,)


def test_a_reset_moves_no_numbers() -> None:
    packets = [*OPEN, *TALK, s("R", 5_000_000), s("P.", 21, 11, 10), c(".", 11, 31)]
    assert notes(packets, 7) == ["", ""]
