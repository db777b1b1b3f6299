"""Capture filters select exactly the frames that tcpdump selects."""

import shutil
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.query.pcap import batch_of, read_pcap, write_pcap
from tui.errors import UsageError
from tui.files.frames import Interface
from tui.files.source import open_capture
from tui.query.capture_filter import CaptureFilter

FILTERS = [
    "tcp",
    "tcp port 80",
    "host 192.168.1.1",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
    "greater 500",
    "less 100",
    "ip6",
    "vlan and tcp",
    "net 10.0.0.0/8",
    "portrange 1-1023",
    "udp or icmp",
    "not tcp",
    "ip[2:2] > 576",
    "ip6 protochain 6 or ip protochain 6",
    "len / 3 > 30 and len % 7 < 4",
    "(ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2)) != 0",
]
"""Each against every reference capture."""

FILTERS_OF_FEW = [
    "vlan",
    "tcp[13] = 18",
    "mpls",
    "arp or ip broadcast or ether multicast",
    "ip6[4:2] > 100",
    "tcp[tcp[12] >> 2 : 4] = 0x47455420",
    "ip proto 47 or proto 4",
    "ether[0] & 1 = 0 and (-ip[8]) & 0xff = 192",
    "dst net 10.0.0.0/8 and not port 80",
    "ether dst 33:33:00:00:00:0c or icmp6",
    "llc or stp",
    "geneve",
]
"""Each against the captures with the most to tell apart."""

CAPTURES_OF_FEW = [
    "pcapplusplus__many-protocols.pcap",
    "zeek__mixed-vlan-mpls.pcap",
    "zeek__vlan-collisions.pcap",
    "zeek__tunnels_gre-sample.pcap",
    "zeek__tunnels_geneve-47101.pcap",
]

LIBPCAP_TOO_OLD = {"tcpdump__brcm-tag.pcap"}
"""The libpcap inside pcapy-ng 2.1 does not know Broadcom's tags; tcpdump's may."""

IPV4_TCP = bytes.fromhex("450000280001000040060000c0000201c0000202") + bytes.fromhex(
    "1f90005000000001000000005002ffff00000000"
)
IPV6_TCP = (
    bytes.fromhex("600000000014064020010db800000000000000000000000120010db8000000000000000000000002") + (IPV4_TCP[20:])
)
ETHERNET = Interface(1, 262144, "<")


@pytest.fixture(autouse=True, scope="module")
def _tcpdump() -> None:
    if shutil.which("tcpdump") is None:
        pytest.skip("tcpdump is not installed")


def tcpdump(path: Path, expression: str) -> list[tuple[bytes, int]] | None:
    """The frames, each with its wire length, that tcpdump selects; None where it refuses the filter or the file."""
    run = subprocess.run(["tcpdump", "-r", path, "-w", "-", expression], capture_output=True, check=False)
    return read_pcap(run.stdout) if run.stdout else None


def ours(path: Path, expression: str) -> list[tuple[bytes, int]] | None:
    """The same of a CaptureFilter; frames longer than the file's snap length are cut, as libpcap does."""
    capture_filter = CaptureFilter(expression)
    frames = []
    with open_capture(str(path)) as capture:
        try:
            capture_filter.prepare(capture.interfaces)
        except UsageError:
            return None
        limit = capture.interfaces[0].snap_length if capture.interfaces else 0
        for batch in capture.batches():
            chosen = batch.select(capture_filter.select(batch, capture.interfaces))
            for start, captured, wire in zip(chosen.start, chosen.captured, chosen.wire, strict=True):
                frames.append((chosen.data[start : start + captured].tobytes()[: limit or None], int(wire)))
    return frames


def compare(expression: str, paths: list[Path]) -> int:
    """Assert that both select the same; the number of frames selected."""
    with ThreadPoolExecutor(2) as pool:
        expected = list(pool.map(lambda path: tcpdump(path, expression), paths))
    for path, frames in zip(paths, expected, strict=True):
        assert ours(path, expression) == frames, path.name
    return sum(len(frames or []) for frames in expected)


@pytest.fixture(scope="session")
def captures(reference: Path) -> list[Path]:
    """The reference captures that tcpdump reads to their end."""
    paths = sorted(path for path in (reference / "captures").glob("*.pcap*") if path.suffix in {".pcap", ".pcapng"})
    readable = [
        path
        for path in paths
        if path.name not in LIBPCAP_TOO_OLD
        and subprocess.run(["tcpdump", "-r", path, "--count"], capture_output=True, check=False).returncode == 0
    ]
    assert len(readable) > 50
    return readable


@pytest.mark.parametrize("expression", FILTERS)
def test_same_frames_as_tcpdump(expression: str, captures: list[Path]) -> None:
    assert compare(expression, captures) > 0


@pytest.mark.parametrize("expression", FILTERS_OF_FEW)
def test_same_frames_as_tcpdump_in_motley_captures(expression: str, reference: Path) -> None:
    assert compare(expression, [reference / "captures" / name for name in CAPTURES_OF_FEW]) > 0


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("link_type", [0, 108, 109])
@pytest.mark.parametrize("expression", ["tcp", "ip6", "ip", "not ip6", "ip6 and port 80", "ip host 192.0.2.1"])
def test_address_family_of_other_systems(expression: str, link_type: int, byte_order: str, tmp_path: Path) -> None:
    """Every family in the order of the capturing host, on a host of either order."""
    header = b"" if link_type != 109 else bytes(8)
    frames = [
        struct.pack(written + "I", family) + header + packet
        for written in "<>"
        for family, packet in [(2, IPV4_TCP), *((family, IPV6_TCP) for family in (10, 24, 28, 30)), (7, IPV4_TCP)]
    ]
    path = write_pcap(tmp_path, frames, link_type, byte_order)
    selected = ours(path, expression)
    assert selected
    assert selected == tcpdump(path, expression)


def test_protochain_through_many_headers(tmp_path: Path) -> None:
    """A chain of as many extension headers as an ordinary frame can hold."""
    ethernet = bytes(12) + b"\x86\xdd"
    extensions = 180
    chain = b"\x3c\x00" + bytes(6)
    to_tcp = b"\x06\x00" + bytes(6)
    packet = IPV6_TCP[:6] + b"\x3c" + IPV6_TCP[7:40] + chain * extensions + to_tcp + IPV6_TCP[40:]
    path = write_pcap(tmp_path, [ethernet + packet, ethernet + packet[:400]], 1, "<")
    selected = ours(path, "ip6 protochain 6")
    assert selected == tcpdump(path, "ip6 protochain 6")
    assert selected == [(ethernet + packet, len(ethernet + packet))]


def test_length_is_that_on_the_wire() -> None:
    capture_filter = CaptureFilter("greater 500")
    batch = batch_of([bytes(60), bytes(60)], [60, 1500])
    assert capture_filter.select(batch, [ETHERNET]).tolist() == [False, True]


@pytest.mark.parametrize("expression", ["", "  "])
def test_empty_expression_selects_all(expression: str) -> None:
    nflog = Interface(239, 0, "<")
    capture_filter = CaptureFilter(expression)
    capture_filter.prepare([nflog])
    assert capture_filter.select(batch_of([b"a", b""]), [nflog]).all()


def test_wrong_filter_is_refused_before_anything_was_read() -> None:
    with pytest.raises(UsageError, match="syntax error"):
        CaptureFilter("tcp prt 80").prepare([])


def test_capture_of_a_type_that_can_not_be_filtered_is_refused() -> None:
    nflog = Interface(239, 0, "<")
    with pytest.raises(UsageError, match="NFLOG link-layer type filtering not implemented"):
        CaptureFilter("tcp").prepare([nflog])
    capture_filter = CaptureFilter("tcp")
    capture_filter.prepare([])
    with pytest.raises(UsageError, match="NFLOG link-layer type filtering not implemented"):
        capture_filter.select(batch_of([IPV4_TCP]), [nflog])


def test_each_frame_by_the_link_type_of_its_interface() -> None:
    ethernet = bytes(12) + b"\x08\x00" + IPV4_TCP
    null = b"\x02\x00\x00\x00" + IPV4_TCP
    null_foreign = b"\x00\x00\x00\x02" + IPV4_TCP
    interfaces = [ETHERNET, Interface(101, 0, "<"), Interface(0, 0, "<"), Interface(0, 0, ">"), Interface(1, 96, "<")]
    frames = [ethernet, IPV4_TCP, null, null_foreign]
    every_pair = [(frame, interface) for frame in frames for interface in range(len(interfaces))]
    batch = batch_of([frame for frame, _ in every_pair], interface=[interface for _, interface in every_pair])
    selected = CaptureFilter("tcp").select(batch, interfaces)
    fitting = [(ethernet, 0), (IPV4_TCP, 1), (null, 2), (null_foreign, 3), (ethernet, 4)]
    assert selected.tolist() == [pair in fitting for pair in every_pair]


def test_later_link_type_that_can_not_be_filtered_is_left_out_and_told() -> None:
    ethernet = bytes(12) + b"\x08\x00" + IPV4_TCP
    interfaces = [ETHERNET]
    capture_filter = CaptureFilter("tcp")
    capture_filter.prepare(interfaces)
    interfaces.append(Interface(239, 0, "<"))
    batch = batch_of([ethernet, ethernet, ethernet], interface=[0, 1, 0])
    assert capture_filter.select(batch, interfaces).tolist() == [True, False, True]
    assert capture_filter.uncompiled == {239: "NFLOG link-layer type filtering not implemented"}
