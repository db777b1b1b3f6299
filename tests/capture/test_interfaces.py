"""Interfaces that are not there, go down, vanish and come back."""

import os
import time
from pathlib import Path

from tests.capture.network import Network, datagram
from tests.capture.process import CaptureProcess, Event, frames_in, segments


def says_down(event: Event) -> bool:
    return not event["up"]


def says_up(event: Event) -> bool:
    return bool(event["up"])


def test_an_unknown_interface_is_refused(network: Network, capture: CaptureProcess, folder: Path) -> None:
    capture.start(folder, "wire", "nope", "also\0not", "a-name-that-is-far-too-long")
    failed = capture.wait("failed")
    assert failed["kind"] == "no-interface"
    assert "nope" in failed["reason"]
    assert "wire" not in failed["reason"]
    assert not list(folder.iterdir())
    capture.started(folder, "wire")


def test_an_interface_that_is_down_is_waited_for(network: Network, capture: CaptureProcess, folder: Path) -> None:
    network.add_pair("asleep", up=False)
    started = capture.started(folder, "asleep", "wire")
    assert [interface["name"] for interface in started["interfaces"]] == ["wire"]
    assert capture.wait("interface") == {"event": "interface", "name": "asleep", "up": False, "reason": "is down"}
    network.send("wire", datagram(1))
    capture.wait_captured(1)
    network.link("set", "asleep", "up")
    assert capture.wait("interface")["up"]
    network.send("asleep", datagram(2))
    capture.wait_captured(2)
    capture.stop()
    [segment] = segments(folder)
    assert segment.interface_of == ["wire", "asleep"]


def test_a_capture_goes_on_when_its_interface_is_up_again(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    capture.started(folder, "wire")
    network.send("wire", datagram(1))
    network.link("set", "wire", "down")
    down = capture.wait("interface")
    assert (down["name"], down["up"], down["reason"]) == ("wire", False, "is down")
    network.link("set", "wire", "up")
    network.send("wire", datagram(2))  # at once: before it can have been noticed
    capture.wait("interface", says_up)
    network.send("wire", datagram(3))
    counts = capture.stop()
    assert (counts["captured"], counts["received"]) == (3, 3)
    [segment] = segments(folder)
    assert segment.frames == [datagram(1), datagram(2), datagram(3)]
    assert segment.names == ["wire"]


def test_an_interface_that_is_made_again_is_captured_again(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    capture.started(folder, "wire")
    network.send("wire", datagram(1))
    network.link("del", "wire")
    capture.wait("interface", lambda event: event["reason"] == "does not exist any more")
    network.add_pair("wire")
    capture.wait("interface", says_up)
    network.send("wire", datagram(2))
    capture.wait_captured(2)
    counts = capture.stop()
    assert (counts["captured"], counts["received"]) == (2, 2)
    [segment] = segments(folder)
    assert segment.frames == [datagram(1), datagram(2)]
    assert segment.names == ["wire"]


def test_an_interface_that_comes_back_as_another_kind_is_another_interface(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    capture.started(folder, "wire")
    network.send("wire", datagram(1))
    network.link("del", "wire")
    with network.tunnel("wire") as tunnel:
        capture.wait("interface", says_up)
        tunnel.write(datagram(2)[14:])
        capture.wait_captured(2)
        capture.stop()
    [segment] = segments(folder)
    assert segment.frames == [datagram(1), datagram(2)[14:]]
    assert (segment.names, segment.link_types) == (["wire", "wire"], [1, 101])


def test_any_takes_interfaces_that_are_new_and_says_nothing_of_those_that_go(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    capture.started(folder, "any")
    network.link("del", "wire")
    capture.wait("interface", lambda event: (event["name"], event["reason"]) == ("any", "no interface is up"))
    network.add_pair("other")
    assert capture.wait("interface", says_up)["name"] == "any"
    network.send("other", datagram(1))
    capture.wait_captured(2)
    capture.stop()
    assert frames_in(folder) == [datagram(1), datagram(1)]
    assert {event["name"] for event in capture.events if event["event"] == "interface"} == {"any"}


def test_waiting_for_an_interface_costs_next_to_nothing(
    network: Network, capture: CaptureProcess, folder: Path
) -> None:
    capture.started(folder, "wire", "wire-peer")
    network.link("del", "wire")
    for _ in range(2):
        capture.wait("interface", says_down)
    before, begun = processor_seconds(capture), time.monotonic()
    while time.monotonic() < begun + 1:
        time.sleep(0.1)
    assert processor_seconds(capture) - before < 0.2


def processor_seconds(capture: CaptureProcess) -> float:
    """What the process has used so far."""
    fields = Path(f"/proc/{capture.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
