"""Every segment of the reference captures has the numbers that tshark gives it."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tui.decode.batch import decode_batch
from tui.decode.columns import CHECKSUM_UNKNOWN, Decoded, Protocol
from tui.errors import InputError
from tui.files.source import open_capture

FIELDS = (
    "frame.number",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.seq_raw",
    "tcp.ack_raw",
    "tcp.flags",
    "tcp.window_size_value",
    "tcp.len",
    "tcp.checksum.status",
)
PREFERENCES = ("tcp.desegment_tcp_streams", "ip.defragment", "ipv6.defragment")

LENGTH_AT = FIELDS.index("tcp.len")

BAD, GOOD, UNVERIFIED = 0, 1, 2
"""tshark's checksum statuses."""

NOT_UNDERSTOOD = {
    "tcpdump__arcnet-rfc1051-arp-icmp-http.pcap": "ARCNET",
    "tcptrace__single_byte_rexmit.dmp.gz": "FDDI",
    "zeek__nflog-http.pcap": "NFLOG",
}
"""Captures of link types that we leave alone."""

WIRE_LENGTH_LOST = ("tcptrace__6syns.dmp.gz", "tcptrace__fast_reuse.dmp.gz", "zeek__tcp_reassembly.pcap")
"""Captures that give the captured length for the length on the wire. The IP header still knows the payload's length,
as the next sequence number confirms; tshark counts what is in the file."""

FRAGMENTED = "pcapplusplus__frag_http_req.pcap"
"""One packet in fragments, which tshark dissects only when it is whole again."""

NOT_MERGED = (
    "pcapplusplus__clusterfuzz-testcase-minimized-FuzzTarget-5631583764873216.pcap",
    "tcpdump__brcm-tag.pcap",
)
"""Captures of link types that Wireshark's programs refuse, and so do not merge with others."""

Segment = tuple[int, ...]
"""The numbers of FIELDS."""


def tshark_segments(path: Path) -> set[Segment]:
    """Those whose TCP header is all there, innermost of their frame."""
    command = ["tshark", "-n", "-r", str(path), "-Y", "tcp && !icmp && !icmpv6", "-T", "fields", "-E", "occurrence=l"]
    for preference in PREFERENCES:
        command += ["-o", f"{preference}:FALSE"]
    command += ["-o", "tcp.check_checksum:TRUE"]
    for field in FIELDS:
        command += ["-e", field]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = (line.split("\t") for line in result.stdout.splitlines())
    return {tuple(int(value, 0) for value in row) for row in rows if all(row)}


def checksum_status(decoded: Decoded) -> NDArray[np.int64]:
    """As tshark has it, to which a checksum that a network card was to complete is a bad one."""
    status = np.where(decoded.checksum_state == CHECKSUM_UNKNOWN, GOOD, BAD)
    return np.where(decoded.truncated | decoded.fragmented, UNVERIFIED, status)


def our_segments(path: Path) -> set[Segment]:
    segments: set[Segment] = set()
    with open_capture(str(path)) as capture:
        for batch in capture.batches():
            decoded = decode_batch(batch, capture.interfaces)
            columns = (
                batch.number,
                decoded.source_port,
                decoded.destination_port,
                decoded.seq,
                decoded.ack,
                decoded.flags,
                decoded.window,
                decoded.length,
                checksum_status(decoded),
            )
            rows = zip(*(column[decoded.protocol == Protocol.TCP].tolist() for column in columns), strict=True)
            segments.update(rows)
    return segments


pytestmark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")


def is_whole(path: Path) -> bool:
    """Whether a capture can be read to its end."""
    try:
        with open_capture(str(path)) as capture:
            for _ in capture.batches():
                pass
            return capture.damage is None
    except InputError:
        return False


def captures_alike(reference: Path) -> tuple[list[Path], list[Path]]:
    """The captures that are to give the same: those that mergecap merges, and the others."""
    different = {*NOT_UNDERSTOOD, *WIRE_LENGTH_LOST, FRAGMENTED}
    alike = sorted(path for path in (reference / "captures").glob("*.*") if path.name not in different)
    merged = [path for path in alike if path.suffix in (".pcap", ".gz") and path.name not in NOT_MERGED]
    merged = [path for path in merged if is_whole(path)]
    return merged, [path for path in alike if path not in merged and path.suffix in (".pcap", ".pcapng", ".zst")]


def test_segments_of_most_captures_equal_tsharks(reference: Path, tmp_path: Path) -> None:
    """All in one, since tshark takes long to start."""
    together = tmp_path / "together.pcapng"
    captures, _ = captures_alike(reference)
    subprocess.run(["mergecap", "-a", "-F", "pcapng", "-w", together, *captures], check=True)
    theirs, ours = tshark_segments(together), our_segments(together)
    assert theirs
    assert sorted(ours - theirs) == []
    assert sorted(theirs - ours) == []


def test_segments_of_other_captures_equal_tsharks(reference: Path) -> None:
    """One by one: several interfaces, and files that end in the middle."""
    _, captures = captures_alike(reference)
    with ThreadPoolExecutor(2) as runs:
        segments = dict(zip(captures, runs.map(tshark_segments, captures), strict=True))
    differing = {path.name: our_segments(path) ^ theirs for path, theirs in segments.items() if theirs}
    assert not any(differing.values()), differing


@pytest.mark.parametrize("name", WIRE_LENGTH_LOST)
def test_segments_of_unknown_wire_length_differ_in_their_length_alone(reference: Path, name: str) -> None:
    ours, theirs = (segments(reference / "captures" / name) for segments in (our_segments, tshark_segments))
    assert {segment[:LENGTH_AT] for segment in ours} == {segment[:LENGTH_AT] for segment in theirs}
    for mine, other in zip(sorted(ours), sorted(theirs), strict=True):
        assert mine[LENGTH_AT] >= other[LENGTH_AT]


def test_the_first_fragment_is_a_segment(reference: Path) -> None:
    segments = our_segments(reference / "captures" / FRAGMENTED)
    assert [segment[0] for segment in segments] == [1]


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_a_link_type_that_is_not_understood_says_so(reference: Path, name: str) -> None:
    with open_capture(str(reference / "captures" / name)) as capture:
        for batch in capture.batches():
            assert set(decode_batch(batch, capture.interfaces).protocol.tolist()) == {Protocol.UNKNOWN}
