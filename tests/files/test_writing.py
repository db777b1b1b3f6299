"""Frames written to a new file are the same frames, and other programs read them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.files.build import FRAMES, enhanced, frames_of, interface, pcap, pcapng, read_frames, section
from tui.errors import InputError
from tui.files.frames import FrameBatch
from tui.files.source import open_capture
from tui.files.writing import CaptureWriter

CAPTURES = [
    "derived__multisection__pcapng-example+tcp.pcapng",
    "derived__snaplen68__get-gzip.pcap",
    "pcapngtest__output_le_difficult_test202.pcapng",
    "pcapplusplus__many_interfaces-1.pcapng",
    "pcapplusplus__many-protocols.pcap",
    "pcapplusplus__nanosecs_big_endian.pcap",
    "tcpdump__bigtcp-ipv6-hbh.pcap",
    "tcpdump__empty.pcap",
    "tcpdump__tcp-handshake-nano.pcap",
    "tcptrace__fast_reuse.dmp.gz",
    "zeek__ldap_gap-data-missing.pcapng",
    "zeek__redis_reply-off-on.pcap",
]


def copy(source: object, target: object) -> None:
    with open_capture(str(source)) as capture, CaptureWriter(str(target), capture) as writer:
        for batch in capture.batches():
            writer.write(batch)


def content(path: Path) -> list[tuple[object, ...]]:
    """What a copy keeps of every frame."""
    with open_capture(str(path)) as capture:
        return [
            (f.time_ns, f.wire, f.data, i.link_type, i.byte_order, i.name, i.description, i.snap_length)
            for f in read_frames(capture)
            for i in [capture.interfaces[f.interface]]
        ]


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


@pytest.mark.parametrize("name", CAPTURES)
def test_a_copy_as_pcapng_keeps_everything(reference: Path, tmp_path: Path, name: str) -> None:
    source, target = reference / "captures" / name, tmp_path / "copy.pcapng"
    copy(source, target)
    assert content(target) == content(source)
    assert frames_of(target) is not None  # whole, to the last byte
    assert [entry.name for entry in tmp_path.iterdir()] == ["copy.pcapng"]
    with open_capture(str(source)) as before, open_capture(str(target)) as after:
        read_frames(before)
        read_frames(after)
        assert after.time_digits == before.time_digits
        assert len(after.interfaces) >= len({frame[5] for frame in content(source)})


@pytest.mark.parametrize("name", [name for name in CAPTURES if not name.endswith("pcapng")])
@pytest.mark.parametrize("ending", [".pcap", ".CAP", ".dmp"])
def test_a_copy_as_pcap_keeps_what_pcap_holds(reference: Path, tmp_path: Path, name: str, ending: str) -> None:
    source, target = reference / "captures" / name, tmp_path / f"copy{ending}"
    copy(source, target)
    assert content(target) == content(source)
    assert target.read_bytes()[:4] != section()[:4]
    if name.endswith(".pcap"):
        assert target.read_bytes()[24:] == source.read_bytes()[24:]


@pytest.mark.parametrize("ending", ["pcap", "pcapng"])
def test_tshark_and_capinfos_read_a_copy_like_the_original(reference: Path, tmp_path: Path, ending: str) -> None:
    needs("tshark")
    needs("capinfos")
    source = reference / "captures" / "pcapplusplus__nanosecs_big_endian.pcap"
    target = tmp_path / f"copy.{ending}"
    copy(source, target)
    fields = [f"-e{name}" for name in ("frame.time_epoch", "frame.len", "frame.cap_len", "tcp.seq_raw", "tcp.flags")]
    told = [
        subprocess.run(["tshark", "-nr", path, "-Tfields", *fields], capture_output=True, check=True).stdout
        for path in (source, target)
    ]
    assert told[0] == told[1] != b""
    kind = subprocess.run(["capinfos", "-t", "-c", "-M", target], capture_output=True, text=True, check=True).stdout
    assert ("nsecpcap" in kind) == (ending == "pcap")
    assert "10" in kind.splitlines()[-1]


def test_tcpdump_reads_a_copy_with_several_interfaces(reference: Path, tmp_path: Path) -> None:
    needs("tcpdump")
    target = tmp_path / "copy.pcapng"
    copy(reference / "captures" / "ptcpdump__tcp.pcapng", target)
    told = subprocess.run(["tcpdump", "-nr", target], capture_output=True, text=True, check=True)
    assert len(told.stdout.splitlines()) == 24


def test_only_the_selected_frames_are_written(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(pcapng())
    with open_capture(str(source)) as capture, CaptureWriter(str(target), capture) as writer:
        for batch in capture.batches():
            writer.write(batch.select(batch.captured > 60))
            writer.write(batch.select(batch.captured > 9999))
    assert [frame.data for frame in frames_of(target)] == [FRAMES[2]]


def test_both_byte_orders_in_one_file(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    one = section() + interface(0) + enhanced(b"\2\0\0\0") * 2
    two = section(">") + interface(0, order=">") + enhanced(b"\0\0\0\2", order=">")
    source.write_bytes(one + two + one)
    copy(source, target)
    assert content(target) == content(source)
    with pytest.raises(InputError, match=r"name that ends in \.pcapng"):
        copy(source, tmp_path / "out.pcap")


def test_a_second_link_type_does_not_fit_in_pcap(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out.pcap"
    source.write_bytes(section() + interface(1) + interface(113) + enhanced(b"x") + enhanced(b"y", of=1))
    with pytest.raises(InputError, match=r"one link type .* name that ends in \.pcapng"):
        copy(source, target)
    assert [entry.name for entry in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("offset", [2**32, -1])
def test_a_time_that_pcap_can_not_hold(tmp_path: Path, offset: int) -> None:
    source = tmp_path / "in"
    source.write_bytes(section() + interface(options={14: offset.to_bytes(8, "little", signed=True)}) + enhanced(b"x"))
    with pytest.raises(InputError, match="times"):
        copy(source, tmp_path / "out.pcap")


def test_a_frame_larger_than_the_usual_snap_length_can_be_read_again(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out.pcap"
    frames = [bytes(10), bytes(1_000_000)]
    source.write_bytes(pcapng(frames))
    with open_capture(str(source)) as capture, CaptureWriter(str(target), capture) as writer:
        for batch in capture.batches():
            for row in range(len(batch)):
                writer.write(batch.select(batch.number == batch.number[row]))
    assert [frame.data for frame in frames_of(target)] == frames


def test_standard_output_is_pcap(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source = tmp_path / "in"
    source.write_bytes(pcap(magic=0xA1B23C4D))
    copy(source, "-")
    sys.stdout.buffer.flush()
    assert capfdbinary.readouterr().out[24:] == source.read_bytes()[24:]


def test_an_existing_file_stays(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out.pcap"
    source.write_bytes(pcap())
    target.write_text("precious")
    with pytest.raises(InputError, match="exists; give another name or remove it first"):
        copy(source, target)
    assert target.read_text() == "precious"
    target.unlink()
    part = tmp_path / "out.pcap.part"
    part.write_text("precious")
    with pytest.raises(InputError, match=r"out\.pcap\.part exists"):
        copy(source, target)
    assert part.read_text() == "precious"


def test_a_file_that_turns_up_meanwhile_stays(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out.pcap"
    source.write_bytes(pcap())
    with open_capture(str(source)) as capture:
        writer = CaptureWriter(str(target), capture)
        target.write_text("precious")
        with pytest.raises(InputError, match="exists"):
            writer.close()
    assert target.read_text() == "precious"
    assert not (tmp_path / "out.pcap.part").exists()


def test_an_exception_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.write_bytes(pcap())

    def stop(writer: CaptureWriter, batch: FrameBatch) -> None:
        with writer:
            writer.write(batch)
            assert len(list(tmp_path.iterdir())) == 2
            raise KeyboardInterrupt

    with open_capture(str(source)) as capture:
        batch = next(capture.batches())
        with pytest.raises(KeyboardInterrupt):
            stop(CaptureWriter(str(tmp_path / "out.pcap"), capture), batch)
    assert [entry.name for entry in tmp_path.iterdir()] == ["in"]


def test_a_place_that_can_not_be_written(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.write_bytes(pcap())
    with pytest.raises(InputError, match=r"missing/out can't be written: No such file or directory"):
        copy(source, tmp_path / "missing" / "out")


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    source = tmp_path / "in"
    source.write_bytes(pcap([bytes(60_000)] * 100))
    monkeypatch.setattr(Path, "open", lambda *_, **__: open("/dev/full", "wb"))  # noqa: PTH123, SIM115
    with pytest.raises(InputError, match="can't be written: No space left on device"):
        copy(source, tmp_path / "out.pcapng")
    assert [entry.name for entry in tmp_path.iterdir()] == ["in"]
