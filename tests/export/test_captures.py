"""Frames of chosen rows in a new capture: the same frames, which other programs read; and nothing lost by it."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.export.sessions import LOSSY, TEN, all_rows, content, session_of
from tests.files.build import enhanced, interface, read_frames, section
from tests.program import objects, succeed
from tui.errors import InputError
from tui.export import rows as export_rows
from tui.export.captures import write_rows
from tui.export.watching import StoppedError
from tui.files.source import open_capture

CAPTURES = [
    "derived__multisection__pcapng-example+tcp.pcapng",
    "derived__snaplen68__get-gzip.pcap",
    "pcapngtest__output_be_advanced_test102.pcapng",
    "pcapngtest__output_le_difficult_test202.pcapng",
    "pcapplusplus__many_interfaces-1.pcapng",
    "pcapplusplus__nanosecs_big_endian.pcap",
    "tcpdump__tcp-handshake-nano.pcap",
    "tcptrace__ppp_encap.dmp.gz",
    "zeek__radiotap.pcap",
]

OF_MANY_LINK_TYPES = "pcapngtest__output_le_difficult_test202.pcapng"

READ_BY_TSHARK = [
    "pcapplusplus__many_interfaces-1.pcapng",
    "pcapplusplus__nanosecs_big_endian.pcap",
    "ptcpdump__tcp.pcapng",
    "tcpdump__tcp-handshake-nano.pcap",
]


@pytest.fixture
def _tshark() -> None:
    for program in ("tshark", "capinfos"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def told(path: Path, *fields: str) -> list[list[str]]:
    """What tshark says of each frame."""
    command = ["tshark", "-nr", str(path), "-Tfields", *(f"-e{name}" for name in fields)]
    output = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return [line.split("\t") for line in output.splitlines()]


@contextmanager
def no_room_after(size: int) -> Iterator[None]:
    """Files can't get larger than this many bytes, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("comments", [False, True])
@pytest.mark.parametrize("name", CAPTURES)
def test_every_frame_is_as_it_was(reference: Path, tmp_path: Path, name: str, comments: bool) -> None:
    source, target = reference / "captures" / name, tmp_path / "copy.pcapng"
    with session_of(source) as session:
        done: list[int] = []
        rows = all_rows(session)
        assert write_rows(session, rows, str(target), comments=comments, progress=done.append) == len(rows)
        assert done[-1] == len(rows)
    assert content(target) == content(source)
    assert [entry.name for entry in tmp_path.iterdir()] == ["copy.pcapng"]


@pytest.mark.parametrize("ending", ["pcap", "pcapng"])
def test_only_the_chosen_frames_are_written(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"copy.{ending}"
    with session_of(LOSSY) as session:
        rows = np.array([0, 3, 4, 5, 90, len(session.store) - 1])
        assert write_rows(session, rows, str(target)) == len(rows)
        whole = content(LOSSY)
        assert [frame[:3] for frame in content(target)] == [whole[row][:3] for row in rows]
        assert write_rows(session, rows[:0], str(tmp_path / f"none.{ending}")) == 0
    assert content(tmp_path / f"none.{ending}") == []


def test_frames_of_any_distance_and_size_are_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with session_of(LOSSY) as session:
        rows = all_rows(session)[::2]
        read: list[int] = []
        read_at = session.capture.read_at

        def counted(offset: int, length: int) -> bytes:
            read.append(length)
            return read_at(offset, length)

        monkeypatch.setattr(session.capture, "read_at", counted)
        write_rows(session, rows, str(tmp_path / "one.pcapng"))
        assert len(read) == 1, "one read for all that lies together"
        monkeypatch.setattr(export_rows, "PIECE", 4000)
        write_rows(session, rows, str(tmp_path / "two.pcapng"))
        assert max(read[1:]) <= 4000
        monkeypatch.setattr(export_rows, "WIDEST_GAP", 0)
        monkeypatch.setattr(export_rows, "PIECE", 10)
        monkeypatch.setattr(export_rows, "AT_ONCE", 7)
        write_rows(session, rows, str(tmp_path / "three.pcapng"))
    whole = content(LOSSY)
    for name in ("one", "two", "three"):
        assert [frame[:3] for frame in content(tmp_path / f"{name}.pcapng")] == [whole[row][:3] for row in rows]


@pytest.mark.usefixtures("_tshark")
@pytest.mark.parametrize("comments", [False, True])
@pytest.mark.parametrize("name", READ_BY_TSHARK)
def test_tshark_and_capinfos_read_the_same(reference: Path, tmp_path: Path, name: str, comments: bool) -> None:
    source, target = reference / "captures" / name, tmp_path / "copy.pcapng"
    with session_of(source) as session:
        write_rows(session, all_rows(session), str(target), comments=comments)
    fields = ("frame.time_epoch", "frame.len", "frame.cap_len", "tcp.seq_raw", "tcp.payload")
    before, after = told(source, *fields), told(target, *fields)
    assert [frame[1:] for frame in before] == [frame[1:] for frame in after]
    assert [Decimal(frame[0]) for frame in before] == [Decimal(frame[0]) for frame in after]
    counted = subprocess.run(["capinfos", "-Tmrc", target], capture_output=True, text=True, check=True).stdout
    assert counted.strip().rpartition(",")[2] == str(len(before))


@pytest.mark.usefixtures("_tshark")
def test_comments_explain_each_segment_and_name_its_frame(reference: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.pcapng"
    explained = {
        value["frame"]: (value["connection"], value["explanation"])
        for value in objects(succeed("-r", LOSSY, "--json", "packets", "--explain"))
    }
    with session_of(LOSSY) as session:
        rows = all_rows(session)[5::3]
        write_rows(session, rows, str(target), comments=True)
        numbers = session.store.gather("number", rows).tolist()
    comments = [comment for (comment,) in told(target, "frame.comment")]
    assert comments == [
        f"Frame {number} of lossy.pcap, connection {explained[number][0]}: {explained[number][1]}" for number in numbers
    ]
    many = reference / "captures" / "pcapplusplus__many-protocols.pcap"
    with session_of(many) as session:
        write_rows(session, all_rows(session), str(tmp_path / "many.pcapng"), comments=True)
        is_tcp = (session.store.gather("connection", all_rows(session)) >= 0).tolist()
    said = subprocess.run(
        ["tshark", "-nr", tmp_path / "many.pcapng", "-Tfields", "-eframe.comment"], capture_output=True, check=True
    )
    assert [bool(line) for line in said.stdout.splitlines()] == is_tcp


@pytest.mark.usefixtures("_tshark")
def test_comments_in_both_byte_orders(tmp_path: Path) -> None:
    with open_capture(str(LOSSY)) as capture:
        frames = [frame.data for frame in read_frames(capture)][:6]
    source, target = tmp_path / "in.pcapng", tmp_path / "out.pcapng"
    parts = [
        section(order) + interface(1, order=order) + b"".join(enhanced(data, order=order) for data in frames[some])
        for order, some in (("<", slice(0, 2)), (">", slice(2, 5)), ("<", slice(5, 6)))
    ]
    source.write_bytes(b"".join(parts))
    with session_of(source) as session:
        write_rows(session, all_rows(session), str(target), comments=True)
    assert content(target) == content(source)
    comments = [comment for (comment,) in told(target, "frame.comment")]
    assert [comment.split(",")[0] for comment in comments] == [f"Frame {number} of in.pcapng" for number in range(1, 7)]


def test_pcap_refuses_what_it_cannot_hold_and_names_pcapng(reference: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.pcap"
    with session_of(reference / "captures" / OF_MANY_LINK_TYPES) as session:
        with pytest.raises(InputError, match=r"one link type.*pcapng"):
            write_rows(session, all_rows(session), str(target))
        with pytest.raises(InputError, match=r"no comments.*pcapng"):
            write_rows(session, all_rows(session), str(target), comments=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_only_where_that_is_said(tmp_path: Path) -> None:
    target = tmp_path / "copy.pcapng"
    target.write_text("precious")
    with session_of(TEN) as session:
        rows = all_rows(session)
        with pytest.raises(InputError, match="exists"):
            write_rows(session, rows, str(target))
        assert target.read_text() == "precious"
        write_rows(session, rows, str(target), replace=True)
    assert len(content(target)) == len(rows)


@pytest.mark.parametrize("link", [os.link, os.symlink, shutil.copyfile])
def test_the_capture_that_is_open_is_never_written(tmp_path: Path, link: object) -> None:
    source, other = tmp_path / "in.pcap", tmp_path / "other.pcap"
    shutil.copy(TEN, source)
    assert callable(link)
    link(source, other)
    before = source.read_bytes()
    with session_of(source) as session:
        rows = all_rows(session)[:1]
        for path in (source, other):
            if path is other and link is shutil.copyfile:
                assert write_rows(session, rows, str(path), replace=True) == 1
            else:
                with pytest.raises(InputError, match="is the capture that is open"):
                    write_rows(session, rows, str(path), replace=True)
    assert source.read_bytes() == before


def test_the_file_that_a_capture_is_copied_to_is_left_to_it(tmp_path: Path) -> None:
    with session_of(TEN) as session:
        session.copy_name = str(tmp_path / "copy.pcapng")
        with pytest.raises(InputError, match="is what the capture is written to"):
            write_rows(session, all_rows(session), str(tmp_path / "x" / ".." / "copy.pcapng"), replace=True)


@pytest.mark.parametrize(
    ("name", "words"),
    [("missing/copy.pcapng", "is no folder"), ("", "names a folder"), ("sub/", "names a folder"), ("sub", "a folder")],
)
def test_where_no_file_can_be_made_one_sentence_says_so(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "sub").mkdir()
    with session_of(TEN) as session, pytest.raises(InputError, match=words):
        write_rows(session, all_rows(session), f"{tmp_path}/{name}", replace=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["sub"]


def test_a_device_is_no_file_to_write(tmp_path: Path) -> None:
    with session_of(TEN) as session, pytest.raises(InputError, match="no ordinary file"):
        write_rows(session, all_rows(session), "/dev/null", replace=True)
    assert Path("/dev/null").is_char_device()


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    target = tmp_path / "copy.pcapng"
    target.write_text("precious")
    with session_of(LOSSY) as session, no_room_after(10_000), pytest.raises(InputError, match="can't be written"):
        write_rows(session, all_rows(session), str(target), replace=True)
    assert target.read_text() == "precious"
    assert [entry.name for entry in tmp_path.iterdir()] == ["copy.pcapng"]


@pytest.mark.parametrize("comments", [False, True])
def test_stopping_leaves_nothing(tmp_path: Path, comments: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_rows, "PIECE", 4000)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(len(list(tmp_path.iterdir())))
        return len(asked) == 2

    with session_of(LOSSY) as session, pytest.raises(StoppedError):
        write_rows(session, all_rows(session), str(tmp_path / "x.pcapng"), comments=comments, cancelled=cancelled)
    assert asked == [1, 1], "the part that was written so far was there"
    assert list(tmp_path.iterdir()) == []


def test_frames_that_were_given_up_are_left_out_and_counted(tmp_path: Path) -> None:
    target = tmp_path / "copy.pcapng"
    with session_of(LOSSY) as session:
        rows = all_rows(session)
        session.store.drop_before(100)
        assert write_rows(session, rows, str(target), comments=True) == len(rows) - 100
    assert [frame[:3] for frame in content(target)] == [frame[:3] for frame in content(LOSSY)[100:]]
