"""A generated capture is what it says, as tshark sees it."""

import shutil
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.bench.generate import generate, parse
from tests.bench.layout import Settings

FIELDS = (
    "tcp.stream",
    "frame.time_epoch",
    "frame.len",
    "tcp.flags",
    "tcp.analysis.flags",
    "tcp.analysis.retransmission",
    "ipv6.version",
    "vlan.id",
    "ip.checksum.status",
    "tcp.checksum.status",
    "ip.id",
    "tcp.srcport",
    "tcp.len",
    "tcp.seq",
    "tcp.nxtseq",
    "tcp.ack",
    "tcp.options.sack_le",
    "tcp.options.sack_re",
    "tcp.analysis.duplicate_ack_num",
    "tcp.analysis.out_of_order",
)
GOOD = "1"
FIN, SYN, SYN_ACK = "0x0011", "0x0002", "0x0012"


def segments(path: Path) -> list[dict[str, str]]:
    """The fields that tshark gives for each packet; skips where there is no tshark."""
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    names = [argument for name in FIELDS for argument in ("-e", name)]
    checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
    run = subprocess.run(
        ["tshark", "-n", "-r", path, *checks, "-T", "fields", *names], capture_output=True, text=True, check=True
    )
    rows = [dict(zip(FIELDS, line.split("\t"), strict=True)) for line in run.stdout.splitlines()]
    for row in rows:
        row["tcp.flags"] = f"{int(row['tcp.flags'], 16):#06x}"
    return rows


def test_ordinary_connections(tmp_path: Path) -> None:
    path = tmp_path / "out.pcap"
    summary = generate(path, Settings(packets=6000, connections=150, ipv6_share=0.3, vlan_share=0.3))
    rows = segments(path)
    assert len(rows) == summary.packets == 6000
    assert summary.bytes_written == path.stat().st_size
    flags = Counter(row["tcp.flags"] for row in rows)
    assert len({row["tcp.stream"] for row in rows}) == flags[SYN] == flags[SYN_ACK] == 150
    assert flags[FIN] == 300
    assert {row["tcp.analysis.flags"] for row in rows} == {""}
    assert {row["tcp.checksum.status"] for row in rows} == {GOOD}
    assert {row["ip.checksum.status"] for row in rows if row["ip.id"]} == {GOOD}
    times = [row["frame.time_epoch"] for row in rows]
    assert times == sorted(times)
    assert 380 < sum(int(row["frame.len"]) for row in rows) / len(rows) < 480
    for share in ("ipv6.version", "vlan.id"):
        assert 1000 < sum(1 for row in rows if row[share]) < 2600


def test_connections_overlap(tmp_path: Path) -> None:
    generate(tmp_path / "out.pcap", Settings(packets=6000, connections=150))
    streams = [row["tcp.stream"] for row in segments(tmp_path / "out.pcap")]
    changes = sum(1 for before, after in pairwise(streams) if before != after)
    assert changes > 5000


def test_retransmissions(tmp_path: Path) -> None:
    path = tmp_path / "out.pcap"
    summary = generate(path, Settings(packets=6000, connections=150, retransmissions=0.1))
    rows = segments(path)
    marked = [row for row in rows if row["tcp.analysis.retransmission"]]
    assert len(rows) == 6000
    assert len(marked) == summary.retransmissions
    with_payload = sum(1 for row in rows if int(row["frame.len"]) > 80)
    assert 0.08 < len(marked) / (with_payload - len(marked)) < 0.12
    assert len({row["ip.id"] for row in rows}) == 6000


def test_losses(tmp_path: Path) -> None:
    """Each is told by one SACK block and repaired by one copy; nothing else is out of order."""
    path = tmp_path / "out.pcap"
    summary = generate(path, Settings(packets=6000, connections=150, losses=0.2, ipv6_share=0.3))
    rows = segments(path)
    assert len(rows) == 6000
    assert summary.losses == summary.retransmissions > 100
    assert {row["tcp.checksum.status"] for row in rows} == {GOOD}
    told = [row for row in rows if row["tcp.options.sack_le"]]
    assert len(told) == summary.losses
    answers = [row for row in rows if row["tcp.len"] != "0" and row["tcp.srcport"] in ("80", "443")]
    by_number = {(row["tcp.stream"], row["tcp.seq"]): row["tcp.nxtseq"] for row in answers}
    for row in told:
        assert row["tcp.analysis.duplicate_ack_num"] == "1"
        assert by_number[row["tcp.stream"], row["tcp.ack"]] == row["tcp.options.sack_le"]
        assert by_number[row["tcp.stream"], row["tcp.options.sack_le"]] == row["tcp.options.sack_re"]
    again = [row for row in rows if row["tcp.analysis.retransmission"] or row["tcp.analysis.out_of_order"]]
    assert {(row["tcp.stream"], row["tcp.seq"]) for row in again} == {
        (row["tcp.stream"], row["tcp.ack"]) for row in told
    }


def test_one_syn_each(tmp_path: Path) -> None:
    generate(tmp_path / "out.pcap", Settings(packets=5000, one_syn=True))
    rows = segments(tmp_path / "out.pcap")
    assert {row["tcp.flags"] for row in rows} == {SYN}
    assert len({row["tcp.stream"] for row in rows}) == len(rows) == 5000
    assert {row["tcp.analysis.flags"] for row in rows} == {""}


def test_one_connection(tmp_path: Path) -> None:
    path, settings = parse([str(tmp_path / "out.pcap"), "--one-connection", "--packets", "500"])
    generate(path, settings)
    assert {row["tcp.stream"] for row in segments(path)} == {"0"}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    contents = []
    for seed in (1, 1, 2):
        generate(tmp_path / "out.pcap", Settings(packets=500, connections=20, retransmissions=0.2, seed=seed))
        contents.append((tmp_path / "out.pcap").read_bytes())
    assert contents[0] == contents[1] != contents[2]


def test_too_few_packets(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs 7 packets"):
        generate(tmp_path / "out.pcap", Settings(packets=13, connections=2))
