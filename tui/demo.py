"""The captures that come along with the program."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tui.errors import InputError

_PACKAGE = Path(__file__).resolve().parent

_FOLDERS = (_PACKAGE / "captures", _PACKAGE.parent / "captures")
"""Where the captures lie: in an installed wheel, and in a checkout."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A capture that comes along."""

    name: str
    """File name, such as `curl-http.pcap`."""
    title: str
    """What it shows, in at most 60 cells."""
    group: str
    """Heading under which it is listed; captures of one group stand together."""
    path: Path


def demo_captures() -> list[Demo]:
    """The captures that come along, in the order in which they are best looked at.

    Raises InputError where the installation has none.
    """
    for folder in _FOLDERS:
        index = folder / "index.toml"
        if index.is_file():
            entries = tomllib.loads(index.read_text(encoding="utf-8"))["capture"]
            return [Demo(entry["name"], entry["title"], entry["group"], folder / entry["name"]) for entry in entries]
    raise InputError("this installation of tcptui has no captures of its own; open a file with tcptui -r FILE")
