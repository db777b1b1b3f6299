"""What is in a stream beside the bytes: gaps, ends, frames that were cut or given up; and files of it."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.program import CAPTURES
from tests.views.streams.opened import parts_of, session_of, stream_of
from tui.errors import InputError
from tui.session import Session
from tui.views.streams import CLIENT, SERVER, Finding, Form, Kind, Passages, Saving, Stream
from tui.views.streams.stream import Stretches


def kinds(session: Session) -> list[tuple[int, str, int]]:
    """Side, kind and length of each passage."""
    parts = parts_of(Passages(stream_of(session)))
    return [(side, kind, data if isinstance(data, int) else len(data)) for side, kind, data in parts]


def saved(passages: Passages, path: Path, form: Form | None, replace: bool = False) -> Saving:
    saving = Saving(passages, str(path), form, replace)
    saving.start()
    while not saving.over:
        saving._thread.join(1)
    return saving


def test_bytes_that_were_received_and_not_captured_are_a_gap(reference: Path) -> None:
    with session_of(reference / "cases/lost_segment_never_captured.pcap") as session:
        assert kinds(session)[1:4] == [(SERVER, "DATA", 1000), (SERVER, "NOT_CAPTURED", 1000), (SERVER, "DATA", 2000)]


def test_gaps_may_be_larger_than_any_memory(reference: Path) -> None:
    with session_of(reference / "cases/2gb_gap_big_transfer.pcap") as session:
        passages = Passages(stream_of(session))
        assert passages.missing() > 1 << 31
        assert sum(passages.data_bytes()) < 10_000


def test_what_a_short_snap_length_has_left_out_is_told(reference: Path) -> None:
    with session_of(reference / "captures/derived__snaplen68__get-gzip.pcap") as session:
        passages = Passages(stream_of(session))
        whole = [kind for _, kind, _ in kinds(session)]
        assert "CUT" in whole
        view = sum(length for _, kind, length in kinds(session) if kind in ("DATA", "CUT"))
        assert view == sum(passages.data_bytes()) + passages.missing()


def test_the_ends_are_where_they_happened() -> None:
    with session_of(CAPTURES / "half-closed.pcap") as session:
        found = kinds(session)
        fins = [at for at, (_, kind, _) in enumerate(found) if kind == "FIN"]
        assert len(fins) == 2
        assert any(kind == "DATA" and side == SERVER for side, kind, _ in found[fins[0] : fins[1]])
        assert Passages(stream_of(session))[fins[0]].position == sum(
            length for side, kind, length in found if kind == "DATA" and side == found[fins[0]][0]
        )


def test_a_reset_is_one_and_its_words_are_no_data(reference: Path) -> None:
    with session_of(reference / "cases/rst_ack_with_data.pcap") as session:
        assert kinds(session) == [(CLIENT, "DATA", 100), (SERVER, "DATA", 300), (SERVER, "RESET", 0)]


@pytest.mark.parametrize(
    ("name", "sides"), [("tcpdump__tfo-5c1fa7f9ae91.pcap", ()), ("zeek__tcp_tcp-fast-open.pcap", (0, 1))]
)
def test_the_data_of_a_syn_counts_where_it_was_accepted(reference: Path, name: str, sides: tuple[int, ...]) -> None:
    with session_of(reference / "captures" / name) as session:
        last = len(session.connections) - 1
        parts = parts_of(Passages(stream_of(session, last)))
        assert {side for side, kind, _ in parts if kind == "DATA"} == set(sides)


def test_one_side_has_the_turns_that_it_has_among_both() -> None:
    with session_of(CAPTURES / "ssh.pcap") as session:
        stream = stream_of(session)
        both = [part for part in parts_of(Passages(stream)) if part[0] == SERVER]
        assert parts_of(Passages(stream, (SERVER,))) == both
        assert len(both) > 2


def test_rows_that_were_given_up_have_no_bytes_and_the_rest_has() -> None:
    with session_of(CAPTURES / "reset-abort.pcap") as session:
        passages = Passages(stream_of(session))
        session.store.drop_before(6)
        assert passages.read(0, 0, passages[0].length) is None
        later = stream_of(session)
        assert not later.has_beginning
        assert sum(Passages(later).data_bytes()) > 0


def test_a_byte_is_found_by_its_frame_and_its_frame_by_the_byte() -> None:
    with session_of(CAPTURES / "lossy.pcap") as session:
        passages = Passages(stream_of(session))
        for number in range(len(passages)):
            if passages[number].kind == Kind.DATA:
                row = passages.row_at(number, passages[number].length - 1)
                found = passages.find(row, 0)
                assert found is not None
                assert passages.row_at(*found) == row


def test_the_file_has_the_bytes_of_the_sides_in_their_order(tmp_path: Path) -> None:
    with session_of(CAPTURES / "curl-http.pcap") as session:
        passages = Passages(stream_of(session))
        path = tmp_path / "stream.bin"
        assert saved(passages, path, None).fault == ""
        assert path.read_bytes() == b"".join(data for _, _, data in parts_of(passages) if isinstance(data, bytes))
        saved(Passages(passages.stream, (SERVER,)), path, None, replace=True)
        assert path.read_bytes().startswith(b"HTTP/1.0 200 OK\r\n")
        with pytest.raises(InputError, match="exists"):
            Saving(passages, str(path), None)


def test_the_text_has_headings_and_lines_that_are_not_broken(tmp_path: Path) -> None:
    with session_of(CAPTURES / "reset-abort.pcap") as session:
        passages = Passages(stream_of(session))
        path = tmp_path / "stream.txt"
        saved(passages, path, Form.TEXT)
        lines = path.read_text().splitlines()
        assert lines[1] == "> Tell me all!"
        assert set(lines[3:-1]) <= {"< line of a long answer", lines[-2]}
        assert "has reset the connection (RST)" in lines[-1]


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """Files of this process can't become larger, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_there_is_one_sentence_and_no_file(tmp_path: Path) -> None:
    with session_of(CAPTURES / "reset-abort.pcap") as session:
        passages = Passages(stream_of(session))
        with small_files(1000):
            saving = saved(passages, tmp_path / "stream.bin", None)
        assert "stream.bin can't be written: File too large" in saving.fault
        assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_cancelled_is_not_there(tmp_path: Path) -> None:
    with session_of(CAPTURES / "reset-abort.pcap") as session:
        saving = Saving(Passages(stream_of(session)), str(tmp_path / "stream.bin"), None)
        saving.cancel()
        saving.start()
        while not saving.over:
            saving._thread.join(1)
        assert saving.cancelled
        assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_done_before_it_is_cancelled_counts_as_written(tmp_path: Path) -> None:
    with session_of(CAPTURES / "reset-abort.pcap") as session:
        saving = saved(Passages(stream_of(session)), tmp_path / "stream.bin", None)
        saving.cancel()
        assert not saving.cancelled
        assert (tmp_path / "stream.bin").stat().st_size == saving.written > 0


def test_a_text_is_found_across_frames_in_both_directions() -> None:
    with session_of(CAPTURES / "reset-abort.pcap") as session:
        passages = Passages(stream_of(session))
        data = passages.read(1, 0, passages[1].length)
        assert data is not None
        places = []
        place: tuple[int, int] | None = (0, -1)
        while place is not None:
            finding = Finding(passages, "a long", *place, 1)
            finding.start()
            finding.wait(10)
            place = finding.found
            places.append(place)
        assert [at for at in places if at] == [(1, at) for at in range(len(data)) if data.startswith(b"a long", at)]
        backwards = Finding(passages, "A LONG", 1, 100, -1)
        backwards.start()
        backwards.wait(10)
        assert backwards.found is None, "capitals find capitals only"
        backwards = Finding(passages, "a long", 1, 100, -1)
        backwards.start()
        backwards.wait(10)
        assert backwards.found == max(at for at in places if at and at < (1, 100))


def test_a_million_frames_and_more_bytes_than_memory_are_laid_out_at_once() -> None:
    with session_of(CAPTURES / "curl-http.pcap") as session:
        count = 1_000_000
        length = np.full(count, 4096, np.int64)
        stretches = Stretches(
            *(np.zeros(count, np.uint8), (np.arange(count) // 1000 % 2).astype(np.uint8), np.zeros(count, np.int64)),
            *(length, np.zeros(count, np.int64), np.cumsum(length)),
        )
        passages = Passages(Stream(session, 0, ("a", "b"), stretches, True))
        assert len(passages) == 1000
        assert sum(passages.data_bytes()) == count * 4096
        assert passages[999].length == 4096 * 1000
