"""What processor time each key takes on a large capture, and how soon keys are answered while it loads.

    python -m tests.bench.keys --packets 1000000 --connections 25000

Other options go to tests.bench.generate. A key is measured on a pseudo-terminal of 160 by 50 cells, from the key to the
last byte that it paints; the details that follow once the cursor rests are not part of it. Exit status 1: a key of
PER_KEY took more than it may at the 95th percentile.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.bench.captures import generated_capture
from tests.bench.screens import AS_INSTALLED, processor_seconds, run_first, settle
from tests.ui.terminal import Terminal

PAINTING = 0.13
"""Seconds that are waited for the painting of a key, at least; the details follow later."""

REST = 0.35
"""Seconds without a byte after which the details have followed too."""

STEP, JUMP, LOADING = 0.016, 0.1, 0.05
"""Seconds that a key may take: processor time of a step, processor time of a jump or of sorting, and while the capture
loads, wall time.
"""

TIMES = 20
"""How often each key is pressed."""

RIGHT, PAGE_DOWN, ENTER = "\x1b[C", "\x1b[6~", "\r"


@dataclass(frozen=True, slots=True)
class Key:
    """A key, or keys in turn, that is measured."""

    name: str
    keys: Sequence[str]
    most: float
    """Seconds at the 95th percentile."""
    before: str = ""
    """Keys that lead to where it is measured; each takes as long as it likes."""
    typed: str = ""
    """Keys that are pressed before each one, and are no part of it: what a prompt is given."""


PER_KEY = (
    Key("cursor, connections", ["j"], STEP),
    Key("page, connections", [PAGE_DOWN], STEP),
    Key("end and start, connections", ["G", "g"], JUMP),
    *(Key(f"sort by column {place}", ["s"], JUMP, "g" + RIGHT if place == 1 else RIGHT) for place in range(1, 11)),
    Key("next problem, connections", ["e"], STEP),
    Key("next connection", ["]"], STEP, ENTER),
    Key("widen and narrow", ["\x1b", ENTER], JUMP),
    Key("ladder and table", ["l"], JUMP),
    Key("cursor, packets", ["j"], STEP, "\x1b"),
    Key("page, packets", [PAGE_DOWN], STEP),
    Key("end and start, packets", ["G", "g"], JUMP),
    Key("to a frame", [ENTER], JUMP, typed=":{}"),
    Key("next problem", ["e"], STEP, "g"),
    Key("next teardown", ["t"], STEP, "g"),
    Key("next reset", ["r"], JUMP, "g"),
)


def painting(terminal: Terminal, key: str) -> tuple[float, float]:
    """Press a key; processor seconds and wall seconds until the last byte of what it paints was there."""
    pid = terminal.process.pid
    wall, processor = time.monotonic(), processor_seconds(pid)
    terminal.press(key)
    seen = 0.0, 0.0
    while (left := wall + PAINTING - time.monotonic()) > 0 or not seen[0]:
        if terminal.take(max(left, 0.01)):
            seen = processor_seconds(pid) - processor, time.monotonic() - wall
        elif left < -1:
            break
    return seen


def percentile(values: Sequence[float]) -> float:
    """The 95th."""
    return sorted(values)[round(0.95 * (len(values) - 1))]


def measured(terminal: Terminal, key: Key, frames: Iterator[int]) -> list[float]:
    """Processor seconds of each press."""
    for first in split(key.before):
        terminal.press(first)
        settle(terminal, REST)
    taken = []
    for place in range(TIMES):
        if key.typed:
            terminal.press(key.typed.format(next(frames)))
            settle(terminal, REST)
        taken.append(painting(terminal, key.keys[place % len(key.keys)])[0])
        settle(terminal, REST)
    return taken


def split(keys: str) -> Iterator[str]:
    """Keys one by one: an escape sequence is one key."""
    while keys:
        length = 3 if keys.startswith("\x1b[") else 1
        yield keys[:length]
        keys = keys[length:]


def while_loading(path: Path) -> list[float]:
    """Wall seconds of cursor moves among the packets while the capture loads."""
    taken = []
    with Terminal("tui", str(path), environment=AS_INSTALLED) as terminal:
        terminal.read_until("loading")
        terminal.press("\t")
        while b"complete" not in terminal.written:
            before = len(terminal.written)
            began = time.monotonic()
            terminal.press("j")
            while len(terminal.written) == before:
                terminal.take(0.01)
            taken.append(time.monotonic() - began)
            settle(terminal, 0.02)
        terminal.press("q")
        terminal.end()
    return taken


def told(name: str, taken: Sequence[float], most: float) -> bool:
    """Print the line of a key; whether it is slower than it may be."""
    worst = percentile(taken)
    slow = worst > most
    middle = sorted(taken)[len(taken) // 2]
    words = f"{name:<28}{1e3 * middle:7.1f} {1e3 * worst:7.1f} {1e3 * most:7.0f}"
    print(f"{words}  TOO SLOW" if slow else words, flush=True)
    return slow


def main() -> int:
    """Measure all of PER_KEY; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.keys", description="Measure keys.")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=25_000)
    given, others = parser.parse_known_args()
    run_first()
    path = generated_capture(["--packets", str(given.packets), "--connections", str(given.connections), *others])
    print(f"{'processor ms':<28}{'median':>7} {'95 %':>7} {'most':>7}")
    slow = False
    frames = ((place * 7919 * 13) % given.packets + 1 for place in count(1))
    with Terminal("tui", str(path), environment=AS_INSTALLED) as terminal:
        terminal.read_until("complete")
        settle(terminal)
        for key in PER_KEY:
            slow |= told(key.name, measured(terminal, key, frames), key.most)
        terminal.press("q")
        terminal.end()
    print("wall ms while it loads")
    slow |= told("cursor, packets", while_loading(path), LOADING)
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
