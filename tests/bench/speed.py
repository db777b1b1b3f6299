"""How fast and how small tcptui is beside tshark and tcpdump, on a large generated capture.

    python -m tests.bench.speed --packets 1000000 --connections 25000

Other options go to tests.bench.generate. Exit status 1: too slow or too large; 2: it could not be measured.
This process imports no numpy, because a child's peak memory, as the kernel counts it, begins with its parent's.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

LEAST_RATIO = 4.0
"""How many times faster than tshark tcptui must be."""

MOST_BYTES = 200.0
"""Bytes of private memory that a packet may cost."""

POLL_SECONDS = 0.02

EMPTY_PCAP = bytes.fromhex("d4c3b2a1 02000400 00000000 00000000 00000400 01000000")
"""A capture of no packets, for the memory that the program itself takes."""


class NotMeasuredError(Exception):
    """Something that had to run did not: one line for people."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all its processors and waited-for children."""
    peak_rss: int
    """Bytes."""
    peak_anonymous: int
    """Bytes of anonymous memory; 0 where it was not watched."""


def measure(command: Sequence[str], watch_memory: bool = False) -> Run:
    """Run a command with its output thrown away."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        peaks = [0]
        watcher = threading.Thread(target=_watch, args=(process.pid, peaks))
        if watch_memory:
            watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if watch_memory:
            watcher.join()
        if process.returncode:
            errors.seek(0)
            words = errors.read().decode(errors="replace").strip().splitlines()
            raise NotMeasuredError(f"`{' '.join(command)}` failed: {words[-1] if words else process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, max(peaks))


def _watch(pid: int, peaks: list[int]) -> None:
    """Note a process's anonymous memory until it has ended. Each look holds it up, so timed runs are not watched."""
    while True:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            return
        peaks.append(max((int(line.split()[1]) * 1024 for line in lines if line.startswith("Anonymous:")), default=0))
        time.sleep(POLL_SECONDS)


def generated_capture(folder: Path, options: Sequence[str]) -> Path:
    """The capture that tests.bench.generate writes with these options; from an earlier run where there is one."""
    here = Path(__file__).parent
    version = zlib.crc32(b"".join((here / f"{name}.py").read_bytes() for name in ("generate", "layout", "packets")))
    path = folder / f"{'-'.join(options).replace('--', '')}-{version:08x}.pcap"
    if not path.exists():
        partial = path.with_suffix(".partial")
        measure([sys.executable, "-m", "tests.bench.generate", str(partial), *options])
        partial.rename(path)
    return path


def tcptui(capture: Path) -> list[str]:
    """The command that reports all connections of a capture."""
    return [sys.executable, "-m", "tui", "-r", str(capture), "--json", "connections"]


def compare(capture: Path, rounds: int) -> dict[str, Run]:
    """Medians by tool, of rounds that follow one that warms the caches; memory is watched in that one."""
    commands = {
        "tcptui": tcptui(capture),
        "tshark": ["tshark", "-n", "-r", str(capture), "-T", "psml"],
        "tcpdump": ["tcpdump", "-nn", "-r", str(capture)],
    }
    for tool in ("tshark", "tcpdump"):
        if shutil.which(tool) is None:
            raise NotMeasuredError(f"{tool} is not installed; install it to compare with it")
    print(f"measuring, {rounds} rounds of all three after one to warm up …", file=sys.stderr)
    watched = {tool: measure(command, watch_memory=True) for tool, command in commands.items()}
    runs: dict[str, list[Run]] = {tool: [] for tool in commands}
    for _ in range(rounds):
        for tool, command in commands.items():
            runs[tool].append(measure(command))
    return {
        tool: Run(
            median(run.wall for run in done),
            median(run.cpu for run in done),
            int(median(run.peak_rss for run in done)),
            watched[tool].peak_anonymous,
        )
        for tool, done in runs.items()
    }


def judge(results: dict[str, Run], empty: Run, packets: int) -> bool:
    """Print the table; whether tcptui is fast and small enough."""
    slowest = results["tshark"].wall
    print(f"{'':8} {'wall s':>8} {'CPU s':>8} {'RSS MB':>8} {'x tshark':>9}")
    for tool, run in results.items():
        print(f"{tool:8} {run.wall:8.2f} {run.cpu:8.2f} {run.peak_rss / 1e6:8.0f} {slowest / run.wall:9.1f}")
    ratio = slowest / results["tcptui"].wall
    per_packet = (results["tcptui"].peak_anonymous - empty.peak_anonymous) / packets
    fast, small = ratio >= LEAST_RATIO, per_packet <= MOST_BYTES
    print(f"{'ok' if fast else 'TOO SLOW'}: {ratio:.1f} times as fast as tshark, at least {LEAST_RATIO:.0f} wanted")
    print(f"{'ok' if small else 'TOO LARGE'}: {per_packet:.0f} bytes a packet, at most {MOST_BYTES:.0f} wanted")
    return fast and small


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.speed", description=__doc__.splitlines()[0])
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=25_000)
    parser.add_argument("--rounds", type=int, default=3)
    values, further = parser.parse_known_args()
    folder = Path(tempfile.gettempdir()) / "tcptui-bench"
    folder.mkdir(exist_ok=True)
    options = ["--packets", str(values.packets), "--connections", str(values.connections), *further]
    print("generating the capture, where it is not there yet …", file=sys.stderr)
    try:
        capture = generated_capture(folder, options)
        (folder / "empty.pcap").write_bytes(EMPTY_PCAP)
        results = compare(capture, max(values.rounds, 3))
        empty = measure(tcptui(folder / "empty.pcap"), watch_memory=True)
    except NotMeasuredError as error:
        print(f"speed: {error}", file=sys.stderr)
        return 2
    return 0 if judge(results, empty, values.packets) else 1


if __name__ == "__main__":
    raise SystemExit(main())
