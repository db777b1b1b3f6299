"""The bytes of both sides, and the order of the turns, are those of tshark's `follow`."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.program import CAPTURES
from tests.views.streams.opened import parts_of, session_of, stream_of
from tui import views
from tui.views.streams import Passages

Turns = list[tuple[int, bytes]]

MISSING = re.compile(rb"\[\d+ bytes missing in capture file\]\0")
"""What tshark puts among the bytes in the place of a gap."""

COMPARED = (
    "derived__snaplen68__get-gzip",
    "pcapplusplus__one_tcp_stream_max_seq",
    "ptcpdump__tcp",
    "tcpdump__mptcp-v0",
    "tcpdump__pptp",
    "tcpdump__resp_1_benchmark",
    "tcptrace__dsack",
    "tcptrace__first_seg_ooo",
    "tcptrace__zwnd",
    "zeek__ldap_gap-data-missing",
    "zeek__ssh_ssh.client-side-half-duplex",
    "zeek__tcp_payload-syn",
    "zeek__tcp_reassembly",
    "zeek__tcp_retransmit-fast009",
    "zeek__tcp_ssh-dups",
    "zeek__tcp_tcp-fast-open",
)

OURS = ("lossy", "zero-window", "keep-alive", "half-closed", "reset-unread", "simultaneous-close", "simultaneous-open")

DIFFERENT = {
    ("tcpdump__tfo-5c1fa7f9ae91", 2): "the data of a SYN that nobody has accepted is not part of the stream",
    ("tcptrace__pcap_v2.2", 0): "behind a gap that nobody acknowledges tshark shows nothing, where we go on",
    ("tcptrace__urgent", 0): "of a frame that was cut and waits, tshark counts only the bytes that were kept",
}
"""Streams in which we differ from tshark 4.0, and why. Of connections whose link type is not read, or whose packets
came in IP fragments, there is no stream to compare.
"""


def turns(parts: Turns) -> Turns:
    """With consecutive parts of one side as one."""
    joined: Turns = []
    for side, data in parts:
        if not data or MISSING.fullmatch(data):
            continue
        if joined and joined[-1][0] == side:
            joined[-1] = side, joined[-1][1] + data
        else:
            joined.append((side, data))
    return joined


def tsharks_streams(path: Path, count: int) -> list[tuple[str, Turns]]:
    """Of each stream the end that tshark calls node 0, and its turns, where 0 is that end."""
    asked = [word for number in range(count) for word in ("-z", f"follow,tcp,raw,{number}")]
    done = subprocess.run(["tshark", "-r", path, "-q", *asked], capture_output=True, check=True, text=True)
    found: dict[int, tuple[str, Turns]] = {}
    for block in done.stdout.split("Follow: tcp,raw\n")[1:]:
        number = int(re.search(r"tcp\.stream eq (\d+)", block)[1])  # type: ignore[index]
        node = re.search(r"Node 0: (.*)", block)[1]  # type: ignore[index]
        body = block.split("Node 1: ")[1].split("\n")[1:]
        lines = [line for line in body if line.strip() and not line.startswith("=")]
        found[number] = node, turns([(int(line.startswith("\t")), bytes.fromhex(line)) for line in lines])
    return [found[number] for number in range(count)]


def bare(end: str) -> str:
    """An endpoint without brackets, which tshark writes where the address is at its longest."""
    return end.replace("[", "").replace("]", "")


def compare(path: Path) -> set[int]:
    """The numbers of the connections that differ."""
    with session_of(path) as session:
        numbers = views.connection_numbers(session).tolist()
        different = set()
        for number, (node, theirs) in zip(numbers, tsharks_streams(path, len(numbers)), strict=True):
            stream = stream_of(session, number)
            parts = parts_of(Passages(stream))
            ours = turns([(side, data) for side, _, data in parts if isinstance(data, bytes)])
            flipped = bare(node) != bare(stream.ends[0])
            if ours != [(side ^ flipped, data) for side, data in theirs]:
                different.add(number)
        return different


def captures(reference: Path, name: str) -> Path:
    return next(path for path in (reference / "captures").iterdir() if path.name.startswith(f"{name}."))


@pytest.mark.parametrize("name", COMPARED)
def test_streams_of_reference_captures(reference: Path, name: str) -> None:
    assert compare(captures(reference, name)) == set()


@pytest.mark.parametrize("name", OURS)
def test_streams_of_our_captures(name: str) -> None:
    assert compare(CAPTURES / f"{name}.pcap") == set()


@pytest.mark.parametrize(("name", "number"), DIFFERENT)
def test_streams_that_differ(reference: Path, name: str, number: int) -> None:
    assert compare(captures(reference, name)) == {number}
