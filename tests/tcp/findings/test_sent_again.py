"""What was sent again and why; what was only overtaken; what the capture did not see."""

import pytest

from tests.tcp.findings.finding import SERVER_ISN, Clock, notes, proof
from tests.tcp.wire import OPEN, TALK, c, read, s
from tui.tcp.rules.evidence import Reason
from tui.tcp.rules.notes import Note

BESIDE_SENDER = (40.0, 0.02)
"""Round trips to the client and to the server, who sends: milliseconds."""
BESIDE_RECEIVER = (0.02, 40.0)
IN_THE_MIDDLE = (20.0, 20.0)
MS = 1_000_000


def window(clock: Clock, *lost: int, count: int = 8, **more: object) -> None:
    """The server sends so many segments of 1000 bytes, of which some never come to the capture point."""
    for place in range(count):
        sent = clock.send("s", 0.1, ".", 1 + 1000 * place, 1, 1000, **more)
        if place in lost:
            del clock.packets[sent]


def duplicates(clock: Clock, ack: int, *right_edges: int, after_ms: float = 0.1) -> int:
    """The client repeats an ACK and reports what came behind it; returns the place of the last."""
    for right in right_edges:
        sack = ((ack + 1000, right),) if right else ()
        last = clock.send("c", after_ms, ".", 1, ack, sack=sack) if sack else clock.send("c", after_ms, ".", 1, ack)
    return last


@pytest.mark.parametrize("halves", [BESIDE_SENDER, BESIDE_RECEIVER, IN_THE_MIDDLE])
def test_a_fast_retransmission_of_what_was_captured(halves: tuple[float, float]) -> None:
    clock = Clock(*halves)
    window(clock)
    clock.send("c", halves[0], ".", 1, 1001)
    last = duplicates(clock, 1001, 3001, 4001, 5001)
    again = clock.send("s", halves[1], ".", 1001, 1, 1000)
    assert clock.notes() == {
        **{last - 2 + n: "duplicate-ack" for n in range(3)},
        again: "retransmission fast-retransmission",
    }
    assert clock.proof(last, Note.DUPLICATE_ACK) == ("duplicate-ack", (last - 3,), {"number": 3}, Reason.NONE)
    fast = clock.proof(again, Note.FAST_RETRANSMISSION)
    assert (fast.rows, fast.values) == ((last,), {"duplicate_acks": 3, "sacked": 3000})
    proved = clock.proof(again, Note.RETRANSMISSION)
    assert (proved.rows, proved.values["overlap"], proved.reason) == ((4,), 1000, Reason.BYTES_SEEN_BEFORE)


def test_one_report_above_is_enough_for_a_sender_that_looks_at_times() -> None:
    clock = Clock(*BESIDE_SENDER)
    window(clock, count=3)
    clock.send("c", 40, ".", 1, 1001)
    duplicates(clock, 1001, 3001)
    again = clock.send("s", 10, ".", 1001, 1, 1000)
    assert clock.notes()[again] == "retransmission fast-retransmission"


def test_during_recovery_every_hole_is_filled_fast_without_reports_of_its_own() -> None:
    clock = Clock(*BESIDE_SENDER)
    window(clock)
    clock.send("c", 40, ".", 1, 1001)
    duplicates(clock, 1001, 0, 0, 0)
    first = clock.send("s", 0.1, ".", 1001, 1, 1000)
    clock.send("c", 40, ".", 1, 4001)
    second = clock.send("s", 0.1, ".", 4001, 1, 1000)
    clock.send("c", 40, ".", 1, 8001)
    assert [clock.notes()[row] for row in (first, second)] == ["retransmission fast-retransmission"] * 2


def test_a_timeout_that_backs_off_and_what_follows_it() -> None:
    clock = Clock(*BESIDE_SENDER)
    window(clock, count=4)
    rows = [clock.send("s", wait, ".", 1, 1, 1000) for wait in (300, 600, 1200)]
    clock.send("c", 40, ".", 1, 1001)
    rows.append(clock.send("s", 0.1, ".", 1001, 1, 1000))
    assert [clock.notes()[row] for row in rows] == ["retransmission"] * 4
    proofs = [clock.proof(row, Note.RETRANSMISSION) for row in rows]
    assert [one.reason for one in proofs] == [Reason.TIMEOUT] * 4
    assert [one.values["elapsed_ns"] for one in proofs[1:3]] == [600 * MS, 1200 * MS]
    assert [one.rows for one in proofs[1:3]] == [(rows[0],), (rows[1],)]


def test_a_tail_loss_probe() -> None:
    clock = Clock(*BESIDE_SENDER)
    window(clock, count=4)
    probe = clock.send("s", 85, ".", 3001, 1, 1000)
    assert clock.notes() == {probe: "retransmission tail-loss-probe"}
    proved = clock.proof(probe, Note.TAIL_LOSS_PROBE)
    assert proved.rows == (6,)
    assert proved.values["elapsed_ns"] == 85 * MS
    assert proved.values["rtt_ns"] == 40_020_000


def test_a_lone_segment_is_sent_again_by_a_probe_where_the_next_wait_is_no_longer() -> None:
    clock = Clock(*BESIDE_SENDER)
    clock.send("s", 1, "P.", 1, 1, 1000, timestamps=(100, 1))
    first = clock.send("s", 280, "P.", 1, 1, 1000, timestamps=(380, 1))
    second = clock.send("s", 290, "P.", 1, 1, 1000, timestamps=(670, 1))
    assert clock.notes() == {first: "retransmission tail-loss-probe", second: "retransmission"}
    assert clock.proof(second, Note.RETRANSMISSION).reason == Reason.TIMEOUT


def test_a_lone_segment_is_sent_again_by_the_timer_where_the_next_wait_is_twice_as_long() -> None:
    clock = Clock(*BESIDE_SENDER)
    clock.send("s", 1, "P.", 1, 1, 1000, timestamps=(100, 1))
    first = clock.send("s", 280, "P.", 1, 1, 1000, timestamps=(380, 1))
    second = clock.send("s", 560, "P.", 1, 1, 1000, timestamps=(940, 1))
    assert clock.notes() == {first: "retransmission", second: "retransmission"}
    assert clock.proof(first, Note.RETRANSMISSION).reason == Reason.TIMEOUT


def test_a_dsack_proves_that_the_segment_sent_again_was_not_needed() -> None:
    clock = Clock(*BESIDE_SENDER)
    window(clock, count=1)
    again = clock.send("s", 300, ".", 1, 1, 1000)
    clock.send("c", 5, ".", 1, 1001)
    told = clock.send("c", 1, ".", 1, 1001, sack=((1, 1001),))
    assert clock.notes() == {again: "retransmission spurious-retransmission"}
    spurious = clock.proof(again, Note.SPURIOUS_RETRANSMISSION)
    assert spurious == ("spurious-retransmission", (told,), {"ack_seq": SERVER_ISN + 1001}, Reason.DSACK)


def test_a_dsack_without_anything_sent_again_tells_of_a_network_that_doubles() -> None:
    clock = Clock(*BESIDE_SENDER)
    window(clock, count=1)
    clock.send("c", 5, ".", 1, 1001)
    clock.send("c", 1, ".", 1, 1001, sack=((1, 1001),))
    assert clock.notes() == {}


def test_an_ack_that_was_captured_before_proves_it_too() -> None:
    clock = Clock(*BESIDE_RECEIVER)
    window(clock, count=1)
    ack = clock.send("c", 0.1, ".", 1, 1001)
    again = clock.send("s", 300, ".", 1, 1, 1000)
    assert clock.notes() == {again: "retransmission spurious-retransmission"}
    assert clock.proof(again, Note.SPURIOUS_RETRANSMISSION).rows == (ack,)


@pytest.mark.parametrize("halves", [BESIDE_RECEIVER, IN_THE_MIDDLE])
def test_lost_before_the_capture_point_and_sent_again(halves: tuple[float, float]) -> None:
    clock = Clock(*halves)
    window(clock, 1)
    clock.send("c", halves[0], ".", 1, 1001)
    duplicates(clock, 1001, 3001, 4001, 5001)
    again = clock.send("s", halves[1], ".", 1001, 1, 1000)
    found = clock.notes()
    assert (found[4], found[again]) == ("lost-segment", "retransmission fast-retransmission")
    assert clock.proof(4, Note.LOST_SEGMENT).values == {"missing": 1000, "expected_seq": SERVER_ISN + 1001}
    assert clock.proof(again, Note.RETRANSMISSION).reason == Reason.LATER_IP_ID


def test_reordering_is_told_by_identifications_however_late_the_segment_comes() -> None:
    clock = Clock(*BESIDE_RECEIVER)
    window(clock, count=4)
    late = overtaken_by_ids(clock)
    assert clock.notes() == {late: "reordered"}
    proved = clock.proof(late, Note.REORDERED)
    assert (proved.reason, proved.values["ours"] - proved.values["theirs"]) == (Reason.EARLIER_IP_ID, -1)


def test_a_later_identification_tells_however_soon_the_segment_comes() -> None:
    clock = Clock(*BESIDE_RECEIVER)
    window(clock, count=4)
    clock.packets.pop(clock.send("s", 0.1, ".", 4001, 1, 1000))
    clock.send("s", 0.1, ".", 5001, 1, 1000)
    again = clock.send("s", 1, ".", 4001, 1, 1000)
    assert "retransmission" in clock.notes()[again]
    assert clock.proof(again, Note.RETRANSMISSION).reason == Reason.LATER_IP_ID


def test_identifications_without_one_missing_at_the_hole_tell_nothing() -> None:
    clock = Clock(*BESIDE_RECEIVER)
    window(clock, count=4)
    clock.send("s", 0.1, ".", 5001, 1, 1000)
    late = clock.send("s", 1, ".", 4001, 1, 1000)
    assert clock.notes() == {late: "reordered"}
    assert clock.proof(late, Note.REORDERED).reason == Reason.TOO_SOON


def overtaken_by_ids(clock: Clock) -> int:
    """After a window of four the sixth segment overtakes the fifth by far."""
    fifth = clock.send("s", 0.1, ".", 4001, 1, 1000)
    packet = clock.packets.pop(fifth)
    clock.send("s", 0.1, ".", 5001, 1, 1000)
    return clock.send("s", 90, ".", 4001, 1, 1000, ip_id=packet.ip_id)


@pytest.mark.parametrize(
    ("late_tsval", "line", "reason"),
    [(500, "reordered", Reason.EARLIER_TIMESTAMP), (590, "retransmission", Reason.LATER_TIMESTAMP)],
)
def test_where_identifications_tell_nothing_timestamps_do(late_tsval: int, line: str, reason: Reason) -> None:
    clock = Clock(*BESIDE_RECEIVER)
    clock.send("s", 0.1, ".", 1, 1, 1000, ip_id=0, timestamps=(500, 1))
    clock.send("s", 0.1, ".", 2001, 1, 1000, ip_id=0, timestamps=(501, 1))
    late = clock.send("s", 90, ".", 1001, 1, 1000, ip_id=0, timestamps=(late_tsval, 1))
    assert clock.notes()[late] == line
    assert clock.proof(late, Note.REORDERED if line == "reordered" else Note.RETRANSMISSION).reason == reason


@pytest.mark.parametrize(
    ("halves", "after_ms", "line", "reason"),
    [
        (BESIDE_RECEIVER, 39, "reordered", Reason.TOO_SOON),
        (BESIDE_RECEIVER, 41, "retransmission", Reason.AFTER_SILENCE),
        (IN_THE_MIDDLE, 39, "reordered", Reason.TOO_SOON),
    ],
)
def test_without_any_marks_it_is_the_time_that_a_report_would_take(
    halves: tuple[float, float], after_ms: float, line: str, reason: Reason
) -> None:
    clock = Clock(*halves)
    clock.send("s", 0.1, ".", 1, 1, 1000, ip_id=0)
    jump = clock.send("s", 0.1, ".", 2001, 1, 1000, ip_id=0)
    late = clock.send("s", after_ms, ".", 1001, 1, 1000, ip_id=0)
    assert clock.notes() == ({late: line} if line == "reordered" else {jump: "lost-segment", late: line})
    assert clock.proof(late, Note.REORDERED if line == "reordered" else Note.RETRANSMISSION).reason == reason


@pytest.mark.parametrize(("after_ms", "line"), [(30, "reordered"), (40, "retransmission fast-retransmission")])
def test_a_report_needs_its_time_to_the_sender_and_back(after_ms: float, line: str) -> None:
    clock = Clock(*BESIDE_RECEIVER)
    clock.send("s", 0.1, ".", 1, 1, 1000, ip_id=0)
    clock.send("c", 0.02, ".", 1, 1001)
    clock.send("s", 0.1, ".", 2001, 1, 1000, ip_id=0)
    duplicates(clock, 1001, 3001)
    late = clock.send("s", after_ms, ".", 1001, 1, 1000, ip_id=0)
    assert clock.notes()[late] == line


def test_the_first_sending_that_comes_after_the_second_is_the_one_that_was_late() -> None:
    clock = Clock(*BESIDE_RECEIVER)
    window(clock, count=4)
    fifth = clock.packets.pop(clock.send("s", 0.1, ".", 4001, 1, 1000))
    clock.send("s", 0.1, ".", 5001, 1, 1000)
    clock.send("c", 0.1, ".", 1, 4001)
    duplicates(clock, 4001, 6001)
    second = clock.send("s", 41, ".", 4001, 1, 1000)
    first = clock.send("s", 1, ".", 4001, 1, 1000, ip_id=fifth.ip_id)
    found = clock.notes()
    assert (found[second], found[first]) == ("retransmission fast-retransmission", "reordered")


def test_a_hole_that_the_receiver_does_not_miss_is_the_captures() -> None:
    clock = Clock(*IN_THE_MIDDLE)
    window(clock, 1, count=3)
    ack = clock.send("c", 20, ".", 1, 3001)
    assert clock.notes() == {4: "capture-gap"}
    proved = clock.proof(4, Note.CAPTURE_GAP)
    assert (proved.rows, proved.values["missing"], proved.reason) == ((3, ack), 1000, Reason.ACKED_LATER)


def test_an_ack_of_what_was_never_captured_tells_of_each_gap_once() -> None:
    clock = Clock(*IN_THE_MIDDLE)
    window(clock, count=1)
    first = clock.send("c", 20, ".", 1, 3001)
    clock.send("c", 20, ".", 1, 5001)
    clock.send("s", 1, ".", 5001, 1, 1000)
    clock.send("c", 20, ".", 1, 6001)
    second = clock.send("c", 20, ".", 1, 7001)
    assert clock.notes() == {first: "capture-gap", second: "capture-gap"}
    assert clock.proof(first, Note.CAPTURE_GAP).values == {"missing": 2000, "expected_seq": SERVER_ISN + 1001}


def test_data_recorded_just_after_its_ack_is_no_gap() -> None:
    clock = Clock(*IN_THE_MIDDLE)
    window(clock, count=1)
    clock.send("c", 20, ".", 1, 2001)
    clock.send("s", 0.01, ".", 1001, 1, 1000)
    assert clock.notes() == {}


def test_new_data_behind_old_bytes_is_both() -> None:
    clock = Clock(*BESIDE_SENDER)
    window(clock, count=1)
    again = clock.send("s", 300, ".", 501, 1, 1000)
    clock.send("c", 40, ".", 1, 1501)
    assert clock.notes() == {again: "retransmission"}
    assert clock.proof(again, Note.RETRANSMISSION).values["overlap"] == 500


def test_what_was_recorded_twice_takes_part_in_nothing() -> None:
    clock = Clock(*IN_THE_MIDDLE)
    first = clock.send("s", 1, ".", 1, 1, 1000, ip_id=77)
    copy = clock.send("s", 0.1, ".", 1, 1, 1000, ip_id=77)
    assert clock.notes() == {copy: "duplicate-capture"}
    proved = clock.proof(copy, Note.DUPLICATE_CAPTURE)
    assert (proved.rows, proved.values) == ((first,), {"elapsed_ns": 100_000})


def test_numbers_and_identifications_that_wrap() -> None:
    clock = Clock(*BESIDE_RECEIVER, server_isn=2**32 - 4500)
    for place in range(4):
        clock.send("s", 0.1, ".", 1 + 1000 * place, 1, 1000, ip_id=0xFFFC + place)
    clock.send("s", 0.1, ".", 5001, 1, 1000, ip_id=2)
    late = clock.send("s", 90, ".", 4001, 1, 1000, ip_id=1)
    assert clock.notes() == {late: "reordered"}


def test_a_segment_of_an_earlier_connection_was_not_sent_before_in_this_one() -> None:
    packets = [*OPEN, *TALK, c("S", 90_000), s("S.", 300_000, 90_001), c(".", 90_001, 300_001)]
    old, own = len(packets), len(packets) + 2
    packets += [c("P.", 1, 21, 10, ip_id=9, time_ns=10**18 + 10**10), c("P.", 90_001, 300_001, 10)]
    packets += [c("P.", 90_001, 300_001, 10, ip_id=9, time_ns=10**18 + 2 * 10**10)]
    found = notes(packets)
    assert (found[old], found[own]) == ("", "retransmission")
    assert proof(packets, own, Note.RETRANSMISSION).rows == (own - 1,)


def test_the_bytes_that_were_sent_before_are_counted_from_the_syn_on() -> None:
    clock = Clock(*BESIDE_SENDER)
    window(clock, count=1)
    again = clock.send("s", 300, ".", -499, 1, 1000)
    assert clock.notes() == {again: "retransmission"}
    assert clock.proof(again, Note.RETRANSMISSION).values["overlap"] == 500


def test_without_a_report_the_ack_of_what_was_sent_later_proves_a_fast_retransmission() -> None:
    clock = Clock(*BESIDE_SENDER)
    window(clock, count=3)
    clock.send("s", 15, ".", 1, 1, 1000)
    shows = clock.send("c", 26, ".", 1, 1001)
    again = clock.send("s", 0.1, ".", 1001, 1, 1000)
    fast = clock.proof(again, Note.FAST_RETRANSMISSION)
    assert (fast.rows, fast.values) == ((shows,), {"duplicate_acks": 0, "sacked": 0})


def test_an_mss_counts_where_its_syn_does() -> None:
    copied = [c("S", 0, mss=1000, ip_id=7), c("S", 0, mss=1000, ip_id=7), s("S.", 0, 1, mss=1000), c(".", 1, 1)]
    packets = [*copied, s("P.", 1, 1, 1500)]
    (entry,) = read(packets, batch_frames=1).evidence.of(4)
    assert (entry.note, entry.rows) == (Note.OFFLOAD_MERGED, (0,))
