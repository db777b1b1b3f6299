"""Findings in the reference inputs, and under hostile ones."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tcp.findings.finding import notes_of, nothing_kept
from tests.tcp.test_cases import read_file
from tests.tcp.wire import MILLISECOND, OPEN, Endpoint, MadeCapture, Packet, c, dialogue, read, s
from tui.session import Session
from tui.tcp.findings.findings import ENDED_KEPT
from tui.tcp.rules.notes import Note

CASES = {
    "dsack": {5: "retransmission spurious-retransmission"},
    "fast_retx_dupack_sack": {
        **dict.fromkeys((13, 14, 15), "duplicate-ack"),
        16: "retransmission fast-retransmission",
    },
    "lost_segment_never_captured": {7: "capture-gap"},
    "out_of_order_within_rtt": {8: "reordered"},
    "repacketized_retx": {6: "retransmission"},
    "retransmission_rto": {5: "retransmission"},
    "keepalive_0": dict.fromkeys((8, 10, 12), "keep-alive") | dict.fromkeys((9, 11, 13), "keep-alive-answer"),
    "window_full": {6: "window-full", 7: "zero-window", 8: "window-update"},
    "zero_window_probe_1byte": {
        4: "offload-merged",
        5: "window-full offload-merged",
        6: "zero-window",
        **dict.fromkeys((7, 9), "zero-window-probe"),
        **dict.fromkeys((8, 10), "zero-window zero-window-answer"),
        11: "window-update",
    },
    "seq_wraparound": {},
    "tutorial_2_curl_baidu_4seg_sack": {
        8: "offload-merged",
        11: "retransmission spurious-retransmission",
    },
}
"""By frame number: the notes of the segments that have any."""


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("batch_frames", [1, 3, 24_000])
def test_reference_case(reference: Path, case: str, batch_frames: int) -> None:
    lines = notes_of(read_file(reference / "cases" / f"{case}.pcap", batch_frames))
    assert {number: line for number, line in enumerate(lines, 1) if line} == CASES[case]


def _hole_after_hole(count: int) -> list[Packet]:
    return [s(".", 1 + 20 * place, 1, 10, time_ns=10**18 + place * MILLISECOND) for place in range(count)]


def _the_same_again(count: int) -> list[Packet]:
    return [c("P.", 1, 1, 10, time_ns=10**18 + place * 20 * MILLISECOND) for place in range(count)]


def _never_acknowledged(count: int) -> list[Packet]:
    return [c("P.", 1 + 10 * place, 1, 10) for place in range(count)]


def _downwards(count: int) -> list[Packet]:
    return [c("P.", 10 * count - 10 * place, 1, 10) for place in range(count)]


def _blocks_everywhere(count: int) -> list[Packet]:
    blocks = [tuple((n * 40 + k, n * 40 + k + 9) for k in (41, 61, 81)) for n in range(count)]
    return [s("P.", 1, 1, 30_000), *(c(".", 1, 1, sack=block) for block in blocks)]


HOSTILE = (_hole_after_hole, _the_same_again, _never_acknowledged, _downwards, _blocks_everywhere)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_work_for_a_segment_is_bounded(hostile: Callable[[int], list[Packet]]) -> None:
    took = []
    for count in (2000, 16_000):
        packets = [*OPEN, *hostile(count)]
        rounds = []
        for _ in range(2):
            start = time.process_time()
            read(packets)
            rounds.append(time.process_time() - start)
        took.append(min(rounds) / count)
    assert took[1] < 3 * took[0]


def test_a_flood_of_short_connections_is_not_kept() -> None:
    packets = [c("S", 1000 * place) for place in range(1, 50)]
    session = read([packet for syn in packets for packet in (syn, s("R.", 0, (syn.seq - 1000 + 1) & 0xFFFFFFFF))])
    assert not session._examiner._findings._conversations


def _closed_after_a_loss(port: int) -> list[Packet]:
    """16 segments, of which the twelfth is a fast retransmission; both sides close."""
    c, s = dialogue(client=Endpoint("10.0.0.1", port))
    data = [s(".", 1 + 1000 * place, 1, 1000) for place in range(4)]
    repeats = [c(".", 1, 1001, sack=((2001, 3001 + 1000 * place),)) for place in (0, 0, 1)]
    opened = [c("S", 0), s("S.", 0, 1), c(".", 1, 1)]
    ending = [c(".", 1, 4001), s("F.", 4001, 1), c("F.", 1, 4002), s(".", 4002, 2)]
    return [*opened, *data, c(".", 1, 1001), *repeats, s(".", 1001, 1, 1000), *ending]


def test_connections_that_have_ended_are_not_kept() -> None:
    packets = [packet for port in range(1024, 1824) for packet in _closed_after_a_loss(port)]
    session = read(packets, batch_frames=1000)
    assert len(session._examiner._findings._conversations) <= ENDED_KEPT
    lines = notes_of(session)
    assert lines == lines[:16] * 800
    again = [row for row, line in enumerate(lines) if line.startswith("retransmission")]
    assert len(again) == 800
    assert all(session.evidence.has(row, Note.FAST_RETRANSMISSION) for row in again)


def test_connections_whose_rows_were_given_up_are_not_kept() -> None:
    packets = [packet for port in range(1024, 1044) for packet in _closed_after_a_loss(port)[:13]]
    session = Session(MadeCapture(packets), batch_frames=130)
    for _ in session.run():
        session.store.drop_before(len(session.store))
    assert set(session._examiner._findings._conversations) == set(range(10, 20))


def test_connections_that_have_ended_come_back_once_more_comes_of_them() -> None:
    packets = [packet for port in range(1024, 1824) for packet in _closed_after_a_loss(port)]
    packets.append(replace(packets[11], ip_id=30_000, time_ns=10**18 + 10**12))
    whole, cut = read(packets), read(packets, batch_frames=1000)
    assert notes_of(cut)[-1] == "retransmission spurious-retransmission"
    assert cut.evidence.of(len(packets) - 1) == whole.evidence.of(len(packets) - 1)
    (entry,) = (entry for entry in cut.evidence.of(len(packets) - 1) if entry.note == Note.RETRANSMISSION)
    assert entry.rows == (11,)


def test_evidence_leads_only_to_segments_of_the_same_capture(reference: Path) -> None:
    for path in sorted((reference / "captures").glob("zeek__tcp*")):
        session = read_file(path)
        for row in range(len(session.store)):
            noted = session.store.value("notes", row)
            for entry in session.evidence.of(row):
                assert entry.note & noted
                assert all(0 <= at < len(session.store) for at in entry.rows)
                assert row not in entry.rows


def test_moved_segments_are_examined_anew() -> None:
    packets = [*OPEN, c("S", 9000), c("P.", 1, 1, 10), c("P.", 1, 1, 10, time_ns=10**18 + 10**9), s(".", 1, 1)]
    session = read(packets, batch_frames=1)
    assert session.store.value("notes", 5) & Note.RETRANSMISSION
    assert session.evidence.has(5, Note.RETRANSMISSION)


@pytest.mark.parametrize(
    "name", ["tcptrace__http.dmp.gz", "zeek__tcp_retransmit-fast009.pcap", "zeek__tcp_reassembly.pcap"]
)
def test_real_captures_come_out_alike_however_they_are_cut(reference: Path, name: str) -> None:
    whole, cut = (read_file(reference / "captures" / name, batch_frames) for batch_frames in (24_000, 5))
    with nothing_kept():
        others = (cut, read_file(reference / "captures" / name, 50))
    rows = range(len(whole.store))
    for other in others:
        assert notes_of(other) == notes_of(whole)
        assert [other.evidence.of(row) for row in rows] == [whole.evidence.of(row) for row in rows]
