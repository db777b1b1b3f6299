"""What proves each note, as reports and the screen get it."""

from pathlib import Path

import pytest

from tests.tcp.wire import CLIENT_ISN, MILLISECOND, OPEN, SERVER_ISN, TALK, c, read, s
from tests.views.explained import TALK_OF_THREE, opened, proved, segment
from tui import views
from tui.tcp.rules.evidence import Evidence, Reason
from tui.tcp.rules.notes import Note
from tui.views import EvidenceView


def one(proofs: tuple[EvidenceView, ...]) -> tuple[tuple[int, ...], dict[str, int | float | str]]:
    """Frames and values of the one proof that is there."""
    (proof,) = proofs
    return proof.frames, proof.values


def test_times_are_seconds_and_sequence_numbers_relative() -> None:
    entry = Evidence(Note.LOST_SEGMENT, (3,), (1448, CLIENT_ISN + 1449))
    assert one(proved(TALK_OF_THREE, ("lost-segment",), [entry])) == ((4,), {"missing": 1448, "expected": 1449})
    entry = Evidence(Note.RETRANSMISSION, (3,), (204 * MILLISECOND, 1448), Reason.TIMEOUT)
    values = {"elapsed": 0.204, "overlap": 1448, "reason": "timeout"}
    assert one(proved(TALK_OF_THREE, ("retransmission",), [entry])) == ((4,), values)


def test_what_an_ack_proves_of_the_peer_is_relative_to_the_peer() -> None:
    entry = Evidence(Note.CAPTURE_GAP, (2,), (100, SERVER_ISN + 1), Reason.ACK_OF_UNSEEN)
    values = {"missing": 100, "expected": 1, "reason": "ack-of-unseen"}
    assert one(proved([*OPEN, c(".", 1, 101)], ("capture-gap",), [entry])) == ((3,), values)


def test_a_window_that_is_still_closed_has_no_time() -> None:
    entry = Evidence(Note.ZERO_WINDOW, (), (-1,))
    assert one(proved([*OPEN, s(".", 1, 1, window=0)], ("zero-window",), [entry])) == ((), {})


def test_there_is_one_entry_for_each_note_in_their_order() -> None:
    notes = ("retransmission", "fast-retransmission", "window-full")
    proofs = proved(TALK_OF_THREE, notes, [Evidence(Note.FAST_RETRANSMISSION, (4,), (3, 0))])
    assert [(proof.note, proof.found) for proof in proofs] == [
        ("retransmission", False),
        ("fast-retransmission", True),
        ("window-full", False),
    ]


def test_frames_that_were_given_up_are_left_out() -> None:
    session = read(TALK_OF_THREE)
    session.evidence.put(5, Note.CAPTURE_GAP, (1, 4), (1, 1), Reason.ACKED_LATER)
    session.store.drop_before(3)
    (proof,) = views.evidence(session, segment(session, -1, ("capture-gap",)))
    assert proof.frames == (5,)


def test_a_reused_port_names_the_last_frame_of_the_connection_before() -> None:
    packets = [*OPEN, c("R", 1, time_ns=10**18 + 10 * MILLISECOND), c("S", 9000, time_ns=10**18 + 510 * MILLISECOND)]
    assert one(proved(packets, ("port-reused",))) == ((4,), {"elapsed": 0.5})


def test_a_port_that_a_stray_syn_seemed_to_reuse_has_the_connection_before_that() -> None:
    packets = [*OPEN, *TALK, c("S", 777_777), s(".", 21, 11), c("R", 11), c("S", 900_000)]
    ((frames, _),) = [one(proved(packets, ("port-reused",)))]
    assert frames == (9,)


def test_a_repeated_syn_names_the_one_before_it() -> None:
    syns = [c("S", 0, time_ns=10**18 + number * 1000 * MILLISECOND) for number in (0, 1, 3)]
    assert one(proved(syns, ("syn-retry",))) == ((2,), {"elapsed": 2.0})


def test_the_first_copy_is_found_behind_other_connections() -> None:
    copy = c("P.", 1, 1, 10, ip_id=7)
    packets = [*OPEN, copy, *[c("P.", 11 + 10 * n, 1, 10, time_ns=10**18 + 3 * MILLISECOND) for n in range(100)], copy]
    ((frames, _),) = [one(proved(packets, ("duplicate-capture",)))]
    assert frames == (4,)


def test_checksums_are_those_of_the_frame(reference: Path) -> None:
    with opened(reference / "cases" / "tutorial_1_wget_3seg.pcap") as session:
        (proof,) = views.evidence(session, segment(session, 3, ("checksum-offloaded",)))
    assert proof.values == {"stored": "0x4c24", "pseudo_header": "0x4c24"}


def test_the_right_checksum_is_computed_for_both_families(reference: Path) -> None:
    for case in ("normal4", "ipv6_vlan"):
        with opened(reference / "cases" / f"{case}.pcap") as session:
            for row in range(len(session.store)):
                (proof,) = views.evidence(session, segment(session, row, ("checksum-bad",)))
                assert proof.values["stored"] == proof.values["computed"], (case, row)


@pytest.mark.parametrize("given_up", [False, True])
def test_bytes_that_are_gone_prove_nothing(given_up: bool) -> None:
    session = read([*OPEN, c("P.", 1, 1, 10)])
    view = segment(session, -1, ("checksum-bad", "urgent"))
    if given_up:
        session.store.drop_before(4)
    known = [bool(proof.values) for proof in views.evidence(session, view)]
    assert known == [not given_up] * 2
