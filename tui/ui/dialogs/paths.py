"""Completion of file names while they are typed."""

import os
from contextlib import suppress
from itertools import islice
from pathlib import Path

from textual.suggester import Suggester

from tui.text import printable

MOST_ENTRIES = 5000
"""So many entries of a folder are looked at."""


def expanded(text: str) -> str:
    """A path that was typed, with `~` as a shell has it; `-` is a file of that name, as standard input is taken."""
    path = text
    with suppress(RuntimeError):  # no user has this name, so that a shell leaves it as it is
        path = str(Path(text).expanduser()) if text.startswith("~") else text
    return "./-" if path == "-" else path


def missing(path: str) -> str:
    """The sentence that there is no such file; empty where there may be one."""
    with suppress(ValueError):  # a null character: opening it says so
        if not os.path.lexists(path):
            return f"{printable(path)}: no such file; check the name"
    return ""


def candidates(text: str) -> list[str]:
    """What `text` may be the beginning of, as it would be typed; folders end in `/`. Unprintable names are left out."""
    folder, _, beginning = text.rpartition("/")
    folder += "/" if "/" in text else ""
    found: list[str] = []
    with suppress(OSError, ValueError), os.scandir(expanded(folder) or ".") as entries:
        for entry in islice(entries, MOST_ENTRIES):
            hidden = entry.name.startswith(".") and not beginning.startswith(".")
            if entry.name.startswith(beginning) and not hidden and printable(entry.name) == entry.name:
                found.append(f"{folder}{entry.name}{'/' if entry.is_dir() else ''}")
    return sorted(found)


def common_beginning(paths: list[str], text: str) -> str:
    """The longest text that all paths begin with; `text` where there are none."""
    return os.path.commonprefix(paths) or text  # noqa: RUF071 - letters are completed, not folders


class PathSuggester(Suggester):
    """Suggests the first file that what was typed may be the beginning of."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first candidate."""
        return next(iter(candidates(value)), None) if value else None
