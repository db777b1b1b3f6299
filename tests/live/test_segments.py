"""The segments of a spool, read as one stream."""

from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from tests.live.stand_in import announcement, head, packets
from tui.files.pcapng import PcapngReader
from tui.files.source import Capture
from tui.live.segments import MOST_OPEN, SegmentBytes


class Writer:
    """Writes segments into a folder, and tells the stream of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stream = SegmentBytes(folder)
        self.written = b""
        self.count = 0

    def begin(self, header: bytes, new: int | None = None) -> None:
        """Begin a segment; all of its header but the last `new` bytes was in the stream before."""
        self.count += 1
        self._path.write_bytes(header)
        self.stream.begin(self._path.name, len(header))
        self.written += header if new is None else header[len(header) - new :]

    def add(self, data: bytes) -> None:
        with self._path.open("ab") as file:
            file.write(data)
        self.stream.grow(self._path.stat().st_size)
        self.written += data

    @property
    def _path(self) -> Path:
        return self.folder / f"{self.count:06}.pcapng"


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path)


def numbers_of(stream: SegmentBytes) -> tuple[list[int], list[int], Capture]:
    """The number in each frame, the interface of each, and the capture they were read through."""
    capture = Capture("spool", stream, PcapngReader(), 0)
    numbers: list[int] = []
    interfaces: list[int] = []
    for batch in capture.batches():
        for start, interface, offset in zip(batch.start, batch.interface, batch.offset, strict=True):
            numbers.append(int.from_bytes(batch.data[start : start + 4].tobytes(), "big"))
            interfaces.append(int(interface))
            assert int.from_bytes(capture.read_at(int(offset), 4), "big") == numbers[-1]
    return numbers, interfaces, capture


def test_the_stream_announces_each_interface_once(writer: Writer) -> None:
    writer.begin(head(["lo", "eth0"]))
    writer.add(packets(1, 2) + packets(3, of=1))
    writer.begin(head(["lo", "eth0"]), new=0)
    writer.add(packets(4, of=1))
    writer.add(announcement("eth1") + packets(5, of=2))
    writer.begin(head(["lo", "eth0", "eth1"]), new=0)
    writer.add(packets(6, of=2))
    writer.begin(head(["lo", "eth0", "eth1"]), new=0)
    writer.begin(head(["lo", "eth0", "eth1", "eth2"]), new=len(announcement("eth2")))
    writer.add(packets(7, of=3))
    writer.stream.end()
    numbers, interfaces, capture = numbers_of(writer.stream)
    assert numbers == [1, 2, 3, 4, 5, 6, 7]
    assert interfaces == [0, 0, 1, 1, 2, 2, 3]
    assert [interface.name for interface in capture.interfaces] == ["lo", "eth0", "eth1", "eth2"]
    assert capture.damage is None
    assert writer.stream.read_at(0, 1 << 20) == writer.written
    assert writer.stream.size == len(writer.written) == capture.position


def test_an_interface_that_is_announced_right_behind_the_header(writer: Writer) -> None:
    """When such a segment is read from its beginning, its header and what follows look the same."""
    writer.begin(head(["lo"]))
    writer.add(packets(1))
    writer.begin(head(["lo"]), new=0)
    writer.add(announcement("eth0") + packets(2, of=1))
    writer.begin(head(["lo", "eth0"]), new=0)
    writer.stream.end()
    later = SegmentBytes(writer.folder)
    for path in sorted(writer.folder.iterdir()):
        later.begin(path.name, path.stat().st_size)
    later.end()
    for stream in (writer.stream, later):
        numbers, interfaces, capture = numbers_of(stream)
        assert (numbers, interfaces) == ([1, 2], [0, 1])
        assert [interface.name for interface in capture.interfaces] == ["lo", "eth0"]


def test_a_reader_waits_for_what_comes(writer: Writer) -> None:
    found: list[int] = []
    reader = Thread(target=lambda: found.extend(numbers_of(writer.stream)[0]), daemon=True)
    reader.start()
    writer.begin(head(["lo"]))
    writer.add(packets(1))
    writer.begin(head(["lo"]), new=0)
    writer.add(packets(2))
    assert writer.stream.growing
    writer.stream.end()
    reader.join(10)
    assert found == [1, 2]
    assert not writer.stream.growing


def test_closing_wakes_a_reader(writer: Writer) -> None:
    reader = Thread(target=numbers_of, args=(writer.stream,), daemon=True)
    reader.start()
    writer.stream.close()
    reader.join(10)
    assert not reader.is_alive()
    assert writer.stream.read_at(0, 10) == b""
    assert writer.stream.size == 0


def test_the_oldest_segments_are_given_up(writer: Writer) -> None:
    ends = []
    for number in range(1, 5):
        writer.begin(head(["lo"]), new=None if number == 1 else 0)
        writer.add(packets(number))
        ends.append(writer.stream.size)
    stream, kept = writer.stream, writer.stream.size_kept
    one = kept // 4
    assert stream.droppable(1) == ends[0]
    assert stream.droppable(one + 1) == ends[1]
    assert stream.droppable(kept) == ends[2]
    assert stream.drop_before(ends[1] - 1) == one
    assert [path.name for path in sorted(writer.folder.iterdir())] == [f"{n:06}.pcapng" for n in (2, 3, 4)]
    assert stream.drop_before(ends[3] + 1000) == 2 * one
    assert stream.size_kept == one
    assert stream.droppable(kept) is None
    assert stream.read_at(0, 10) == b""
    assert stream.read_at(ends[2] - 1, 10) == b""
    assert stream.read_at(ends[2], 1000) == packets(4)
    assert stream.size == ends[3]


def test_many_segments_take_few_descriptors(writer: Writer) -> None:
    for number in range(1, 3 * MOST_OPEN):
        writer.begin(head(["lo"]), new=None if number == 1 else 0)
        writer.add(packets(number))
    writer.stream.end()
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert numbers_of(writer.stream)[0] == list(range(1, 3 * MOST_OPEN))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + MOST_OPEN
    writer.stream.close()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before - MOST_OPEN


def test_blocks_that_were_written_and_not_told_are_found_at_the_end(writer: Writer) -> None:
    writer.begin(head(["lo"]))
    writer.add(packets(1))
    with (writer.folder / "000001.pcapng").open("ab") as file:
        file.write(packets(2, 3) + packets(4)[:-5])
    writer.stream.end()
    numbers, _, capture = numbers_of(writer.stream)
    assert numbers == [1, 2, 3]
    assert capture.damage is None


@pytest.mark.parametrize("name", ["../000001.pcapng", "/etc/hosts"])
def test_a_segment_lies_in_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "000001.pcapng").write_bytes(head(["lo"]))
    with pytest.raises(ValueError, match=r"000001|hosts"):
        SegmentBytes(tmp_path / "spool").begin(name, 28)


def test_a_segment_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "other").write_bytes(head(["lo"]))
    (tmp_path / "spool" / "000001.pcapng").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="symbolic"):
        SegmentBytes(tmp_path / "spool").begin("000001.pcapng", 28)


def test_a_large_segment_is_walked_to_its_end(writer: Writer) -> None:
    """The walk looks at a segment piece by piece; blocks lie across the pieces."""
    writer.begin(head(["lo"]))
    rng = np.random.default_rng(1)
    for number, size in enumerate(rng.integers(4, 60000, 100).tolist()):
        writer.add(packets(number, size=size))
    writer.add(announcement("eth0"))
    writer.begin(head(["lo", "eth0"]), new=0)
    writer.add(packets(100, of=1))
    writer.stream.end()
    numbers, _, capture = numbers_of(writer.stream)
    assert numbers == list(range(101))
    assert len(capture.interfaces) == 2
