"""The same filters select the same frames as in tshark 4.0."""

import shutil
from pathlib import Path

import pytest

from tests.program import CAPTURES
from tests.views.filtering.filters import FILTERS, FOLLOWING, SETS
from tests.views.filtering.oracle import Selection, selections
from tests.views.filtering.reading import selected, session_of

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

REFERENCES = (
    "cases/icmp_unreachable.pcap",
    "captures/zeek__tunnels_vxlan-encapsulated-http.pcap",
    "captures/zeek__mixed-vlan-mpls.pcap",
    "captures/tcpdump__pptp.pcap",
)
"""ICMP errors, tunnels, tags within tags, GRE and PPP."""

_SCALE = "tshark takes a window scale from one SYN alone; ours is unknown until both were seen in full"
_TIMESTAMPS = (
    "tshark shows timestamps that the end of the captured bytes cuts through; ours has them whole or not at all"
)
_CUT_SYN = "our frame acknowledged is the SYN+ACK whose header is cut; tshark drops what it had analysed of it"
_SNAPLEN68 = "captures/derived__snaplen68__get-gzip.pcap"
_HALF = "captures/zeek__ssh_ssh.client-side-half-duplex.pcap"

DIFFERENCES = {
    (_SNAPLEN68, "tcp.options.timestamp.tsval > 1000000"): _TIMESTAMPS,
    (_SNAPLEN68, "tcp.window_size > 60000"): _SCALE,
    (_SNAPLEN68, "tcp.window_size_scalefactor == -1"): _SCALE,
    (_SNAPLEN68, "tcp.window_size_scalefactor > 1"): _SCALE,
    (_SNAPLEN68, "tcp.analysis"): _CUT_SYN,
    (_SNAPLEN68, "tcp.analysis.ack_rtt > 0.0001"): _CUT_SYN,
    (_HALF, "tcp.window_size > 60000"): _SCALE,
    (_HALF, "tcp.window_size_scalefactor == -1"): _SCALE,
    (_HALF, "tcp.window_size_scalefactor > 1"): _SCALE,
}
"""Where a filter selects other frames in a reference capture, and why that is right."""


@pytest.mark.parametrize("name", ["curl-http.pcap", "vlan.pcap", "lossy.pcap", "ipv6-http.pcap", "zero-window.pcap"])
def test_our_own_captures(name: str) -> None:
    _compare(CAPTURES / name, (*FILTERS, *FOLLOWING))


@pytest.mark.parametrize("name", REFERENCES)
def test_captures_of_many_layers(reference: Path, name: str) -> None:
    _compare(reference / name, FILTERS)


@pytest.mark.parametrize("name", [_SNAPLEN68, _HALF])
def test_differences_are_those_that_are_known(reference: Path, name: str) -> None:
    different = _different(reference / name, (*FILTERS, *FOLLOWING))
    assert set(different) == {text for of, text in DIFFERENCES if of == name}


def test_sets_of_several_members() -> None:
    _compare(CAPTURES / "ten-connections.pcap", SETS)


def _compare(path: Path, filters: tuple[str, ...]) -> None:
    assert _different(path, filters) == {}


def _different(path: Path, filters: tuple[str, ...]) -> dict[str, tuple[Selection, Selection]]:
    """What we and tshark select, of the filters for which that is not the same."""
    session = session_of(path)
    ours = [Selection.of(selected(session, text)) for text in filters]
    theirs = selections(path, filters)
    pairs = zip(filters, ours, theirs, strict=True)
    return {text: (mine, other) for text, mine, other in pairs if mine != other}
