"""pcapng: sections, interfaces, and all blocks that hold frames."""

from pathlib import Path
from struct import pack

import pytest

from tests.files.build import (
    FRAMES,
    block,
    enhanced,
    frames_of,
    interface,
    obsolete,
    pcapng,
    read_frames,
    section,
    simple,
)
from tui.errors import InputError
from tui.files import window
from tui.files.source import open_capture

SECOND = 10**9
LATEST = 2**63 - 1


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders(tmp_path: Path, order: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(pcapng(order=order))
    found = frames_of(path)
    assert [frame.data for frame in found] == FRAMES
    assert [frame.time_ns for frame in found] == [n * (SECOND + 1000) for n in range(1, 5)]


@pytest.mark.parametrize("order", ["<", ">"])
def test_every_block_with_a_frame(tmp_path: Path, order: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(
        section(order)
        + interface(1, 60, order)
        + interface(113, 0, order)
        + simple(b"first", order=order)
        + obsolete(b"old", 2_000_000, 1, 9, order)
        + block(0x80000BAD, b"who knows", order)
        + simple(bytes(60), 90, order)
        + enhanced(b"", 3_000_000, 0, 1500, order)
    )
    found = frames_of(path)
    assert [(f.time_ns, f.interface, f.wire, f.data) for f in found] == [
        (0, 0, 5, b"first"),
        (2 * SECOND, 1, 3, b"old"),
        (2 * SECOND, 0, 90, bytes(60)),
        (3 * SECOND, 0, 1500, b""),
    ]


def test_a_simple_block_repeats_the_time_of_the_batch_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.files.pcapng.MOST_FRAMES", 1)
    path = tmp_path / "file"
    path.write_bytes(section() + interface() + enhanced(b"a", 5_000_000) + simple(b"b") + simple(b"c"))
    assert [frame.time_ns for frame in frames_of(path)] == 3 * [5 * SECOND]


def test_sections_number_their_interfaces_anew(tmp_path: Path) -> None:
    path = tmp_path / "file"
    named = interface(1, 96, ">", {2: b"lo\0", 3: "Käfig".encode()})
    path.write_bytes(
        section("<")
        + interface(113)
        + enhanced(b"one", 1)
        + section(">")
        + named
        + interface(101, 0, ">")
        + enhanced(b"two", 2, 1, order=">")
        + enhanced(b"three", 3, 0, order=">")
    )
    found = frames_of(path)
    assert [(f.interface, f.link_type, f.data) for f in found] == [(0, 113, b"one"), (2, 101, b"two"), (1, 1, b"three")]
    with open_capture(str(path)) as capture:
        read_frames(capture)
        assert [i.byte_order for i in capture.interfaces] == ["<", ">", ">"]
        second = capture.interfaces[1]
        assert (second.name, second.description, second.snap_length) == ("lo", "Käfig", 96)
        assert capture.interfaces[0].name is None


@pytest.mark.parametrize(
    ("resolution", "offset", "ticks", "expected", "digits"),
    [
        (6, 0, 1_000_001, 1_000_001_000, 6),
        (9, 0, 1_000_000_001, 1_000_000_001, 9),
        (0, 0, 3, 3 * SECOND, 6),
        (12, 0, 1_999, 1, 9),
        (127, 0, 2**64 - 1, 0, 9),
        (0x80 | 1, 0, 3, 1_500_000_000, 6),
        (0x80 | 32, 0, (1 << 32) + (1 << 31) + 5, 1_500_000_001, 9),
        (0x80 | 127, 0, 2**64 - 1, 0, 9),
        (6, 100, 1, 100 * SECOND + 1000, 6),
        (9, -2, 1, 1 - 2 * SECOND, 9),
        (0, 0, 2**64 - 1, LATEST, 6),
        (9, 0, 2**64 - 1, LATEST, 9),
        (9, 0, LATEST, LATEST, 9),
        (6, 2**63 - 1, 0, LATEST, 6),
        (6, -(2**63), 0, -LATEST - 1, 6),
    ],
)
def test_times(tmp_path: Path, resolution: int, offset: int, ticks: int, expected: int, digits: int) -> None:
    path = tmp_path / "file"
    options = {9: bytes([resolution]), 14: pack("<q", offset)}
    # an ordinary interface beside it has both ways of reading times meet in one batch
    path.write_bytes(
        section() + interface() + interface(options=options) + enhanced(b"x", 7) + enhanced(b"y", ticks, 1)
    )
    assert [frame.time_ns for frame in frames_of(path)] == [7000, expected]
    path.write_bytes(section() + interface(options=options) + enhanced(b"y", ticks))
    with open_capture(str(path)) as capture:
        assert [frame.time_ns for frame in read_frames(capture)] == [expected]
        assert capture.time_digits == digits


CORRUPT = {
    "frame longer than its block": enhanced(b"abcd")[:20] + pack("<I", 5) + enhanced(b"abcd")[24:],
    "unannounced interface": enhanced(b"abcd", of=1),
    "simple block without an interface": section() + simple(b"abcd"),
    "length no multiple of four": pack("<II", 6, 33) + bytes(21) + pack("<I", 33) + bytes(7),
    "length of zero": pack("<II", 6, 0) + bytes(40),
    "length below the least": pack("<II", 1, 16) + bytes(4) + pack("<I", 16),
    "length beyond all limits": pack("<II", 5, 0x7FFFFFFC) + bytes(40),
    "lengths that differ": enhanced(b"abcd")[:-4] + pack("<I", 40) + bytes(8),
    "lengths that differ in another block": block(5, b"abcd")[:-4] + pack("<I", 20),
    "section without a byte order": pack("<II", 0x0A0D0D0A, 28) + bytes(16) + pack("<I", 28),
    "section of another version": section(major=2),
}


@pytest.mark.parametrize("corrupt", CORRUPT.values(), ids=CORRUPT.keys())
def test_a_block_that_makes_no_sense_is_damage(tmp_path: Path, corrupt: bytes) -> None:
    path = tmp_path / "file"
    good = section() + interface() + enhanced(b"good") + enhanced(b"fine")
    path.write_bytes(good + corrupt + enhanced(b"never"))
    with open_capture(str(path)) as capture:
        assert [frame.data for frame in read_frames(capture)] == [b"good", b"fine"]
        assert capture.damage is not None
        assert capture.damage.offset - len(good) == (28 if corrupt.startswith(section() + b"\3") else 0)
        assert "cut short" not in capture.damage.reason


def test_too_many_interfaces_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(section() + interface() * 65537 + enhanced(b"x"))
    with open_capture(str(path)) as capture:
        assert read_frames(capture) == []
        assert len(capture.interfaces) == 65536
        assert capture.damage is not None


def test_options_that_do_not_hold_together_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "file"
    options = pack("<HH", 2, 3) + b"eth\0" + pack("<HH", 9, 400) + b"\x09"
    path.write_bytes(section() + block(1, pack("<HHI", 1, 0, 0) + options) + enhanced(b"x", 1))
    assert [frame.time_ns for frame in frames_of(path)] == [1000]
    with open_capture(str(path)) as capture:
        read_frames(capture)
        assert capture.interfaces[0].name == "eth"


def test_batches_are_cut_without_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "PIECE", 300)
    monkeypatch.setattr(window, "CHEAP_MOVE", 20)
    monkeypatch.setattr("tui.files.pcapng.MOST_FRAMES", 3)
    frames = [bytes([n % 251]) * (n * 37 % 150) for n in range(200)]
    frames[50] = bytes(5000)
    path = tmp_path / "pieces"
    path.write_bytes(pcapng(frames) + block(5, bytes(1000)) + pcapng(frames, ">"))
    found = frames_of(path)
    assert [frame.data for frame in found] == frames * 2
    assert [frame.interface for frame in found] == [0] * 200 + [1] * 200


@pytest.mark.parametrize(("head", "message"), [(section()[:15], "ends inside"), (section(major=3), "version 3")])
def test_a_first_section_that_can_not_be_read_is_refused(tmp_path: Path, head: bytes, message: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(head)
    with pytest.raises(InputError, match=message):
        open_capture(str(path))
