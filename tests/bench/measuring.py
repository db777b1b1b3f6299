"""What one run of a command takes: wall time, processor time, and memory of its own.

This module is imported where no numpy is, so that a command that is started from there begins small.
"""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

POLL_SECONDS = 0.05
"""Time between two looks at the memory of a run."""


class NotMeasuredError(Exception):
    """Something that had to run did not: one line for people."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all its processors and of the processes that it waited for."""
    peak_private: int
    """Bytes of anonymous memory of the process and all below it, shared pages counted once; 0 where not watched."""


def measure(command: Sequence[str], *, one_core: bool = False, watch_memory: bool = False) -> Run:
    """Run a command with its output thrown away; NotMeasuredError where it fails."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        with _cores(one_core):
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
    return Run(wall, usage.ru_utime + usage.ru_stime, max(peaks))


def median_run(watched: Run, timed: Sequence[Run]) -> Run:
    """The medians of timed runs, with the memory of the watched one."""
    return Run(median(run.wall for run in timed), median(run.cpu for run in timed), watched.peak_private)


def scaled(nothing: Run, part: Run, factor: float) -> Run:
    """What the whole would take where a part of it was done; `nothing` is the start of the program alone."""
    wall = nothing.wall + (part.wall - nothing.wall) * factor
    return Run(wall, nothing.cpu + (part.cpu - nothing.cpu) * factor, part.peak_private)


@contextmanager
def _cores(one_core: bool) -> Iterator[None]:
    """Within, a process that is started may run on one core only, where that is wanted."""
    if not one_core:
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _watch(pid: int, peaks: list[int]) -> None:
    """Note the private memory until the process has ended. Each look holds it up, so timed runs are not watched."""
    while (held := private_bytes(pid)) > 0:
        peaks.append(held)
        time.sleep(POLL_SECONDS)


def private_bytes(pid: int) -> int:
    """Anonymous memory of a process and all below it; what they share is counted once. 0 where they have ended."""
    return sum(map(_private, _with_children(pid)))


def _with_children(pid: int) -> list[int]:
    """The process and all below it."""
    family = [pid]
    for one in family:
        try:
            family += [int(child) for path in Path(f"/proc/{one}/task").glob("*/children") for child in _words(path)]
        except OSError:
            continue
    return family


def _private(pid: int) -> int:
    """Bytes of anonymous memory, each page divided by the processes that share it; 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return max((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss_Anon:")), default=0)


def _words(path: Path) -> list[str]:
    """The words of a file; none where it has gone."""
    try:
        return path.read_text().split()
    except OSError:
        return []
