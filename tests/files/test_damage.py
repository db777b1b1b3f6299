"""Files that were cut or changed: what is whole is given out, and nothing else happens."""

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files.build import FRAMES, block, interface, pcap, pcapng, read_frames, simple
from tui.errors import InputError
from tui.files.source import CUT_SHORT, open_capture

PCAP_ENDS = [24 + sum(16 + len(frame) for frame in FRAMES[:n]) for n in range(5)]
BLOCK_LENGTHS = [28, 20, *(32 + len(frame) + -len(frame) % 4 for frame in FRAMES)]
PCAPNG_ENDS = [sum(BLOCK_LENGTHS[:n]) for n in range(1, 7)]


@pytest.mark.parametrize(
    ("whole", "header", "ends", "frame_ends"),
    [(pcap(), 24, PCAP_ENDS, PCAP_ENDS[1:]), (pcapng(), 16, PCAPNG_ENDS, PCAPNG_ENDS[2:])],
    ids=["pcap", "pcapng"],
)
def test_a_cut_anywhere_leaves_all_frames_before_it(
    tmp_path: Path, whole: bytes, header: int, ends: list[int], frame_ends: list[int]
) -> None:
    path = tmp_path / "cut"
    assert ends[-1] == len(whole)
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        if length < header:
            with pytest.raises(InputError):
                open_capture(str(path))
            continue
        with open_capture(str(path)) as capture:
            found = read_frames(capture)
            assert [frame.data for frame in found] == FRAMES[: sum(end <= length for end in frame_ends)]
            if length in ends:
                assert capture.damage is None
            else:
                assert capture.damage is not None
                assert capture.damage.reason == CUT_SHORT
                assert capture.damage.offset == max([0, *(end for end in ends if end < length)])


MATERIAL = [
    pcap(),
    pcap(order=">", magic=0xA1B23C4D),
    pcap(version=(2, 3)),
    pcapng(),
    pcapng(order=">") + simple(b"abc", order=">") + block(5, bytes(30), ">") + pcapng(),
    pcapng() + interface(options={2: b"eth0", 9: b"\x09", 14: bytes(8)}) * 3,
]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    original=st.sampled_from(MATERIAL),
    changes=st.lists(st.tuples(st.integers(0, 1 << 30), st.binary(min_size=1, max_size=6)), max_size=6),
    tail=st.binary(max_size=40),
)
def test_corruption_is_damage_and_nothing_worse(original: bytes, changes: list[tuple[int, bytes]], tail: bytes) -> None:
    data = bytearray(original)
    for place, change in changes:
        at = place % len(data)
        data[at : at + len(change)] = change
    data += tail
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        with suppress(InputError), open_capture(file.name) as capture:
            found = read_frames(capture)
            assert sum(len(frame.data) for frame in found) <= len(data)
            assert all(frame.wire >= len(frame.data) for frame in found)
            assert all(0 <= frame.interface < len(capture.interfaces) for frame in found)
            assert capture.damage is not None or capture.position == len(data)


def test_a_file_that_shrinks_while_it_is_read_is_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.files.window.PIECE", 200)
    path = tmp_path / "shrinking"
    path.write_bytes(pcap([bytes(100)] * 20))
    with open_capture(str(path)) as capture:
        batches = capture.batches()
        next(batches)
        with path.open("r+b") as file:
            file.truncate(500)
        assert sum(len(batch) for batch in batches) == 3
        assert capture.damage is not None
        assert len(capture.read_at(490, 100)) == 10


def test_a_disk_that_fails_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.files.window.PIECE", 200)
    path = tmp_path / "failing"
    path.write_bytes(pcap([bytes(100)] * 20))
    with open_capture(str(path)) as capture:
        batches = capture.batches()
        next(batches)

        def fail(*_: object) -> int:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr("tui.files.stored_bytes.os.preadv", fail)
        monkeypatch.setattr("tui.files.stored_bytes.os.pread", fail)
        assert list(batches) == []
        assert capture.damage is not None
        assert "Input/output error" in capture.damage.reason
        with pytest.raises(InputError, match="Input/output error"):
            capture.read_at(0, 10)
        with pytest.raises(InputError, match="Input/output error"):
            capture.read_many([0, 10], [10, 10])


def test_many_places_are_read_as_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "many"
    content = pcap([bytes([number % 256]) * 4 for number in range(1000)])
    path.write_bytes(content)
    places = [*range(len(content) - 5, 0, -30), len(content) + 10]
    with open_capture(str(path)) as capture:
        found = capture.read_many(places, [7] * len(places))
        assert found == [content[place : place + 7] for place in places]


def test_closing_is_no_damage_and_ends_all_reading(tmp_path: Path) -> None:
    path = tmp_path / "closed"
    path.write_bytes(pcap())
    capture = open_capture(str(path))
    batches = capture.batches()
    next(batches)
    capture.close()
    capture.close()
    assert list(batches) == []
    assert capture.damage is None
    assert capture.read_at(0, 10) == b""
    assert capture.read_many([0, 10], [10, 10]) == [b"", b""]
    assert capture.size == 0
