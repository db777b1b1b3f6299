"""Segments: each complete in itself, and all together the capture; and what happens when there is no room for them."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capture.network import Network, datagram
from tests.capture.process import PATIENCE, CaptureProcess, frames_in, segments

LIMIT = 20_000
"""Bytes at which a segment is full."""


@pytest.fixture
def small_disk(network: Network, tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own, which can take 2 MiB."""
    yield from mounted(tmp_path, "2m")


@pytest.fixture
def scarce_disk(network: Network, tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own, where 64 MiB are left after 6."""
    yield from mounted(tmp_path, "70m")


def mounted(parent: Path, size: str) -> Iterator[Path]:
    """A mounted file system in memory."""
    folder = parent / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_segment_is_followed_by_another_one(network: Network, capture: CaptureProcess, folder: Path) -> None:
    sent = [datagram(number, size=60 + number % 7 * 100) for number in range(400)]
    capture.started(folder, "wire", segment_bytes=LIMIT)
    network.send("wire", *sent)
    capture.wait_captured(len(sent))
    capture.stop()
    paths = sorted(folder.iterdir())
    assert len(paths) > 5
    assert [path.name for path in paths] == [f"{number:06}.pcapng" for number in range(1, len(paths) + 1)]
    assert all(LIMIT <= path.stat().st_size < LIMIT + 1000 for path in paths[:-1])
    assert all(segment.names == ["wire"] and segment.damage is None for segment in segments(folder))
    assert frames_in(folder) == sent
    said = {}
    for event in capture.events:
        if event["event"] == "segment":
            name = event["name"]
        elif event["event"] == "grown":
            said[name] = event["size"]
    assert said == {path.name: path.stat().st_size for path in paths}


def test_each_segment_is_a_file_to_tshark(network: Network, capture: CaptureProcess, folder: Path) -> None:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    capture.started(folder, "wire", "wire-peer", segment_bytes=LIMIT)
    network.send("wire", *(datagram(number, size=500) for number in range(50)))
    capture.wait_captured(100)
    capture.stop()
    rows = []
    for path in sorted(folder.iterdir()):
        command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-e", "frame.interface_name", "-e", "frame.len"]
        rows += subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    assert sorted(rows) == ["wire\t500"] * 50 + ["wire-peer\t500"] * 50


def test_an_interface_that_is_new_is_announced_where_it_appears_and_in_later_headers(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    capture.started(folder, "any", segment_bytes=LIMIT)
    network.send("wire", datagram(1))
    capture.wait_captured(2)
    first_header = next(event["header"] for event in capture.events if event["event"] == "segment")
    network.add_pair("later")
    deadline = time.monotonic() + PATIENCE
    while len(segments(folder)[0].names) < 4:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    network.send("later", *(datagram(number, size=1000) for number in range(LIMIT // 1000)))
    second = capture.wait("segment")
    capture.stop()
    begun, following = segments(folder)[:2]
    assert sorted(map(str, begun.names[:2])) == ["wire", "wire-peer"]
    assert sorted(map(str, begun.names[2:])) == ["later", "later-peer"]
    assert following.names == begun.names
    first = (folder / "000001.pcapng").read_bytes()[:first_header]
    assert (b"wire-peer" in first, b"later" in first) == (True, False), "what is told at once need not be searched for"
    assert second["header"] > first_header


def test_a_full_disk_ends_the_capture_and_the_file_is_whole(
    network: Network, capture: CaptureProcess, folder: Path, small_disk: Path
) -> None:
    sent = [datagram(number, size=1500) for number in range(2000)]
    capture.started(small_disk, "wire")
    network.send("wire", *sent)
    failed = capture.wait("failed")
    capture.wait("stopped")
    assert failed["kind"] == "disk"
    assert "No space left" in failed["reason"]
    [segment] = segments(small_disk)
    assert segment.damage is None
    last = next(event for event in reversed(capture.events) if event["event"] == "grown")
    assert segment.frames == sent[: last["captured"]]
    assert 0 < last["size"] == (small_disk / "000001.pcapng").stat().st_size
    capture.started(folder, "wire")


def test_a_capture_leaves_room_to_others(network: Network, capture: CaptureProcess, scarce_disk: Path) -> None:
    network.link("set", "wire", "mtu", "60000")
    network.link("set", "wire-peer", "mtu", "60000")
    capture.started(scarce_disk, "wire", buffer_kib=1 << 15)
    network.send("wire", *(datagram(number, size=60_000) for number in range(350)))
    failed = capture.wait("failed")
    assert failed["kind"] == "disk"
    assert "less than 64 MiB is left" in failed["reason"]
    capture.wait("stopped")
    [segment] = segments(scarce_disk)
    assert segment.damage is None
    assert len(segment.frames) == next(event["captured"] for event in capture.events[::-1] if "captured" in event)


@pytest.mark.parametrize("place", ["missing", "file", "nul\0"])
def test_a_folder_that_cannot_be_written_is_refused(
    network: Network, capture: CaptureProcess, folder: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_bytes(b"")
    capture.start(tmp_path / place, "wire")
    assert capture.wait("failed")["kind"] == "disk"
    assert capture.kinds() == ["ready", "failed"]
    capture.started(folder, "wire")


def test_a_file_that_exists_is_not_touched(network: Network, capture: CaptureProcess, folder: Path) -> None:
    (folder / "000001.pcapng").symlink_to(folder / "elsewhere")
    capture.start(folder, "wire")
    assert capture.wait("failed")["kind"] == "disk"
    assert not (folder / "elsewhere").exists()
