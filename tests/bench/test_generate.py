"""A generated capture is what it says, as tshark sees it."""

import shutil
import subprocess
from collections import Counter
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.bench.endpoints import Colliding, colliding
from tests.bench.generate import generate, parse
from tests.bench.layout import Settings
from tui.tcp.tracking.tuples import Pairs, TupleTable

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
    "ip.src",
    "ip.dst",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.len",
    "tcp.seq",
    "tcp.nxtseq",
    "tcp.ack",
    "tcp.options.sack_le",
    "tcp.options.sack_re",
    "tcp.options.timestamp.tsval",
    "_ws.col.Protocol",
    "http.request.method",
    "http.response.code",
    "tls.record.length",
    "tcp.reassembled.length",
    "tcp.analysis.duplicate_ack_num",
    "tcp.analysis.out_of_order",
)
GOOD = "1"
FIN, SYN, SYN_ACK, ACK, RESET, DATA = "0x0011", "0x0002", "0x0012", "0x0010", "0x0014", "0x0018"


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


def test_every_payload_is_a_message(tmp_path: Path) -> None:
    """No reader has to keep one and wait for the rest."""
    generate(tmp_path / "out.pcap", Settings(packets=6000, connections=150, ipv6_share=0.3))
    rows = [row for row in segments(tmp_path / "out.pcap") if row["tcp.len"] != "0"]
    on_http = [row for row in rows if "80" in (row["tcp.srcport"], row["tcp.dstport"])]
    on_tls = [row for row in rows if "443" in (row["tcp.srcport"], row["tcp.dstport"])]
    assert len(on_http) > len(rows) / 3 < len(on_tls)
    assert {row["_ws.col.Protocol"] for row in on_http} == {"HTTP"}
    assert {row["http.request.method"] for row in on_http if row["tcp.dstport"] == "80"} == {"POST"}
    assert {row["http.response.code"] for row in on_http if row["tcp.srcport"] == "80"} == {"200"}
    assert all(int(row["tls.record.length"]) == int(row["tcp.len"]) - 5 for row in on_tls)
    assert {row["tcp.reassembled.length"] for row in rows} == {""}


def test_payloads_of_any_size_have_right_checksums(tmp_path: Path) -> None:
    generate(tmp_path / "out.pcap", Settings(packets=3000, connections=30, payload_bytes=60))
    rows = segments(tmp_path / "out.pcap")
    assert {row["tcp.checksum.status"] for row in rows} == {GOOD}
    answers = {int(row["tcp.len"]) for row in rows if row["tcp.srcport"] in ("80", "443")}
    assert answers == set(range(120))


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


def test_reordering(tmp_path: Path) -> None:
    """The first segment of an answer comes right behind the second, and was sent before it."""
    path = tmp_path / "out.pcap"
    summary = generate(path, Settings(packets=6000, connections=150, reordering=0.1, retransmissions=0.05))
    rows = segments(path)
    late = [row for row in rows if row["tcp.analysis.out_of_order"]]
    assert len(late) == summary.reordered > 60
    by_next = {(row["tcp.stream"], row["tcp.srcport"], row["tcp.seq"]): row for row in rows if row["tcp.len"] != "0"}
    for row in late:
        second = by_next[row["tcp.stream"], row["tcp.srcport"], row["tcp.nxtseq"]]
        assert float(row["frame.time_epoch"]) - float(second["frame.time_epoch"]) == pytest.approx(50e-6, abs=1e-6)
        assert int(row["tcp.options.timestamp.tsval"]) < int(second["tcp.options.timestamp.tsval"])
        assert int(row["ip.id"], 16) < int(second["ip.id"], 16)
    assert {row["tcp.checksum.status"] for row in rows} == {GOOD}


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


@pytest.mark.parametrize(
    ("option", "last", "opening"),
    [
        ("--identical-syns", SYN, []),
        ("--identical-resets", RESET, [SYN, SYN_ACK, ACK]),
        ("--identical-data", DATA, [SYN, SYN_ACK, ACK]),
    ],
)
def test_identical_segments(tmp_path: Path, option: str, last: str, opening: list[str]) -> None:
    path, settings = parse([str(tmp_path / "out.pcap"), option, "--packets", "300"])
    summary = generate(path, settings)
    rows = segments(path)
    assert [row["tcp.flags"] for row in rows] == [*opening, *[last] * (300 - len(opening))]
    assert summary.retransmissions == 300 - len(opening) - 1
    repeated = rows[len(opening) :]
    assert len({(row["tcp.stream"], row["tcp.seq"], row["tcp.len"], row["tcp.srcport"]) for row in repeated}) == 1
    assert len({row["ip.id"] for row in repeated}) == len(repeated)
    assert {row["tcp.checksum.status"] for row in rows} == {GOOD}


def test_tuples_that_collide_by_xor(tmp_path: Path) -> None:
    generate(tmp_path / "out.pcap", Settings(packets=6000, connections=150, colliding="xor"))
    rows = segments(tmp_path / "out.pcap")
    assert len({row["tcp.stream"] for row in rows}) == 150
    assert {row["tcp.analysis.flags"] for row in rows} == {""}
    assert {row["tcp.checksum.status"] for row in rows} == {GOOD}
    addresses = [int(ip_address(row["ip.src"])) ^ int(ip_address(row["ip.dst"])) for row in rows]
    ports = [int(row["tcp.srcport"]) ^ int(row["tcp.dstport"]) for row in rows]
    assert len({address ^ port for address, port in zip(addresses, ports, strict=True)}) == 1


def test_tuples_that_collide_without_the_secret(tmp_path: Path) -> None:
    generate(tmp_path / "out.pcap", Settings(packets=6000, connections=150, colliding="unseeded"))
    rows = segments(tmp_path / "out.pcap")
    assert len({row["tcp.stream"] for row in rows}) == 150
    assert {row["tcp.checksum.status"] for row in rows} == {GOOD}
    assert {row["ipv6.version"] for row in rows} == {"6"}


def test_chosen_tuples_have_one_hash_without_the_secret() -> None:
    table = TupleTable(_secrets=[np.uint64(1)] * 5)
    assert len(np.unique(table._hash(_pairs("unseeded")))) == 1


@pytest.mark.parametrize("kind", ["unseeded", "xor"])
def test_the_secret_keeps_tuples_apart(kind: Colliding) -> None:
    assert len(np.unique(TupleTable()._hash(_pairs(kind)))) == 100_000


def _pairs(kind: Colliding) -> Pairs:
    """The tuples of 100,000 connections, whose clients' addresses are the lower ones."""
    some = colliding(kind, 100_000)
    family = np.where(some.ipv6, 6, 4).astype(np.uint64)
    ports = family << np.uint64(32) | (some.client_port << 16 | some.server_port).astype(np.uint64)
    addresses = some.client_high, some.client_low, some.server_high, some.server_low
    return Pairs(*addresses, ports, np.zeros(len(ports), np.bool_))


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    contents = []
    for seed in (1, 1, 2):
        generate(tmp_path / "out.pcap", Settings(packets=500, connections=20, retransmissions=0.2, seed=seed))
        contents.append((tmp_path / "out.pcap").read_bytes())
    assert contents[0] == contents[1] != contents[2]


def test_too_few_packets(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs 7 packets"):
        generate(tmp_path / "out.pcap", Settings(packets=13, connections=2))
