"""Frames of several interfaces in one order."""

from tui.capture.frames import Frame
from tui.capture.merging import HELD_FOR, Merger

SECOND = 1_000_000
NOW = 1_700_000_000 * SECOND


def frame(time: int, interface: int) -> Frame:
    return (time, interface, 4, b"data")


def test_frames_that_are_read_later_come_before_those_that_arrived_after_them() -> None:
    merger = Merger()
    merger.add([frame(NOW + 10_000, 0), frame(NOW + 15_000, 0)])
    assert merger.take(NOW + 20_000) == []
    merger.add([frame(NOW + 5_000, 1), frame(NOW + 12_000, 1)])
    assert merger.take(NOW + 5_001 + HELD_FOR) == [frame(NOW + 5_000, 1)]
    assert merger.take(NOW + 15_001 + HELD_FOR) == [
        frame(NOW + 10_000, 0),
        frame(NOW + 12_000, 1),
        frame(NOW + 15_000, 0),
    ]
    assert not merger.holding


def test_frames_of_the_same_time_keep_the_order_in_which_they_were_read() -> None:
    merger = Merger()
    merger.add([frame(NOW, 1)])
    merger.add([frame(NOW, 0)])
    assert merger.take_all() == [frame(NOW, 1), frame(NOW, 0)]


def test_a_clock_that_is_set_back_holds_nothing_up() -> None:
    merger = Merger()
    merger.add([frame(NOW, 0)])
    assert merger.take(NOW - 3600 * SECOND) == [frame(NOW, 0)]


def test_frames_wait_for_those_of_an_interface_that_has_fallen_behind() -> None:
    merger = Merger()
    merger.add([frame(NOW, 0), frame(NOW + 10, 0)])
    merger.add([frame(NOW + 5, 1), frame(NOW + 20, 1)])
    assert merger.take(NOW + SECOND, unread_after=NOW + 10) == [frame(NOW, 0), frame(NOW + 5, 1)]
    merger.add([frame(NOW + 15, 0)])
    assert merger.take(NOW + SECOND) == [frame(NOW + 10, 0), frame(NOW + 15, 0), frame(NOW + 20, 1)]
