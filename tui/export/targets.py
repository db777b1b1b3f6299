"""Whether a file may be written."""

import os
import stat
from contextlib import suppress

from tui.errors import InputError
from tui.files.new_file import check_folder
from tui.session import Session
from tui.text import printable


def check_target(session: Session, path: str) -> None:
    """Raises InputError where no export can go to this path: it is what is being read, or no file can be made there.

    That another file of this name exists is no matter here.
    """
    name = printable(path)
    found = _status(path)
    source = _status(session.capture.name) if session.live is None else None
    if found is not None and source is not None and os.path.samestat(found, source):
        raise InputError(f"{name} is the capture that is open; give another name")
    if session.copy_name and os.path.realpath(path) == os.path.realpath(session.copy_name):
        raise InputError(f"{name} is what the capture is written to; give another name")
    if path.endswith("/") or (found is not None and stat.S_ISDIR(found.st_mode)):
        raise InputError(f"{name} names a folder; give the name of a file in it")
    if found is not None and not stat.S_ISREG(found.st_mode):
        raise InputError(f"{name} is no ordinary file; give another name")
    check_folder(path)


def _status(path: str) -> os.stat_result | None:
    """What there is of this name, where a link leads to; None for nothing."""
    with suppress(OSError, ValueError):
        return os.stat(path)  # noqa: PTH116 - a Path would take `name/` for `name`
    return None
