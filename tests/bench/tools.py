"""The programs that are measured, and the command of each for a capture."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.captures import Capture
from tests.bench.fields import tshark_json
from tests.bench.measuring import NotMeasuredError, Run, measure, scaled

SCAPY_PACKETS = 20_000
"""Packets that scapy reads; a million take it minutes."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A way of reading a capture."""

    command: Callable[[Path], list[str]]
    one_core: bool = False
    nothing: Callable[[Path], list[str]] | None = None
    """The same program with nothing to read; given where `command` reads SCAPY_PACKETS only and the rest is scaled."""

    def run(self, capture: Capture, watch_memory: bool) -> Run:
        """Read a capture once; NotMeasuredError where that fails."""
        path = capture.path()
        done = measure(self.command(path), one_core=self.one_core, watch_memory=watch_memory)
        if self.nothing is None:
            return done
        return scaled(measure(self.nothing(path)), done, max(capture.packets / SCAPY_PACKETS, 1.0))


def _tcptui(what: str) -> Callable[[Path], list[str]]:
    """The command of a report."""
    return lambda path: [sys.executable, "-m", "tui", "-r", str(path), "--json", what]


def _scapy(count: int) -> Callable[[Path], list[str]]:
    """The command that reads so many packets."""
    return lambda path: [sys.executable, "-m", "tests.bench.scapy_reader", str(path), str(count)]


TOOLS = {
    "tcptui": Tool(_tcptui("connections")),
    "tcptui, one core": Tool(_tcptui("connections"), one_core=True),
    "tshark": Tool(lambda path: ["tshark", "-n", "-r", str(path), "-T", "psml"]),
    "tcpdump": Tool(lambda path: ["tcpdump", "-nn", "-r", str(path)]),
    "capinfos": Tool(lambda path: ["capinfos", str(path)]),
    "scapy, scaled": Tool(_scapy(SCAPY_PACKETS), nothing=_scapy(0)),
    "tcptui, packets": Tool(_tcptui("packets")),
    "tshark, json": Tool(lambda path: tshark_json(str(path))),
}
"""By name; without another word `tcptui` is `--json connections` on all cores, and `tshark` its list of packets."""


def require_others() -> None:
    """NotMeasuredError where a program that tcptui is compared with is not installed."""
    for name in ("tshark", "tcpdump", "capinfos"):
        if shutil.which(name) is None:
            raise NotMeasuredError(f"{name} is not installed; install it to compare with it")
