"""Captures of other people, read to the end: as many frames as tshark finds, with its times and lengths."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.files.build import read_frames
from tui.errors import InputError
from tui.files.source import open_capture

OTHER_COUNTS = {
    "tcpdump__brcm-tag.pcap": 23,  # tshark does not know the link type
    "pcapplusplus__clusterfuzz-testcase-minimized-FuzzTarget-5631583764873216.pcap": 1,  # nor this one
    "pcapngtest__output_be_advanced_test102.pcapng": 5,  # tshark counts custom blocks too, which are no packets
    "pcapngtest__output_le_difficult_test202.pcapng": 8,
}
"""Frames that we find where the index, which is tshark's, says otherwise."""

NO_CAPTURES = {"tcptrace__finger.snoop.gz": "Solaris snoop", "derived__zero-bytes.pcap": "is empty"}
DAMAGED = {
    "dpkt__truncated_dns_2.pcap": "cut short",
    "derived__cut-midrecord__one_http_stream_fin.pcap": "cut short",
    "derived__cut-midblock__tcp.pcapng": "cut short",
    "derived__concat-two-pcaps.pcap": "at most",
    "pcapplusplus__crash-pcapng-epb-unbounded-length.pcapng": "longer than the block",
}

LATEST = 2**63 - 1
"""Nanoseconds since the epoch that later times become."""

ODD_CONTAINERS = [
    "derived__modpcap__one_http_stream_fin.pcap",
    "derived__multisection__pcapng-example+tcp.pcapng",
    "pcapplusplus__many_interfaces-1.pcapng",
    "pcapplusplus__nanosecs_big_endian.pcap",
    "pcapplusplus__pcapng-example.pcapng",
    "ptcpdump__tcp.pcapng",
    "tcpdump__time_2106_overflow.pcapng",
    "tcptrace__pcap_v2.2.dmp.gz",
    "zeek__ldap_gap-data-missing.pcapng",
]


def test_every_capture_is_read_to_its_end_or_its_damage(reference: Path) -> None:
    pytest.importorskip("zstandard")
    with (reference / "captures" / "INDEX.tsv").open(newline="") as lines:
        index = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in index:
        name = row["file"]
        if name in NO_CAPTURES:
            with pytest.raises(InputError, match=NO_CAPTURES[name]):
                open_capture(str(reference / "captures" / name))
            continue
        with open_capture(str(reference / "captures" / name)) as capture:
            found = read_frames(capture)
            assert len(found) == OTHER_COUNTS.get(name, int(row["packets"])), name
            assert [frame.number for frame in found] == list(range(1, len(found) + 1)), name
            if name in DAMAGED:
                assert capture.damage is not None, name
                assert DAMAGED[name] in capture.damage.reason
                assert capture.damage.offset == capture.position
            else:
                assert capture.damage is None, name
                assert capture.position == capture.size
            assert not capture.growing


@pytest.mark.parametrize("name", ODD_CONTAINERS)
def test_times_and_lengths_are_those_of_tshark(reference: Path, name: str) -> None:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    path = reference / "captures" / name
    columns = ["-e", "frame.time_epoch", "-e", "frame.len", "-e", "frame.cap_len"]
    told = subprocess.run(
        ["tshark", "-n", "-r", path, "-T", "fields", *columns], capture_output=True, text=True, check=True
    ).stdout
    expected = []
    for line in told.splitlines():
        time, wire, captured = line.split("\t")
        seconds, fraction = time.split(".")
        expected.append((min(int(seconds) * 10**9 + int(fraction), LATEST), int(wire), int(captured)))
    with open_capture(str(path)) as capture:
        found = [(frame.time_ns, frame.wire, len(frame.data)) for frame in read_frames(capture)]
    assert found == expected
