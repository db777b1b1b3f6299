"""What the kernel says of its sockets while they work: tracepoints, recorded in a tracing instance of our own."""

import errno
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.kernel.hosts import until

TRACING = Path("/sys/kernel/tracing")

TRACEPOINTS = (
    "sock/inet_sock_set_state",
    "tcp/tcp_retransmit_skb",
    "tcp/tcp_retransmit_synack",
    "tcp/tcp_send_reset",
    "tcp/tcp_receive_reset",
    "tcp/tcp_cong_state_set",
)

BUFFER_KIB = 2048
"""Of each processor."""

_LINE = re.compile(r"\s(\d+)\.(\d{6}): (\w+): (.*)$")


@dataclass(frozen=True, slots=True)
class KernelEvent:
    """One tracepoint that was passed."""

    time_us: int
    """Microseconds since the epoch, cut off."""
    name: str
    values: dict[str, str]
    """As they are printed."""

    @property
    def source(self) -> str:
        """The address of the socket, or of the reset's sender where there is none."""
        if "saddrv6" in self.values:
            return self.values["saddrv6"].removeprefix("::ffff:")
        return self.values["src"].rpartition(":")[0].strip("[]").removeprefix("::ffff:")


def why_not() -> str:
    """Why the kernel can't be asked here; empty where it can."""
    if os.geteuid() != 0:
        return "needs to be root"
    if not (TRACING / "instances").is_dir():
        mounted = subprocess.run(["mount", "-t", "tracefs", "tracefs", str(TRACING)], capture_output=True, check=False)
        if mounted.returncode:
            return "needs tracefs"
    missing = [point for point in TRACEPOINTS if not (TRACING / "events" / point).is_dir()]
    return f"needs the kernel's tracepoints {', '.join(missing)}" if missing else ""


class Trace:
    """A tracing instance that records."""

    def __init__(self, folder: Path, clock_ahead_us: int) -> None:
        self._folder = folder
        self._clock_ahead_us = clock_ahead_us

    def events(self) -> list[KernelEvent]:
        """All events so far, by time."""
        found = []
        for line in (self._folder / "trace").read_text().splitlines():
            match = _LINE.search(line)
            if match is None:
                continue
            seconds, microseconds, name, words = match.groups()
            values = dict(word.split("=", 1) for word in words.split() if "=" in word)
            found.append(KernelEvent(int(seconds) * 10**6 + int(microseconds) - self._clock_ahead_us, name, values))
        stats = [(place / "stats").read_text() for place in (self._folder / "per_cpu").iterdir()]
        lost = sum(int(stat.split("overrun: ")[1].split()[0]) for stat in stats)
        if lost:
            raise RuntimeError(f"the kernel's trace has lost {lost} events")
        return found


@contextmanager
def tracing(port: int) -> Iterator[Trace]:
    """Record the tracepoints that connections of a server's port pass, until the block's end."""
    folder = TRACING / "instances" / f"tcptui-{os.getpid()}-{port}"
    folder.mkdir()
    try:
        (folder / "trace_clock").write_text("tai")
        (folder / "buffer_size_kb").write_text(str(BUFFER_KIB))
        for point in TRACEPOINTS:
            if point != "tcp/tcp_send_reset":  # its ports are inside its addresses
                (folder / "events" / point / "filter").write_text(f"sport == {port} || dport == {port}")
            (folder / "events" / point / "enable").write_text("1")
        ahead = time.clock_gettime_ns(time.CLOCK_TAI) - time.time_ns()
        yield Trace(folder, round(ahead / 10**9) * 10**6)  # International Atomic Time is whole seconds ahead
        (folder / "tracing_on").write_text("0")
    finally:
        (folder / "events" / "enable").write_text("0")
        until(lambda: _removed(folder), "the end of the tracing instance")


def _removed(folder: Path) -> bool:
    """Remove a tracing instance; False while a process that is just being started still holds one of its files."""
    try:
        folder.rmdir()
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        return False
    return True
