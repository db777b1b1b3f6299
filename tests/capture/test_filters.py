"""Filters in the kernel, and their change while it captures."""

from pathlib import Path

import pytest

from tests.capture.network import Network, datagram
from tests.capture.process import CaptureProcess, frames_in

ONE, OTHER = "udp port 5000", "udp port 6000"


def test_only_what_the_filter_selects_is_captured(network: Network, capture: CaptureProcess, folder: Path) -> None:
    capture.started(folder, "wire", filter=ONE)
    network.send("wire", datagram(1, 6000), datagram(2, 5000), datagram(3, 6000), datagram(4, 5000))
    capture.wait_captured(2)
    assert capture.stop()["received"] == 2
    assert frames_in(folder) == [datagram(2, 5000), datagram(4, 5000)]


@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
@pytest.mark.parametrize(
    ("expression", "words"),
    [("tcp prt 80", "syntax error"), ("ip proto \\nonsense", "unknown ip proto"), ("a\0b", "not text")],
)
def test_a_filter_that_does_not_compile_is_refused_in_the_words_of_libpcap(
    network: Network, capture: CaptureProcess, folder: Path, up: bool, expression: str, words: str
) -> None:
    network.link("set", "wire", "up" if up else "down")
    capture.start(folder, "wire", filter=expression)
    failed = capture.wait("failed")
    assert (failed["kind"], words in failed["reason"]) == ("filter", True)
    assert capture.kinds() == ["ready", "failed"]
    assert not list(folder.iterdir())
    capture.started(folder, "wire", filter="tcp")


@pytest.mark.parametrize("snap_length", [0, 96])
def test_a_filter_changes_without_losing_what_had_arrived(
    network: Network, capture: CaptureProcess, folder: Path, snap_length: int
) -> None:
    capture.started(folder, "wire", "wire-peer", filter=ONE, snap_length=snap_length)
    network.send("wire", *(datagram(number, port) for number in range(10) for port in (5000, 6000)))
    capture.send(do="filter", filter=OTHER)
    capture.wait("filtered")
    network.send("wire", *(datagram(number, port) for number in range(10, 20) for port in (5000, 6000)))
    capture.wait_captured(40)
    capture.stop()
    expected = [datagram(number, 5000 if number < 10 else 6000) for number in range(20)]
    assert sorted(frames_in(folder)) == sorted(expected * 2)


def test_a_change_to_a_filter_that_does_not_compile_leaves_the_old_one(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    capture.started(folder, "wire", filter=ONE)
    capture.send(do="filter", filter="udp prt 1")
    assert capture.wait("failed")["kind"] == "filter"
    network.send("wire", datagram(1, 6000), datagram(2, 5000))
    capture.wait_captured(1)
    capture.stop()
    assert frames_in(folder) == [datagram(2, 5000)]


def test_an_interface_that_comes_back_has_the_filter_that_was_set_last(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    capture.started(folder, "wire", filter=ONE)
    network.link("del", "wire")
    capture.wait("interface", lambda event: "exist" in event["reason"])
    capture.send(do="filter", filter=OTHER)
    capture.wait("filtered")
    network.add_pair("wire")
    capture.wait("interface", lambda event: bool(event["up"]))
    network.send("wire", datagram(1, 5000), datagram(2, 6000))
    capture.wait_captured(1)
    capture.stop()
    assert frames_in(folder) == [datagram(2, 6000)]


def test_a_filter_is_checked_while_nothing_is_captured(capture: CaptureProcess) -> None:
    capture.send(do="filter", filter="tcp port 80")
    capture.wait("filtered")
    capture.send(do="filter", filter="tcp prt 80")
    assert capture.wait("failed")["kind"] == "filter"
