"""How soon the first packets are on the screen, beside termshark where that is installed.

    python -m tests.bench.first_rows --packets 1000000 --connections 25000

Other options go to tests.bench.generate. Measured on a pseudo-terminal of 160 by 50 cells, from the start of the
command to the first row of a packet; `--version` to its end. Exit status 1: something took longer than it may.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from tests.bench.captures import generated_capture
from tests.bench.screens import AS_INSTALLED, processor_seconds
from tests.ui.terminal import Terminal

FIRST_ROW, VERSION = 0.4, 0.1
"""Seconds that the first row and `--version` may take."""

PATIENCE = 30.0

OUR_ROW = "SYN-SENT"
"""A state that the first packet of a generated capture leads to."""

ANSWERS = {"\x1b[6n": "\x1b[1;1R", "\x1b[c": "\x1b[?62;22c", "\x1b]11;?": "\x1b]11;rgb:0000/0000/0000\x1b\\"}
"""What a terminal answers to a question for the place of its cursor, for what it is, and for its background."""


def seconds_until(terminal: Terminal, began: float, seen: Callable[[bytes], bool]) -> float:
    """From `began` until what was written is enough; answers the questions that a terminal is asked."""
    answered = 0
    while not seen(terminal.written):
        terminal.take(0.01)
        new = terminal.written[answered:].decode("latin-1")
        for question, answer in ANSWERS.items():
            if question in new:
                terminal.press(answer)
                answered = len(terminal.written)
        if time.monotonic() - began > PATIENCE:
            raise AssertionError(f"no row in {PATIENCE:.0f} s; the last that was written: {terminal.written[-500:]!r}")
    return time.monotonic() - began


def ours(path: Path) -> tuple[float, float]:
    """Seconds until the first row of the packet table, and those of the processor."""
    began = time.monotonic()
    with Terminal("tui", str(path), environment=AS_INSTALLED) as terminal:
        wall = seconds_until(terminal, began, lambda written: OUR_ROW.encode() in written)
        return wall, processor_seconds(terminal.process.pid)


def termsharks(path: Path, home: str) -> float:
    """Seconds until termshark shows its first row: one that has the flags of a SYN."""
    began = time.monotonic()
    with Terminal("", "-r", str(path), environment={"HOME": home}, program="termshark") as terminal:
        return seconds_until(terminal, began, lambda written: b"[SYN]" in written)


def versions() -> float:
    """Seconds of `--version`, from start to end."""
    began = time.monotonic()
    with Terminal("tui", "--version", environment=AS_INSTALLED) as terminal:
        terminal.process.wait()
        return time.monotonic() - began


def told(name: str, taken: Sequence[float], most: float, note: str = "") -> bool:
    """Print a line; whether the median is more than it may be."""
    slow = median(taken) > most
    print(
        f"{name:<22}{min(taken):8.2f}{median(taken):8.2f}{most:8.2f}  {'TOO SLOW ' if slow else ''}{note}", flush=True
    )
    return slow


def main() -> int:
    """Measure; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.first_rows", description="Measure the first rows.")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=25_000)
    parser.add_argument("--rounds", type=int, default=5)
    given, others = parser.parse_known_args()
    path = generated_capture(["--packets", str(given.packets), "--connections", str(given.connections), *others])
    own: list[tuple[float, float]] = []
    theirs: list[float] = []
    version: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        ours(path)  # writes the bytecode
        for _ in range(given.rounds):
            own.append(ours(path))
            version.append(versions())
            if shutil.which("termshark"):
                theirs.append(termsharks(path, home))
    print(f"{'seconds':<22}{'least':>8}{'median':>8}{'most':>8}")
    slow = told("--version", version, VERSION)
    most = min(FIRST_ROW, median(theirs)) if theirs else FIRST_ROW
    slow |= told("first row", [wall for wall, _ in own], most, f"{median(cpu for _, cpu in own):.2f} s of processors")
    if theirs:
        told("termshark's first row", theirs, PATIENCE)
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
