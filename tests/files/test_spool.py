"""Captures that come compressed or through a pipe are the same captures."""

import bz2
import gzip
import lzma
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.files.build import Frame, frames_of, open_descriptors, pcap, pcapng, read_frames
from tui.errors import InputError
from tui.files import spool
from tui.files.source import Capture, open_capture

FRAMES = [os.urandom(40) + bytes(n * 37 % 400) for n in range(600)]


def zstd(data: bytes) -> bytes:
    compressed: bytes = pytest.importorskip("zstandard").compress(data)
    return compressed


COMPRESSORS: list[Callable[[bytes], bytes]] = [gzip.compress, lzma.compress, bz2.compress, zstd]


@pytest.fixture
def plain(tmp_path: Path) -> list[Frame]:
    path = tmp_path / "plain"
    path.write_bytes(pcap(FRAMES))
    return frames_of(path)


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The writing end of a pipe that is standard input."""
    kept = os.dup(0)
    reading, writing = os.pipe()
    os.dup2(reading, 0)
    os.close(reading)
    yield writing
    os.dup2(kept, 0)
    os.close(kept)


def feed(descriptor: int, data: bytes, sizes: tuple[int, ...]) -> Thread:
    """Write `data` in pieces of these sizes, over and over, and close; in a thread."""

    def write() -> None:
        at = 0
        turn = 0
        while at < len(data):
            piece = data[at : at + sizes[turn % len(sizes)]]
            os.write(descriptor, piece)
            at += len(piece)
            turn += 1
        os.close(descriptor)

    thread = Thread(target=write, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("compress", COMPRESSORS)
def test_compressed_files(tmp_path: Path, plain: list[Frame], compress: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "a name that says nothing"
    data = pcap(FRAMES)
    path.write_bytes(compress(data))
    assert frames_of(path) == plain
    path.write_bytes(compress(data[:1000]) + compress(data[1000:1001]) + bytes(8) + compress(data[1001:]))
    assert frames_of(path) == plain


@pytest.mark.parametrize("compress", [bytes, *COMPRESSORS])
def test_a_pipe_fed_in_odd_pieces(standard_input: int, plain: list[Frame], compress: Callable[[bytes], bytes]) -> None:
    feeder = feed(standard_input, compress(pcap(FRAMES)), (1, 2, 3, 5, 700, 11))
    with open_capture("-") as capture:
        assert read_frames(capture) == plain
        assert capture.damage is None
        assert not capture.growing
        assert capture.name == "-"
    feeder.join(10)


def test_a_pcapng_through_a_named_pipe(tmp_path: Path) -> None:
    path, whole = tmp_path / "pipe", tmp_path / "whole"
    whole.write_bytes(pcapng(FRAMES))
    os.mkfifo(path)
    feeder = Thread(target=lambda: path.write_bytes(whole.read_bytes()), daemon=True)
    feeder.start()
    assert frames_of(path) == frames_of(whole)
    feeder.join(10)


def test_a_file_as_standard_input_is_read_from_where_it_stands(tmp_path: Path, plain: list[Frame]) -> None:
    kept = os.dup(0)
    try:
        for skipped in (0, 7):
            path = tmp_path / "file"
            path.write_bytes(bytes(skipped) + pcap(FRAMES))
            with path.open("rb", buffering=0) as file:
                file.seek(skipped)
                os.dup2(file.fileno(), 0)
                with open_capture("-") as capture:
                    assert read_frames(capture) == plain
    finally:
        os.dup2(kept, 0)
        os.close(kept)


def test_frames_are_there_before_the_pipe_ends(standard_input: int) -> None:
    data = pcap(FRAMES[:3])
    os.write(standard_input, data[:-10])
    with open_capture("-") as capture:
        batches = capture.batches()
        assert len(next(batches)) == 2
        assert capture.growing
        assert capture.damage is None
        os.write(standard_input, data[-10:])
        assert next(batches).number.tolist() == [3]
        os.close(standard_input)
        assert list(batches) == []
        assert capture.damage is None
        assert not capture.growing


def test_closing_wakes_a_reader_that_waits(standard_input: int) -> None:
    os.write(standard_input, pcap(FRAMES[:3]))
    capture = open_capture("-")
    batches = capture.batches()
    next(batches)
    rest: list[int] = []
    reader = Thread(target=lambda: rest.extend(len(batch) for batch in batches), daemon=True)
    reader.start()
    capture.close()
    reader.join(10)
    assert not reader.is_alive()
    assert rest == []
    assert capture.damage is None
    os.close(standard_input)


def read_damaged(path: Path) -> tuple[list[Frame], Capture]:
    with open_capture(str(path)) as capture:
        found = read_frames(capture)
        assert capture.damage is not None
        assert capture.damage.offset == capture.size
        return found, capture


@pytest.mark.parametrize("compress", COMPRESSORS)
def test_a_compressed_file_that_is_cut_short(
    tmp_path: Path, plain: list[Frame], compress: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "cut"
    data = pcap(FRAMES)
    path.write_bytes(compress(data[:5000]) + compress(data[5000:])[:-1000])
    found, capture = read_damaged(path)
    assert capture.damage is not None
    assert capture.damage.reason == "the compressed data is cut short"
    assert len(found) >= 10
    assert found == plain[: len(found)]


@pytest.mark.parametrize("compress", COMPRESSORS)
def test_a_compressed_file_that_is_broken(
    tmp_path: Path, plain: list[Frame], compress: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "broken"
    data = pcap(FRAMES)
    path.write_bytes(compress(data[:5000]) + compress(data[5000:])[:5] + b"\xff" * 3000)
    found, capture = read_damaged(path)
    assert capture.damage is not None
    assert capture.damage.reason == "the compressed data is broken from here on"
    assert len(found) >= 10
    assert found == plain[: len(found)]


def test_a_wrong_checksum_costs_no_more_than_the_last_step(tmp_path: Path, plain: list[Frame]) -> None:
    path = tmp_path / "checksum"
    data = bytearray(gzip.compress(pcap(FRAMES)))
    data[-8] ^= 1
    path.write_bytes(data)
    found, _ = read_damaged(path)
    assert len(found) > len(plain) * 0.9
    assert found == plain[: len(found)]


def test_a_compressed_file_broken_from_its_start_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(b"\x1f\x8b\x08" + b"\xff" * 100)
    with pytest.raises(InputError, match="the compressed data is broken"):
        open_capture(str(path))


def test_a_bomb_stops_before_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "CHECK_EVERY", 4 << 20)
    monkeypatch.setattr(spool, "free_space", lambda _: spool.KEPT_FREE - 1)
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(pcap([bytes(200_000)] * 100)))
    found, capture = read_damaged(path)
    assert capture.damage is not None
    assert "set TMPDIR" in capture.damage.reason
    assert capture.size <= 4 << 20
    assert found


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large"
    path.write_bytes(gzip.compress(pcap(FRAMES) + pcap(FRAMES)))
    write = os.write

    def fill_up(descriptor: int, data: bytes) -> int:
        if os.fstat(descriptor).st_size >= 1000:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[:1000])

    monkeypatch.setattr("tui.files.spool.os.write", fill_up)
    found, capture = read_damaged(path)
    assert capture.damage is not None
    assert "no space is left" in capture.damage.reason
    assert len(found) > 1


def test_the_spool_lies_where_tmpdir_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert spool.spool_folder() == str(tmp_path)
    path = tmp_path / "capture"
    path.write_bytes(gzip.compress(pcap(FRAMES)))
    frames_of(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["capture"]
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    with pytest.raises(InputError, match="set TMPDIR"):
        open_capture(str(path))


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "capture"
    path.write_bytes(gzip.compress(pcap(FRAMES)))
    before = open_descriptors()
    for _ in range(5):
        with open_capture(str(path)) as capture:
            read_frames(capture)
    deadline = time.monotonic() + 10
    while open_descriptors() > before and time.monotonic() < deadline:
        os.sched_yield()
    assert open_descriptors() == before
