"""pcap: all variants of the file header and of the records."""

from pathlib import Path
from struct import pack

import pytest

from tests.files.build import FRAMES, frames_of, pcap, pcap_header, read_frames, record
from tui.errors import InputError
from tui.files import window
from tui.files.source import open_capture

SECOND = 10**9


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("magic", "unit", "digits"), [(0xA1B2C3D4, 1000, 6), (0xA1B23C4D, 1, 9)])
def test_both_byte_orders_and_both_resolutions(tmp_path: Path, order: str, magic: int, unit: int, digits: int) -> None:
    path = tmp_path / "any.name"
    path.write_bytes(pcap(order=order, magic=magic))
    found = frames_of(path)
    assert [frame.data for frame in found] == FRAMES
    assert [frame.time_ns for frame in found] == [n * SECOND + n * unit for n in range(1, 5)]
    assert [frame.number for frame in found] == [1, 2, 3, 4]
    with open_capture(str(path)) as capture:
        assert capture.time_digits == digits
        assert [interface.byte_order for interface in capture.interfaces] == [order]


def test_modified_records_are_longer(tmp_path: Path) -> None:
    path = tmp_path / "modified"
    extra = pack("<IHBB", 7, 0x0800, 0, 0)
    records = b"".join(pack("<IIII", 5, 6, len(data), len(data)) + extra + data for data in FRAMES)
    path.write_bytes(pcap_header(magic=0xA1B2CD34) + records)
    assert [(frame.data, frame.time_ns) for frame in frames_of(path)] == [(d, 5 * SECOND + 6000) for d in FRAMES]


@pytest.mark.parametrize(
    ("minor", "first", "second"), [(2, 100, 40), (2, 30, 40), (3, 100, 40), (3, 40, 100), (4, 40, 100), (4, 40, 30)]
)
def test_old_versions_have_the_lengths_in_the_other_order(tmp_path: Path, minor: int, first: int, second: int) -> None:
    path = tmp_path / "old"
    path.write_bytes(pcap_header(version=(2, minor)) + 2 * (pack("<IIII", 1, 0, first, second) + bytes(40)))
    assert [(len(frame.data), frame.wire) for frame in frames_of(path)] == 2 * [(40, max(first, second))]


def test_upper_bits_of_the_link_type_are_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "fcs"
    path.write_bytes(pcap(link_type=0x30000071))
    assert {frame.link_type for frame in frames_of(path)} == {113}


def test_odd_but_legal_records(tmp_path: Path) -> None:
    path = tmp_path / "odd"
    path.write_bytes(
        pcap_header(snap_length=0)
        + record(b"", 1, 0, wire=1500)
        + record(bytes(60), 2, 3_000_001)
        + record(bytes(200), 0xFFFFFFFF, 999_999, wire=100)
        + record(bytes(262144), 4)
    )
    found = frames_of(path)
    assert [(len(frame.data), frame.wire) for frame in found] == [(0, 1500), (60, 60), (200, 200), (262144, 262144)]
    assert [frame.time_ns for frame in found][:3] == [SECOND, 5_000_001_000, 4_294_967_295_999_999_000]


@pytest.mark.parametrize(("snap_length", "limit"), [(96, 262144), (400_000, 400_000), (0xFFFFFFFF, 16 << 20)])
def test_a_captured_length_beyond_all_limits_is_damage(tmp_path: Path, snap_length: int, limit: int) -> None:
    path = tmp_path / "damaged"
    good = pcap_header(snap_length=snap_length) + record(b"good", 1)
    path.write_bytes(good + pack("<IIII", 1, 0, limit + 1, limit + 1) + bytes(limit + 100))
    with open_capture(str(path)) as capture:
        assert [frame.data for frame in read_frames(capture)] == [b"good"]
        assert capture.damage is not None
        assert capture.damage.offset == len(good) == capture.position
        assert str(limit) in capture.damage.reason


@pytest.mark.parametrize("limit", [262144, 400_000])
def test_a_frame_of_just_the_limit_is_none(tmp_path: Path, limit: int) -> None:
    path = tmp_path / "large"
    path.write_bytes(pcap_header(snap_length=limit) + record(bytes(limit)) + record(b"next"))
    assert [len(frame.data) for frame in frames_of(path)] == [limit, 4]


def test_batches_are_cut_without_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "PIECE", 300)
    monkeypatch.setattr("tui.files.pcap.MOST_FRAMES", 3)
    monkeypatch.setattr(window, "CHEAP_MOVE", 20)
    frames = [bytes([n % 251]) * (n * 37 % 150) for n in range(200)]
    frames[50] = bytes(5000)
    path = tmp_path / "pieces"
    path.write_bytes(pcap(frames))
    found = frames_of(path)
    assert [frame.data for frame in found] == frames
    assert [frame.number for frame in found] == list(range(1, 201))


def test_slack_can_be_read_behind_the_last_frame(tmp_path: Path) -> None:
    path = tmp_path / "slack"
    path.write_bytes(pcap())
    with open_capture(str(path)) as capture:
        for batch in capture.batches():
            assert int((batch.start + batch.captured).max()) + 256 <= len(batch.data)


def test_another_major_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "version"
    path.write_bytes(pcap(version=(7, 1)))
    with pytest.raises(InputError, match=r"version 7\.1"):
        open_capture(str(path))
