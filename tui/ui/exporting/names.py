"""The name that is suggested for a file."""

import os
import re

from tui.ui.exporting.kinds import KINDS

_CAPTURE_ENDING = re.compile(r"(\.(pcapng|pcap|cap|dmp|snoop))?(\.(gz|zst|bz2|xz|lz4))?$", re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")

MOST_TRIED = 1000


def suggested(source: str, file_words: str, ending: str) -> str:
    """A name that no file in this folder has, made from the names of the capture and of what is exported."""
    stem = _UNSAFE.sub("-", _CAPTURE_ENDING.sub("", source.rpartition("/")[2])).strip("-.") or "capture"
    stem = f"{stem}-{file_words}" if file_words else stem
    for number in range(1, MOST_TRIED):
        name = f"{stem}{f'-{number}' if number > 1 else ''}{ending}"
        if not os.path.lexists(name):
            return name
    return f"{stem}{ending}"


def with_ending(path: str, ending: str) -> str:
    """A path that was typed, with another of the offered endings."""
    stem, dot, own = path.rpartition(".")
    return f"{stem}{ending}" if dot and stem and f".{own.lower()}" in {kind.ending for kind in KINDS} else path
