"""What tshark selects, asked for many filters in one run."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_FUNCTIONS = ("COUNT", "SUM", "MIN", "MAX")


class Selection(NamedTuple):
    """Enough of a set of frame numbers to tell it from any other that a fault may select."""

    frames: int
    total: int
    least: int
    greatest: int

    @classmethod
    def of(cls, numbers: Sequence[int]) -> "Selection":
        """That of some frame numbers."""
        return cls(len(numbers), sum(numbers), min(numbers, default=0), max(numbers, default=0))


def selections(path: Path, filters: Sequence[str]) -> list[Selection]:
    """What each filter selects of a capture, as tshark has it."""
    together = [text for text in filters if "," not in text]  # which separates the filters of its statistics
    found = dict(zip(together, _counted(path, together), strict=True))
    return [found[text] if text in found else Selection.of(_numbers(path, text)) for text in filters]


def _counted(path: Path, filters: Sequence[str]) -> list[Selection]:
    if not filters:
        return []
    asked = [f"{function}(frame.number)frame.number && ({text})" for text in filters for function in _FUNCTIONS]
    output = _tshark("-q", "-r", str(path), "-z", ",".join(("io", "stat", "0", *asked)))
    last = next((line for line in reversed(output.splitlines()) if "<>" in line), "")
    cells = [int(cell) for cell in last.replace("<>", " ").split("|")[2:-1]]
    assert cells, "tshark tells nothing of a capture of one frame or of a link type that it does not know"
    return [Selection(*cells[at : at + len(_FUNCTIONS)]) for at in range(0, len(cells), len(_FUNCTIONS))]


def _numbers(path: Path, text: str) -> list[int]:
    return [int(word) for word in _tshark("-r", str(path), "-Y", text, "-T", "fields", "-e", "frame.number").split()]


def _tshark(*arguments: str) -> str:
    done = subprocess.run(["tshark", *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert "is invalid" not in done.stderr, done.stderr
    return done.stdout
