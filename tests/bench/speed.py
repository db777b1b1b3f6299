"""How fast and how small tcptui is, beside other tools, on large generated captures.

    python -m tests.bench.speed
    python -m tests.bench.speed --only ordinary --packets 100000 --rounds 1

Every command runs once to warm the caches, with its memory watched, and then once in each round, all in turn; the
table has the medians. The targets are for a million packets, for which it takes about an hour. Exit status 1: a target
is missed; 2: something could not be measured. Linux only.
"""

import argparse
import sys
from collections.abc import Sequence

from tests.bench.captures import Capture, captures
from tests.bench.measuring import NotMeasuredError, Run, median_run
from tests.bench.table import lines
from tests.bench.targets import HOSTILE, TARGETS, Place, Results, Target
from tests.bench.tools import SCAPY_PACKETS, TOOLS, require_others

ROUNDS = 5

COMPARED = ("tcptui", "tcptui, one core", "tshark", "tcpdump", "capinfos", "scapy, scaled")
"""The tools that read one capture after the other."""

READ_BY = {
    "ordinary": COMPARED,
    "packets": ("tcptui, packets", "tshark, json"),
    "twice": ("tcptui", "tcptui, one core"),
    "retransmissions": COMPARED,
    "one-connection": COMPARED,
    "one-syn": COMPARED,
    "ipv6-vlan": COMPARED,
    **dict.fromkeys(HOSTILE, ("tcptui",)),
}
"""The tools for each capture; not tshark for the hostile ones, some of which it would take an hour for."""


def chosen(only: Sequence[str]) -> tuple[list[Place], tuple[Target, ...]]:
    """What is measured, and the targets, for some captures by name, or all."""
    targets = tuple(target for target in TARGETS if not only or target.name in only)
    needed = {place for target in targets for place in target.places}
    named = [(name, tool) for name, tools in READ_BY.items() for tool in tools]
    places = [place for place in named if not only or place[0] in only or place in needed]
    return [*places, *sorted(needed - set(named))], targets


def measured(places: Sequence[Place], of: dict[str, Capture], rounds: int) -> dict[Place, Run]:
    """The medians of every place."""
    watched: dict[Place, Run] = {}
    timed: dict[Place, list[Run]] = {place: [] for place in places}
    for number in range(rounds + 1):
        for place in places:
            name, tool = place
            about = f"round {number} of {rounds}" if number else "warming up"
            print(f"{about}: {name}, {tool} … ", end="", file=sys.stderr, flush=True)
            run = TOOLS[tool].run(of[name], watch_memory=number == 0)
            print(f"{run.wall:.2f} s", file=sys.stderr)
            if number:
                timed[place].append(run)
            else:
                watched[place] = run
    return {place: median_run(watched[place], runs) for place, runs in timed.items()}


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.speed", description=__doc__.splitlines()[0])
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    names = list(dict.fromkeys([*READ_BY, *(target.name for target in TARGETS)]))
    parser.add_argument("--only", action="append", choices=names, help="a capture, or memory; more than once for more")
    values = parser.parse_args()
    of = captures(values.packets)
    places, targets = chosen(values.only or ())
    try:
        require_others()
        for name in dict.fromkeys(name for name, _ in places):
            of[name].path()
        results = Results(of, measured(places, of, max(values.rounds, 1)))
    except NotMeasuredError as error:
        print(f"speed: {error}", file=sys.stderr)
        return 2
    print("\n".join(lines(results, targets)))
    print("MB: private memory at its peak.")
    if any(TOOLS[tool].nothing for _, tool in places):
        print(f"scaled: {SCAPY_PACKETS:,} packets are read, and the rest is reckoned from them.")
    return 0 if all(target.reached(results) for target in targets) else 1


if __name__ == "__main__":
    raise SystemExit(main())
