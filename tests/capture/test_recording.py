"""What is in the files is what was on the wire."""

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.capture.network import Network, datagram
from tests.capture.process import PATIENCE, CaptureProcess, Recorded, frames_in, segments

SIZES = (60, 61, 62, 63, 590, 1514)
"""Lengths of frames, with every remainder of a division by four."""


@pytest.mark.parametrize("snap_length", [0, 65535], ids=["whole frames", "frames that may be cut"])
def test_frames_are_those_that_tcpdump_records(
    network: Network, capture: CaptureProcess, folder: Path, tmp_path: Path, snap_length: int
) -> None:
    if shutil.which("tcpdump") is None:
        pytest.skip("tcpdump is not installed")
    theirs = tmp_path / "tcpdump.pcap"
    command = ["tcpdump", "-i", "wire", "-U", "--immediate-mode", "-B", "32768", "-Z", "root", "-w", str(theirs)]
    tcpdump = subprocess.Popen(network.prefix + command, stderr=subprocess.PIPE)
    try:
        assert tcpdump.stderr
        assert b"listening on" in tcpdump.stderr.readline()
        assert capture.started(folder, "wire", snap_length=snap_length)["interfaces"] == [
            {"name": "wire", "link_type": 1}
        ]
        sent = [datagram(number, size=SIZES[number % len(SIZES)]) for number in range(300)]
        network.send("wire", *sent[:150])
        network.send("wire-peer", *sent[150:])
        capture.wait_captured(len(sent))
        counts = capture.stop()
    finally:
        tcpdump.send_signal(signal.SIGINT)
        tcpdump.communicate(timeout=PATIENCE)
    [segment] = segments(folder)
    other = Recorded(theirs)
    assert segment.damage is None
    assert segment.frames == other.frames == sent
    assert segment.wire_lengths == other.wire_lengths
    assert max(abs(ours - theirs) for ours, theirs in zip(segment.times, other.times, strict=True)) < 100_000_000
    assert counts == {
        "event": "counts", "captured": 300, "received": 300, "dropped": 0, "dropped_by_interface": 0
    }  # fmt: skip


def test_interfaces_are_told_apart_and_their_frames_are_in_order(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    """Both ends of a wire see each frame, the sending end first; each hands its frames over at its own moment."""
    capture.started(folder, "wire-peer", "wire")
    sent = [datagram(number) for number in range(200)]
    with network.packet_socket("wire") as sender:
        for number, frame in enumerate(sent, 1):
            sender.send(frame)
            if number % 20 == 0:  # so that the frames are spread over many blocks
                capture.wait_captured(2 * number - 20)
    capture.wait_captured(2 * len(sent))
    [segment] = segments(folder)
    assert segment.times == sorted(segment.times)
    for name in ("wire", "wire-peer"):
        on_it = zip(segment.frames, segment.interface_of, strict=True)
        assert [frame for frame, interface in on_it if interface == name] == sent


def test_a_snapshot_length_cuts_frames_and_keeps_their_length_on_the_wire(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    capture.started(folder, "wire", snap_length=100)
    network.send("wire", datagram(1, size=1000), datagram(2, size=60))
    capture.wait_captured(2)
    [segment] = segments(folder)
    assert segment.frames == [datagram(1, size=1000)[:100], datagram(2, size=60)]
    assert segment.wire_lengths == [1000, 60]


def test_a_capture_can_be_stopped_and_started_again(network: Network, capture: CaptureProcess, folder: Path) -> None:
    capture.started(folder, "wire")
    network.send("wire", datagram(1))
    assert capture.stop()["captured"] == 1
    network.send("wire", datagram(2))
    capture.started(folder, "wire", "wire-peer")
    assert capture.wait("segment")["name"] == "000002.pcapng"
    network.send("wire", datagram(3))
    capture.wait_captured(3)
    counts = capture.stop()
    assert (counts["captured"], counts["received"]) == (3, 3)
    assert [segment.frames for segment in segments(folder)] == [[datagram(1)], [datagram(3), datagram(3)]]
    assert [segment.names for segment in segments(folder)] == [["wire"], ["wire", "wire-peer"]]


def test_what_was_sent_before_a_stop_is_in_the_files(network: Network, capture: CaptureProcess, folder: Path) -> None:
    """The kernel has not handed over the last frames yet."""
    sent = [datagram(number) for number in range(50)]
    capture.started(folder, "wire")
    network.send("wire", *sent)
    assert capture.stop()["captured"] == len(sent)
    assert frames_in(folder) == sent


def test_a_second_start_is_refused_and_the_capture_goes_on(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    capture.started(folder, "wire")
    capture.start(folder, "wire-peer")
    assert "runs already" in capture.wait("failed")["reason"]
    network.send("wire", datagram(1))
    capture.wait_captured(1)


@pytest.mark.parametrize("line", ["nonsense", '{"do": "dance"}', '{"do": "start"}', "[]", '{"do": "filter"}'])
def test_what_is_no_command_is_refused(network: Network, capture: CaptureProcess, folder: Path, line: str) -> None:
    assert capture.process.stdin
    capture.process.stdin.write(line + "\n")
    capture.process.stdin.flush()
    assert capture.wait("failed")["kind"] == "other"
    capture.started(folder, "wire")
