"""The folder of a live capture: its segments, what it is a capture of, and a lock that says whether it is in use.

`BASE/tcptui-UID/DATE-TIME-…/` holds `000001.pcapng` and so on. All of it belongs to the user who called us, is made
with that user's rights, also where we are root through sudo, and can be entered by nobody else.
"""

import ctypes
import fcntl
import json
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tui import __version__
from tui.errors import InputError
from tui.files.spool import LASTING_FOLDER
from tui.live.blocks import read_lead
from tui.live.privileges import calling_user
from tui.text import printable

META, LOCK = "meta.json", "lock"
SEGMENT_SUFFIX = ".pcapng"

IN_MEMORY = frozenset({0x01021994, 0x858458F6})
"""TMPFS_MAGIC and RAMFS_MAGIC of statfs(2): what is written there takes the machine's memory."""

LARGEST_META = 1 << 16
"""Bytes of a meta file that are looked at."""

LARGEST_HEAD = 1 << 16
"""Bytes that a segment which holds nothing but announcements is smaller than."""

TRIES = 3
"""How often a folder is made anew that another run has removed at the same moment."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What a live capture is of. Strings are raw; draw them through tui.text only."""

    source: str
    """Its interfaces, such as `eth0, eth1`."""
    filter: str
    """The capture filter that was asked for; empty where there was none."""
    started: float
    """Seconds since the epoch."""
    version: str = __version__
    """Of the program that wrote it."""


class SpoolFolder:
    """A folder of a live capture that is ours: nobody else takes it for abandoned while this object is open."""

    def __init__(self, path: Path, meta: Meta, lock: int) -> None:
        """Takes the descriptor of the lock over."""
        self.path = path
        self.meta = meta
        self._lock = lock

    @classmethod
    def create(cls, source: str, expression: str) -> "SpoolFolder":
        """A new folder for the capture of a source with a filter. Raises InputError where there is no place for it."""
        meta = Meta(source, expression, time.time())
        with _as_caller() as uid:
            base = _choose_base()
            parent = _users_folder(base, uid)
            _sweep(parent, uid)
            try:
                path = _make_folder(parent)
                lock = _open_lock(path, os.O_CREAT)
                fcntl.flock(lock, fcntl.LOCK_EX)
                (path / META).write_text(json.dumps(asdict(meta)))
            except OSError as error:
                raise InputError(
                    f"can't keep the capture in {printable(str(base))}: {error.strerror}; set TMPDIR to another folder"
                ) from error
        return cls(path, meta, lock)

    @property
    def segments(self) -> list[str]:
        """The names of its segments, oldest first."""
        return _segments(self.path)

    def close(self) -> None:
        """Leave the folder as it is, to be recovered."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def remove(self) -> None:
        """Delete the folder with all there is in it."""
        with _as_caller():
            shutil.rmtree(self.path, ignore_errors=True)
            self.close()
            with suppress(OSError):  # other captures of the same user are in it
                self.path.parent.rmdir()


@dataclass(frozen=True, slots=True)
class AbandonedSpool:
    """A live capture whose program ended without removing it."""

    path: Path
    meta: Meta
    size: int
    """Bytes of its segments; 0 where they hold no packets."""

    def take(self) -> SpoolFolder | None:
        """Make it ours; None where someone else has done so meanwhile."""
        with _as_caller():
            lock = _take_lock(self.path)
        return None if lock is None else SpoolFolder(self.path, self.meta, lock)


def abandoned_spools() -> list[AbandonedSpool]:
    """The calling user's live captures that no program holds any more and that have packets, newest first."""
    with _as_caller() as uid:
        found = [spool for folder in users_folders(uid) for spool in _abandoned_in(folder, uid) if spool.size]
    return sorted(found, key=lambda spool: spool.meta.started, reverse=True)


def users_folders(uid: int | None = None) -> list[Path]:
    """Where the calling user's live captures are kept or may have been, best first."""
    if uid is None:
        with _as_caller() as caller:
            uid = caller
    return [base / f"tcptui-{uid}" for base in _bases()]


def in_memory(folder: Path) -> bool:
    """Whether a folder lies in memory and not on a disk; False where that is not to be found out."""
    if sys.platform != "linux":
        return False
    result = (ctypes.c_long * 32)()  # struct statfs begins with f_type, a long, and is smaller than this
    if ctypes.CDLL(None, use_errno=True).statfs(os.fsencode(folder), ctypes.byref(result)) != 0:
        return False
    return result[0] & 0xFFFFFFFF in IN_MEMORY


@contextmanager
def _as_caller() -> Iterator[int]:
    """What is done inside is done with the rights of the user who called us through sudo; gives that user's id."""
    caller = calling_user()
    if caller is None:
        yield os.geteuid()
        return
    group = os.getegid()
    os.setegid(caller.gid)
    try:
        os.seteuid(caller.uid)
        try:
            yield caller.uid
        finally:
            os.seteuid(0)
    finally:
        os.setegid(group)


def _bases() -> list[Path]:
    """Folders for large temporary files, those that the user prefers first."""
    named = [os.environ.get("TMPDIR", ""), LASTING_FOLDER, tempfile.gettempdir()]
    return list(dict.fromkeys(Path(name).absolute() for name in named if name))


def _choose_base() -> Path:
    """The first base that can be written and lies on a disk; in memory only where there is no other."""
    writable = [base for base in _bases() if os.access(base, os.W_OK | os.X_OK, effective_ids=True)]
    if not writable:
        tried = ", ".join(printable(str(base)) for base in _bases())
        raise InputError(f"no folder to keep the capture in can be written ({tried}); set TMPDIR to one that can")
    return next((base for base in writable if not in_memory(base)), writable[0])


def _users_folder(base: Path, uid: int) -> Path:
    """The folder of all captures of a user. Raises InputError where it is there, but is not the user's own."""
    folder = base / f"tcptui-{uid}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not _is_own_folder(folder, uid):
        raise InputError(
            f"{printable(str(folder))} is not a folder of yours that nobody else can enter, so packets can't be kept "
            "there; remove it, or set TMPDIR to another folder"
        )
    return folder


def _is_own_folder(folder: Path, uid: int) -> bool:
    """Whether it is a folder and no link, belongs to the user, and nobody else can enter it."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == uid and status.st_mode & 0o077 == 0


def _make_folder(parent: Path) -> Path:
    for _ in range(TRIES):
        with suppress(FileNotFoundError):  # another run has ended meanwhile, and was the last in it
            parent.mkdir(mode=0o700, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix=time.strftime("%Y%m%d-%H%M%S-"), dir=parent))
    raise FileNotFoundError(2, "it is removed again and again", str(parent))


def _open_lock(folder: Path, flags: int = 0) -> int:
    return os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | flags, 0o600)


def _take_lock(folder: Path) -> int | None:
    """The lock of a folder, taken; None where someone holds it."""
    try:
        lock = _open_lock(folder)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _abandoned_in(folder: Path, uid: int) -> Iterator[AbandonedSpool]:
    """The captures in a user's folder that no program holds."""
    if not _is_own_folder(folder, uid):
        return
    for path in _entries(folder):
        meta = _read_meta(path) if _is_own_folder(path, uid) else None
        lock = _take_lock(path) if meta else None
        if meta is None or lock is None:
            continue
        os.close(lock)
        yield AbandonedSpool(path, meta, _size([path / name for name in _segments(path)]))


def _sweep(folder: Path, uid: int) -> None:
    """Delete what killed runs that had no packets yet have left."""
    for spool in _abandoned_in(folder, uid):
        if not spool.size:
            shutil.rmtree(spool.path, ignore_errors=True)


def _size(segments: list[Path]) -> int:
    """Bytes of segments; 0 where they hold no packets, or are just being deleted."""
    with suppress(OSError):
        if any(map(_has_packets, segments)):
            return sum(segment.lstat().st_size for segment in segments)
    return 0


def _entries(folder: Path) -> list[Path]:
    """What is in a folder; nothing where it can't be read, or is just being deleted."""
    with suppress(OSError):
        return list(folder.iterdir())
    return []


def _has_packets(segment: Path) -> bool:
    """Whether a segment holds more than the interfaces that it announces."""
    with suppress(OSError), segment.open("rb") as file:
        head = file.read(LARGEST_HEAD)
        lead = read_lead(head)
        return lead is not None and lead.ends[-1] < len(head)
    return False


def _segments(folder: Path) -> list[str]:
    return sorted(entry.name for entry in _entries(folder) if entry.name.endswith(SEGMENT_SUFFIX))


def _read_meta(folder: Path) -> Meta | None:
    """What is told of a capture; None where that makes no sense."""
    try:
        with (folder / META).open("rb") as file:
            told = json.loads(file.read(LARGEST_META))
        return Meta(str(told["source"]), str(told["filter"]), float(told["started"]), str(told["version"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None
