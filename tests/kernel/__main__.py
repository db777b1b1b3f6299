"""Prints what the project and tshark say of every scenario, beside the kernel's word.

Usage: python -m tests.kernel [WORDS]     only scenarios whose names hold the words
       --short                            without the large transfers
       --keep FOLDER                      leave the captures there, each scenario's truth beside them as JSON
"""

import argparse
import json
import shutil
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from tests.kernel import tshark
from tests.kernel.judged import Judged, judge
from tests.kernel.scenarios import ALL, SCENARIOS, play
from tests.kernel.tracing import why_not

HEADINGS = ("scenario", "states", "equal", "rows", "right", "resent", "found", "false", "found", "false")
WIDTHS = (46, 7, 7, 8, 8, 7, 7, 7, 7, 7)


def main() -> int:
    """Play, judge, print; returns the exit status: 1 where the project and the kernel differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.kernel")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--short", action="store_true")
    asked = parser.parse_args()
    reason = why_not()
    if reason:
        print(f"the kernel can't be asked: {reason}")
        return 0
    chosen = [scenario for scenario in (SCENARIOS if asked.short else ALL) if " ".join(asked.words) in scenario.name]
    with nullcontext(asked.keep) if asked.keep else tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        pool, plays = play(chosen, folder)
        print(" " * (sum(WIDTHS[:5])) + "retransmissions".rjust(sum(WIDTHS[5:8])) + "tshark".rjust(sum(WIDTHS[8:])))
        _print_row(HEADINGS)
        totals = [0] * (len(WIDTHS) - 1)
        differences = []
        with pool:
            for scenario, future in plays.items():
                try:
                    judged = judge(future.result())
                except (OSError, RuntimeError) as error:
                    differences.append(f"{scenario} could not be played: {error}")
                    continue
                counts = _counts(judged)
                _print_row((scenario, *counts))
                totals = [total + count for total, count in zip(totals, counts, strict=True)]
                differences += [f"{scenario}: {line}" for line in judged.differences()]
                if asked.keep:
                    _write_truth(judged, folder / f"{judged.recorded.scenario.file_name}.json")
        _print_row(("total", *totals))
    print(*differences, sep="\n")
    return 1 if differences else 0


def _counts(judged: Judged) -> tuple[int, ...]:
    states = judged.states
    ours = judged.retransmissions
    there = shutil.which("tshark") is not None
    theirs = [tshark.retransmissions(judged.recorded.captures[one.capture]) if there else set() for one in ours]
    pairs = list(zip(ours, theirs, strict=True))
    return (
        sum(verdict.compared for verdict in states),
        sum(verdict.equal for verdict in states),
        len(judged.sender_rows),
        sum(row.right for row in judged.sender_rows),
        sum(len(one.made) for one in ours),
        sum(len(one.found) for one in ours),
        sum(len(one.false) for one in ours),
        sum(len(said & one.made.keys()) for one, said in pairs),
        sum(len(said - one.made.keys()) for one, said in pairs),
    )


def _print_row(cells: tuple[str | int, ...]) -> None:
    name, *numbers = cells
    rest = "".join(str(number).rjust(width) for number, width in zip(numbers, WIDTHS[1:], strict=True))
    print(f"{name:{WIDTHS[0]}}{rest}", flush=True)


def _write_truth(judged: Judged, path: Path) -> None:
    recorded = judged.recorded
    truth = {
        "scenario": recorded.scenario.name,
        "relay": recorded.scenario.relay,
        "captures": {side: capture.name for side, capture in recorded.captures.items()},
        "resent": [asdict(resent) for resent in judged.resent],
        "resent_frames_by_capture": {one.capture: sorted(one.made) for one in judged.retransmissions},
        "counters": recorded.counters,
        "sockets": [asdict(sock) for sock in judged.sockets],
    }
    path.write_text(json.dumps(truth, indent=1), encoding="ascii")


if __name__ == "__main__":
    sys.exit(main())
