"""Plays a scenario, captures it at both hosts, and writes down what the kernel says of it."""

import shutil
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from tests.kernel.hosts import PATIENCE, Host, relayed, until, wired
from tests.kernel.lab import Lab, Look
from tests.kernel.tracing import KernelEvent, tracing
from tui.live.capture import LiveCapture, open_live
from tui.live.request import LiveRequest

SIDES = ("client", "server")

MARKER_PORT = 9
"""UDP's discard port: a datagram to it shows that all before it was captured."""

UDP = 17
"""IP protocol."""

PROTOCOL_OFFSET = 23
"""Of the protocol's number in an Ethernet frame with IPv4."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A conversation that is played by a script."""

    name: str
    play: Callable[[Lab], None]
    relay: str | None = None
    """Rules of the relay between the hosts; None: there is none."""
    settings: Mapping[str, int] = field(default_factory=dict)
    """sysctls of net.ipv4, at both hosts."""
    congestion: str = "cubic"
    """Congestion control."""
    undelivered: str = ""
    """The side that the last segments do not reach: what is assumed of it because of them is not so."""

    @property
    def file_name(self) -> str:
        """The beginning of its captures' names."""
        return self.name.replace(" ", "-")


@dataclass(slots=True)
class Recorded:
    """A scenario that was played."""

    scenario: Scenario
    port: int
    """The server's."""
    addresses: dict[str, tuple[str, str]]
    """Each side's, IPv4 and IPv6."""
    captures: dict[str, Path]
    """Taken beside each side."""
    events: list[KernelEvent]
    looks: list[Look]
    """The last one is of the end."""
    counters: dict[str, dict[str, int]]
    """Each side's TCP counters at the end; they were 0 at the beginning."""
    end_us: int
    """Microseconds since the epoch: what happens later does not belong to the scenario."""


def record(scenario: Scenario, port: int, folder: Path) -> Recorded:
    """Play a scenario on a port that no other scenario has, and write its captures into a folder."""
    with ExitStack() as ending:
        trace = ending.enter_context(tracing(port))
        if scenario.relay is None:
            client, server, relay = ending.enter_context(wired(port, scenario.settings))
        else:
            client, server, relay = ending.enter_context(relayed(port, scenario.settings, scenario.relay))
        hosts = dict(zip(SIDES, (client, server), strict=True))
        lab = ending.enter_context(Lab(client, server, relay, port, scenario.congestion.encode()))
        watchers = {side: ending.enter_context(_Watcher(host)) for side, host in hosts.items()}
        scenario.play(lab)
        _settle(client, server, watchers)
        lab.look()
        end_us = time.time_ns() // 1000
        counters = {side: host.counters() for side, host in hosts.items()}
        captures = {
            side: watcher.write(folder / f"{scenario.file_name}.{side}.pcapng") for side, watcher in watchers.items()
        }
        addresses = {side: (host.address, host.address6) for side, host in hosts.items()}
        known = {address for pair in addresses.values() for address in pair}
        events = [event for event in trace.events() if event.time_us <= end_us and event.source in known]
        return Recorded(scenario, port, addresses, captures, events, lab.looks, counters, end_us)


def _settle(client: Host, server: Host, watchers: "dict[str, _Watcher]") -> None:
    """Wait until all that was sent so far has been captured: what each host sends the other one last is, too."""
    for host, peer in ((client, server), (server, client)):
        with host.inside(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
            sender.sendto(b"", (peer.address, MARKER_PORT))
    for side, watcher in watchers.items():
        until(lambda: watcher.markers == 2, f"the last frames at the {side}")  # noqa: B023  it is called at once


class _Watcher:
    """A capture on a host's interface."""

    def __init__(self, host: Host) -> None:
        self._capture: LiveCapture = host.inside(
            lambda: open_live(LiveRequest(("eth0",), f"tcp or udp port {MARKER_PORT}"))
        )
        until(lambda: self._capture.running, "the capture")
        self.markers = 0
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for batch in self._capture.batches():
            self.markers += int((batch.data[batch.start + PROTOCOL_OFFSET] == UDP).sum())

    def write(self, path: Path) -> Path:
        """End the capture, and write it to a file."""
        self._capture.finish()
        self._capture.wait_stopped()
        self._reader.join(PATIENCE)
        counts = self._capture.counts
        if counts.dropped or counts.dropped_by_interface or self._capture.fault:
            raise RuntimeError(f"the capture has lost frames: {counts} {self._capture.fault}")
        (segment,) = Path(self._capture.spool_path).glob("*.pcapng")
        shutil.copyfile(segment, path)
        return path

    def __enter__(self) -> "_Watcher":
        return self

    def __exit__(self, *_: object) -> None:
        self._capture.close()
