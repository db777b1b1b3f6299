"""A capture process that follows a script: what the real one does only when something odd happens."""

import json
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.files.build import enhanced, interface, option, section

PROJECT = Path(__file__).resolve().parents[2]

LIBRARIES = [path for path in sys.path if path.endswith("site-packages")]
"""Where this Python's libraries are: another Python of the same version finds them there as well."""

READY = "say('ready')"
"""How every script but the oddest begins."""


def write_stand_in(folder: Path, *lines: str) -> Path:
    """A program for the capture process that runs `lines`, in which all of this module is known."""
    path = folder / "stand_in.py"
    found = f"sys.path[:0] = {[str(PROJECT), *LIBRARIES]!r}"
    path.write_text("\n".join(("import sys, os, time", found, "from tests.live.stand_in import *", *lines)) + "\n")
    return path


def say(event: str, **fields: Any) -> None:
    """Send an event."""
    print(json.dumps({"event": event, **fields}), flush=True)


def hear() -> dict[str, Any]:
    """The next command; the process ends where there are no more."""
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    command: dict[str, Any] = json.loads(line)
    return command


def head(names: Iterable[str]) -> bytes:
    """The head of a segment that announces interfaces."""
    return section() + b"".join(announcement(name) for name in names)


def announcement(name: str) -> bytes:
    """The block that announces an Ethernet interface."""
    return interface(options={2: name.encode(), 9: b"\x06"})


def packets(*numbers: int, of: int = 0, size: int = 60) -> bytes:
    """Frames that hold their number, each at so many seconds."""
    return b"".join(enhanced(number.to_bytes(4, "big").ljust(size, b"\0"), number * 10**6, of) for number in numbers)


class Spool:
    """Writes segments as the capture process does, and tells of them."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.number = 0
        self.captured = 0
        self.descriptor = -1

    def begin(self, header: bytes) -> None:
        """Begin a segment."""
        self.number += 1
        name = f"{self.number:06}.pcapng"
        self.descriptor = os.open(f"{self.folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(self.descriptor, header)
        say("segment", name=name, header=len(header))

    def add(self, data: bytes, frames: int = 1) -> None:
        """Write blocks, and tell of them."""
        self.captured += frames
        os.write(self.descriptor, data)
        say("grown", size=os.fstat(self.descriptor).st_size, captured=self.captured)


def begun(*names: str) -> Spool:
    """Hear the command to start, and obey: a first segment with these interfaces."""
    spool = Spool(hear()["folder"])
    say("started", interfaces=[{"name": name, "link_type": 1} for name in names])
    spool.begin(head(names))
    return spool


def wait_for_end() -> None:
    """Obey stop, until the commands end."""
    while True:
        if hear()["do"] == "stop":
            say("counts", captured=7, received=9, dropped=2, dropped_by_interface=1)
            say("stopped")


__all__ = [
    "READY",
    "Spool",
    "announcement",
    "begun",
    "head",
    "hear",
    "option",
    "packets",
    "say",
    "time",
    "wait_for_end",
    "write_stand_in",
]
