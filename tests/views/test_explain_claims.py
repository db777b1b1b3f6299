"""That an explanation claims no more than the segments prove, and says nothing twice."""

from dataclasses import replace

from tests.tcp.wire import MILLISECOND, OPEN, c, read, s
from tests.views.explained import TALK_OF_THREE, segment, told
from tui.tcp.rules.evidence import Evidence, Reason
from tui.tcp.rules.notes import Note
from tui.views.explaining import wire

SCALED = [c("S", 0, scale=7), s("S.", 0, 1, scale=7, window=65_000), c(".", 1, 1)]
HOLED = [*OPEN, *(c("P.", begin, 1, 10) for begin in (1, 21, 41, 61))]


def test_payload_that_was_sent_before_in_part_is_counted() -> None:
    evidence = [Evidence(Note.RETRANSMISSION, (3,), (9 * MILLISECOND, 448), Reason.BYTES_SEEN_BEFORE)]
    assert "sends 1,448 bytes, 448 of them again, seq" in told(TALK_OF_THREE, ("retransmission",), evidence)


def test_a_syn_that_is_repeated_after_its_answer_was_captured_was_not_unanswered() -> None:
    packets = [c("S", 0), s("S.", 0, 1), c("S", 0)]
    text = told(packets, ("retransmission", "syn-retry"), [Evidence(Note.SYN_RETRY, (0,), (1, 1_000_000_000))])
    assert "the answer of frame 2 had not reached the client by then" in text
    assert "no answer" not in text


def test_the_wait_of_a_first_syn_is_told_where_the_stack_waited_so_long() -> None:
    for number, milliseconds, is_told in ((1, 1000, True), (1, 50, False), (2, 2000, False)):
        evidence = [Evidence(Note.SYN_RETRY, (0,), (number, milliseconds * MILLISECOND))]
        assert ("about 1 s" in told([c("S", 0), c("S", 0)], ("syn-retry",), evidence)) is is_told


def test_a_single_duplicate_ack_is_no_last_one() -> None:
    text = told(TALK_OF_THREE, ("fast-retransmission",), [Evidence(Note.FAST_RETRANSMISSION, (4,), (1, 0))])
    assert "1 duplicate ACK, in frame 5, asked for it" in text


def test_what_no_report_asked_for_is_not_said_to_be_asked_for() -> None:
    text = told(TALK_OF_THREE, ("fast-retransmission",), [Evidence(Note.FAST_RETRANSMISSION, (4,), (0, 0))])
    assert "right after the ACK of frame 5" in text
    assert "asked for it: some stacks" in text


def test_a_needless_fin_has_no_bytes() -> None:
    packets = [*OPEN, c("F.", 1, 1), s(".", 1, 2), c("F.", 1, 1)]
    evidence = [Evidence(Note.SPURIOUS_RETRANSMISSION, (4,), (2,), Reason.ACKED_BEFORE)]
    text = told(packets, ("retransmission", "spurious-retransmission"), evidence)
    assert "had acknowledged this FIN before" in text
    assert "bytes" not in text


def test_a_d_sack_tells_of_a_fin_by_its_name() -> None:
    packets = [*OPEN, c("F.", 1, 1), s(".", 1, 2, sack=[(1, 2)])]
    assert "D-SACK: the client's FIN arrived twice" in told(packets)


def test_all_holes_are_told_where_the_header_had_room_for_them() -> None:
    text = told([*HOLED, s(".", 1, 11, sack=[(41, 51), (21, 31)])])
    assert "also has 21 up to 31 and 41 up to 51; 11 up to 21 and 31 up to 41 are missing" in text


def test_a_full_header_proves_the_first_missing_number_only() -> None:
    text = told([*HOLED, s(".", 1, 11, sack=[(61, 71), (41, 51), (21, 31)])])
    assert "61 up to 71; what begins at 11 is missing" in text


def test_the_first_scaled_window_is_no_sign_of_a_program_that_reads() -> None:
    evidence = [Evidence(Note.WINDOW_UPDATE, (1,), (65_000, 7_680_000))]
    text = told([*SCALED, s(".", 1, 1)], ("window-update",), evidence)
    assert "the first window that is scaled" in text
    assert "has read" not in text


def test_a_box_on_the_way_tells_nothing_of_the_program_of_an_end() -> None:
    evidence = [Evidence(Note.MIDDLEBOX_RESET, (1,), (46, 49), Reason.TTL)]
    text = told([*OPEN, s("R.", 1, 1)], ("middlebox-reset",), evidence)
    assert "hardly sent this reset" in text
    assert "of its own accord" not in text


def test_a_closed_window_is_told_once() -> None:
    text = told([*OPEN, c("P.", 1, 1, 10), s(".", 1, 11, window=0)], ("zero-window",))
    assert text.count("no room for more") == 1


def test_a_checksum_that_is_left_to_the_card_is_told_in_full_once_for_each_sender() -> None:
    packets = [*OPEN, c("P.", 1, 1, 10), s("P.", 1, 11, 10)]
    session = read(packets)
    sums = [wire.checksum_of(session, segment(session, at)) for at in range(len(packets))]
    left = [replace(packet, checksum=sum_.pseudo_header) for packet, sum_ in zip(packets, sums, strict=True) if sum_]
    texts = [told(left, None, at=at) for at in range(len(packets))]
    assert ["sum of the pseudo-header alone" in text for text in texts] == [True, True, False, False, False]
    assert ["too, is left for the network card" in text for text in texts] == [False, False, True, True, True]


def test_that_a_scale_is_not_known_is_told_in_full_once_for_each_sender() -> None:
    packets = [c("P.", 1, 1, 10), s(".", 1, 11), c("P.", 11, 1, 10)]
    texts = [told(packets, None, at=at) for at in range(len(packets))]
    assert ["a scale is agreed in the two SYNs" in text for text in texts] == [True, True, False]
    assert "as on the wire, as its scale is not known" in texts[2]


def test_bytes_of_several_segments_are_not_said_to_be_those_of_the_last() -> None:
    packets = [*OPEN, c("P.", 1, 1, 10), c("P.", 11, 1, 10), c("P.", 1, 1, 20)]
    evidence = [Evidence(Note.RETRANSMISSION, (4,), (9 * MILLISECOND, 20), Reason.BYTES_SEEN_BEFORE)]
    text = told(packets, ("retransmission",), evidence)
    assert "after frame 5, the last that carried any of these 20 bytes, of which all were sent before" in text


def test_a_syn_ack_that_is_sent_again_is_not_explained_again() -> None:
    text = told([c("S", 0), s("S.", 0, 1), s("S.", 0, 1)], ("retransmission",))
    assert text.startswith("The server agrees again: the same SYN+ACK")
    assert "not four" not in text


def test_a_few_duplicate_acks_are_not_the_three_of_the_standard() -> None:
    for duplicates, reference in ((2, "RFC 8985"), (3, "RFC 5681")):
        evidence = [Evidence(Note.FAST_RETRANSMISSION, (4,), (duplicates, 0))]
        assert f"({reference}" in told(TALK_OF_THREE, ("fast-retransmission",), evidence)


def test_a_block_that_no_window_reaches_reports_nothing() -> None:
    text = told([*HOLED, s(".", 1, 11, sack=[(1_143_865_582, 1_143_867_002), (21, 31)])])
    assert "a block lies further from ack 11 than any window reaches" in text
    assert "the server also has 21 up to 31; 11 up to 21 is missing" in text


def test_the_right_sum_of_a_wrong_checksum_is_told_for_each_segment_and_its_meaning_once() -> None:
    packets = [*OPEN, c("P.", 1, 1, 10, checksum=1), c("P.", 11, 1, 10, checksum=1)]
    first, second = (told(packets, None, at=at) for at in (3, 4))
    assert "it says 0x0001" in first
    assert "drops what arrives like this" in first
    assert "Its checksum, too, is wrong: it says 0x0001" in second
    assert "drops" not in second
