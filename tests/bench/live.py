"""How the screen follows the busiest capture that a machine makes by itself: redis-benchmark at full rate on lo.

    python -m tests.bench.live

redis-server has a port of its own; tcpdump listens beside us with the same kernel buffer. Printed are the frames that
both have and those that were lost, the memory of the screen's process and of the capture process as the capture grows,
the time from a key to its painting meanwhile, and what each process takes of the processors. Exit status 1: a target is
missed; 2: it can't be measured here. Linux and root only.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.keys import percentile
from tests.bench.screens import AS_INSTALLED, may_capture, processor_seconds, run_first, settle
from tests.ui.terminal import Terminal
from tui.live.process import HELPER

SECONDS = 10.0
"""How long redis-benchmark runs."""

BUFFER_KIB = 16 << 10
"""Of the kernel, for us and for tcpdump."""

KEYS = ("k", "k", "k", "\x1b[5~", "j", "j", "\x1b[6~")
"""Cursor and page, in turn, away from the last row: nothing moves but what they move."""

BETWEEN_KEYS = 0.25
"""Seconds."""

WARM = 3.0
"""Seconds after which a process has all that it needs beside what it keeps of each packet."""

ANSWER, BYTES_A_PACKET, HELPER_BYTES = 0.05, 160.0, 4e6
"""At most: seconds from a key to its painting, memory that each packet after WARM takes of the screen's process, and
memory that the capture process takes more after WARM."""

AT_REST = 0.05
"""Part of a processor below which the screen has shown all that there was."""

PATIENCE = 60.0
"""Seconds after which it never will."""

PLACE = re.compile(rb"\x1b\[(\d+);(\d+)H")
"""Where the terminal is told to write (CUP of ECMA-48): row and column, from 1."""

TITLE = re.compile(rb"\x1b\[(\d+);1H\x1b\[[\d;]*m[^\x1b]*\x1b\[[\d;]*mPackets of")
"""The row of the packet table's title."""

WIDTH = 100
"""Columns of the packet table that are looked at: not its scroll bar, nor the details beside it."""

NEEDED = ("redis-server", "redis-benchmark", "tcpdump")
LO_PACKETS = Path("/sys/class/net/lo/statistics/rx_packets")


@dataclass(frozen=True, slots=True)
class Look:
    """What there was at one moment."""

    packets: int
    """That lo has carried so far."""
    screen: int
    """Anonymous bytes of the screen's process."""
    helper: int
    """The same of the capture process."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The load, from its start until all of it was on the screen."""

    warm: Look
    """WARM seconds after the start."""
    done: Look
    keys: Sequence[float]
    """Seconds from each key to its painting."""
    processors: Mapping[str, float]
    """Parts of a processor that each process took while the load ran."""
    behind: float
    """Seconds after the load until all was on the screen."""


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live", description="Measure a busy live capture.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of the load, 5 at least")
    given = parser.parse_args()
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing or not may_capture():
        print(f"live: needs Linux, root, and {', '.join(NEEDED)}", file=sys.stderr)
        return 2
    run_first()
    with redis_server() as (server, port), TemporaryDirectory() as folder:
        with listening(port, Path(folder) / "tcpdump.pcap") as tcpdump:
            measured, ours = followed(port, max(given.seconds, 5.0), {"redis-server": server, "tcpdump": tcpdump})
        theirs = counts(tcpdump.communicate()[1])
    return int(told(measured, ours, theirs, given.seconds))


@contextmanager
def redis_server() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server that keeps nothing, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.05)
            yield server, port
        finally:
            server.terminate()


@contextmanager
def listening(port: int, path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """tcpdump, which writes to a file from before the load until after it; its counts are to be read in the end."""
    command = ["tcpdump", "-i", "lo", "-B", str(BUFFER_KIB), "-w", str(path), "tcp", "port", str(port)]
    tcpdump = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        assert tcpdump.stderr is not None
        while b"listening" not in tcpdump.stderr.readline():
            pass
        yield tcpdump
    finally:
        tcpdump.send_signal(signal.SIGINT)


def followed(
    port: int, seconds: float, others: Mapping[str, "subprocess.Popen[bytes]"]
) -> tuple[Measured, dict[str, int]]:
    """Have the program show the load; what was measured, and the counts that it gives in the end."""
    arguments = ("-i", "lo", "-B", str(BUFFER_KIB), "tcp", "port", str(port))
    with Terminal("tui", *arguments, environment=AS_INSTALLED) as terminal:
        terminal.read_until("Try in another window")
        settle(terminal, 0.5)
        helper = capture_process(terminal.process.pid)
        command = ["redis-benchmark", "-p", str(port), "-t", "get,set", "-n", str(10**9), "-q"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as load:
            pids = {"screen": terminal.process.pid, "capture process": helper, "redis-benchmark": load.pid}
            measured = watched(terminal, seconds, pids | {name: other.pid for name, other in others.items()}, load)
        terminal.press("q")
        terminal.end()
        return measured, counts(terminal.written)


def watched(terminal: Terminal, seconds: float, pids: Mapping[str, int], load: "subprocess.Popen[bytes]") -> Measured:
    """Press keys while the load runs, end it, and wait until the screen has shown all of it."""
    before = {name: processor_seconds(pid) for name, pid in pids.items()}
    began = time.monotonic()
    warm: Look | None = None
    taken = []
    keys = cycle(KEYS)
    pass_time(terminal, 1.0)  # the table is there, and has rows
    terminal.press("k")
    while (passed := time.monotonic() - began) < seconds:
        pass_time(terminal, BETWEEN_KEYS)
        taken.append(answer(terminal, next(keys)))
        if warm is None and passed >= WARM:
            warm = look(pids)
    parts = {name: (processor_seconds(pid) - before[name]) / (time.monotonic() - began) for name, pid in pids.items()}
    load.terminate()
    ended = time.monotonic()
    while time.monotonic() - ended < PATIENCE:
        rest, used = time.monotonic(), processor_seconds(pids["screen"])
        pass_time(terminal, 0.5)
        if processor_seconds(pids["screen"]) - used < AT_REST * 0.5:
            break
    assert warm is not None
    return Measured(warm, look(pids), taken, parts, rest - ended)


def answer(terminal: Terminal, key: str) -> float:
    """Seconds from a key to the painting of rows of the packet table; that of other things goes on all the time."""
    top = int(TITLE.findall(terminal.written)[-1])
    began, seen = time.monotonic(), len(terminal.written)
    terminal.press(key)
    while (passed := time.monotonic() - began) < PATIENCE:
        terminal.take(0.01)
        places = (map(int, place) for place in PLACE.findall(terminal.written, seen))
        if any(row > top + 1 and column < WIDTH for row, column in places):
            return time.monotonic() - began
    return passed


def pass_time(terminal: Terminal, seconds: float) -> None:
    """Take what is written meanwhile."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        terminal.take(left)


def look(pids: Mapping[str, int]) -> Look:
    """How things are now."""
    return Look(int(LO_PACKETS.read_text()), anonymous(pids["screen"]), anonymous(pids["capture process"]))


def anonymous(pid: int) -> int:
    """Bytes of memory of a process that belong to no file."""
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("RssAnon:"))
    return int(line.split()[1]) * 1024


def capture_process(pid: int) -> int:
    """The child of the program that captures for it."""
    tasks = Path(f"/proc/{pid}/task")
    children = (Path(f"/proc/{child}") for path in tasks.glob("*/children") for child in path.read_text().split())
    (helper,) = (child for child in children if os.fsencode(HELPER) in (child / "cmdline").read_bytes().split(b"\0"))
    return int(helper.name)


def counts(words: bytes) -> dict[str, int]:
    """The counts that tcpdump, and tcptui like it, give in the end: `captured`, `received`, `dropped`."""
    return {name.decode(): int(count) for count, name in re.findall(rb"(\d+) packets? (\w+)", words)}


def told(measured: Measured, ours: Mapping[str, int], theirs: Mapping[str, int], seconds: float) -> bool:
    """Print everything; whether a target is missed."""
    warm, done = measured.warm, measured.done
    growth = (done.screen - warm.screen) / max(done.packets - warm.packets, 1)
    same = ours["captured"] == theirs["captured"] or theirs["dropped"] > 0
    slow = percentile(measured.keys)
    middle = sorted(measured.keys)[len(measured.keys) // 2]
    rows = [
        ("captured", f"{ours['captured']:,} frames, tcpdump {theirs['captured']:,}", "the same", same),
        ("dropped", f"{ours['dropped']:,}, tcpdump {theirs['dropped']:,}", "none", not ours["dropped"]),
        (
            "memory, screen",
            f"{done.screen / 1e6:.0f} MB, {growth:.0f} bytes a packet",
            f"{BYTES_A_PACKET:.0f}",
            growth <= BYTES_A_PACKET,
        ),
    ]
    more = done.helper - warm.helper
    rows += [
        (
            "memory, capture process",
            f"{done.helper / 1e6:.0f} MB, {more / 1e6:+.1f} MB",
            f"{HELPER_BYTES / 1e6:+.0f} MB",
            more <= HELPER_BYTES,
        ),
        ("keys", f"{1e3 * middle:.0f} ms, 95 % {1e3 * slow:.0f} ms", f"{1e3 * ANSWER:.0f} ms", slow <= ANSWER),
    ]
    print(f"{ours['captured'] / seconds:,.0f} packets a second; all shown {measured.behind:.1f} s after the end")
    for name, figure, most, met in rows:
        print(f"{name:<25}{figure:<45}{most:<10}{'' if met else 'MISSED'}".rstrip())
    for name, part in measured.processors.items():
        print(f"{name:<25}{part:.0%} of a processor")
    return not all(met for *_, met in rows)


if __name__ == "__main__":
    raise SystemExit(main())
