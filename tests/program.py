"""The program as its users run it, and the captures that lie beside it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
CAPTURES = PROJECT / "captures"
CURL = str(CAPTURES / "curl-http.pcap")
REDIS = str(CAPTURES / "redis-ping.pcap")
REFUSED = str(CAPTURES / "refused.pcap")

COMMAND = (sys.executable, "-m", "tui")

PATIENCE = 30.0
"""Seconds after which a run is not going to end by itself."""


def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A run to its end, without a terminal."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], input=stdin, capture_output=True, timeout=PATIENCE, check=False
    )


def succeed(*arguments: str | Path, stdin: bytes = b"") -> bytes:
    """The standard output of a run that has nothing to complain about."""
    done = run(*arguments, stdin=stdin)
    assert done.stderr == b""
    assert done.returncode == 0
    return done.stdout


def fail(status: int, *arguments: str | Path, stdin: bytes = b"") -> str:
    """The one line of a run that prints nothing else and ends with `status`."""
    done = run(*arguments, stdin=stdin)
    assert done.returncode == status
    assert done.stdout == b""
    return complaint(done)


def complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one line that a run has put on standard error, without the program's name."""
    line = done.stderr.decode()
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert line.startswith("tcptui: ")
    assert line[:-1].isprintable()
    return line.removeprefix("tcptui: ").removesuffix("\n")


def objects(output: bytes) -> list[dict[str, Any]]:
    """JSON Lines as Python values."""
    return [json.loads(line) for line in output.splitlines()]


def joined(*captures: str) -> bytes:
    """Captures of one format behind each other, as one."""
    header, *_ = contents = [Path(capture).read_bytes() for capture in captures]
    return header[:24] + b"".join(content[24:] for content in contents)
