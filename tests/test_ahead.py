"""A second process that makes items, and one that reads a capture: nothing is other than with one process alone."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tests.files.build import enhanced, interface, pcap, section
from tests.tcp.wire import OPEN, TALK, frame_of
from tui import reading
from tui.ahead import SLOT_BYTES, SLOTS, Ahead
from tui.decode.batch import decode_batch
from tui.files.frames import FrameBatch
from tui.files.source import open_capture
from tui.query.capture_filter import CaptureFilter
from tui.query.compiler import end_compiler
from tui.session import Session
from tui.store import COLUMNS

CAPTURES = sorted((Path(__file__).parents[1] / "captures").glob("*.pcap*"))


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    before = psutil.Process().children()
    yield
    end_compiler()
    assert set(psutil.Process().children()) <= set(before)


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any file is worth two processes, and there are processors for them."""
    monkeypatch.setattr(reading, "WORTH_SHARING", 0)
    monkeypatch.setattr(reading, "usable_processors", lambda: 2)


def test_items_come_in_their_order_with_arrays_of_any_size() -> None:
    sizes = [3, SLOT_BYTES // 8, 0, 1, SLOT_BYTES // 8 + 1, *range(10)]
    assert len(sizes) > SLOTS
    ahead = Ahead(lambda: ((number, [np.arange(size), np.arange(number) < 2]) for number, size in enumerate(sizes)))
    items = list(ahead)
    assert [number for number, _ in items] == list(range(len(sizes)))
    for number, (long, short) in items:
        np.testing.assert_array_equal(long, np.arange(sizes[number]))
        np.testing.assert_array_equal(short, np.arange(number) < 2)
    assert ahead.complete


def failing(fail: Callable[[], Any]) -> Iterator[int]:
    yield 1
    yield 2
    fail()
    yield 3


@pytest.mark.parametrize("fail", [lambda: 1 // 0, lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(0)])
def test_what_a_child_made_before_it_failed_is_there(fail: Callable[[], Any]) -> None:
    ahead = Ahead(lambda: failing(fail))
    assert list(ahead) == [1, 2]
    assert not ahead.complete


def test_a_child_that_nobody_listens_to_any_more_is_ended() -> None:
    for item in Ahead(lambda: iter(range(1000))):
        assert item == 0
        break
    Ahead(lambda: iter(range(1000))).close()


def known(session: Session) -> dict[str, Any]:
    """Everything that reading a capture tells."""
    capture, rows = session.capture, len(session.store)
    columns = {name: session.store.column(name, 0, rows).tolist() for name in COLUMNS}
    of_capture = (capture.damage, list(capture.interfaces), capture.time_digits, capture.position)
    pairs = [session.tuples.key(slot) for slot in range(session.tuples.length)]
    columns["slots"] = [session.tuples.find_key(pair) for pair in pairs]
    return (
        columns
        | {"pairs": pairs}
        | {"capture": of_capture, "origin": session.origin_ns, "left out": session.uncompiled}
    )


def read(path: Path, *, ahead: bool, expression: str = "", count: int | None = None) -> dict[str, Any]:
    with open_capture(str(path)) as capture:
        session = Session(capture, CaptureFilter(expression) if expression else None, count, batch_frames=50)
        if ahead:
            session.read_ahead()
        for _ in session.run():
            pass
        return known(session)


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("path", CAPTURES, ids=[path.stem for path in CAPTURES])
def test_a_capture_is_read_the_same_with_a_second_process(path: Path) -> None:
    assert read(path, ahead=True) == read(path, ahead=False)


def sections() -> bytes:
    """A capture whose interfaces are announced as it goes on, and are of different types; the end is missing."""
    frames = [frame_of(packet, number)[0] for number, packet in enumerate([*OPEN, *TALK * 4], 1)]
    parts = [section() + interface(link_type) + b"".join(map(enhanced, frames)) * 5 for link_type in (1, 101, 147, 1)]
    return b"".join(parts)[:-7]


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(("expression", "count"), [("", None), ("tcp[tcpflags] & tcp-push != 0", None), ("tcp", 77)])
def test_so_it_is_with_a_filter_a_count_and_damage(expression: str, count: int | None, tmp_path: Path) -> None:
    path = tmp_path / "cut.pcapng"
    path.write_bytes(sections())
    apart, alone = (read(path, ahead=ahead, expression=expression, count=count) for ahead in (True, False))
    assert apart == alone
    assert apart["number"]
    assert (apart["capture"][0] is None) == (count is not None)
    assert bool(apart["left out"]) == bool(expression)


@pytest.mark.usefixtures("shared")
def test_what_a_process_that_dies_leaves_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "some.pcap"
    packets = [*OPEN, *TALK * 30]
    path.write_bytes(pcap([frame_of(packet, number)[0] for number, packet in enumerate(packets, 1)]))
    alone = read(path, ahead=False)
    here = os.getpid()

    def dying(batch: FrameBatch, interfaces: Any) -> Any:
        if os.getpid() != here and batch.number[0] > 100:
            os.kill(os.getpid(), signal.SIGKILL)
        return decode_batch(batch, interfaces)

    monkeypatch.setattr("tui.reading.decode_batch", dying)
    assert read(path, ahead=True) == alone


@pytest.mark.usefixtures("shared")
def test_closing_the_capture_ends_reading() -> None:
    capture = open_capture(str(max(CAPTURES, key=lambda path: path.stat().st_size)))
    session = Session(capture, batch_frames=10)
    session.read_ahead()
    steps = session.run()
    next(steps)
    rows = len(session.store)
    capture.close()
    assert sum(1 for _ in steps) == 1
    assert (len(session.store), session.finished) == (rows, True)


@pytest.mark.usefixtures("shared")
def test_one_processor_reads_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "usable_processors", lambda: 1)
    monkeypatch.delattr(os, "fork")
    read(CAPTURES[0], ahead=True)
