"""Every segment's analysis equals tshark's, on every capture there is; what differs is listed here with its reason."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.program import CAPTURES
from tests.tcp.analysis.oracle import Difference, differences, load_tool

pytestmark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")


class Explained(NamedTuple):
    """Why some keys differ in a capture."""

    file: str
    keys: str
    first: int
    last: int
    """The first and the last frame in which any of them differs."""
    reason: str


NO_CLOCK = "the interface's clock is past what 64 bits of nanoseconds can tell; all its frames have the same time"
ONE_SCALE = "the scale is in use only where both SYNs carry it, and they were not both captured; tshark takes one"
LENGTHS = "length bytes_in_flight acks_frame ack_rtt analysis"
WIRE_LENGTH_LOST = "the file gives the captured for the wire length; the IP header still knows, tshark does not look"
LINK_TYPE = "a link type that is left alone"
CUT = "the capture cuts the TCP options off: tshark gives up the segment there"

EXPLAINED = (
    Explained("challenge_ack_old_syn.pcap", "boundary", 1, 16, "a stray SYN stays in its connection"),
    Explained("same_ip_same_port_self.pcap", "window", 3, 3, "one endpoint sends both SYNs: whose scale is not told"),
    Explained("derived__multisection__pcapng-example+tcp.pcapng", "ack_rtt", 64, 158, NO_CLOCK),
    Explained("pcapplusplus__file_heuristics_pcapng-example.pcapng.zst", "ack_rtt", 64, 158, NO_CLOCK),
    Explained("pcapplusplus__pcapng-example.pcapng", "ack_rtt", 64, 158, NO_CLOCK),
    Explained("derived__snaplen68__get-gzip.pcap", "acks_frame ack_rtt", 2, 2, CUT),
    Explained("derived__snaplen68__get-gzip.pcap", "window", 3, 14, ONE_SCALE),
    Explained("tcpdump__heapoverflow-tcp_print.pcap", "bytes_in_flight", 1, 1, CUT),
    Explained("pcapplusplus__raw_ip.pcap", "window", 54, 100, ONE_SCALE),
    Explained("zeek__ssh_ssh.client-side-half-duplex.pcap", "window", 2, 838, ONE_SCALE),
    Explained("zeek__tcp_fin_retransmission.pcap", "window", 2, 2, ONE_SCALE),
    Explained("zeek__tcp_rst-inject-rae.pcap", "window", 2, 2, ONE_SCALE),
    Explained(
        *("tcpdump__timestamp_invalid_micro.pcap", "ack_rtt", 3, 3),
        "a time of more than a million microseconds; tshark's difference of such times is not normalised",
    ),
    Explained("pcapplusplus__frag_http_req.pcap", "segment", 1, 11, "fragments; tshark waits for the last of them"),
    Explained("tcpdump__arcnet-rfc1051-arp-icmp-http.pcap", "segment", 11, 24, LINK_TYPE),
    Explained("tcptrace__single_byte_rexmit.dmp.gz", "segment", 1, 27, LINK_TYPE),
    Explained("zeek__nflog-http.pcap", "segment", 1, 13, LINK_TYPE),
    Explained("tcptrace__6syns.dmp.gz", LENGTHS, 7, 68, WIRE_LENGTH_LOST),
    Explained("tcptrace__fast_reuse.dmp.gz", LENGTHS, 2, 510, WIRE_LENGTH_LOST),
    Explained("zeek__tcp_reassembly.pcap", f"{LENGTHS} rto", 7, 105, WIRE_LENGTH_LOST),
)

SUFFIXES = (".pcap", ".pcapng", ".gz", ".zst")


@pytest.fixture(scope="module")
def found(reference: Path) -> list[Difference]:
    """The differences in all captures; tshark takes most of the time, so two of it run at once."""
    tool = load_tool(reference)
    folders = (reference / "captures", reference / "cases", CAPTURES)
    paths = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES]
    with ThreadPoolExecutor(2) as runs:
        return [one for several in runs.map(lambda path: differences(tool, path), paths) for one in several]


def explains(explained: Explained, one: Difference) -> bool:
    inside = explained.first <= one.frame <= explained.last
    return inside and one.file == explained.file and one.key in explained.keys.split()


def test_every_difference_is_explained(found: list[Difference]) -> None:
    unexplained = [one for one in found if not any(explains(explained, one) for explained in EXPLAINED)]
    assert unexplained == []


@pytest.mark.parametrize("explained", EXPLAINED, ids=lambda explained: f"{explained.file}-{explained.keys}")
def test_an_explained_difference_is_there(found: list[Difference], explained: Explained) -> None:
    mine = [one for one in found if explains(explained, one)]
    assert {one.key for one in mine} == set(explained.keys.split())
    assert (min(one.frame for one in mine), max(one.frame for one in mine)) == (explained.first, explained.last)
