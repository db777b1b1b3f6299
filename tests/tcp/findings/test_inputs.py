"""Findings in the reference inputs, and under hostile ones."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tcp.findings.finding import notes_of
from tests.tcp.test_cases import read_file
from tests.tcp.wire import MILLISECOND, OPEN, Packet, c, read, s
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
    assert notes_of(cut) == notes_of(whole)
    rows = range(len(whole.store))
    assert [cut.evidence.of(row) for row in rows] == [whole.evidence.of(row) for row in rows]
